# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The file system of a stack: made by debootstrap, filled by tools/install-deps, kept between runs.
#
# It is built beside its place and moved there when it is whole, so what has a stamp is complete; the
# work is done in namespaces of its own, so an interrupted one leaves neither processes nor mounts. It
# is made anew when it is older than MAX_AGE_DAYS, unless somebody works in it: users hold a shared
# lock, which they pass on to everything they start. A stack that cannot be had is its own exception,
# because tests skip it where they must not skip anything else.

"""Make, refresh and find the root of a stack."""

import fcntl
import hashlib
import http.client
import json
import os
import pathlib
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.request

from harness import kernel, paths
from harness.errors import LabError, Refused
from harness.supervisor import say

MAX_AGE_DAYS = 21
ANSWER_SECONDS = 10
STEP_SECONDS = 1200
PURPOSES = ("build", "lab", "test", "modern")
INSTALLER = paths.PROJECT / "tools" / "install-deps"
CACHE = pathlib.Path("/var/cache/sealvirt/stacks")
DEFAULT_MIRROR = "http://deb.debian.org/debian"

# Name -> what it is; debootstrap knows the suite by the same name.
STACKS = {
    "trixie": "Debian 13: libvirt 11, QEMU 10",
    "sid": "Debian unstable: the newest libvirt and QEMU",
}

