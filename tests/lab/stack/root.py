# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The file system of a stack: made by debootstrap, filled by tools/install-deps, kept between runs.
#
# It is built beside its place and moved there when it is whole, so what has a stamp is complete. It
# is made anew when it is older than MAX_AGE_DAYS, unless somebody works in it: users hold a shared
# lock, which they pass on to everything they start. A stack that cannot be had is its own exception,
# because tests skip it where they must not skip anything else.

"""Make, refresh and find the root of a stack."""

import fcntl
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import time

from harness import paths
from harness.errors import LabError, Refused
from harness.supervisor import say

MAX_AGE_DAYS = 21
PURPOSES = ("build", "lab", "test", "modern")
INSTALLER = paths.PROJECT / "tools" / "install-deps"
CACHE = pathlib.Path("/var/cache/sealvirt/stacks")
DEFAULT_MIRROR = "http://deb.debian.org/debian"

# Name -> what it is; debootstrap knows the suite by the same name.
STACKS = {
    "trixie": "Debian 13: libvirt 11, QEMU 10",
    "sid": "Debian unstable: the newest libvirt and QEMU",
}

# Nothing is started while packages are installed, and a mirror may be a frozen one.
FILES = {
    "usr/sbin/policy-rc.d": "#!/bin/sh\nexit 101\n",
    "etc/apt/apt.conf.d/90sealvirt-stack": 'Acquire::Check-Valid-Until "false";\n'
    'Acquire::Retries "3";\nAPT::Sandbox::User "root";\nDpkg::Use-Pty "false";\n',
    "etc/dpkg/dpkg.cfg.d/90sealvirt-stack": "force-unsafe-io\npath-exclude=/usr/share/doc/*\n",
}


class Unavailable(LabError):
    """The stack cannot be fetched or made here; the exit status is the one that means skipped."""

    status = 77


def _directory():
    return pathlib.Path(os.environ.get("SEALVIRT_STACK_DIR", CACHE))


def _mirror():
    """The mirror that this machine's apt uses for Debian, if it does."""
    if mirror := os.environ.get("SEALVIRT_STACK_MIRROR"):
        return mirror
    ask = ["apt-get", "indextargets", "--format", "$(REPO_URI)"]
    ask += ["Created-By: Packages", "Origin: Debian", "Label: Debian"]
    try:
        done = subprocess.run(ask, capture_output=True, text=True)
    except OSError:
        return DEFAULT_MIRROR
    return (done.stdout.split() or [DEFAULT_MIRROR])[0].rstrip("/")


def _inputs():
    """Changes when the list of packages does."""
    return hashlib.sha256(INSTALLER.read_bytes()).hexdigest()


class Root:
    """The root of one stack, and the lock on it."""

    def __init__(self, name):
        if name not in STACKS:
            raise Refused(f"there is no stack {name!r}; there are: {', '.join(STACKS)}")
        self.name = name
        self.path = _directory() / name
        self.stamp = _directory() / f"{name}.json"
        self.log = _directory() / f"{name}.log"
        _directory().mkdir(parents=True, exist_ok=True)
        # Kept open and inherited: the kernel gives the lock back when the last user is gone.
        self.lock = os.open(_directory() / f"{name}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        os.set_inheritable(self.lock, True)

    def ready(self):
        """Make it if need be; the shared lock is held from here on."""
        facts = self._facts()
        if facts is None or self._is_old(facts):
            self._lock_and(self._make, wait=facts is None)
        if self._facts()["inputs"] != _inputs():
            self._lock_and(self._install, wait=True)
        fcntl.flock(self.lock, fcntl.LOCK_SH)
        return self.path

    def _facts(self):
        """What the stamp says, or None when there is no complete root."""
        try:
            facts = json.loads(self.stamp.read_text())
        except (OSError, ValueError):
            return None
        return facts if (self.path / "usr").is_dir() else None

    def _is_old(self, facts):
        return not 0 <= time.time() - facts["made"] < MAX_AGE_DAYS * 86400

    def _lock_and(self, work, wait):
        """Work on the root while nobody uses it; without `wait` only when that is so now."""
        try:
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if not wait:
                say(f"stack {self.name} is old, but in use: taking it as it is")
                return
            say(f"waiting for others that use or make stack {self.name}")
            fcntl.flock(self.lock, fcntl.LOCK_EX)
        work()

    def _make(self):
        facts = self._facts()
        if facts is not None and not self._is_old(facts):
            return  # another process made it while this one waited
        if shutil.which("debootstrap") is None:
            raise Unavailable("debootstrap is missing; install it: tools/install-deps stack")
        mirror, new = _mirror(), self.path.with_name(f"{self.name}.new")
        say(f"making stack {self.name} from {mirror} (a few minutes); log: {self.log}")
        shutil.rmtree(new, ignore_errors=True)
        self.log.unlink(missing_ok=True)
        try:
            self._run(["debootstrap", "--variant=minbase", self.name, str(new), mirror])
            _prepare(new)
            self._install_into(new)
        except LabError:
            shutil.rmtree(new, ignore_errors=True)
            if facts is None:
                raise
            say(f"stack {self.name} could not be made anew, see {self.log}: taking the old one")
            return
        self.stamp.unlink(missing_ok=True)
        shutil.rmtree(self.path, ignore_errors=True)
        new.rename(self.path)
        self._write_stamp(mirror=mirror, made=time.time())

    def _install(self):
        facts = self._facts()
        if facts["inputs"] == _inputs():
            return
        say(f"the list of packages changed: installing what stack {self.name} lacks")
        self._install_into(self.path)
        self._write_stamp(**{**facts, "inputs": None})

    def _install_into(self, root):
        enter = [os.fspath(paths.LAB_SOURCE / "stack" / "enter.py"), "--writable", str(root)]
        self._run(["/usr/bin/python3", *enter, str(INSTALLER), *PURPOSES])

    def _write_stamp(self, **facts):
        temporary = self.stamp.with_suffix(".new")
        temporary.write_text(json.dumps({**facts, "inputs": _inputs()}) + "\n")
        temporary.rename(self.stamp)

    def _run(self, command):
        """Run one step of the making, quietly; its end is shown when it fails."""
        with open(self.log, "ab") as log:
            done = subprocess.run(
                ["nice", *command], stdin=subprocess.DEVNULL, stdout=log, stderr=log, close_fds=True
            )
        if done.returncode != 0:
            tail = "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])
            raise Unavailable(
                f"stack {self.name} cannot be made here: {command[0]} failed. Without network it "
                "needs a mirror: SEALVIRT_STACK_MIRROR=URL\n" + tail
            )


def _prepare(root):
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o755 if text.startswith("#!") else 0o644)
