# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The order of a whole test run: build, meson's suites, the lab's suites, and
# once more under the sanitizers. Every stage is a row of STAGES; a stage that
# cannot even start counts as one failed test, never as nothing.
"""Run all suites of Sealvirt; started by tools/test."""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import time

import tap

TOP = pathlib.Path(__file__).resolve().parents[2]
WARNINGS_ARE_ERRORS = ["--werror", "--prefix=/usr"]
SANITIZERS = ["-Db_sanitize=address,undefined", "-Db_lundef=false"]
SANITIZER_ENV = {
    "ASAN_OPTIONS": "detect_leaks=1:abort_on_error=1:strict_string_checks=1",
    "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1",
}

# Tests that may be skipped, by the beginning of "program: name". Everything else must run.
MAY_SKIP = ()

# Hosts on which the lab tests itself: what is simulated must be right before it judges anything.
LAB_PROFILES = ("milan", "naples", "plain", "tight")

# name, build directory, further meson options, environment, meson suites to leave out
STAGES = (
    ("plain", "build-test", [], {}, ()),
    ("sanitized", "build-asan", SANITIZERS, SANITIZER_ENV, ("lint",)),
)


def run(command, **keywords):
    print("+", " ".join(map(str, command)), flush=True)
    return subprocess.run(command, cwd=TOP, check=False, **keywords)


def build(directory, options):
    """Configure and compile; True when both worked."""
    command = ["meson", "setup", directory, *WARNINGS_ARE_ERRORS, *options]
    if (TOP / directory / "build.ninja").exists():
        command.insert(2, "--reconfigure")
    done = run(command, stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        print(done.stdout)
        return False
    return run(["ninja", "--quiet", "-C", directory]).returncode == 0


def read_log(path):
    """Count what meson noted of each test program, and print what went wrong."""
    count = tap.Count()
    for line in path.read_text().splitlines():
        test = json.loads(line)
        name, result = test["name"], test["result"]
        output = test.get("stdout", "")
        here = tap.read(output, name)
        if result not in ("OK", "SKIP") and not here.failed:
            here.failed.append(f"{name}: {result}")
        if here.failed:
            print(f"--- {name}: {result}\n{output}\n{test.get('stderr', '')}")
        count.add(here)
    return count


def meson_suites(directory, environment, without):
    log = TOP / directory / "meson-logs" / "testlog.json"
    log.unlink(missing_ok=True)
    command = ["meson", "test", "-C", directory, "--no-rebuild", "--quiet", "--timeout-multiplier", "4"]
    for suite in without:
        command += ["--no-suite", suite]
    run(command, env={**os.environ, **environment})
    if not log.exists():
        return tap.Count(failed=[f"{directory}: meson test did not run"])
    return read_log(log)


def shown(command, name, environment):
    """Run a program that speaks TAP, show what it says, and count it."""
    print("+", *command, flush=True)
    output = []
    with subprocess.Popen(command, cwd=TOP, stdout=subprocess.PIPE, text=True,
                          env={**os.environ, **environment}) as process:
        for line in process.stdout:
            print(line, end="", flush=True)
            output.append(line)
    count = tap.read("".join(output), name)
    if process.returncode != 0 and not count.failed:
        count.failed.append(f"{name}: exit status {process.returncode}")
    return count


def lab_suites(directory, environment):
    """The lab's tests of itself, and the end-to-end suites."""
    count = tap.Count()
    for profile in LAB_PROFILES:
        command = [TOP / "tools" / "lab", "--build", directory, "--profile", profile, "--",
                   TOP / "tests" / "lab" / "selftest.py"]
        count.add(shown(command, f"lab {profile} in {directory}", environment))
    command = [TOP / "tests" / "e2e" / "all", "--build", directory]
    count.add(shown(command, f"e2e in {directory}", environment))
    return count


def run_stage(name, directory, options, environment, without):
    started = time.monotonic()
    print(f"=== {name}", flush=True)
    if not build(directory, options):
        return tap.Count(failed=[f"{name}: the build failed"])
    count = meson_suites(directory, environment, without)
    count.add(lab_suites(directory, environment))
    print(f"=== {name}: {count.line()} in {time.monotonic() - started:.0f} s", flush=True)
    return count


def main():
    parser = argparse.ArgumentParser(prog="tools/test", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="leave the sanitizer run out")
    arguments = parser.parse_args()
    count = tap.Count()
    for stage in STAGES[:1] if arguments.quick else STAGES:
        count.add(run_stage(*stage))
    unexpected = [name for name in count.skipped if not name.startswith(MAY_SKIP or ("\0",))]
    for name in count.failed:
        print("failed:", name)
    for name in unexpected:
        print("skipped though it should run:", name)
    print(count.line())
    return 1 if count.failed or unexpected else 0


if __name__ == "__main__":
    sys.exit(main())
