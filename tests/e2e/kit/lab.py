# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The lab as the tests see it: its services, its faults, its libvirt and its files.
#
# virsh is the "somebody else" of every test; what libvirt really has is always asked of virsh, never
# of the daemon under test. reset() brings the lab back to where a test may begin.

"""Commands of the lab, virsh, files and descriptors."""

import contextlib
import os
import pathlib
import signal
import subprocess
import time

from . import settings

TMP = pathlib.Path("/run/sealvirt-lab/tmp")
LOGS = pathlib.Path("/run/sealvirt-lab/log")
NVRAM = pathlib.Path("/var/lib/libvirt/qemu/nvram")
# Where a create or a start may leave something.
WATCHED = (NVRAM, pathlib.Path("/etc/libvirt/qemu"), pathlib.Path(settings.POOL),
           pathlib.Path("/var/lib/sealvirt"), pathlib.Path("/run/sealvirt"))
IMAGES = set()  # what the running test has made


class CommandError(Exception):
    """A command failed; the text is what it said."""


def stack():
    """The other Debian that this lab is on (trixie, sid), or None."""
    return os.environ.get("SEALVIRT_STACK")


def qemu_major():
    """Major version of the QEMU that libvirt starts."""
    line = next(line for line in virsh("version").splitlines() if "hypervisor" in line)
    return int(line.split()[-1].split(".")[0])


def run(*words, check=True, text=None, seconds=60):
    """Run a command; what it printed. With check=False the finished process itself."""
    done = subprocess.run(
        words, capture_output=True, text=True, input=text, timeout=seconds,
        stdin=subprocess.DEVNULL if text is None else None,
    )
    if not check:
        return done
    if done.returncode != 0:
        raise CommandError(f"{' '.join(map(str, words))}: {done.stderr.strip() or done.stdout}")
    return done.stdout.strip()


def virsh(*words, **more):
    """One virsh command."""
    return run("virsh", "-q", *map(str, words), **more)


def service(action, name, **more):
    """lab-service: start, stop, restart, kill, hang, wake, pid, log."""
    return run("lab-service", action, name, **more)


def log(name):
    """What a service has said so far."""
    return (LOGS / f"{name}.log").read_text(errors="replace")


def wait_for(condition, seconds=10, what="it", step=0.02):
    """Poll what sends no event (processes, files, virsh); the condition's value once it is true."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < deadline, f"{what} did not happen within {seconds} s"
        time.sleep(step)


def domains(*flags):
    """Names of libvirt's domains."""
    return set(virsh("list", "--name", *(flags or ("--all",))).split())


def domain_xml(name, inactive=True):
    """libvirt's XML of a domain."""
    return virsh("dumpxml", name, *(["--inactive"] if inactive else []))


def define(xml, verb="define"):
    """virsh define, or virsh create for a transient domain."""
    path = TMP / f"domain-{os.getpid()}.xml"
    path.write_text(xml)
    virsh(verb, path)


@contextlib.contextmanager
def fault(*words):
    """Faults of the secure processor, for guests that start inside the block."""
    run("lab-psp", "inject", *words)
    try:
        yield
    finally:
        run("lab-psp", "clear")


@contextlib.contextmanager
def hung(name):
    """A service that is stopped, but not ended, inside the block."""
    service("hang", name)
    try:
        yield
    finally:
        service("wake", name)


@contextlib.contextmanager
def polkit_rule(text):
    """An administrator's rule, as long as the block lasts; polkitd reads it at its next question."""
    path = pathlib.Path("/etc/polkit-1/rules.d/10-e2e.rules")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o644)
    service("restart", "polkitd")
    try:
        yield
    finally:
        path.unlink()
        service("restart", "polkitd")


def image(name):
    """The path of an image that the test is about to make and that ends with it."""
    path = pathlib.Path(settings.POOL) / name
    IMAGES.add(path)
    return path


def disk(name="e2e.img", size=1024 * 1024, fmt="raw"):
    """An image in the default pool's directory, for the length of the test; its path."""
    path = image(name)
    run("qemu-img", "create", "-q", "-f", fmt, path, str(size))
    return str(path)


def remove_images():
    """The end of all that image() named."""
    while IMAGES:
        IMAGES.pop().unlink(missing_ok=True)


def images():
    """What lies in the default pool's directory."""
    return set(pathlib.Path(settings.POOL).iterdir())


def deaf_firmware():
    """The lab's firmware, but asleep with interrupts off: no button wakes it; its path."""
    firmware = pathlib.Path(settings.FIRMWARE).read_bytes()
    listening, deaf = bytes.fromhex("fbf4ebfd"), bytes.fromhex("faf4ebfd")
    assert firmware.count(listening) == 1, "the lab's firmware has changed"
    path = image("deaf.fd")
    path.write_bytes(firmware.replace(listening, deaf))
    return str(path)


def daemon_pid():
    """The process of sealvirtd."""
    return int(service("pid", "sealvirtd"))


def kill_daemon():
    """The end of sealvirtd without a word."""
    pid = daemon_pid()
    os.kill(pid, signal.SIGKILL)
    wait_for(lambda: not pathlib.Path(f"/proc/{pid}").exists(), 5, "the daemon's end")


def notes():
    """What creates have noted for the next daemon."""
    return list(pathlib.Path("/var/lib/sealvirt").glob("*-*.pending"))


def descriptors(pid, pause=0.03):
    """What the process has open, one entry a descriptor; not what it just reads and closes."""
    former, found = None, _descriptors(pid)
    while former != found:
        time.sleep(pause)
        former, found = found, _descriptors(pid)
    return found


def _descriptors(pid):
    found = []
    for entry in pathlib.Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(OSError):
            found.append(os.readlink(entry).split(":")[0])
    return sorted(found)


def files():
    """Every file that a create could have left, besides libvirt's status of the network."""
    return {str(path) for top in WATCHED if top.exists() for path in top.rglob("*")}


def _processes(program, word):
    """Ids of the processes of a program that have this in one of their arguments."""
    found = []
    for entry in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            words = entry.read_bytes().split(b"\0")
            if words[0].endswith(program) and any(word in argument for argument in words):
                found.append(int(entry.parent.name))
    return found


def qemu_processes():
    """Ids of the running QEMUs that belong to guests (libvirt's own probes are no guests)."""
    return _processes(b"qemu-system-x86_64", b"guest=")


def tpm_processes():
    """Ids of the running emulators of TPMs (one that only says what it can is none)."""
    return _processes(b"/swtpm", b"--tpmstate")


def remove_domain(name):
    """Away with a domain, whatever its state; one that is gone already is no error."""
    virsh("destroy", name, check=False)
    virsh("undefine", name, "--nvram", "--managed-save", check=False)


def reset():
    """All services up, no faults, no domains."""
    for name in ("libvirtd", "polkitd", "sealvirtd"):
        service("wake", name, check=False)
        service("start", name, check=False)
    run("lab-psp", "clear")
    for name in domains():
        remove_domain(name)
