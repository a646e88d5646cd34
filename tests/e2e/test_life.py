# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The life of a VM as a frontend sees it: every call, every state on the way, every signal.
#
# The order of signals is part of the contract: properties have changed before JobRemoved, and both
# come before the reply.

"""Create, start, pause, resume, shut down, reboot, stop."""

from kit import bus, lab, owner, reboot, watch
from kit.bus import fails
from kit.settings import boolean, number
from kit.tap import each


def finished(world, mark, operation, uuid, result="done"):
    """The JobRemoved of a call that has returned; its error name."""
    event = world.watch.wait(
        watch.job_removed(operation, uuid), mark, what=f"JobRemoved of {operation}"
    )
    assert event.args[3] == result, event
    return event.args[4]


def act_and_see(world, path, member, operation, state, options=None):
    """A call, the state it leads to, and its job; the states that were signalled."""
    uuid, mark = world.bus.get(path, bus.VM, "UUID"), world.watch.mark()
    world.bus.act(path, member, options)
    assert finished(world, mark, operation, uuid) == ""
    changes = [event.changed() for event in world.watch.since(mark) if event.path == path]
    assert world.bus.state(path) == state, (world.bus.state(path), changes)
    return [change["State"] for change in changes if "State" in change]


@each(["sev", "sev-es", "none"])
def test_whole_life(world, technology):
    name, mark = f"life-{technology}", world.watch.mark()
    path = world.guest(name, technology=technology)
    with path as path:
        shown = world.watch.wait(watch.added(path), mark).args[1][bus.VM]
        assert shown == world.bus.all(path), "InterfacesAdded and GetAll differ"
        assert (shown["Name"], shown["State"], shown["Technology"]) == (name, "shutoff", technology)
        assert shown["Memory"] == 32 * 1024 * 1024 and shown["VCPUs"] == 1 and shown["Persistent"]
        assert shown["PolicyFlags"] == (
            [] if technology == "none" else
            [flag for flag in ("nodbg", "noks", "es", "nosend") if flag != "es" or technology == "sev-es"]
        ), shown
        assert finished(world, mark, "create", shown["UUID"]) == ""
        assert act_and_see(world, path, "Start", "start", "running")[-2:] == ["starting", "running"]
        assert lab.virsh("domstate", name) == "running"
        assert act_and_see(world, path, "Suspend", "suspend", "paused") == ["paused"]
        assert act_and_see(world, path, "Resume", "resume", "running") == ["running"]
        assert act_and_see(world, path, "Stop", "stop", "shutoff")[-1] == "shutoff"
        world.bus.act(path, "Delete")
        world.watch.wait(watch.removed(path), mark)
        with fails(bus.DBUS_ERROR + "UnknownObject"):
            world.bus.all(path)
        assert name not in lab.domains()


def test_signals_come_before_the_reply(world):
    with world.guest("order") as path:
        mark = world.watch.mark()
        world.bus.act(path, "Start")
        world.bus.state(path)
        running = world.watch.wait(watch.changed(path, State="running"), mark)
        ended = world.watch.wait(watch.job_removed("start"), mark)
        events = world.watch.since(mark)
        assert events.index(running) < events.index(ended)


def test_job_is_an_object_while_it_lasts(world):
    with world.guest("job") as path, lab.fault("launch-start-delay-ms=2000"):
        mark = world.watch.mark()
        wait = world.bus.begin(path, bus.VM, "Start", bus.GLib.Variant("(a{sv})", ({},)))
        begun = world.watch.wait(
            lambda event: event.member == "InterfacesAdded" and bus.JOB in event.args[1], mark
        )
        job, shown = begun.args[0], begun.args[1][bus.JOB]
        assert (shown["Operation"], shown["VM"], shown["StartedByUID"]) == ("start", path, 0)
        assert job in world.bus.objects() and world.bus.all(job, bus.JOB) == shown
        assert world.bus.state(path) == "starting"
        with fails("Busy"):
            world.bus.act(path, "Start")
        with fails("Busy"):
            world.bus.act(path, "Delete")
        with fails("InvalidState"):
            world.bus.call(job, bus.JOB, "Cancel", bus.GLib.Variant("(a{sv})", ({},)))
        assert wait()[1] is None
        world.watch.wait(watch.removed(job, bus.JOB), mark)
        with fails(bus.DBUS_ERROR + "UnknownObject"):
            world.bus.all(job, bus.JOB)


def test_start_paused(world):
    with world.guest("paused") as path:
        act_and_see(world, path, "Start", "start", "paused", {"paused": boolean()})
        act_and_see(world, path, "Resume", "resume", "running")


@each([("sev", 0x3), ("sev-es", 0x7)], label=lambda row: row[0])
def test_awaiting_attestation(world, row):
    technology, policy = row
    more = owner.settings_for(policy)
    with world.guest("owner", technology=technology, policy=policy, **more) as path:
        assert world.bus.get(path, bus.VM, "Attestable") is True
        act_and_see(world, path, "Start", "start", "awaiting-attestation", {"paused": boolean()})
        act_and_see(world, path, "Resume", "resume", "running")
        act_and_see(world, path, "Suspend", "suspend", "paused")


@each([False, True], label=lambda paused: "paused" if paused else "running")
def test_create_and_start(world, paused):
    with world.guest("at-once", start=True, paused=paused) as path:
        assert world.bus.state(path) == ("paused" if paused else "running")


