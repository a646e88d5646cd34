# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The secure processor refuses, at every step of a launch that it can refuse at.
#
# The faults are injected below QEMU, so the whole way back is the real one: processor, kernel, QEMU,
# libvirt, daemon. The caller gets LaunchFailed with the processor's own words, the VM is off again,
# the job has failed, and no process, slot or half-made VM is left.

"""Start and CreateVM against a failing secure processor."""

from kit import bus, lab, owner, watch
from kit.bus import fails
from kit.settings import FIRMWARE, boolean, settings
from kit.tap import each

# Fault, technology, and what the message must have.
FAULTS = (
    ("open-errno=2", "sev", ("/dev/sev", "No such file")),
    ("open-errno=13", "sev", ("/dev/sev", "Permission denied")),
    ("open-errno=16", "sev", ("/dev/sev", "busy")),
    ("platform-status=19", "sev", ("ret=-1", "fw_error='19: Hardware error'")),
    ("init-errno=16", "sev", ("ret=-16", "fw_error=0")),
    ("init-errno=16", "sev-es", ("ret=-16", "fw_error=0")),
    ("init-errno=25", "sev", ("ret=-25", "fw_error=0")),
    ("init=20", "sev", ("ret=-5", "fw_error=20 'Hardware unsafe'")),
    ("launch-start=7", "sev", ("fw_error=7 'Policy is not allowed'",)),
    ("launch-start=10", "sev", ("fw_error=10 'Bad signature'",)),
    ("launch-start=11", "sev", ("fw_error=11 'Bad measurement'",)),
    ("launch-start=7", "sev-es", ("fw_error=7",)),
    ("reg-region-errno=12", "sev", ("Cannot allocate memory",)),
    ("launch-update=9", "sev", ("LAUNCH_UPDATE ret=-5", "fw_error=9")),
    ("launch-update-vmsa-errno=22", "sev-es", ("LAUNCH_UPDATE_VMSA ret=-22",)),
    ("es-flag=off", "sev-es", ()),
)


def label(row):
    return f"{row[1]} {row[0]}"


def used(world, technology):
    """Key slots in use, as the daemon shows them."""
    return world.bus.get(bus.HOST, bus.HOST_INTERFACE, "Capacity")[technology][1]


@each(FAULTS, label=label)
def test_start(world, row):
    fault, technology, words = row
    with world.guest("unlucky", technology=technology, firmware=FIRMWARE) as path:
        with world.nothing_left(), lab.fault(fault):
            mark = world.watch.mark()
            with fails("LaunchFailed", has=words):
                world.bus.act(path, "Start")
            event = world.watch.wait(watch.job_removed("start"), mark)
            assert event.args[3:] == ("failed", bus.ERROR + "LaunchFailed"), event
            assert world.bus.state(path) == "shutoff" and used(world, technology) == 0
        # The fault is over: nothing of it stays behind.
        world.bus.act(path, "Start")
        assert world.bus.state(path) == "running"


@each(FAULTS, label=label)
def test_create_and_start(world, row):
    fault, technology, words = row
    with world.nothing_left(), lab.fault(fault):
        mark = world.watch.mark()
        with fails("LaunchFailed", has=words):
            world.bus.create("stillborn", settings(technology=technology), start=True)
        event = world.watch.wait(watch.job_removed("create"), mark)
        assert event.args[3:] == ("failed", bus.ERROR + "LaunchFailed"), event
        lab.wait_for(lambda: used(world, technology) == 0, what="the slot given back")


@each(["launch-measure=2", "launch-finish=2"])
def test_fails_at_the_first_resume(world, fault):
    """QEMU starts in spite of these; it ends when the guest is to run, long after the start."""
    with lab.fault(fault), world.guest("unfinished", firmware=FIRMWARE) as path:
        world.bus.act(path, "Start", {"paused": boolean()})
        assert world.bus.state(path) == "paused"
        mark = world.watch.mark()
        try:
            world.bus.act(path, "Resume")
        except bus.BusError as error:
            assert error.name == bus.ERROR + "Backend", error
        world.watch.wait(watch.changed(path, State="shutoff"), mark)
        assert not lab.qemu_processes() and used(world, "sev") == 0


@each(["session of another policy", "session of another host"])
def test_owner_is_refused(world, what):
    more = owner.settings_for(0x1 if "policy" in what else 0x3)
    if "host" in what:
        more["session"] = "A" * 168 + "AAA="
    with world.guest("foreign", policy=0x3, **more) as path, world.nothing_left():
        with fails("LaunchFailed", has="fw_error="):
            world.bus.act(path, "Start", {"paused": boolean()})
        assert world.bus.state(path) == "shutoff"


def test_policy_above_the_firmware(world):
    with world.guest("future", policy=0xff010003) as path:
        with fails("LaunchFailed", has="fw_error=7"):
            world.bus.act(path, "Start")


def test_ordinary_failure_of_qemu(world):
    """Not only the processor can refuse: here the disk's content is not its format."""
    path = lab.disk("odd.qcow2")
    disks = [{"path": path, "format": "qcow2"}]
    with world.guest("odd", kernel=None, disks=disks) as vm:
        with fails("LaunchFailed", has=("not in qcow2 format", "storage.format")):
            world.bus.act(vm, "Start")
        assert world.bus.state(vm) == "shutoff" and not lab.qemu_processes()
    with world.nothing_left():
        with fails("LaunchFailed", has="storage.format"):
            world.bus.create("odd", settings(kernel=None, disks=disks), start=True)


def test_slow_processor(world):
    """A start that takes its time is no failure, and meanwhile everything else goes on."""
    with world.guest("slow") as path, world.guest("quick", technology="none") as other:
        with lab.fault("launch-start-delay-ms=6000"):
            wait = world.bus.begin(path, bus.VM, "Start", bus.GLib.Variant("(a{sv})", ({},)))
            world.bus.act(other, "Start")
            assert (world.bus.state(path), world.bus.state(other)) == ("starting", "running")
            assert wait()[1] is None
        assert world.bus.state(path) == "running"
