# SPDX-License-Identifier: LGPL-2.1-or-later
#
# inside.py STACK RESULT [--part]: the inner half of a stage on another Debian.
#
# It is started by abroad.py in the root of that Debian, sees the same source tree there, and writes
# its counts to the file RESULT.
"""Run one stage where we are."""

import sys

import abroad
import main
import stages


def begin(words):
    name, result = words[:2]
    stage = (stages.PARTS if "--part" in words else stages.STACKS)[name]
    abroad.dump(main.run_stage(stage), result)


if __name__ == "__main__":
    begin(sys.argv[1:])
