# SPDX-License-Identifier: LGPL-2.1-or-later
#
# A runner of tests that speaks TAP, as small as it can be.
#
# A test is a function test_...(world), or a method of a unittest.TestCase, which knows no world;
# @each makes one TAP line of each row of a table. After a failure the world is put back, so that
# one fault is one line.

"""Find, run and report tests."""

import time
import traceback
import unittest


def each(rows, label=str):
    """Run the test once for every row; `label` names the row."""

    def mark(function):
        function.rows = list(rows)
        function.label = label
        return function

    return mark


class Skip(Exception):
    """The test cannot run here; the text says why."""


def _run_case(case, method):
    """Run one method of a TestCase; its fault is raised as it was."""
    result = unittest.TestResult()
    case(method).run(result)
    for reason in result.skipped:
        raise Skip(reason[1])
    for _, text in result.errors + result.failures:
        raise AssertionError(text)


def _collect_case(prefix, case):
    names = unittest.TestLoader().getTestCaseNames(case)
    return [
        (f"{prefix}: {name[5:].replace('_', ' ')}", lambda _world, n=name: _run_case(case, n))
        for name in names
    ]


def _collect_function(words, function):
    if not hasattr(function, "rows"):
        return [(words, function)]
    return [
        (f"{words}: {function.label(row)}", lambda world, row=row: function(world, row))
        for row in function.rows
    ]


def collect(module):
    """[(name, callable that takes the world)] in the order of the file."""
    prefix, found = module.__name__[5:].replace("_", " "), []
    for name, thing in vars(module).items():
        if isinstance(thing, type) and issubclass(thing, unittest.TestCase):
            found += _collect_case(prefix, thing)
        elif name.startswith("test_") and callable(thing):
            found += _collect_function(f"{prefix}: {name[5:].replace('_', ' ')}", thing)
    return found


def printable(text):
    """A name that cannot be mistaken for TAP: one line, no '#', printable ASCII, not endless."""
    clean = text.encode("ascii", "backslashreplace").decode()
    clean = "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in clean)
    return clean.replace("#", "\\x23")[:160]


def _explain(error):
    for line in "".join(traceback.format_exception(error)).splitlines():
        print("#", line[:2000])


def run(tests, world, prefix):
    """Run them all; True when none failed."""
    print(f"1..{len(tests)}", flush=True)
    failed = 0
    for number, (name, function) in enumerate(tests, 1):
        began = time.monotonic()
        verdict, note = "ok", ""
        try:
            with world.test():
                function(world)
        except Skip as reason:
            note = f" # SKIP {reason}"
        except Exception as error:  # noqa: BLE001  (every fault of a test is its result)
            failed += 1
            verdict = "not ok"
            _explain(error)
            world.recover()
        spent = time.monotonic() - began
        shown = printable(f"{prefix} {name}")
        print(f"{verdict} {number} - {shown}{note}", flush=True)
        if spent > 5:
            print(f"# that took {spent:.1f} s", flush=True)
    return failed == 0
