# SPDX-License-Identifier: LGPL-2.1-or-later
#
# An emulated TPM, which is a process of its own beside QEMU and has files of its own.
#
# It begins and ends with its guest, whichever way that ends; what it remembers stays with the VM, and
# goes when that is deleted.

"""The life of a guest's TPM."""

import pathlib

from . import bus, lab

STATES = pathlib.Path("/var/lib/libvirt/swtpm")


def _remembered():
    """VMs whose TPM has a memory, by UUID."""
    return {path.name for path in STATES.iterdir()} if STATES.exists() else set()


def _await_none():
    lab.wait_for(lambda: not lab.tpm_processes(), what="the end of the TPM")


def lives_with_its_guest(world, technology):
    """Started, stopped, started again, killed, deleted: nothing of the TPM is left at any time."""
    with world.guest("trusting", technology=technology, tpm=True) as path:
        uuid = world.bus.get(path, bus.VM, "UUID")
        world.bus.act(path, "Start")
        first = lab.tpm_processes()
        assert world.bus.state(path) == "running" and len(first) == 1, first
        world.bus.act(path, "Stop")
        _await_none()
        assert uuid in _remembered()
        world.bus.act(path, "Start")
        assert world.bus.state(path) == "running" and len(lab.tpm_processes()) == 1
        lab.virsh("destroy", "trusting")
        _await_none()
        lab.wait_for(lambda: world.bus.state(path) == "shutoff", what="the guest's end")
        world.bus.act(path, "Delete")
        assert uuid not in _remembered()