# Nothing is started while packages are installed, a mirror may be a frozen one, and what nobody reads
# is not fetched, kept or flushed to disk: a root that is lost is made again.
FILES = {
    "usr/sbin/policy-rc.d": "#!/bin/sh\nexit 101\n",
    "etc/apt/apt.conf.d/90sealvirt-stack": """\
Acquire::Check-Valid-Until "false";
Acquire::Languages "none";
Acquire::Retries "3";
APT::Keep-Downloaded-Packages "false";
APT::Sandbox::User "root";
Dpkg::Use-Pty "false";
""",
    "etc/dpkg/dpkg.cfg.d/90sealvirt-stack": """\
force-unsafe-io
path-exclude=/usr/share/doc/*
path-exclude=/usr/share/info/*
path-exclude=/usr/share/locale/*
path-exclude=/usr/share/man/*
""",
}
# In namespaces that end, with all that is in them, when the first process or its parent does.
APART = ("unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "nice")


class Unavailable(LabError):
    """The stack cannot be fetched or made here; the exit status is the one that means skipped."""

    status = 77


def _directory():
    return pathlib.Path(os.environ.get("SEALVIRT_STACK_DIR", CACHE)).absolute()


def _mirror():
    """The mirror that this machine's apt uses for Debian, if it does."""
    if mirror := os.environ.get("SEALVIRT_STACK_MIRROR"):
        return mirror.rstrip("/")
    ask = ["apt-get", "indextargets", "--format", "$(REPO_URI)"]
    ask += ["Created-By: Packages", "Origin: Debian", "Label: Debian"]
    try:
        done = subprocess.run(ask, capture_output=True, text=True)
    except OSError:
        return DEFAULT_MIRROR
    known = [word for word in done.stdout.split() if word.startswith(("http://", "https://"))]
    return (known or [DEFAULT_MIRROR])[0].rstrip("/")


def _inputs():
    """Changes when the list of packages does."""
    return hashlib.sha256(INSTALLER.read_bytes()).hexdigest()


def _ask(mirror, suite):
    """Whether the mirror has the suite, so that one that is out of reach costs seconds."""
    address = f"{mirror}/dists/{suite}/InRelease"
    try:
        with urllib.request.urlopen(address, timeout=ANSWER_SECONDS) as reply:
            reply.read(1)
    except (OSError, ValueError, http.client.HTTPException) as error:
        reason = error.reason if isinstance(error, urllib.error.URLError) else error
        raise Unavailable(
            f"{address} cannot be fetched ({reason}); without network, SEALVIRT_STACK_MIRROR=URL "
            "names another mirror"
        ) from error


class Root:
    """The root of one stack, and the lock on it."""

    def __init__(self, name):
        if name not in STACKS:
            raise Refused(f"there is no stack {name!r}; there are: {', '.join(STACKS)}")
        self.name = name
        self.path = _directory() / name
        self.new = _directory() / f"{name}.new"
        self.stamp = _directory() / f"{name}.json"
        self.log = _directory() / f"{name}.log"
        _directory().mkdir(parents=True, exist_ok=True)
        # Kept open and inherited: the kernel gives the lock back when the last user is gone.
        self.lock = os.open(_directory() / f"{name}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        os.set_inheritable(self.lock, True)

    def ready(self):
        """Make it if need be; the shared lock is held from here on."""
        while True:
            facts = self._facts()
            if facts is None or self._is_old(facts):
                self._lock_and(self._make, wait=facts is None)
            facts = self._facts()
            if facts is not None and facts["inputs"] != _inputs():
                self._lock_and(self._install, wait=True)
            fcntl.flock(self.lock, fcntl.LOCK_SH)
            # Whoever had the lock in between may have failed.
            if self._facts() is not None:
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
        try:
            self._make_new(_mirror())
        except LabError as error:
            shutil.rmtree(self.new, ignore_errors=True)
            if facts is None:
                raise
            say(f"stack {self.name} could not be made anew, so the old one is taken: {error}")

    def _make_new(self, mirror):
        if shutil.which("debootstrap") is None:
            raise Unavailable("debootstrap is missing; install it: tools/install-deps stack")
        _ask(mirror, self.name)
        say(f"making stack {self.name} from {mirror} (a few minutes); log: {self.log}")
        shutil.rmtree(self.new, ignore_errors=True)
        self.log.unlink(missing_ok=True)
        _prepare(self.new)
        self._run("debootstrap", ["debootstrap", "--variant=minbase", self.name, str(self.new), mirror])
        self._install_into(self.new)
        self.stamp.unlink(missing_ok=True)
        shutil.rmtree(self.path, ignore_errors=True)
        self.new.rename(self.path)
        self._write_stamp(mirror=mirror, made=time.time())

    def _install(self):
        facts = self._facts()
        if facts is None or facts["inputs"] == _inputs():
            return
        try:
            _ask(facts["mirror"], self.name)
        except Unavailable as error:
            return say(f"the list of packages changed, but stack {self.name} is taken as it is: {error}")
        say(f"the list of packages changed: installing what stack {self.name} lacks")
        # Without a stamp while it lasts: half an installation is not for use.
        self.stamp.unlink()
        self._install_into(self.path)
        self._write_stamp(**facts)

    def _install_into(self, root):
        enter = [os.fspath(paths.LAB_SOURCE / "stack" / "enter.py"), "--writable", str(root)]
        self._run("tools/install-deps", ["/usr/bin/python3", *enter, str(INSTALLER), *PURPOSES])

    def _write_stamp(self, **facts):
        temporary = self.stamp.with_suffix(".json.new")
        temporary.write_text(json.dumps({**facts, "inputs": _inputs()}) + "\n")
        temporary.rename(self.stamp)

    def _run(self, what, command):
        """Run one step of the making, quietly; its end is shown when it fails."""
        try:
            with open(self.log, "ab") as log:
                done = subprocess.run(
                    [*APART, *command], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                    timeout=STEP_SECONDS, preexec_fn=lambda: kernel.die_with_parent(signal.SIGKILL),
                )
        except subprocess.TimeoutExpired:
            raise Unavailable(f"{what} took more than {STEP_SECONDS} s; see {self.log}") from None
        if done.returncode != 0:
            tail = self.log.read_text(errors="replace").splitlines()[-15:]
            raise Unavailable("\n".join([f"{what} failed: {' '.join(tail[-1:])}; from {self.log}:", *tail]))


def _prepare(root):
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o755 if text.startswith("#!") else 0o644)
