# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Real failures of real QEMU and libvirt, and the message that the user reads.
#
# Each row makes one launch fail for one reason, below QEMU or in the domain itself, and names the
# diagnosis that follows from the facts of that failure. The error of Start must end with its id, and
# Diagnose must give the same, with a cure and the line it follows from.

"""LaunchFailed and Diagnose."""

import contextlib
import pathlib
import re
import shutil

from gi.repository import GLib

from kit import bus, lab, owner
from kit.bus import BusError
from kit.settings import FIRMWARE, FIRMWARE_GENERIC, KERNEL
from kit.tap import each

# Fault of the secure processor, technology, diagnosis.
FAULTS = (
    ("open-errno=2", "sev", "sev.device-missing"),
    ("open-errno=13", "sev", "sev.device-denied"),
    ("open-errno=16", "sev", "sev.device-busy"),
    ("open-errno=5", "sev", "sev.device-unusable"),
    ("platform-status=19", "sev", "psp.hwerror-platform"),
    ("platform-status=1", "sev", "psp.invalid-platform-state"),
    ("init-errno=16", "sev", "sev.asids-exhausted"),
    ("init-errno=16", "sev-es", "sev.asids-exhausted"),
    ("init-errno=25", "sev", "sev.init-refused"),
    ("init-errno=22", "sev", "sev.init-invalid"),
    ("init-errno=95", "sev", "sev.init-unsupported"),
    ("init=20", "sev", "psp.hwerror-unsafe"),
    ("init=1", "sev", "psp.invalid-platform-state"),
    ("init=3", "sev-es", "psp.invalid-config"),
    ("launch-start=7", "sev", "sev.start-policy"),
    ("launch-start=6", "sev", "sev.start-certificate"),
    ("launch-start=10", "sev", "sev.start-signature"),
    ("launch-start=11", "sev", "sev.start-session"),
    ("launch-start=4", "sev", "sev.start-length"),
    ("launch-start=23", "sev", "sev.start-contexts"),
    ("launch-start=15", "sev", "sev.start-flush"),
    ("launch-start=7", "sev-es", "sev.start-policy"),
    ("reg-region-errno=12", "sev", "sev.memory-not-locked"),
    ("reg-region-errno=14", "sev", "sev.register-region"),
    ("launch-update=9", "sev", "sev.update-address"),
    ("launch-update=2", "sev", "psp.invalid-guest-state"),
    ("launch-update-vmsa-errno=22", "sev-es", "sev-es.vmsa-refused"),
    ("es-flag=off", "sev-es", "sev-es.host-unavailable"),
)

DOMAIN = """<domain type='kvm'><name>odd</name><memory>65536</memory>
<memoryBacking><locked/></memoryBacking>
<os><type arch='x86_64' machine='q35'>hvm</type>
<loader readonly='yes' type='rom'>{firmware}</loader>{kernel}</os>
<features><acpi/><apic/></features>{cpu}
<devices><emulator>/usr/bin/qemu-system-x86_64</emulator>{devices}
<memballoon model='none'/></devices>
<launchSecurity type='sev'{hashes}>{bits}<policy>{policy}</policy>{owner}</launchSecurity></domain>"""
PLAIN = {"firmware": FIRMWARE, "kernel": "", "cpu": "<cpu mode='host-passthrough'/>", "devices": "", "hashes": "", "bits": "",
         "policy": "0x3", "owner": ""}
DIRECT = f"<kernel>{KERNEL}</kernel>"

NETWORK = "<interface type='network'><source network='{}'/><model type='virtio'/><driver iommu='on'/></interface>"
VOLUME = ("<disk type='volume' device='disk'><source pool='{}' volume='a.img'/><target dev='vda' bus='virtio'/>"
          "<driver name='qemu' iommu='on'/></disk>")

# What is odd in the domain, diagnosis.
DOMAINS = (
    ("cbitpos of another processor", {"bits": "<cbitpos>47</cbitpos>"}, "sev.cbitpos"),
    ("no bit reduced", {"bits": "<reducedPhysBits>0</reducedPhysBits>"}, "sev.reduced-phys-bits"),
    ("hashes in generic firmware", {"firmware": FIRMWARE_GENERIC, "kernel": DIRECT,
                                    "hashes": " kernelHashes='yes'"}, "firmware.hash-table-invalid"),
    ("session that is none", {"owner": "<dhCert>AAAA</dhCert><session>AAAA</session>"},
     "sev.start-length"),
    ("network that is not there", {"devices": NETWORK.format("absent")}, "network.inactive"),
    ("network that is not started", {"devices": NETWORK.format("idle")}, "network.inactive"),
    ("pool that is not there", {"devices": VOLUME.format("absent")}, "storage.pool-inactive"),
    ("pool that is not started", {"devices": VOLUME.format("idle")}, "storage.pool-inactive"),
)


