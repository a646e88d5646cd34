# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The daemon is killed at random moments, and comes back to what it left.
#
# What the caller was told holds: a create that was answered is there, one that was not is there whole
# or not at all. Running guests do not notice.

"""sealvirtd killed and started again."""

import os
import pathlib
import random
import signal
import time

from gi.repository import GLib

from kit import bus, lab
from kit.settings import boolean, settings

ROUNDS = 30
STATE = pathlib.Path("/var/lib/sealvirt")


def kill():
    pid = lab.daemon_pid()
    os.kill(int(pid), signal.SIGKILL)
    lab.wait_for(lambda: not pathlib.Path(f"/proc/{pid}").exists(), 5, "the daemon's end")


def revive(world):
    lab.service("start", "sealvirtd")
    world.await_connected()


def test_guests_do_not_notice(world):
    with world.guest("steady", start=True) as path:
        before = world.bus.all(path)
        qemu = lab.qemu_processes()
        kill()
        assert lab.qemu_processes() == qemu
        revive(world)
        assert world.bus.all(path) == before


def begin(world, name, start):
    options = {"start": boolean()} if start else {}
    return world.bus.begin(bus.ROOT, bus.MANAGER, "CreateVM",
                           GLib.Variant("(sa{sv}a{sv})", (name, settings(), options)))


def test_creates_cut_off(world):
    for number in range(ROUNDS):
        name, start = f"cut{number}", number % 2 == 1
        answer = begin(world, name, start)
        time.sleep(random.random() * (0.3 if start else 0.03))
        kill()
        complete = answer()[1] is None
        revive(world)

        def as_told(name=name, complete=complete, start=start):
            there = name in lab.domains()
            # A plain define is whole or not there; with a start it is undone.
            right = there if complete else (not there or not start)
            return right and not list(STATE.glob("*-*.pending")) and world.bus.names() == lab.domains()

        lab.wait_for(as_told, 10, f"what was told of {name} (complete: {complete})")
        lab.remove_domain(name)
        world.await_names(set())


def test_start_cut_off(world):
    for _ in range(5):
        with world.guest("halfway") as path:
            answer = world.bus.begin(path, bus.VM, "Start", GLib.Variant("(a{sv})", ({},)))
            time.sleep(random.random() * 0.2)
            kill()
            answer()
            revive(world)
            lab.wait_for(lambda: world.bus.state(path) == lab.virsh("domstate", "halfway")
                         .replace("shut off", "shutoff"), 10, "the state as libvirt has it")
