# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The steps of a test run: build, meson's suites, the lab's tests of itself, end to end.
#
# Each returns a count of tests and never raises for what went wrong in them: a step that cannot even
# start counts as one failed test, never as nothing. main.py puts them in order on this system and
# inside.py on another Debian. Whoever ends the run ends what it has started.
"""Build Sealvirt and run its suites."""

import json
import os
import pathlib
import signal
import subprocess
import sys

import tap

TOP = pathlib.Path(__file__).resolve().parents[2]
WARNINGS_ARE_ERRORS = ["--werror", "--prefix=/usr"]

sys.path.insert(0, str(TOP / "tests" / "lab"))

from harness import kernel  # noqa: E402


def ended_with_us():
    """In a child: have the kernel end it when this run is gone, however that happened."""
    kernel.die_with_parent(signal.SIGTERM)


def killed_with_us():
    """The same for one that does not hear the polite word."""
    kernel.die_with_parent(signal.SIGKILL)


def run(command, end=ended_with_us, **keywords):
    print("+", " ".join(map(str, command)), flush=True)
    return subprocess.run(command, cwd=TOP, check=False, preexec_fn=end, **keywords)


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


def other_tongues(directory):
    """Commands of the tests that do not speak TAP: their exit status is all they say."""
    tests = json.loads((TOP / directory / "meson-info" / "intro-tests.json").read_text())
    return {tuple(test["cmd"]) for test in tests if test["protocol"] != "tap"}


def read_log(path, silent):
    """Count what meson noted of each test program, and print what went wrong."""
    count = tap.Count()
    for line in path.read_text().splitlines():
        test = json.loads(line)
        name, result = test["name"], test["result"]
        output = test.get("stdout", "")
        if tuple(test["command"]) in silent:
            here = tap.Count(passed=int(result == "OK"), skipped=[name] if result == "SKIP" else [])
        else:
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
    return read_log(log, other_tongues(directory))


def shown(command, name, environment):
    """Run a program that speaks TAP, show what it says, and count it."""
    print("+", *command, flush=True)
    output = []
    with subprocess.Popen(command, cwd=TOP, stdout=subprocess.PIPE, text=True, errors="replace",
                          env={**os.environ, **environment}, preexec_fn=ended_with_us) as process:
        for line in process.stdout:
            print(line, end="", flush=True)
            output.append(line)
    count = tap.read("".join(output), name)
    if process.returncode != 0 and not count.failed:
        count.failed.append(f"{name}: exit status {process.returncode}")
    return count


def lab_of_itself(directory, profiles, environment):
    """What is simulated must be right before it judges anything."""
    count = tap.Count()
    for profile in profiles:
        command = [TOP / "tools" / "lab", "--build", directory, "--profile", profile, "--",
                   TOP / "tests" / "lab" / "selftest.py"]
        count.add(shown(command, f"lab {profile} in {directory}", environment))
    return count


def end_to_end(directory, words, environment):
    command = [TOP / "tests" / "e2e" / "all", "--build", directory, *words]
    return shown(command, " ".join(["e2e", *words, "in", directory]), environment)
