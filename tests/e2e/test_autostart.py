# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The host boots, on a host with room for two guests.
#
# libvirt starts what has autostart, and knows nothing of key slots. What it could not start is tried
# again by the daemon, once a boot: what fits runs in the end, what does not is refused before QEMU
# and said so. What an operator stopped stays off.

"""Autostart after a boot of the host."""

import contextlib
import pathlib

from kit import lab
from kit.settings import FIRMWARE
from kit.tap import each

BOOT_NOTE = pathlib.Path("/var/lib/sealvirt/autostart.pending")
# libvirt's own mark that the domains of this boot were started already.
LIBVIRT_MARK = pathlib.Path("/run/libvirt/qemu/autostarted")
NAMES = ("first", "second", "third")
MORE = {"technology": "sev", "firmware": FIRMWARE, "autostart": True}


@contextlib.contextmanager
def guests(world, names):
    with contextlib.ExitStack() as stack:
        yield {name: stack.enter_context(world.guest(name, **MORE)) for name in names}


def stop_services():
    for name in ("sealvirtd", "libvirtd"):
        lab.service("stop", name)
    for path in (BOOT_NOTE, LIBVIRT_MARK):
        path.unlink(missing_ok=True)


def start_daemon(world):
    lab.service("start", "sealvirtd")
    world.await_connected()


def running():
    return lab.domains("--state-running")


def refusals():
    return [line for line in lab.log("sealvirtd").splitlines()
            if "a VM that starts with the host is still off" in line]


def test_more_guests_than_slots(world):
    """libvirt fills the slots, and QEMU fails for the rest; the daemon says why."""
    with guests(world, NAMES):
        assert "autostart-capacity: 3 VMs start with the host" in lab.log("sealvirtd")
        told = len(refusals())
        stop_services()
        lab.service("start", "libvirtd")
        lab.wait_for(lambda: len(running()) == 2, 30, "libvirt's own autostart")
        start_daemon(world)
        lab.wait_for(lambda: len(refusals()) == told + 1, 10, "the word on the third")
        assert "all 2 key slots" in refusals()[-1] and len(running()) == 2


def test_what_libvirt_could_not_start(world):
    """The secure processor was not ready when libvirt came up, and is when the daemon does."""
    with guests(world, NAMES) as paths:
        stop_services()
        with lab.fault("init-errno=16"):
            lab.service("start", "libvirtd")
            lab.wait_for(lambda: lab.log("libvirtd").count("autostart") or LIBVIRT_MARK.exists(), 30)
            assert not running()
        start_daemon(world)
        lab.wait_for(lambda: running() == {"first", "second"}, 20, "the daemon's starts")
        lab.wait_for(lambda: world.bus.state(paths["second"]) == "running", 10)
        assert world.bus.state(paths["third"]) == "shutoff"
        # Once a boot: a daemon that is only started again leaves the third alone.
        lab.virsh("destroy", "first")
        lab.service("restart", "sealvirtd")
        world.await_connected()
        assert running() == {"second"} and not lab.qemu_processes()[1:]


@each((("stopped", ("start", "destroy")), ("never", ())), label=lambda row: row[0])
def test_what_nobody_failed_to_start(world, row):
    """A VM that an operator stopped since, or that libvirt did not try, is not touched."""
    with guests(world, NAMES[:1]):
        stop_services()
        LIBVIRT_MARK.parent.mkdir(parents=True, exist_ok=True)
        LIBVIRT_MARK.touch()
        lab.service("start", "libvirtd")
        for verb in row[1]:
            lab.virsh(verb, "first")
        start_daemon(world)
        lab.wait_for(BOOT_NOTE.exists, 10, "the note of this boot")
        assert not running() and not lab.qemu_processes()
