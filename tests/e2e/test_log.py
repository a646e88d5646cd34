# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What the daemon wrote while all other tests ran; the last file on every host.
#
# A critical or warning of GLib, a finding of a sanitizer or a library's chatter in the log is a
# defect that no other test would see.

"""The daemon's log."""

import re

from kit import lab
from kit.tap import each

NEVER = (
    "CRITICAL", "GLib-", "GLib:", "AddressSanitizer", "LeakSanitizer", "runtime error:",
    "Update timeout", "Update handle", "assertion",
)


@each(NEVER)
def test_never_in_the_log(_world, text):
    lines = [line for line in lab.log("sealvirtd").splitlines() if text in line]
    assert not lines, "\n".join(lines[:5])


def test_events_are_one_line_each(_world):
    lines = [line for line in lab.log("sealvirtd").splitlines() if line.strip()]
    odd = [line for line in lines if not re.search(r"sealvirtd|^\*\*|lab", line)]
    assert not odd, "\n".join(odd[:5])


def test_jobs_are_told(_world):
    assert "ready: version=" in lab.log("sealvirtd")
