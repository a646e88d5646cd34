# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Guests with private memory: what SEV-SNP and TDX have in common in the tests.
#
# What the hardware knows of a launch no host can ask it; the lab's simulation tells. The life of a VM
# is the same for both, from CreateVM to its end, and also for one that somebody else defined.

"""Launch facts, and the life that both technologies share."""

import json

from . import bus, lab, watch
from .bus import fails
from .settings import FIRMWARE, number

V = bus.GLib.Variant

FOREIGN = """<domain type='kvm'><name>foreign</name><memory unit='MiB'>32</memory><vcpu>1</vcpu>
<os><type arch='x86_64' machine='q35'>hvm</type>
<loader readonly='yes' stateless='yes' type='rom'>{firmware}</loader></os>
<features><acpi/><apic/>{features}</features><cpu mode='host-passthrough'/>
<devices><memballoon model='none'/></devices>
<launchSecurity type='{technology}'>{security}</launchSecurity></domain>"""


def launch(name):
    """What the simulated hardware knows of a running guest's launch."""
    return json.loads(lab.run("lab-psp", "status", "--json"))["launches"][name]


def slots(pool):
    """Used slots of a pool, as the simulated hardware counts them."""
    return json.loads(lab.run("lab-psp", "status", "--json"))["pools"][pool]["used"]


def technologies(world):
    return world.bus.get(bus.HOST, bus.HOST_INTERFACE, "Technologies")


def capacity(world, pool):
    return tuple(world.bus.get(bus.HOST, bus.HOST_INTERFACE, "Capacity")[pool])


def measurement(world, path):
    return world.bus.call(path, bus.VM, "GetMeasurement", V("(a{sv})", ({},)))[0]


def whole_life(world, technology, pool):
    """From CreateVM by way of every act to the end; what is refused is refused with the way out."""
    total = capacity(world, pool)[0]
    with world.guest("private", technology=technology) as path:
        assert world.bus.get(path, bus.VM, "Technology") == technology
        assert world.bus.get(path, bus.VM, "Attestable") is True
        world.bus.act(path, "Start")
        assert world.bus.state(path) == "running"
        lab.wait_for(lambda: capacity(world, pool) == (total, 1, total - 1), what="the slot taken")
        assert slots("tdx" if technology == "tdx" else "sev_es") == 1
        world.bus.act(path, "Suspend")
        assert world.bus.state(path) == "paused"
        world.bus.act(path, "Resume")
        assert world.bus.state(path) == "running"
        with fails("OperationBlocked", has="start it again"):
            world.bus.act(path, "Reboot")
        world.bus.act(path, "Shutdown", {"timeout": number(20)})
        assert world.bus.state(path) == "shutoff"
        world.bus.act(path, "Start")
        world.bus.act(path, "Stop")
        assert world.bus.state(path) == "shutoff"
        lab.wait_for(lambda: capacity(world, pool) == (total, 0, total), what="the slot given back")


def measured_by_the_guest(world, technology):
    """The host has no measurement to show, and says who has."""
    with world.guest("asked", start=True, technology=technology) as path:
        told = measurement(world, path)
        assert told["source"] == "guest" and "measurement" not in told, told
        with fails("NotSupported", has="from inside"):
            world.bus.call(path, bus.VM, "InjectSecret", V("(ayaya{sv})", (b"h" * 52, b"s" * 16, {})))
        assert world.bus.state(path) == "running"


def paused_start(world, technology):
    """Nothing is attested from outside, so a paused start is no more than that."""
    with world.guest("patient", technology=technology) as path:
        world.bus.act(path, "Start", {"paused": V("b", True)})
        assert world.bus.state(path) == "paused"
        world.bus.act(path, "Resume")
        assert world.bus.state(path) == "running"


def foreign_life(world, technology, security, features=""):
    """A VM that somebody else defined: shown, started, stopped, and gone when it is undefined."""
    lab.define(FOREIGN.format(firmware=FIRMWARE, technology=technology, security=security,
                              features=features))
    try:
        path = lab.wait_for(lambda: "foreign" in world.bus.names() and world.bus.find("foreign"))
        assert world.bus.get(path, bus.VM, "Technology") == technology
        world.bus.act(path, "Start")
        assert world.bus.state(path) == "running"
        mark = world.watch.mark()
        lab.virsh("destroy", "foreign")
        world.watch.wait(watch.changed(path, State="shutoff"), mark)
        world.bus.act(path, "Start")
        world.bus.act(path, "Stop")
        assert world.bus.state(path) == "shutoff"
    finally:
        lab.remove_domain("foreign")


def failed_start(world, path):
    """The error of a start that must fail."""
    try:
        world.bus.act(path, "Start")
    except bus.BusError as error:
        return error
    raise AssertionError("the start succeeded")


def refused_start(world, technology, fault, words):
    """A launch that the hardware refuses: its own words, and nothing left running."""
    with world.guest("refused", technology=technology) as path:
        with lab.fault(fault):
            error = failed_start(world, path)
            # A QEMU that ends before libvirt looks at its monitor is not asked for its words.
            if "monitor socket" in error.text:
                assert error.text.endswith("[qemu.died]"), error
                error = failed_start(world, path)
        assert error.name == bus.ERROR + "LaunchFailed" and words in error.text, error
        assert world.bus.state(path) == "shutoff" and not lab.qemu_processes()
        world.bus.act(path, "Start")
        assert world.bus.state(path) == "running"
