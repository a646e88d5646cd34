# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Counting in the Test Anything Protocol: every suite speaks it, and the
# closing line of a run is the sum over all of them. A plan that was not kept
# counts as a failure, so that a test program that dies early cannot pass.
"""Results of tests, read from TAP."""

import dataclasses
import re

LINE = re.compile(r"^(?P<indent>\s*)(?P<not>not )?ok\b\s*(?P<number>\d+)?\s*-?\s*(?P<name>.*)$")
PLAN = re.compile(r"^1\.\.(\d+)\s*(#\s*skip\b.*)?$", re.IGNORECASE)
SKIP = re.compile(r"#\s*skip\b\s*(.*)$", re.IGNORECASE)


@dataclasses.dataclass
class Count:
    """Numbers of passed, failed and skipped tests, with names of the latter two."""

    passed: int = 0
    failed: list[str] = dataclasses.field(default_factory=list)
    skipped: list[str] = dataclasses.field(default_factory=list)

    def add(self, other):
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped

    def line(self):
        return f"{self.passed} passed, {len(self.failed)} failed, {len(self.skipped)} skipped"


def _take_line(count, source, match):
    name = f"{source}: {match['name'].strip()}"
    skip = SKIP.search(match["name"])
    if match["not"]:
        count.failed.append(name)
    elif skip:
        count.skipped.append(name)
    else:
        count.passed += 1


def read(text, source):
    """Count the top-level results in the TAP output of one program."""
    count, plan, seen = Count(), None, 0
    for line in text.splitlines():
        if planned := PLAN.match(line):
            plan = int(planned[1])
            if planned[2] and plan == 0:
                count.skipped.append(f"{source}: {planned[2]}")
        elif line.startswith("Bail out!"):
            count.failed.append(f"{source}: {line}")
        elif (match := LINE.match(line)) and not match["indent"]:
            seen += 1
            _take_line(count, source, match)
    if plan is None:
        count.failed.append(f"{source}: no plan: the program ended early")
    elif plan != seen:
        count.failed.append(f"{source}: {plan} tests planned, {seen} seen")
    return count
