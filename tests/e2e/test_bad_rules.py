# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Settings that are good one by one and bad together, and guest policies that cannot be.
#
# One row a rule: the settings, the error, and the words that tell the caller which of them to
# change.

"""Rules between settings; policies."""

import base64

from catalogue import V
from kit import lab
from kit.bus import fails
from kit.settings import FIRMWARE, FIRMWARE_DEBIAN, FIRMWARE_GENERIC, KERNEL, MIB, raw, settings
from kit.tap import each

BASE = {"technology": "sev", "memory": 32 * MIB, "kernel": KERNEL}
A, B = "/var/lib/libvirt/images/a.img", "/var/lib/libvirt/images/b.img"
NET = {"type": "network", "source": "default"}


def base64_of(size):
    return base64.b64encode(bytes(size)).decode()


OWNER = {"dh-cert": base64_of(2084), "session": base64_of(128)}
RULES = (
    ("no settings", {}, "memory is missing"),
    ("no memory", {"kernel": KERNEL}, "memory is missing"),
    ("nothing to boot", {"memory": 32 * MIB}, "nothing to boot"),
    ("only an empty cdrom", {"memory": 32 * MIB, "disks": [{"device": "cdrom"}]}, "nothing to boot"),
    ("pool without volume", {**BASE, "disks": [{"pool": "default"}]}, "pool without volume"),
    ("volume without pool", {**BASE, "disks": [{"volume": "a.img"}]}, "volume without pool"),
    ("path and volume", {**BASE, "disks": [{"path": A, "pool": "default", "volume": "a.img"}]},
     "both a path and a volume"),
    ("disk without source", {**BASE, "disks": [{}]}, "disks[0] has no source"),
    ("second disk without source", {**BASE, "disks": [{"path": A}, {"bus": "scsi"}]}, "disks[1]"),
    ("cdrom on virtio", {**BASE, "disks": [{"path": A, "device": "cdrom", "bus": "virtio"}]}, "cdrom"),
    ("read-only disk on sata", {**BASE, "disks": [{"path": A, "readonly": True, "bus": "sata"}]},
     "read-only"),
    ("unknown ending", {**BASE, "disks": [{"path": "/var/lib/a.vmdk"}]}, "format"),
    ("no ending", {**BASE, "disks": [{"path": "/var/lib/a"}]}, "format"),
    ("ending in capitals", {**BASE, "disks": [{"path": "/var/lib/a.QCOW2"}]}, "format"),
    ("a disk twice", {**BASE, "disks": [{"path": A}, {"path": A}]}, "disks[1]"),
    ("a disk twice, spelt apart", {**BASE, "disks": [{"path": A}, {"path": A.replace("/a", "//./a")}]},
     "disks[1]"),
    ("a volume twice", {**BASE, "disks": [{"pool": "p", "volume": "v.img"}] * 2}, "disks[1]"),
    ("a boot order twice", {**BASE, "disks": [{"path": A, "boot-order": 1}, {"path": B, "boot-order": 1}]},
     "boot-order"),
    ("network without source", {**BASE, "networks": [{"type": "network"}]}, "networks[0].source"),
    ("bridge without source", {**BASE, "networks": [{"type": "bridge"}]}, "networks[0].source"),
    ("direct without source", {**BASE, "networks": [{"type": "direct"}]}, "networks[0].source"),
    ("user with source", {**BASE, "networks": [{"type": "user", "source": "x"}]}, "networks[0].source"),
    ("user with mtu", {**BASE, "networks": [{"type": "user", "mtu": 1400}]}, "mtu"),
    ("direct with mtu", {**BASE, "networks": [{"type": "direct", "source": "eth0", "mtu": 1400}]}, "mtu"),
    ("queues on e1000e", {**BASE, "networks": [{**NET, "model": "e1000e", "queues": 2}]}, "queues"),
    ("queues on user", {**BASE, "networks": [{"type": "user", "queues": 2}]}, "queues"),
    ("a MAC twice", {**BASE, "networks": [{**NET, "mac": "52:54:00:00:00:0A"},
                                          {**NET, "mac": "52:54:00:00:00:0a"}]}, "networks[1].mac"),
    ("multicast MAC", {**BASE, "networks": [{**NET, "mac": "53:54:00:00:00:01"}]}, "multicast"),
    ("zero MAC", {**BASE, "networks": [{**NET, "mac": "00:00:00:00:00:00"}]}, "mac"),
    ("MAC with dashes", {**BASE, "networks": [{**NET, "mac": "52-54-00-00-00-01"}]}, "mac"),
    ("MAC of five bytes", {**BASE, "networks": [{**NET, "mac": "52:54:00:00:01"}]}, "mac"),
    ("initrd without kernel", {"memory": 32 * MIB, "disks": [{"path": A}], "initrd": KERNEL}, "initrd"),
    ("cmdline without kernel", {"memory": 32 * MIB, "disks": [{"path": A}], "cmdline": "x"}, "cmdline"),
    ("hashes without kernel", {"memory": 32 * MIB, "disks": [{"path": A}], "kernel-hashes": True},
     "kernel-hashes"),
    ("empty cmdline", {**BASE, "cmdline": ""}, "cmdline"),
    ("cmdline with a newline", {**BASE, "cmdline": "a\nb"}, "cmdline"),
    ("cmdline too long", {**BASE, "cmdline": "x" * 2048}, "cmdline"),
    ("policy and flags", {**BASE, "policy": 1, "policy-flags": ["nodbg"]}, "policy-flags"),
    ("policy for auto", {**BASE, "technology": "auto", "policy": 1}, "policy"),
    ("policy for none", {**BASE, "technology": "none", "policy": 1}, "policy"),
    ("flags for none", {**BASE, "technology": "none", "policy-flags": ["nodbg"]}, "policy"),
    ("dh-cert alone", {**BASE, "dh-cert": OWNER["dh-cert"]}, "session"),
    ("session alone", {**BASE, "session": OWNER["session"]}, "dh-cert"),
    ("owner for none", {**BASE, "technology": "none", **OWNER}, "dh-cert"),
    ("hugepage-size alone", {**BASE, "hugepage-size": 2 * MIB}, "hugepage-size"),
    *((f"hugepage-size {size} MiB",
       {**BASE, "memory-backing": "hugepages", "hugepage-size": size * MIB}, "hugepage-size")
      for size in (4, 6, 512)),
    ("memory no multiple of pages", {**BASE, "memory": 33 * MIB, "memory-backing": "hugepages",
                                     "hugepage-size": 2 * MIB}, "memory"),
    ("hard-limit-extra alone", {**BASE, "hard-limit-extra": 64 * MIB}, "hard-limit-extra"),
    ("memory-backing none for sev", {**BASE, "memory-backing": "none"}, "memory-backing"),
    ("template alone", {**BASE, "nvram-template": A}, "nvram-template"),
    ("template with efi", {**BASE, "nvram-template": A, "firmware": "efi"}, "nvram-template"),
    ("hashes for none", {**BASE, "technology": "none", "kernel-hashes": True}, "kernel-hashes"),
    ("display without video", {**BASE, "display": "vnc", "video": "none"}, "video"),
    ("video-memory without std", {**BASE, "video": "virtio", "video-memory": 16 * MIB}, "video-memory"),
    ("video-memory no power of two", {**BASE, "video": "std", "video-memory": 24 * MIB}, "video-memory"),
    ("virtio video on pc", {**BASE, "machine": "pc", "display": "vnc", "video": "virtio"}, "video"),
    *((f"machine {machine}", {**BASE, "machine": machine}, "2.7")
      for machine in ("pc-q35-2.4", "pc-q35-2.6", "pc-i440fx-1.4", "pc-i440fx-2.6")),
    *((f"{key} {value!r}", {**BASE, key: value}, key) for key in ("numa-nodes", "cpu-pinning")
      for value in ("", "a", "1-", "-1", "3-1", "1,,2", "^1", "0-1,^0,^1", "0-1,^5", "16384", "0 1", "1;2")),
    *((f"{key} {word}", {**BASE, **OWNER, key: value}, key)
      for key in ("dh-cert", "session") for word, value in (
          ("empty", ""), ("file name", "/tmp/godh.b64"), ("odd length", "QUJDR"), ("newline", "QUJD\n"),
          ("blanks", "QUJD QUJD"), ("padding inside", "QU=DQUJD"), ("three paddings", "Q==="),
          ("url alphabet", "QU-_"), ("not latin", "QUJä"), ("too long", "QUJD" * 8193))),
)

