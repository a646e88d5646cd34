# SPDX-License-Identifier: LGPL-2.1-or-later
#
# TDX on a libvirt and a QEMU that know it: tests/e2e on another stack.
#
# From settings to a running guest: what the owner asked for must be what the TDX module was told,
# and a launch that it refuses must be told in words. The module is the lab's.

"""Life, settings and failures of TDX guests."""

import base64

from kit import bus, private, reboot, tpm
from kit.bus import fails
from kit.settings import settings
from kit.tap import each

TECHNOLOGY = "tdx"
POLICY = "<policy>0x10000000</policy>"
FEATURES = "<ioapic driver='qemu'/><pmu state='off'/>"
V = bus.GLib.Variant
IDENTITIES = (("mr_config_id", "tdx-mrconfigid"), ("mr_owner", "tdx-mrowner"),
              ("mr_owner_config", "tdx-mrownerconfig"))
FAULTS = (
    ("tdx-capabilities-errno=5", "KVM_TDX_CAPABILITIES"),
    ("tdx-init-vm-errno=28", "KVM_TDX_INIT_VM"),
    ("tdx-finalize-vm-errno=22", "KVM_TDX_FINALIZE_VM"),
)


def test_what_the_host_can(world):
    assert private.technologies(world) == [TECHNOLOGY]
    with world.guest("auto", technology="auto") as path:
        assert world.bus.get(path, bus.VM, "Technology") == TECHNOLOGY


def test_whole_life(world):
    private.whole_life(world, TECHNOLOGY, "tdx")


@each(reboot.WORDS)
def test_guest_reboots(world, word):
    reboot.guest_reboots(world, TECHNOLOGY, word)


def test_tpm_lives_with_its_guest(world):
    tpm.lives_with_its_guest(world, TECHNOLOGY)


def test_foreign_life(world):
    private.foreign_life(world, TECHNOLOGY, POLICY, FEATURES)


def test_measured_by_the_guest(world):
    private.measured_by_the_guest(world, TECHNOLOGY)


def test_paused_start(world):
    private.paused_start(world, TECHNOLOGY)


@each(IDENTITIES, label=lambda row: row[0].replace("_", "-"))
def test_identity_arrives(world, row):
    key, told = row
    digest = bytes(range(48))
    more = {key: V("s", base64.b64encode(digest).decode())}
    with world.guest("owned", start=True, technology=TECHNOLOGY, **more):
        facts = private.launch("owned")
        assert facts[told] == digest.hex() and facts["tdx-attributes"] == "0x10000000", facts


def test_wrong_sizes(world):
    with world.nothing_left(), fails("InvalidArgument", has="48"):
        short = V("s", base64.b64encode(bytes(32)).decode())
        world.bus.create("short", settings(technology=TECHNOLOGY, mr_owner=short))


@each(FAULTS, label=lambda row: row[0])
def test_refused_start(world, row):
    private.refused_start(world, TECHNOLOGY, *row)
