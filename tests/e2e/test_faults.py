# SPDX-License-Identifier: LGPL-2.1-or-later
#
# libvirtd dies, or hangs, and comes back.
#
# Death is noticed and told, reads go on with what was known, and after the return the list is true
# again, whatever happened meanwhile. A hung libvirtd is worse: nothing ends by itself there, so every
# deadline has to be our own.

"""libvirtd killed, stopped, continued."""

import pathlib
import statistics
import time

from kit import bus, lab, watch
from kit.bus import BusError, fails
from kit.settings import settings
from kit.tap import each

ROUNDS = 20
BUSY_ROUNDS = 8
QEMU_ETC = pathlib.Path("/etc/libvirt/qemu")
READ_SECONDS = 0.05
ACT_SECONDS = 12
V = bus.GLib.Variant


def backend(world):
    return world.bus.get(bus.ROOT, bus.MANAGER, "BackendState")


def backend_changed(state):
    return lambda event: event.path == bus.ROOT and event.changed().get("BackendState") == state


def kill(world):
    mark = world.watch.mark()
    lab.service("kill", "libvirtd")
    world.watch.wait(backend_changed("unavailable"), mark, what="news of libvirtd's death")


def revive(world):
    mark = world.watch.mark()
    lab.service("start", "libvirtd")
    world.watch.wait(backend_changed("connected"), mark, 15, "the connection")


def exchange(world, number, template):
    """While libvirtd is dead, one definition goes and another one comes; the new name."""
    old, new = f"exchanged-{number}", f"exchanged-{number + 1}"
    (QEMU_ETC / f"{old}.xml").unlink()
    uuid = f"0e2e0e2e-0002-4000-8000-{number:012x}"
    (QEMU_ETC / f"{new}.xml").write_text(template.format(name=new, uuid=uuid))
    return new


@each(range(ROUNDS), label=lambda number: f"round {number + 1}")
def test_killed(world, number):
    with world.guest("witness", start=True) as witness, world.guest("constant"):
        qemu = lab.qemu_processes()
        with world.guest("model") as model:
            uuid = world.bus.get(model, bus.VM, "UUID")
            xml = lab.domain_xml("model").replace("{", "{{").replace("}", "}}")
        template = xml.replace("<name>model<", "<name>{name}<").replace(uuid, "{uuid}")
        lab.define(template.format(name=f"exchanged-{number}", uuid="0e2e0e2e-0003-4000-8000-000000000000"))
        world.await_names({"witness", "constant", f"exchanged-{number}"})
        kill(world)
        assert world.bus.state(witness) == "running" and "constant" in world.bus.names()
        with fails("BackendUnavailable"):
            world.bus.act(witness, "Suspend")
        new = exchange(world, number, template)
        revive(world)
        world.await_names({"witness", "constant", new})
        assert world.bus.state(witness) == "running" and lab.qemu_processes() == qemu
        world.bus.act(witness, "Suspend")
        world.bus.act(witness, "Resume")
        lab.remove_domain(new)
        world.await_names({"witness", "constant"})


def test_guest_ends_while_libvirtd_is_dead(world):
    with world.guest("mortal", start=True) as path:
        kill(world)
        for pid in lab.qemu_processes():
            lab.run("kill", "-KILL", str(pid))
        mark = world.watch.mark()
        lab.service("start", "libvirtd")
        world.watch.wait(watch.changed(path, State="shutoff"), mark, 15)
        world.await_connected()
        world.bus.act(path, "Start")
        assert world.bus.state(path) == "running"


@each(range(BUSY_ROUNDS), label=lambda number: f"round {number + 1}")
def test_dead_while_a_start_is_under_way(world, number):
    """The worker whose call waits and the main loop hear of the death at the same moment."""
    daemon = lab.daemon_pid()
    with world.guest("interrupted") as path:
        with lab.fault("launch-start-delay-ms=1500"):
            mark = world.watch.mark()
            wait = world.bus.begin(path, bus.VM, "Start", V("(a{sv})", ({},)))
            world.watch.wait(watch.changed(path, State="starting"), mark)
            lab.wait_for(lab.qemu_processes, what="QEMU")
            kill(world)
            _, error = wait()
            assert error.name == bus.ERROR + "BackendUnavailable", error
        revive(world)
        lab.wait_for(lambda: world.bus.state(path) == agreed("interrupted"), what="the same state")
        if world.bus.state(path) != "shutoff":
            world.bus.act(path, "Stop")
        world.bus.act(path, "Start")
        assert world.bus.state(path) == "running"
    told = [event for event in world.watch.since(mark) if backend_changed("unavailable")(event)]
    assert len(told) == 1 and lab.daemon_pid() == daemon, (told, daemon)