def message_id(text):
    found = re.search(r"\[([a-z0-9.-]+)\]$", text)
    assert found, f"the message does not end with an id: {text}"
    return found[1]


def diagnose(world, path):
    return world.bus.call(path, bus.VM, "Diagnose", GLib.Variant("(a{sv})", ({},)))[0]


def start_fails(world, path):
    try:
        world.bus.act(path, "Start")
    except BusError as error:
        assert error.name == bus.ERROR + "LaunchFailed", error
        return error.text
    raise AssertionError("the start succeeded")


def check(world, path, expected):
    text = start_fails(world, path)
    assert message_id(text) == expected, text
    assert "\n" not in text and "; " in text, f"no cure in one line: {text}"
    first = diagnose(world, path)[0]
    assert first[0] == expected and all(first), first
    assert first[2] in text and first[3] in text, (first, text)


@each(FAULTS, label=lambda row: f"{row[1]} {row[0]}")
def test_fault_of_the_processor(world, row):
    fault, technology, expected = row
    # libvirt must know the host before a fault that it could meet itself when it asks.
    lab.virsh("domcapabilities", "--machine", "q35")
    with world.guest("doomed", technology=technology, firmware=FIRMWARE) as path:
        with lab.fault(fault):
            check(world, path, expected)
        world.bus.act(path, "Start")
        assert diagnose(world, path) == [], "a start that went well is still explained"


@contextlib.contextmanager
def idle():
    """A network and a storage pool that are defined and not started."""
    definition = lab.TMP / "idle.xml"
    definition.write_text("<network><name>idle</name><ip address='192.0.2.1'/></network>")
    lab.virsh("net-define", definition)
    lab.virsh("pool-define-as", "idle", "dir", "--target", lab.TMP)
    try:
        yield
    finally:
        lab.virsh("net-undefine", "idle")
        lab.virsh("pool-undefine", "idle")


@contextlib.contextmanager
def odd_domain(world, changes):
    lab.define(DOMAIN.format(**{**PLAIN, **changes}))
    try:
        yield lab.wait_for(lambda: "odd" in world.bus.names() and world.bus.find("odd"))
    finally:
        lab.remove_domain("odd")


@each(DOMAINS, label=lambda row: row[0])
def test_odd_domain(world, row):
    _, changes, expected = row
    with idle(), odd_domain(world, changes) as path:
        check(world, path, expected)


def test_session_for_another_policy(world):
    certificate, blob, _, _ = owner.session.make_session(owner.host_certificate(), 0x1)
    settings = {"dh_cert": GLib.base64_encode(certificate), "session": GLib.base64_encode(blob)}
    with world.guest("doomed", technology="sev", policy=0x3, firmware=FIRMWARE, **settings) as path:
        check(world, path, "sev.start-session")


def test_tpm_without_rights(world):
    """swtpm signs its certificates as a user of its own; on some hosts that one may not."""
    state = pathlib.Path("/var/lib/swtpm-localca")
    with world.guest("doomed", technology="sev", tpm=True, firmware=FIRMWARE) as path:
        shutil.chown(state, "root")
        try:
            check(world, path, "device.tpm-setup")
        finally:
            shutil.chown(state, "tss")
        world.bus.act(path, "Start")
        assert world.bus.state(path) == "running"


def test_policy_above_the_firmware(world):
    with world.guest("doomed", technology="sev", policy=0x63010003, firmware=FIRMWARE) as path:
        check(world, path, "sev.start-policy")


def test_ids_are_documented(_world):
    page = pathlib.Path(__file__).resolve().parents[2].joinpath("docs/diagnosis.md").read_text()
    for expected in {row[2] for row in FAULTS} | {row[2] for row in DOMAINS}:
        assert f"`{expected}`" in page, expected


def test_nothing_to_diagnose(world):
    with world.guest("healthy") as path:
        assert diagnose(world, path) == []
