# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Every kind of machine that the settings can make: its XML is valid, libvirt takes it, and it runs.
#
# A table of settings and one row a machine. Previews are judged by libvirt's own RNG schema; what
# libvirt stored is judged for encrypted guests' virtio devices, which all need iommu='on', whatever
# libvirt added by itself; and where the lab can run it, it is started and stopped.

"""PreviewVM against the schema, CreateVM against libvirt, Start against QEMU."""

import contextlib
import pathlib
import xml.etree.ElementTree as ET

from kit import lab, owner, tpm
from kit.bus import fails
from kit.settings import (FIRMWARE, FIRMWARE_CODE, FIRMWARE_DEBIAN, FIRMWARE_VARS, GIB, INITRD,
                          KERNEL, MIB, settings)
from kit.tap import each

DISK, OTHER, ISO = "/var/lib/libvirt/images/one.img", "/var/lib/libvirt/images/two.qcow2", \
    "/var/lib/libvirt/images/three.iso"
BOOT = {"kernel": None, "disks": [{"path": DISK}]}
NET = {"type": "network", "source": "default"}

# Name of the row, settings, and whether the lab can run it.
ROWS = (
    ("sev", {**BOOT}, True),
    ("sev-es", {**BOOT, "technology": "sev-es"}, True),
    ("none", {**BOOT, "technology": "none"}, True),
    ("auto", {**BOOT, "technology": None}, True),
    *((f"{technology} disk on {bus}", {
        "technology": technology, "kernel": None, "disks": [{"path": DISK, "bus": bus}],
    }, True) for technology in ("sev", "sev-es") for bus in ("scsi", "virtio", "sata")),
    ("sev cdrom on scsi", {"disks": [{"path": ISO, "device": "cdrom"}]}, True),
    ("sev cdrom on sata", {"disks": [{"path": ISO, "device": "cdrom", "bus": "sata"}]}, True),
    ("sev empty cdrom", {"disks": [{"device": "cdrom"}]}, True),
    ("sev three disks", {"kernel": None, "disks": [
        {"path": DISK, "bus": "virtio", "boot-order": 2}, {"path": OTHER, "boot-order": 1},
        {"path": ISO, "device": "cdrom", "bus": "sata"}]}, True),
    ("sev readonly disk", {"disks": [{"path": DISK, "readonly": True}]}, True),
    ("sev-es qcow2", {"technology": "sev-es", "kernel": None, "disks": [
        {"path": OTHER, "format": "qcow2"}]}, True),
    *((f"{technology} network {model}", {
        "technology": technology, "networks": [{**NET, "model": model}],
    }, True) for technology in ("sev", "sev-es") for model in ("virtio", "e1000e")),
    ("sev network rtl8139", {"networks": [{**NET, "model": "rtl8139"}]}, True),
    ("sev network vmxnet3", {"networks": [{**NET, "model": "vmxnet3"}]}, True),
    ("sev network user", {"networks": [{"type": "user"}]}, True),
    ("sev-es two networks", {"technology": "sev-es", "networks": [
        {"type": "user"}, {**NET, "mac": "52:54:00:aa:bb:cc"}]}, True),
    ("sev network bridge", {"networks": [{"type": "bridge", "source": "virbr0"}]}, True),
    ("sev network mtu", {"networks": [{**NET, "mtu": 1400}]}, True),
    ("sev network bridge's mtu", {"networks": [{**NET, "mtu": 1}]}, True),
    ("sev network queues", {"networks": [{**NET, "queues": 2}]}, False),
    ("sev network direct", {"networks": [{"type": "direct", "source": "eth7"}]}, False),
    ("sev display vnc", {"display": "vnc"}, True),
    ("sev display vnc, video std", {"display": "vnc", "video": "std", "video-memory": 16 * MIB}, True),
    ("sev-es display vnc", {"technology": "sev-es", "display": "vnc"}, True),
    ("sev display spice", {"display": "spice"}, False),
    ("sev video std without display", {"video": "std"}, True),
    ("sev firmware efi", {**BOOT, "firmware": "efi"}, True),
    ("sev-es firmware efi", {**BOOT, "technology": "sev-es", "firmware": "efi"}, True),
    ("sev firmware stateless", {**BOOT, "firmware": FIRMWARE}, True),
    ("sev firmware by descriptor", {**BOOT, "firmware": FIRMWARE_CODE}, True),
    ("sev firmware and template", {
        **BOOT, "firmware": FIRMWARE_CODE, "nvram-template": FIRMWARE_VARS}, True),
    ("sev firmware of Debian", {**BOOT, "firmware": FIRMWARE_DEBIAN}, False),
    *((f"sev memory {backing}", {**BOOT, "memory-backing": backing}, True)
      for backing in ("auto", "locked", "hard-limit")),
    ("sev memory hard-limit with extra", {
        "memory-backing": "hard-limit", "hard-limit-extra": 512 * MIB}, True),
    ("sev memory hugepages", {
        "memory-backing": "hugepages", "hugepage-size": 2 * MIB, "memory": 64 * MIB}, False),
    ("sev kernel, initrd, cmdline", {"initrd": INITRD, "cmdline": "console=ttyS0 a='<&>'"}, True),
    ("sev kernel hashes", {"initrd": INITRD, "kernel-hashes": True}, True),
    ("sev-es kernel hashes", {
        "technology": "sev-es", "cmdline": "quiet", "kernel-hashes": True}, True),
    ("sev policy number", {**BOOT, "policy": 1}, True),
    ("sev policy flags", {**BOOT, "policy-flags": ["nodbg", "domain"]}, True),
    ("sev-es policy number", {**BOOT, "technology": "sev-es", "policy": 5}, True),
    ("sev four processors", {**BOOT, "vcpus": 4, "cpu-pinning": "0-1"}, True),
    ("sev-es four processors", {**BOOT, "technology": "sev-es", "vcpus": 4}, True),
    ("sev numa nodes", {**BOOT, "numa-nodes": "0"}, False),
    ("sev no console, no rng", {**BOOT, "console": False, "rng": False}, True),
    ("sev tpm", {**BOOT, "tpm": True}, True),
    ("sev-es tpm", {**BOOT, "technology": "sev-es", "tpm": True}, True),
    ("sev machine pc", {**BOOT, "machine": "pc"}, True),
    ("sev machine versioned", {**BOOT, "machine": "pc-q35-7.1"}, True),
    ("sev autostart, restart", {**BOOT, "autostart": True, "restart": "guest-reboot"}, True),
    ("sev very large", {**BOOT, "memory": 4096 * GIB, "vcpus": 255}, False),
)


