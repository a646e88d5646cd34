# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Precedence for what is measured, so that other work on the machine blurs the figures less.
#
# Every program of the bench, ours and the peers' alike, runs in a session of its own, and sessions
# are what the scheduler shares the processors between (sched(7), autogroups). Where that is off,
# and in a container that may not raise it, the ordinary niceness is tried, or nothing is done.

"""Start and raise processes."""

import contextlib
import os
import pathlib
import subprocess

NICE = -10


def give(pid):
    """Raise a process, and its session where sessions are scheduled."""
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, int(pid), NICE)
    with contextlib.suppress(OSError):
        pathlib.Path(f"/proc/{pid}/autogroup").write_text(str(NICE))


def popen(argv, **options):
    """subprocess.Popen, in a session of its own and raised."""
    process = subprocess.Popen(argv, start_new_session=True, **options)
    give(process.pid)
    return process
