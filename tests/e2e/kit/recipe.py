# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Runs blocks of the recipes as a reader would: files in a directory, python3 and bash.
#
# What the reader has to know about the host in hand is told in the variables that the recipes name
# themselves (which firmware image, which processor). Nothing else is prepared behind their back.

"""A directory of recipes, and processes in it."""

import contextlib
import os
import pathlib
import pty
import re
import shutil
import subprocess
import sys
import time

from . import bus, lab
from .settings import FIRMWARE

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

import recipe_blocks  # noqa: E402

PLACE = lab.TMP / "recipes"
SECONDS = 120
COMMANDS = {".py": ("/usr/bin/python3",), ".sh": ("bash", "-e")}
AS_USER = ("setpriv", f"--reuid={bus.USER_ID}", f"--regid={bus.USER_ID}", "--clear-groups")


def lay_out():
    """A fresh directory with every block as a file; returns it."""
    shutil.rmtree(PLACE, ignore_errors=True)
    PLACE.mkdir()
    PLACE.chmod(0o755)
    for block in recipe_blocks.read().values():
        (PLACE / block.name).write_text(block.text)
    return PLACE


def libvirt_version():
    """(major, minor) of the libvirt that runs here, as virsh tells."""
    told = re.search(r"Using library: libvirt (\d+)\.(\d+)", lab.virsh("version"))
    return int(told[1]), int(told[2])


def environment(step):
    """What all recipes are told: this host's firmware image and processor."""
    family, model, stepping = re.search(
        r"<signature family='(\d+)' model='(\d+)' stepping='(\d+)'/>", lab.virsh("capabilities")).groups()
    # Debian's own python3, which is the one that has gi and lxml.
    path = "/run/sealvirt-lab/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    return {"PATH": path, "LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1", "FIRMWARE": FIRMWARE,
            "FAMILY": family, "MODEL": model, "STEPPING": stepping, **dict(step.variables)}


def command(step):
    """The step's command line."""
    words = (*COMMANDS[pathlib.Path(step.block).suffix], step.block, *step.args)
    return [*AS_USER, *words] if step.as_user else list(words)


def _terminal(step):
    """What the step has as its input: a terminal, or nothing; and what to close afterwards."""
    if not step.terminal:
        return subprocess.DEVNULL, ()
    mine, theirs = pty.openpty()
    return theirs, (mine, theirs)


def _must_have(step, text):
    for words in step.has:
        assert words in text, f"{step.block} does not say {words!r}:\n{text}"


def run(step):
    """Run one block to its end; its status and words must be those of the step."""
    given, opened = _terminal(step)
    try:
        done = subprocess.run(command(step), cwd=PLACE, env=environment(step), stdin=given, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=SECONDS)
    finally:
        for descriptor in opened:
            os.close(descriptor)
    good = done.returncode != 0 if step.status is None else done.returncode == step.status
    assert good, f"{step.block} ended with {done.returncode}:\n{done.stdout}"
    _must_have(step, done.stdout)


@contextlib.contextmanager
def beside(step):
    """Have a block run until the end of the block of code, and then look at what it told."""
    told = PLACE / f"{step.block}.told"
    with open(told, "w") as output:
        process = subprocess.Popen(command(step), cwd=PLACE, env=environment(step), stdout=output,
                                   stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
    try:
        lab.wait_for(lambda: told.stat().st_size > 0, what=f"the first word of {step.block}")
        time.sleep(0.3)  # gdbus says a word before it listens
        yield
        lab.wait_for(lambda: all(words in told.read_text() for words in step.has), 5,
                     f"the rest of {step.block}")
        assert process.poll() is None, f"{step.block} ended by itself"
    except AssertionError as error:
        raise AssertionError(f"{error}; it told:\n{told.read_text()}") from None
    finally:
        process.terminate()
        process.wait(10)