def name_of(row):
    return row[0]


def make_disks():
    lab.disk("one.img")
    lab.disk("three.iso")
    lab.disk("two.qcow2", fmt="qcow2")


def validate(xml):
    path = lab.TMP / "preview.xml"
    path.write_text(xml)
    lab.run("virt-xml-validate", path, "domain")


VIRTIO_MODELS = {"virtio", "virtio-scsi", "virtio-serial", "virtio-non-transitional"}


def is_virtio(device):
    """Whether a device of libvirt's XML speaks virtio."""
    if device.tag == "disk":
        return device.find("target").get("bus") == "virtio"
    if device.tag == "interface":
        return device.find("model").get("type", "").startswith("virtio")
    if device.tag == "controller":
        return device.get("type") == "virtio-serial" or (
            device.get("type") == "scsi" and device.get("model", "").startswith("virtio"))
    if device.tag == "video":
        return device.find("model").get("type") == "virtio"
    if device.tag in ("rng", "memballoon"):
        return device.get("model", "").startswith("virtio")
    return device.tag in ("vsock", "filesystem", "crypto") or (
        device.tag == "input" and device.get("bus") == "virtio")


def check_protection(domain):
    """All that an encrypted guest's devices need, in what libvirt itself has stored; how many."""
    seen = 0
    for device in domain.find("devices"):
        if is_virtio(device):
            seen += 1
            driver = device.find("driver")
            assert driver is not None and driver.get("iommu") == "on", ET.tostring(device)
        if device.tag == "interface":
            rom = device.find("rom")
            assert rom is not None and rom.get("enabled") == "no", ET.tostring(device)
    security = domain.find("launchSecurity")
    assert security is not None and security.get("type") == "sev", "no launchSecurity"
    assert security.find("cbitpos") is None and security.find("reducedPhysBits") is None
    return seen


