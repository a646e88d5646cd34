# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The daemon is killed at random moments, and comes back to what it left.
#
# What the caller was told holds: a create that was answered is there, one that was not is there whole
# or not at all. Running guests do not notice.

"""sealvirtd killed and started again."""

import random
import time

from gi.repository import GLib

from kit import bus, lab
from kit.settings import settings

ROUNDS = 30


def test_guests_do_not_notice(world):
    with world.guest("steady", start=True) as path:
        before = world.bus.all(path)
        qemu = lab.qemu_processes()
        lab.kill_daemon()
        assert lab.qemu_processes() == qemu
        world.revive()
        assert world.bus.all(path) == before


def test_creates_cut_off(world):
    for number in range(ROUNDS):
        name, start = f"cut{number}", number % 2 == 1
        answer = world.bus.begin_create(name, settings(), start)
        time.sleep(random.random() * (0.3 if start else 0.03))
        lab.kill_daemon()
        complete = answer()[1] is None
        world.revive()

        def as_told(name=name, complete=complete, start=start):
            there = name in lab.domains()
            # A plain define is whole or not there; with a start it is undone.
            right = there if complete else (not there or not start)
            return right and not lab.notes() and world.bus.names() == lab.domains()

        lab.wait_for(as_told, 10, f"what was told of {name} (complete: {complete})")
        lab.remove_domain(name)
        world.await_names(set())


def test_start_cut_off(world):
    for _ in range(5):
        with world.guest("halfway") as path:
            answer = world.bus.begin(path, bus.VM, "Start", GLib.Variant("(a{sv})", ({},)))
            time.sleep(random.random() * 0.2)
            lab.kill_daemon()
            answer()
            world.revive()
            lab.wait_for(lambda: world.bus.state(path) == lab.virsh("domstate", "halfway")
                         .replace("shut off", "shutoff"), 10, "the state as libvirt has it")
