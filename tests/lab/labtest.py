# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What the tests of the lab itself have in common: commands of the lab, faults, and waiting.
#
# The suites are lists of functions in selftest.py and its companions; each runs where its profile
# says, with nothing of the project in it.

"""Helpers of the lab's self-test."""

import pathlib
import subprocess
import time

from guests import Guest, VirshError

WORK = pathlib.Path("/run/sealvirt-lab/tmp")


class Skip(Exception):
    """This cannot be tested here; the text says what is missing."""


def lab(command, *words):
    done = subprocess.run([command, *words], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def refusal(**settings):
    """What virsh says when the guest does not start."""
    try:
        with Guest("refused", **settings):
            raise AssertionError("the guest started")
    except VirshError as error:
        return str(error)


def says(text, words):
    """Whether all of `words`, a list parted by "...", is in the text."""
    return all(part in text for part in words.split("..."))


class Fault:
    """One injected fault, gone at the end of the block."""

    def __init__(self, text):
        self.text = text

    def __enter__(self):
        lab("lab-psp", "inject", self.text)

    def __exit__(self, *_error):
        lab("lab-psp", "clear")


def wait_for(condition, seconds=10):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)
