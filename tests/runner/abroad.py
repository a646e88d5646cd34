# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Runs a stage on another Debian: makes its root, goes in, and brings the counts out.
#
# A root that cannot be made here (no network, no debootstrap) is the one thing that a run may do
# without; it is said loudly and counted as skipped, so that the summary shows it.
"""A stage inside another Debian."""

import dataclasses
import json
import os
import sys
import tempfile

import suites
import tap
from suites import TOP

from harness.errors import LabError  # noqa: E402
from stack import root  # noqa: E402

BANNER = """
{line}
STACK {name} WAS NOT TESTED: {reason}
{line}
"""


def _skipped(name, reason):
    print(BANNER.format(line="*" * 78, name=name, reason=reason), flush=True)
    return tap.Count(skipped=[f"stack {name}: {reason.splitlines()[0]}"])


def _counted(path, name, status):
    """What the inner run wrote down; nothing is one failed test."""
    try:
        with open(path) as file:
            return tap.Count(**json.load(file))
    except ValueError:
        return tap.Count(failed=[f"stack {name}: it ended early with status {status}"])


def run_stage(stage, whole):
    """Run the stage in its root, in full or in part."""
    try:
        place = root.Root(stage.name)
        directory = place.ready()
    except LabError as error:
        return _skipped(stage.name, str(error))
    (TOP / stage.directory).mkdir(exist_ok=True)
    with tempfile.NamedTemporaryFile(prefix="sealvirt-counts-", dir=TOP / stage.directory) as result:
        enter = [TOP / "tests" / "lab" / "stack" / "enter.py", directory]
        inner = [TOP / "tests" / "runner" / "inside.py", stage.name, result.name]
        command = [*root.APART, "/usr/bin/python3", *enter, "/usr/bin/python3", *inner]
        environment = {**os.environ, "SEALVIRT_STACK": stage.name}
        command += [] if whole else ["--part"]
        # unshare(1) does not hear SIGTERM; with it goes all that it has inside.
        status = suites.run(command, end=suites.killed_with_us, env=environment).returncode
        return _counted(result.name, stage.name, status)


def dump(count, path):
    """The inner run's side."""
    with open(path, "w") as file:
        json.dump(dataclasses.asdict(count), file)
