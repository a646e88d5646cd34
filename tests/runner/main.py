# SPDX-License-Identifier: LGPL-2.1-or-later
#
# A whole test run, in the order of stages.py: this system, once more under the sanitizers, and a part
# of it on a modern Debian. With --stack NAME only that Debian, and all of it. What could not be tested
# is named at the end, above the sums.
"""Run all suites of Sealvirt; started by tools/test."""

import argparse
import sys
import time

import abroad
import stages
import suites
import tap

SKIPPED = 77


def run_stage(stage):
    """Build and test where we are."""
    started = time.monotonic()
    print(f"=== {stage.name}", flush=True)
    if not suites.build(stage.directory, stage.options):
        return tap.Count(failed=[f"{stage.name}: the build failed"])
    count = suites.meson_suites(stage.directory, stage.environment, stage.without)
    count.add(suites.lab_of_itself(stage.directory, stage.labs, stage.environment))
    for words in stage.runs:
        count.add(suites.end_to_end(stage.directory, words, stage.environment))
    print(f"=== {stage.name}: {count.line()} in {time.monotonic() - started:.0f} s", flush=True)
    return count


def run_all(arguments):
    if arguments.stack:
        return abroad.run_stage(stages.STACKS[arguments.stack], whole=True)
    count = tap.Count()
    for stage in stages.HERE[:1] if arguments.quick else stages.HERE:
        count.add(run_stage(stage))
    for stage in () if arguments.quick or arguments.here else stages.PARTS.values():
        count.add(abroad.run_stage(stage, whole=False))
    return count


def judge(count):
    """Say what went wrong; returns the exit status."""
    unexpected = [name for name in count.skipped if not name.startswith(stages.MAY_SKIP)]
    for name in count.failed:
        print("failed:", name)
    for name in count.skipped:
        print("skipped though it should run:" if name in unexpected else "skipped:", name)
    print(count.line())
    if count.failed or unexpected:
        return 1
    return 0 if count.passed else SKIPPED


def main():
    parser = argparse.ArgumentParser(prog="tools/test", description=__doc__)
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--quick", action="store_true", help="only this system, without sanitizers")
    which.add_argument("--here", action="store_true", help="only this system, no modern Debian")
    which.add_argument("--stack", choices=stages.STACKS, help="only this other Debian, in full")
    return judge(run_all(parser.parse_args()))


if __name__ == "__main__":
    sys.exit(main())
