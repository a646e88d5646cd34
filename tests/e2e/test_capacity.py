# SPDX-License-Identifier: LGPL-2.1-or-later
#
# A host with room for two guests of each kind.
#
# A start that does not fit is refused before QEMU, the numbers are right and are signalled, and of
# two starts for the last slot exactly one wins, however often it is tried.

"""Key slots: counted, signalled, never overdrawn."""

import contextlib
import os
import signal
import subprocess

from gi.repository import GLib

from kit import bus, lab, watch
from kit.bus import fails
from kit.settings import FIRMWARE, KERNEL, boolean, settings
from kit.tap import each

POOLS = (("sev", "sev"), ("sev-es", "sev-es"))
# Under the sanitizers everything is several times slower; the race is run in full without them.
RACES = 20 if "ASAN_OPTIONS" in os.environ else 200


@contextlib.contextmanager
def foreign_guest():
    """A SEV guest of a QEMU that libvirt knows nothing of."""
    command = ["qemu-system-x86_64", "-nodefaults", "-display", "none", "-S", "-m", "32",
               "-accel", "kvm", "-machine", "q35,confidential-guest-support=sev0", "-bios", FIRMWARE,
               "-object", "sev-guest,id=sev0,cbitpos=51,reduced-phys-bits=1,policy=0x3"]
    environment = {**os.environ, "LD_PRELOAD": "/run/sealvirt-lab/psp.so"}
    with subprocess.Popen(command, env=environment) as process:
        try:
            yield
        finally:
            process.kill()


def label(row):
    return row[0]


def capacity(world, pool):
    return tuple(world.bus.get(bus.HOST, bus.HOST_INTERFACE, "Capacity")[pool])


def capacity_is(pool, *numbers):
    def fits(event):
        told = event.changed().get("Capacity") if event.path == bus.HOST else None
        return told is not None and tuple(told[pool]) == numbers

    return fits


@each(POOLS, label=label)
def test_counted_and_signalled(world, row):
    technology, pool = row
    with world.guest("one", technology=technology, firmware=FIRMWARE) as one:
        lab.wait_for(lambda: capacity(world, pool) == (2, 0, 2), what="two free slots")
        mark = world.watch.mark()
        world.bus.act(one, "Start")
        world.watch.wait(capacity_is(pool, 2, 1, 1), mark, what="the slot taken")
        mark = world.watch.mark()
        lab.virsh("destroy", "one")
        world.watch.wait(capacity_is(pool, 2, 0, 2), mark, what="the slot given back")


@each(POOLS, label=label)
def test_full(world, row):
    technology, pool = row
    more = {"technology": technology, "firmware": FIRMWARE}
    with world.guest("one", start=True, **more), world.guest("two", start=True, **more):
        lab.wait_for(lambda: capacity(world, pool) == (2, 2, 0), what="both slots taken")
        with world.guest("three", **more) as three:
            qemu = lab.qemu_processes()
            with fails("CapacityExhausted", has=("all 2 key slots", pool)):
                world.bus.act(three, "Start")
            assert world.bus.state(three) == "shutoff" and lab.qemu_processes() == qemu
            said = [line for line in lab.log("sealvirtd").splitlines() if "name=three" in line]
            assert any(f"all 2 key slots of the pool {pool} are taken" in line for line in said), said
        with world.nothing_left(), fails("CapacityExhausted"):
            world.bus.create("four", settings(**more), start=True)
        shown = world.bus.preview("five", settings(**more))
        assert "<!-- warning: capacity: all 2 key slots" in shown, shown[:200]
        told = lab.run("sealctl", "create", "six", "--technology", technology, "--memory", "32M",
                       "--kernel", KERNEL, "--firmware", FIRMWARE, check=False)
        lab.remove_domain("six")
        assert told.returncode == 0 and "cannot start until" in told.stderr, told
    assert "warning: capacity" not in world.bus.preview("five", settings(**more))


def test_other_pool_is_not_touched(world):
    more = {"technology": "sev", "firmware": FIRMWARE}
    with world.guest("one", start=True, **more), world.guest("two", start=True, **more):
        lab.wait_for(lambda: capacity(world, "sev-es") == (2, 0, 2), what="the other pool")
        with world.guest("es", technology="sev-es", firmware=FIRMWARE) as guest:
            world.bus.act(guest, "Start")
            assert world.bus.state(guest) == "running"


def test_guest_that_libvirt_does_not_know(world):
    """A slot taken by somebody else's QEMU: noticed from the kernel's ledger within seconds."""
    with foreign_guest():
        lab.wait_for(lambda: capacity(world, "sev") == (2, 1, 1), 15, "the foreign guest")
        with world.guest("one", start=True, technology="sev", firmware=FIRMWARE):
            with world.guest("two", technology="sev", firmware=FIRMWARE) as two:
                with fails("CapacityExhausted", has="1 of them by guests outside of libvirt"):
                    world.bus.act(two, "Start")
    lab.wait_for(lambda: capacity(world, "sev") == (2, 0, 2), 15, "the end of the foreign guest")


