# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Where things are: in the source tree and inside the lab.
#
# The lab's own directory has a fixed place because libvirt hands no setting but LD_PRELOAD to QEMU;
# the preload library finds its settings there (psp/config.h has the same path).

"""Paths shared by the harness and the lab's commands."""

import os
import pathlib

LAB_SOURCE = pathlib.Path(__file__).resolve().parent.parent
PROJECT = LAB_SOURCE.parent.parent
PROFILES = LAB_SOURCE / "profiles"
COMMANDS = LAB_SOURCE / "commands"
STUBS = LAB_SOURCE / "stubs"

LAB = pathlib.Path("/run/sealvirt-lab")
BIN = LAB / "bin"
LOG = LAB / "log"
PSP = LAB / "psp"
LAYERS = LAB / "layers"
PRELOAD = LAB / "psp.so"
PLATFORM_FILE = LAB / "psp.conf"
INJECTION_FILE = LAB / "inject.conf"
LAUNCHES = LAB / "launches"
ASID_FILE = LAB / "asid.lock"
CONTROL_SOCKET = LAB / "control.sock"
NOTIFY_SOCKET = LAB / "notify.sock"
PROFILE_FILE = LAB / "profile"
IMAGES = pathlib.Path("/usr/share/sealvirt-lab")
BUS_SOCKET = pathlib.Path("/run/dbus/system_bus_socket")
LIBVIRT_SOCKET = pathlib.Path("/run/libvirt/libvirt-sock")


def default_build():
    """Where a lab builds when it is not told: each stack has libraries and a compiler of its own."""
    stack = os.environ.get("SEALVIRT_STACK")
    return PROJECT / (f"build-lab-{stack}" if stack else "build-lab")