def agreed(name):
    """The state of a domain by virsh in our words."""
    return {"shut off": "shutoff", "running": "running", "paused": "paused"}.get(lab.virsh("domstate", name))


def timed_reads(world, path, seconds):
    """How long property reads take, one after the other, for so many seconds."""
    until, taken = time.monotonic() + seconds, []
    while time.monotonic() < until:
        began = time.monotonic()
        world.bus.state(path)
        taken.append(time.monotonic() - began)
    return taken


def judge_reads(taken):
    median, worst = statistics.median(taken), max(taken)
    print(f"# {len(taken)} reads: median {median * 1000:.1f} ms, worst {worst * 1000:.0f} ms", flush=True)
    assert median <= READ_SECONDS / 5 and worst <= READ_SECONDS * 10, (median, worst)
    late = sum(one > READ_SECONDS for one in taken)
    assert late <= len(taken) / 100, f"{late} of {len(taken)} reads took more than 50 ms"


def test_hung(world):
    with world.guest("first", start=True) as first, world.guest("second") as second:
        with lab.hung("libvirtd"):
            began = time.monotonic()
            arguments = V("(a{sv})", ({},))
            waits = [world.bus.begin(first, bus.VM, "Suspend", arguments),
                     world.bus.begin(second, bus.VM, "Start", arguments),
                     world.bus.begin(bus.ROOT, bus.MANAGER, "CreateVM",
                                     V("(sa{sv}a{sv})", ("third", settings(), {})))]
            judge_reads(timed_reads(world, first, 1.5))
            judge_reads(timed_reads(world, second, 1.5))
            assert world.bus.objects() and world.bus.preview("fourth", settings())
            for wait in waits:
                reply, error = wait()
                assert reply is None, reply
                assert error.name in (bus.ERROR + "BackendUnavailable", bus.ERROR + "Timeout"), error
            assert time.monotonic() - began < ACT_SECONDS, time.monotonic() - began
            lab.wait_for(lambda: backend(world) != "connected", ACT_SECONDS, "news of the hang")
            with fails("BackendUnavailable"):
                world.bus.act(first, "Suspend")
        world.await_connected()
        lab.wait_for(lambda: world.bus.names() == lab.domains(), what="the true list")
        world.await_names({"first", "second"} | (world.bus.names() & {"third"}))
        lab.wait_for(lambda: world.bus.state(first) == agreed("first"), what="the true state")
        assert world.bus.state(second) == "shutoff" or agreed("second") == world.bus.state(second)
        lab.remove_domain("third")


def test_hung_for_a_moment(world):
    """A second of silence is nothing: the call just takes longer."""
    with world.guest("patient", start=True) as path:
        with lab.hung("libvirtd"):
            wait = world.bus.begin(path, bus.VM, "Suspend", V("(a{sv})", ({},)))
            timed_reads(world, path, 1)
        assert wait()[1] is None and world.bus.state(path) == "paused"
        assert backend(world) == "connected"


def test_orderly_restart(world):
    with world.guest("steady", start=True) as path:
        mark = world.watch.mark()
        lab.service("restart", "libvirtd")
        world.watch.wait(backend_changed("connected"), mark, 15)
        assert world.bus.state(path) == "running"
        world.bus.act(path, "Stop")


def test_daemon_comes_up_without_libvirt(world):
    lab.service("stop", "sealvirtd")
    lab.service("stop", "libvirtd")
    lab.service("start", "sealvirtd")
    assert backend(world) != "connected" and world.bus.names() == set()
    with fails("BackendUnavailable", "TechnologyUnavailable"):
        world.bus.create("early", settings())
    try:
        world.bus.preview("early", settings())
    except BusError as error:
        assert error.name == bus.ERROR + "BackendUnavailable", error
    lab.service("start", "libvirtd")
    world.await_connected()
    lab.wait_for(lambda: world.bus.get(bus.HOST, bus.HOST_INTERFACE, "Technologies") == ["sev-es", "sev"],
                 what="the technologies")
    with world.guest("early", start=True) as path:
        assert world.bus.state(path) == "running"
