# SPDX-License-Identifier: LGPL-2.1-or-later
#
# SEV-SNP on a libvirt and a QEMU that know it: tests/e2e on another stack.
#
# From settings to a running guest: what the owner asked for must be what the secure processor was
# told, and a launch that it refuses must be told in words. The processor is the lab's.

"""Life, settings and failures of SEV-SNP guests."""

import base64
import contextlib
import os
import pathlib
import struct

from kit import bus, lab, owner, private, reboot, tpm
from kit.bus import fails
from kit.settings import FIRMWARE, KERNEL, settings
from kit.tap import each

TECHNOLOGY = "sev-snp"
POLICY = "<policy>0x30000</policy>"
V = bus.GLib.Variant

FAULTS = (
    ("snp-launch-start=7", "fw_error=7"),
    ("snp-launch-start-errno=22", "ret=-22"),
    ("snp-launch-update=9", "fw_error=9"),
    ("snp-launch-finish=11", "fw_error=11"),
    ("init-errno=16", "ret=-16"),
)


def test_what_the_host_can(world):
    assert private.technologies(world)[0] == TECHNOLOGY
    with world.guest("auto", technology="auto") as path:
        assert world.bus.get(path, bus.VM, "Technology") == TECHNOLOGY


def test_whole_life(world):
    private.whole_life(world, TECHNOLOGY, "sev-es")


@each(reboot.WORDS)
def test_guest_reboots(world, word):
    reboot.guest_reboots(world, TECHNOLOGY, word)


def test_tpm_lives_with_its_guest(world):
    tpm.lives_with_its_guest(world, TECHNOLOGY)


def test_foreign_life(world):
    private.foreign_life(world, TECHNOLOGY, POLICY)


def test_measured_by_the_guest(world):
    private.measured_by_the_guest(world, TECHNOLOGY)


def test_paused_start(world):
    private.paused_start(world, TECHNOLOGY)


def test_host_data_arrives(world):
    data = bytes(range(32))
    more = {"host_data": V("s", base64.b64encode(data).decode())}
    with world.guest("marked", start=True, technology=TECHNOLOGY, **more):
        assert private.launch("marked")["snp-host-data"] == data.hex()


def test_policy_arrives(world):
    flags = ["smt", "debug"]
    with world.guest("open", start=True, technology=TECHNOLOGY, policy_flags=flags) as path:
        assert set(world.bus.get(path, bus.VM, "PolicyFlags")) == set(flags)
        assert private.launch("open")["snp-policy"] == "0xb0000"


def test_policy_that_not_every_kernel_takes(world):
    """A newer kernel tells which bits it takes; of an older one it is known."""
    more = {"technology": TECHNOLOGY, "policy_flags": ["smt", "ciphertext-hiding"]}
    if os.environ["SEALVIRT_LAB"] == "genoa-snp":
        with world.guest("hidden", start=True, **more):
            assert private.launch("hidden")["snp-policy"] == "0x1030000"
    else:
        with world.nothing_left(), fails("NotSupported", "InvalidArgument", has="kernel"):
            world.bus.create("hidden", settings(**more))
    with world.nothing_left(), fails("NotSupported", "InvalidArgument", has="kernel"):
        world.bus.create("migrated", settings(technology=TECHNOLOGY, policy_flags=["smt", "migrate-ma"]))


def test_digest_is_the_same_each_time(world):
    """Nothing that changes from start to start may get into what the owner measures."""
    digests = set()
    for name in ("first", "second"):
        with world.guest(name, start=True, technology=TECHNOLOGY):
            digests.add(private.launch(name)["snp-digest"])
    with world.guest("third", start=True, technology=TECHNOLOGY, vcpus=2):
        assert private.launch("third")["snp-digest"] not in digests
    assert len(digests) == 1


@contextlib.contextmanager
def measured(world, name, *kernel, **changes):
    """A running guest of two processors: what the hardware measured, what its owner expects."""
    more = {"technology": TECHNOLOGY, "firmware": FIRMWARE, "vcpus": 2, **changes}
    with world.guest(name, start=True, **more):
        facts = private.launch(name)
        image = pathlib.Path(FIRMWARE).read_bytes()
        yield facts["snp-digest"], owner.snpdigest.expected(
            image, 2, int(facts["cpu-signature"], 16), kernel or None)


def test_digest_is_the_owners(world):
    with measured(world, "bare", kernel=None, disks=[{"path": lab.disk()}]) as (digest, expected):
        assert digest == expected
    image = pathlib.Path(KERNEL).read_bytes()
    more = {"kernel_hashes": True, "cmdline": "quiet"}
    with measured(world, "booted", image, b"", "quiet", **more) as (digest, expected):
        assert digest == expected


def identity(digest, policy=0x30000):
    """Settings of an ID block; nobody verifies the signatures in the lab."""
    block = bytes.fromhex(digest) + bytes(32) + struct.pack("<IIQ", 1, 0, policy)
    return {"id_block": V("s", base64.b64encode(block).decode()),
            "id_auth": V("s", base64.b64encode(bytes(4096)).decode())}


def test_identity_is_compared(world):
    with measured(world, "plain") as (digest, _):
        pass
    with measured(world, "known", **identity(digest)) as (again, _):
        assert again == digest
    other = identity(bytes(48).hex())
    with world.guest("other", technology=TECHNOLOGY, firmware=FIRMWARE, **other) as path:
        with fails("LaunchFailed", has="fw_error=11"):
            world.bus.act(path, "Start")


def test_chip_key_is_denied(world):
    for denied in (False, True):
        with world.guest("keyed", start=True, technology=TECHNOLOGY, vcek=V("b", not denied)):
            assert private.launch("keyed")["snp-vcek-disabled"] == ("0x1" if denied else "0")


def test_wrong_sizes(world):
    with world.nothing_left(), fails("InvalidArgument", has="32"):
        short = V("s", base64.b64encode(bytes(31)).decode())
        world.bus.create("short", settings(technology=TECHNOLOGY, host_data=short))


@each(FAULTS, label=lambda row: row[0])
def test_refused_start(world, row):
    private.refused_start(world, TECHNOLOGY, *row)


def test_pool_is_shared_with_es(world):
    total = private.capacity(world, "sev-es")[0]
    with world.guest("one", start=True, technology=TECHNOLOGY), \
            world.guest("two", start=True, technology=TECHNOLOGY):
        lab.wait_for(lambda: private.capacity(world, "sev-es") == (total, 2, total - 2), what="both")
        lab.wait_for(lambda: private.capacity(world, "sev")[1] == 0, what="the other pool")
