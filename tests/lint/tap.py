# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The few lines of TAP that the checks of this folder need: each check is a
# function that yields what is wrong, one line each; none means it passed, and
# raising Skip says why it could not be made.

import os
import sys

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), '..', '..'))


class Skip(Exception):
    """What is missing, and what to install for it."""


def read(*path):
    with open(os.path.join(ROOT, *path), encoding='utf-8') as stream:
        return stream.read()


def run(checks):
    """Run (name, function) pairs; exit status for sys.exit()."""
    print(f'1..{len(checks)}')
    failed = 0
    for number, (name, check) in enumerate(checks, 1):
        try:
            wrong = list(check())
        except Skip as reason:
            print(f'ok {number} - {name} # SKIP {reason}')
            continue
        for line in wrong:
            print(f'# {line}')
        failed += bool(wrong)
        print(f'{"not ok" if wrong else "ok"} {number} - {name}')
    sys.stdout.flush()
    return 1 if failed else 0