def test_capacity_follows(world):
    total, used, free = world.bus.get(bus.HOST, bus.HOST_INTERFACE, "Capacity")["sev-es"]
    with world.guest("slot", technology="sev-es") as path:
        mark = world.watch.mark()
        world.bus.act(path, "Start")
        world.watch.wait(watch.changed(bus.HOST), mark)
        capacity = world.bus.get(bus.HOST, bus.HOST_INTERFACE, "Capacity")["sev-es"]
        assert capacity == (total, used + 1, free - 1), capacity
        world.bus.act(path, "Stop")
        capacity = world.bus.get(bus.HOST, bus.HOST_INTERFACE, "Capacity")["sev-es"]
        assert capacity == (total, used, free), capacity


def test_shutdown_of_an_obedient_guest(world):
    with world.guest("polite", start=True) as path:
        lab.wait_for(lambda: _asked_to_go(world, path), 20, "the end of the guest", step=0.3)


def _asked_to_go(world, path):
    """The lab's firmware listens to the button a moment after its start; a press before is lost."""
    if world.bus.state(path) == "running":
        world.bus.act(path, "Shutdown")
    return world.bus.state(path) == "shutoff"


def test_shutdown_waits_for_the_guest(world):
    with world.guest("waiting", start=True) as path:
        for _ in range(5):
            try:
                world.bus.act(path, "Shutdown", {"timeout": number(3)})
                break
            except bus.BusError as error:
                assert error.name == bus.ERROR + "Timeout", error
        assert world.bus.state(path) == "shutoff"


def test_shutdown_of_a_deaf_guest(world):
    with world.guest("deaf", start=True, firmware=lab.deaf_firmware()) as path:
        mark = world.watch.mark()
        with fails("Timeout", has="within 1 seconds"):
            world.bus.act(path, "Shutdown", {"timeout": number(1)})
        assert world.bus.state(path) in ("running", "stopping"), world.bus.all(path)
        name = finished(world, mark, "shutdown", world.bus.get(path, bus.VM, "UUID"), "failed")
        assert name == bus.ERROR + "Timeout"
        world.bus.act(path, "Shutdown", {"timeout": number(1), "force": boolean()})
        assert world.bus.state(path) == "shutoff"


def test_cancel_of_a_shutdown(world):
    with world.guest("stubborn", start=True, firmware=lab.deaf_firmware()) as path:
        mark = world.watch.mark()
        arguments = bus.GLib.Variant("(a{sv})", ({"timeout": number(600)},))
        wait = world.bus.begin(path, bus.VM, "Shutdown", arguments)
        job = world.watch.wait(
            lambda event: event.member == "InterfacesAdded" and bus.JOB in event.args[1], mark
        ).args[0]
        lab.wait_for(lambda: world.bus.get(job, bus.JOB, "Cancelable"), what="a cancelable job")
        with fails(bus.DBUS_ERROR + "InteractiveAuthorizationRequired"):
            world.user.call(job, bus.JOB, "Cancel", bus.GLib.Variant("(a{sv})", ({},)))
        world.bus.call(job, bus.JOB, "Cancel", bus.GLib.Variant("(a{sv})", ({},)))
        assert wait()[1].name == bus.ERROR + "Cancelled"
        world.watch.wait(watch.job_removed("shutdown", result="cancelled"), mark)


def test_reboot(world):
    with world.guest("again", start=True) as path:
        world.bus.act(path, "Reboot")
        assert world.bus.state(path) == "running"
    with world.guest("again-es", technology="sev-es", start=True) as path:
        with fails("OperationBlocked", has="start it again"):
            world.bus.act(path, "Reboot")


@each(reboot.WORDS)
def test_restart_after_the_guests_reboot(world, word):
    reboot.guest_reboots(world, "sev-es", word)


STATES = {
    "shutoff": ("Resume", "Suspend", "Shutdown", "Reboot", "Stop"),
    "running": ("Start", "Resume", "Delete"),
    "paused": ("Start", "Suspend", "Shutdown", "Reboot", "Delete"),
}


@each(STATES)
def test_refused_in_state(world, state):
    start = None if state == "shutoff" else True
    with world.guest("stately", start=start, paused=True if state == "paused" else None) as path:
        for member in STATES[state]:
            with fails("InvalidState", has=f"it is {state}"):
                world.bus.act(path, member)
        assert world.bus.state(path) == state


def test_written_properties(world):
    with world.guest("writable") as path:
        for name, value in (("Autostart", boolean()), ("Restart", bus.GLib.Variant("s", "guest-reboot")),
                            ("Restart", bus.GLib.Variant("s", "no")), ("Autostart", boolean(False))):
            mark = world.watch.mark()
            world.bus.set(path, bus.VM, name, value)
            world.watch.wait(watch.changed(path, **{name: value.unpack()}), mark)
        assert lab.virsh("dominfo", "writable").find("disable") > 0


def test_transient_domain(world):
    with world.guest("model") as path:
        xml = lab.domain_xml("model").replace("<name>model<", "<name>passing<")
        xml = xml.replace(world.bus.get(path, bus.VM, "UUID"), "0e2e0e2e-0001-4000-8000-00000000e2e0")
    mark = world.watch.mark()
    lab.define(xml, "create")
    path = world.watch.wait(watch.added_name("passing"), mark).args[0]
    world.watch.wait(lambda _event: world.bus.state(path) == "running", mark)
    assert world.bus.get(path, bus.VM, "Persistent") is False
    with fails("InvalidState"):
        world.bus.act(path, "Delete")
    world.bus.act(path, "Stop")
    world.watch.wait(watch.removed(path), mark)
    world.await_names(set())