POLICIES = (
    *((f"sev {policy:#x}", "sev", policy) for policy in
      (0x4, 0x7, 0x40, 0x80, 0x8000, 0xffc3, 0x1000003 << 8, 2**32, 2**32 + 1, 2**63, 2**64 - 1)),
    *((f"sev-es {policy:#x}", "sev-es", policy) for policy in
      (0x0, 0x1, 0x3, 0x44, 0x84, 0x8004, 2**32 + 4, 2**64 - 1)),
)
FLAGS = (
    ("unknown", "sev", ["no-such-flag"]), ("empty", "sev", [""]), ("capitals", "sev", ["NODBG"]),
    ("es for sev", "sev", ["nodbg", "es"]), ("reserved bit", "sev", ["bit-6"]),
    ("bit out of range", "sev", ["bit-64"]), ("bit of no number", "sev", ["bit-x"]),
    ("markup", "sev", ["<&>"]), ("newline", "sev", ["nodbg\n"]), ("number", "sev", ["7"]),
    ("of another technology", "sev", ["smt"]), ("too long", "sev", ["x" * 65]),
    ("minimum too large", "sev", ["api-major=256"]), ("minimum no number", "sev", ["api-major=x"]),
    ("es: reserved bit", "sev-es", ["bit-7"]), ("es: unknown", "sev-es", ["snp"]),
)


