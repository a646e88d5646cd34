# SPDX-License-Identifier: LGPL-2.1-or-later
#
# A host with SEV and without SEV-ES.
#
# What the silicon cannot do is refused with the deciding check and its cure, before QEMU, also for a
# VM that somebody else defined; "auto" takes what is there.

"""SEV only."""

from kit import bus, lab
from kit.bus import fails
from kit.settings import FIRMWARE, settings

ES_XML = """<domain type='kvm'><name>foreign</name><memory>32768</memory>
<os><type arch='x86_64' machine='q35'>hvm</type><loader readonly='yes' type='rom'>{firmware}</loader></os>
<launchSecurity type='sev'><policy>0x7</policy></launchSecurity></domain>"""


def verdicts(world):
    return world.bus.get(bus.HOST, bus.HOST_INTERFACE, "Verdicts")


def test_what_the_host_can(world):
    assert world.bus.get(bus.HOST, bus.HOST_INTERFACE, "Technologies") == ["sev"]
    told = verdicts(world)
    assert told["sev"][0] == "usable", told
    assert told["sev-es"] == ("unavailable", "cpu.sev-es"), told


def test_create_is_refused(world):
    with world.nothing_left(), fails("TechnologyUnavailable", has=("cpu.sev-es", "SEV-ES")):
        world.bus.create("es", settings(technology="sev-es"))


def test_es_flag_is_refused(world):
    with world.nothing_left(), fails("InvalidArgument", has="sev-es"):
        world.bus.create("flag", settings(technology="sev", policy_flags=["nodbg", "es"]))
    with world.nothing_left(), fails("InvalidArgument", has="sev-es"):
        world.bus.create("number", settings(technology="sev", policy=0x7))


def test_auto_is_sev(world):
    with world.guest("auto", technology="auto", firmware=FIRMWARE) as path:
        assert world.bus.get(path, bus.VM, "Technology") == "sev"
        world.bus.act(path, "Start")
        assert world.bus.state(path) == "running"


def test_foreign_es_vm_is_not_started(world):
    lab.define(ES_XML.format(firmware=FIRMWARE))
    try:
        path = lab.wait_for(lambda: "foreign" in world.bus.names() and world.bus.find("foreign"))
        qemu = lab.qemu_processes()
        assert world.bus.get(path, bus.VM, "Technology") == "sev-es"
        with fails("TechnologyUnavailable", has="cpu.sev-es"):
            world.bus.act(path, "Start")
        assert world.bus.state(path) == "shutoff" and lab.qemu_processes() == qemu
    finally:
        lab.remove_domain("foreign")
