# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Builds the project for the lab and installs it into a stage.
#
# The lab shows the stage over /usr and /etc, so programs, bus policy, activation file and polkit
# actions are where a package would put them. A lock keeps two labs from building in one directory
# at the same time; each then works on a copy of its own.

"""meson, ninja, and the preload library."""

import fcntl
import json
import os
import pathlib
import shutil
import subprocess

from . import paths
from .errors import LabError, Refused

PRELOAD_NAME = "sealvirt-lab-psp.so"
# What is not installed and still needed: the preload library, and what tests run inside.
NEEDED = (PRELOAD_NAME, "write-random-vms")
SETUP = ("--prefix=/usr", "--sysconfdir=/etc", "--localstatedir=/var", "--wrap-mode=nodownload")


def _run(argv, what):
    done = subprocess.run(argv, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        tail = "\n".join((done.stdout + done.stderr).splitlines()[-30:])
        raise LabError(
            f"{what} failed; its end is below. Mend it, or see the lab without sealvirtd "
            f"with --without-daemon.\n{tail}"
        )
    return done.stdout


def _tool(name):
    path = shutil.which(name)
    if path is None:
        raise Refused(f"{name} is missing; install it: apt-get install {name}")
    return path


def _configure(directory):
    if (directory / "build.ninja").exists():
        options = json.loads((directory / "meson-info" / "intro-buildoptions.json").read_text())
        prefix = next(item["value"] for item in options if item["name"] == "prefix")
        if prefix != "/usr":
            raise Refused(
                f"{directory} is configured for {prefix}; the lab needs a build directory made "
                "with: meson setup --prefix=/usr"
            )
        return
    _run([_tool("meson"), "setup", *SETUP, str(directory), str(paths.PROJECT)], "meson setup")


def _wanted(directory):
    """What the lab needs: all that is installed, and a little besides; no tests."""
    targets = json.loads((directory / "meson-info" / "intro-targets.json").read_text())
    for target in targets:
        if target["installed"] or any(os.path.basename(name) in NEEDED for name in target["filename"]):
            yield from (os.path.relpath(name, directory) for name in target["filename"])


def _is_current(directory, stamp):
    """Nothing that is installed is newer than the stage, whoever built it (ninja by hand too)."""
    if not stamp.exists():
        return False
    sources = json.loads((directory / "meson-info" / "intro-installed.json").read_text())
    made = stamp.stat().st_mtime
    return all(os.path.exists(path) and os.path.getmtime(path) < made for path in sources)


def _install(directory, stage):
    """Install when something was built since the last time."""
    stamp = directory / "stage.stamp"
    ninja = ["nice", _tool("ninja"), "-C", str(directory)]
    _run([*ninja, "build.ninja"], "meson setup")
    _run([*ninja, *_wanted(directory)], "the build")
    if _is_current(directory, stamp):
        return
    shutil.rmtree(stage, ignore_errors=True)
    environment = dict(os.environ, DESTDIR=str(stage))
    done = subprocess.run(
        [_tool("meson"), "install", "--no-rebuild", "--quiet", "-C", str(directory)],
        env=environment,
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        raise LabError(f"meson install failed:\n{done.stdout}{done.stderr}")
    stamp.touch()


def project(directory):
    """Build and install; returns (stage, preload library)."""
    directory.mkdir(parents=True, exist_ok=True)
    with open(directory / ".lab-lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _configure(directory)
        _install(directory, directory / "stage")
    return existing(directory)


def existing(directory):
    """What an earlier build left; returns (stage, preload library)."""
    stage, library = directory / "stage", directory / "tests" / "lab" / PRELOAD_NAME
    for path in (stage, library):
        if not path.exists():
            raise LabError(f"the build in {directory} made no {path.name}; run without --no-build")
    return stage, library


def preload_only(directory):
    """Only the preload library, without meson: for a lab without the project in it."""
    directory.mkdir(parents=True, exist_ok=True)
    library = directory / PRELOAD_NAME
    sources = [
        str(path)
        for path in sorted((paths.LAB_SOURCE / "psp").glob("*.c"))
        if not path.name.startswith("test-")
    ]
    flags = ["-D_GNU_SOURCE", "-std=c11", "-O2", "-fPIC", "-shared", "-fvisibility=hidden"]
    temporary = pathlib.Path(f"{library}.{os.getpid()}")
    _run([_tool("cc"), *flags, "-o", str(temporary), *sources, "-lcrypto"], "the compiler")
    temporary.rename(library)
    return library
