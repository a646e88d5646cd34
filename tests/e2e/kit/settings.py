# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Settings of CreateVM in their D-Bus types.
#
# Tests write settings(memory=..., disks=[{...}]) and get the exact a{sv} that the contract asks
# for; a value that already is a GVariant goes through as it is, for tests of wrong types.

"""Settings, and the files of the lab that they name."""

from gi.repository import GLib

MIB = 1024 * 1024
GIB = 1024 * MIB

IMAGES = "/usr/share/sealvirt-lab"
KERNEL = f"{IMAGES}/kernel"
INITRD = f"{IMAGES}/initrd"
FIRMWARE = f"{IMAGES}/OVMF.lab.fd"
FIRMWARE_CODE = f"{IMAGES}/OVMF_CODE.lab.fd"
FIRMWARE_VARS = f"{IMAGES}/OVMF_VARS.lab.fd"
FIRMWARE_GENERIC = f"{IMAGES}/OVMF.generic.fd"  # no place for secrets and hashes
FIRMWARE_DEBIAN = "/usr/share/OVMF/OVMF_CODE_4M.fd"
POOL = "/var/lib/libvirt/images"

TYPES = {
    "technology": "s", "memory": "t", "vcpus": "u", "machine": "s", "firmware": "s",
    "nvram-template": "s", "disks": "aa{sv}", "networks": "aa{sv}", "policy": "t",
    "policy-flags": "as", "kernel": "s", "initrd": "s", "cmdline": "s", "kernel-hashes": "b",
    "dh-cert": "s", "session": "s", "memory-backing": "s", "hugepage-size": "t",
    "hard-limit-extra": "t", "numa-nodes": "s", "cpu-pinning": "s", "display": "s", "video": "s",
    "video-memory": "t", "console": "b", "rng": "b", "tpm": "b", "autostart": "b", "restart": "s",
}
DISK_TYPES = {
    "path": "s", "pool": "s", "volume": "s", "format": "s", "bus": "s", "device": "s",
    "readonly": "b", "boot-order": "u",
}
NETWORK_TYPES = {
    "type": "s", "source": "s", "model": "s", "mac": "s", "mtu": "u", "queues": "u",
}
MEMBERS = {"disks": DISK_TYPES, "networks": NETWORK_TYPES}


def _typed(types, values):
    return {
        key: value if isinstance(value, GLib.Variant) else GLib.Variant(types[key], value)
        for key, value in values.items()
    }


def _members(key, value):
    if key not in MEMBERS or isinstance(value, GLib.Variant):
        return value
    return [_typed(MEMBERS[key], member) for member in value]


def raw(values):
    """Settings from a dictionary with the contract's own keys."""
    return _typed(TYPES, {key: _members(key, value) for key, value in values.items()})


def settings(**changes):
    """Those of a small guest that boots a kernel, with `changes`; None takes a setting out."""
    values = {"technology": "sev", "memory": 32 * MIB, "kernel": KERNEL}
    values.update({key.replace("_", "-"): value for key, value in changes.items()})
    return raw({key: value for key, value in values.items() if value is not None})


def boolean(value=True):
    """A boolean option."""
    return GLib.Variant("b", value)


def number(value):
    """A number option."""
    return GLib.Variant("u", value)