@each(ROWS, label=name_of)
def test_preview_is_valid(world, row):
    validate(world.bus.preview("valid", settings(**row[1])))


@each(ROWS, label=name_of)
def test_created_and_started(world, row):
    _, changes, runs = row
    make_disks()
    with world.guest("made", **changes) as path:
        domain = ET.fromstring(lab.domain_xml("made"))
        shown = world.bus.all(path)
        if shown["Technology"] == "none":
            assert domain.find("launchSecurity") is None
        else:
            assert check_protection(domain) > 0 or "no rng" in row[0], "no virtio device was seen"
        if not runs:
            return
        world.bus.act(path, "Start")
        assert world.bus.state(path) == "running"
        assert lab.virsh("domstate", "made") == "running"


def test_tpm_lives_with_its_guest(world):
    tpm.lives_with_its_guest(world, "sev")


@each([("sev", 0x3), ("sev-es", 0x7)], label=lambda row: f"owner of {row[0]}")
def test_owner(world, row):
    technology, policy = row
    more = owner.settings_for(policy)
    validate(world.bus.preview("valid", settings(technology=technology, policy=policy, **more)))
    with world.guest("owned", technology=technology, policy=policy, **more) as path:
        check_protection(ET.fromstring(lab.domain_xml("owned")))
        world.bus.act(path, "Start")
        assert world.bus.state(path) == "running"


def test_preview_is_what_is_defined(world):
    make_disks()
    xml = ET.fromstring(world.bus.preview("twin", settings(**BOOT)))
    with world.guest("twin", **BOOT):
        stored = ET.fromstring(lab.domain_xml("twin"))
        for place in ("name", "memory", "vcpu", "os/loader", "launchSecurity/policy"):
            assert xml.findtext(place).strip() == stored.findtext(place).strip(), place
        kinds = [{(d.tag, d.get("type")) for d in tree.find("devices") if d.tag in
                  ("disk", "interface", "rng", "serial", "graphics")} for tree in (xml, stored)]
        assert kinds[0] == kinds[1], kinds


def test_kernel_and_arguments_arrive(world):
    cmdline = "console=ttyS0 root=/dev/sda1 a='<&>' b=\"ä\""
    with world.guest("arguments", initrd=INITRD, cmdline=cmdline) as path:
        os = ET.fromstring(lab.domain_xml("arguments")).find("os")
        assert (os.findtext("kernel"), os.findtext("initrd")) == (KERNEL, INITRD)
        assert os.findtext("cmdline") == cmdline
        assert "arguments" in world.bus.act(path, "GetXML")


JUMBO = {"type": "bridge", "source": "jumbo0", "mtu": 1}


@contextlib.contextmanager
def jumbo_bridge():
    lab.run("ip", "link", "add", JUMBO["source"], "mtu", "9000", "type", "bridge")
    try:
        yield
    finally:
        lab.run("ip", "link", "delete", JUMBO["source"])


def interface_driver():
    return lab.run("virsh", "iface-list", check=False).returncode == 0


def test_mtu_of_a_bridge(world):
    """The guest is told what its bridge has; one that libvirt makes itself needs no word."""
    if not interface_driver():
        with jumbo_bridge(), world.nothing_left(), fails("NotSupported", has="interface driver"):
            world.bus.create("jumbo", settings(networks=[JUMBO]))
        return
    with jumbo_bridge(), world.guest("jumbo", start=True, networks=[JUMBO, {**NET, "mtu": 1}]):
        stored = ET.fromstring(lab.domain_xml("jumbo")).findall("devices/interface/mtu")
        assert [mtu.get("size") for mtu in stored] == ["9000"], stored
        told = pathlib.Path("/var/log/libvirt/qemu/jumbo.log").read_text()
        assert told.count("host_mtu") == 1 and '"host_mtu":9000' in told, told


def test_mtu_of_no_bridge(world):
    code = "NotFound" if interface_driver() else "NotSupported"
    with world.nothing_left(), fails(code, has=JUMBO["source"]):
        world.bus.create("jumbo", settings(networks=[JUMBO]))