def first(row):
    return row[0]


def refuse(world, values, *words, error="InvalidArgument"):
    world.remember(__name__)
    with fails(error, has=words):
        world.bus.create("bad", raw(values))


@each(RULES, label=first)
def test_rule(world, row):
    refuse(world, row[1], row[2])


@each(POLICIES, label=first)
def test_policy(world, row):
    _, technology, policy = row
    refuse(world, {**BASE, "technology": technology, "policy": policy}, "policy")


@each(FLAGS, label=first)
def test_flags(world, row):
    _, technology, flags = row
    refuse(world, {**BASE, "technology": technology, "policy-flags": flags}, "policy")
    with fails("InvalidArgument"):
        world.bus.manager("EncodePolicy", V("(sas)", (technology, flags)))


@each(["sev-snp", "tdx"])
def test_technology_of_other_hosts(world, technology):
    refuse(world, {**BASE, "technology": technology}, technology, error="TechnologyUnavailable")
    # A preview needs no such host, but libvirt, QEMU and a kernel that know the technology.
    if technology == "sev-snp" and lab.stack():
        xml = world.bus.preview("good", raw({**BASE, "technology": technology}))
        assert f'<launchSecurity type="{technology}"' in xml, xml
        return
    with fails("NotSupported", "FirmwareNotFound"):
        world.bus.preview("bad", raw({**BASE, "technology": technology}))


def test_firmware_that_does_not_fit(world):
    lab.disk("fit.img")
    values = {**BASE, "firmware": FIRMWARE_GENERIC, "kernel-hashes": True}
    refuse(world, values, FIRMWARE_GENERIC, error="FirmwareNotFound")
    # A preview looks at what is described only. Debian's build had no such area before edk2 2025.11.
    values["firmware"] = FIRMWARE_DEBIAN
    if lab.stack() == "sid":
        assert 'kernelHashes="yes"' in world.bus.preview("good", raw(values))
    else:
        with fails("FirmwareNotFound", "InvalidArgument", has=FIRMWARE_DEBIAN):
            world.bus.preview("bad", raw(values))
    world.remembered.pop(__name__)


def test_paused_needs_start(world):
    world.remember(__name__)
    with fails("InvalidArgument", has="paused"):
        world.bus.create("bad", settings(), paused=True)
    with fails("InvalidArgument", has="paused"):
        world.bus.create("bad", settings(firmware=FIRMWARE), start=False, paused=True)


def test_name_that_is_taken(world):
    with world.guest("taken"):
        with world.nothing_left(), fails("Exists", has="taken"):
            world.bus.create("taken", settings())
        assert world.bus.preview("taken", settings())


def test_name_that_is_taken_unknown_to_us(world):
    """Defined by somebody else so recently that we cannot know."""
    xml = world.bus.preview("sudden", settings())
    lab.define(xml)
    before = lab.domain_xml("sudden")
    with fails("Exists"):
        world.bus.create("sudden", settings())
    assert lab.domain_xml("sudden") == before
    lab.remove_domain("sudden")
    world.await_names(set())


def test_nothing_is_left(world):
    world.remember(__name__)
    world.check_unchanged(__name__)