def verdict_is(technology, *verdict):
    def fits(event):
        told = event.changed().get("Verdicts") if event.path == bus.HOST else None
        return told is not None and told[technology] == verdict

    return fits


@each(POOLS, label=label)
def test_verdict_follows_the_pool(world, row):
    """A full pool is a doubt and no more: it is whole again as soon as one guest ends."""
    technology, pool = row
    before = tuple(world.bus.get(bus.HOST, bus.HOST_INTERFACE, "Verdicts")[technology])
    technologies = world.bus.get(bus.HOST, bus.HOST_INTERFACE, "Technologies")
    more = {"technology": technology, "firmware": FIRMWARE}
    with world.guest("one", start=True, **more), world.guest("two", **more) as two:
        mark = world.watch.mark()
        world.bus.act(two, "Start")
        world.watch.wait(verdict_is(technology, "degraded", f"capacity.{pool}"), mark, 10)
        assert world.bus.get(bus.HOST, bus.HOST_INTERFACE, "Technologies") == technologies
        mark = world.watch.mark()
        lab.virsh("destroy", "one")
        world.watch.wait(verdict_is(technology, *before), mark, 10)


def test_verdict_follows_strangers(world):
    before = tuple(world.bus.get(bus.HOST, bus.HOST_INTERFACE, "Verdicts")["sev"])
    with world.guest("one", start=True, technology="sev", firmware=FIRMWARE):
        mark = world.watch.mark()
        with foreign_guest():
            world.watch.wait(verdict_is("sev", "degraded", "capacity.sev"), mark, 10)
            mark = world.watch.mark()
        world.watch.wait(verdict_is("sev", *before), mark, 10)


def test_destroyed_while_starting(world):
    """Whoever powers a guest off in the middle of its start gives the slot back."""
    with world.guest("one", technology="sev", firmware=FIRMWARE) as one:
        lab.wait_for(lambda: capacity(world, "sev") == (2, 0, 2), what="the end of earlier guests")
        with lab.fault("launch-start-delay-ms=3000"):
            answer = world.bus.begin(one, bus.VM, "Start", GLib.Variant("(a{sv})", ({},)))
            lab.wait_for(lambda: capacity(world, "sev") == (2, 1, 1), what="the slot reserved")
            lab.wait_for(lab.qemu_processes, what="QEMU")
            lab.virsh("destroy", "one", check=False)
            error = answer()[1]
        assert error is not None, "the start went well although the guest was powered off"
        lab.wait_for(lambda: capacity(world, "sev") == (2, 0, 2), what="the slot given back")
        world.bus.act(one, "Start")
        lab.wait_for(lambda: capacity(world, "sev") == (2, 1, 1), what="the slot taken")


def test_guest_that_ends_while_libvirt_is_away(world):
    with foreign_guest(), world.guest("one", start=True, technology="sev", firmware=FIRMWARE):
        lab.wait_for(lambda: capacity(world, "sev") == (2, 2, 0), 15, "both slots taken")
        lab.service("kill", "libvirtd")
        for pid in lab.qemu_processes():
            os.kill(pid, signal.SIGKILL)
        lab.service("start", "libvirtd")
        world.await_connected()
        lab.wait_for(lambda: capacity(world, "sev") == (2, 1, 1), 10, "the stranger alone")
    lab.wait_for(lambda: capacity(world, "sev") == (2, 0, 2), 10, "the end of the foreign guest")


def start_both(world, paths):
    answers = [world.bus.begin(path, bus.VM, "Start", GLib.Variant("(a{sv})", ({"paused": boolean()},)))
               for path in paths]
    return [answer() for answer in answers]


def test_race_for_the_last_slot(world):
    more = {"technology": "sev", "firmware": FIRMWARE}
    with world.guest("holder", start=True, **more), world.guest("left", **more) as left, \
            world.guest("right", **more) as right:
        for number in range(RACES):
            errors = [error for _, error in start_both(world, (left, right))]
            winners = [path for path, error in zip((left, right), errors) if error is None]
            assert len(winners) == 1, f"round {number}: {errors}"
            loser = next(error for error in errors if error)
            assert loser.name == bus.ERROR + "CapacityExhausted", f"round {number}: {loser}"
            world.bus.act(winners[0], "Stop")


def test_job_signals_of_a_race(world):
    more = {"technology": "sev-es", "firmware": FIRMWARE}
    with world.guest("holder", start=True, **more), world.guest("left", **more) as left, \
            world.guest("right", **more) as right:
        mark = world.watch.mark()
        start_both(world, (left, right))
        world.watch.wait(watch.job_removed("start", result="done"), mark)
