# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Two thousand random VMs, and what libvirt says of them.
#
# The settings are drawn at random from what is legal, and written for the libvirt and the QEMU that
# are here. Each must pass libvirt's schema and be defined. The daemon sees all of them come and go.

"""Random VMs, defined by libvirt."""

import os
import pathlib
import re

from kit import bus, lab

VMS = 200 if "ASAN_OPTIONS" in os.environ else 2000
DIRECTORY = lab.TMP / "random"


def version(world, component):
    return world.bus.get(bus.ROOT, bus.MANAGER, f"{component}Version")


def technologies():
    """What libvirt takes here; one that does not tell takes what its version knows."""
    told = lab.virsh("domcapabilities", "--machine", "q35").partition("<launchSecurity")[2]
    kinds = re.findall("<value>(sev|sev-snp|tdx)</value>", told) or ["sev", "sev-snp", "tdx"]
    return [*kinds, *(["sev-es"] if "sev" in kinds else [])]


def test_libvirt_defines_them(world):
    DIRECTORY.mkdir()
    writer = pathlib.Path(os.environ["SEALVIRT_LAB_BUILD"], "tests/unit/write-random-vms")
    lab.run(writer, DIRECTORY, str(VMS), version(world, "Libvirt"), version(world, "QEMU"),
            *technologies())
    files = sorted(DIRECTORY.iterdir())
    assert len(files) == VMS
    script = "".join(f"define --validate {path}\nundefine --nvram {path.stem}\n" for path in files)
    told = lab.run("virsh", text=script, check=False, seconds=600)
    refused = [line for line in told.stderr.splitlines() if line.startswith("error:")]
    assert not refused, f"{len(refused)} messages, the first: {refused[:3]}"
    assert told.stdout.count("defined from") == VMS and not lab.domains()
    world.await_names(set())
