# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Which test file runs on which simulated host, in this order.
#
# A file may name several hosts when its tests ask the world which one it is. Adding a file is
# adding a row; a test file without a row, or a row without a file, fails the run.

"""Files of tests by profile of the lab, and by stack where the system's libvirt is too old."""

import os

FILES = {
    "test_life": ("milan",),
    "test_removal": ("milan",),
    "test_busctl": ("milan",),
    "test_sealctl": ("milan",),
    "test_verbs": ("milan",),
    "test_others": ("milan",),
    "test_xml": ("milan",),
    "test_random_vms": ("milan",),
    "test_bad_settings": ("milan",),
    "test_bad_rules": ("milan",),
    "test_bad_files": ("milan",),
    "test_bad_calls": ("milan",),
    "test_refusals": ("milan",),
    "test_secrets": ("milan",),
    "test_injected": ("milan",),
    "test_diagnosis": ("milan",),
    "test_measured": ("milan",),
    "test_memory_limit": ("milan",),
    "test_volumes": ("milan",),
    "test_faults": ("milan",),
    "test_crash": ("milan",),
    "test_changes": ("milan",),
    "test_naples": ("naples",),
    "test_plain": ("plain",),
    "test_capacity": ("tight",),
    "test_autostart": ("tight",),
    "test_hosts": ("milan", "naples", "plain", "tight", "rome", "milan-no-es", "iommu-pt",
                   "old-kernel", "no-firmware", "vm-guest", "snp-guest", "xeon"),
    "test_recipes": ("milan", "naples", "plain", "tight", "milan-snp", "xeon-tdx"),
    "test_log": ("milan", "naples", "plain", "tight"),
}

# What needs the libvirt and QEMU of one stack, None being this system: file -> stack -> further hosts.
STACK_FILES = {
    "test_hosts": {None: ("old-libvirt",), "trixie": ("milan-snp", "genoa-snp", "genoa-snp-old-psp"),
                   "sid": ("milan-snp", "genoa-snp", "genoa-snp-old-psp", "xeon-tdx")},
    "test_random_vms": {"trixie": ("milan-snp",), "sid": ("milan-snp", "xeon-tdx")},
    "test_snp": {"trixie": ("milan-snp", "genoa-snp"), "sid": ("milan-snp", "genoa-snp")},
    "test_tdx": {"sid": ("xeon-tdx",)},
}


def _rows():
    """The table as it is on this stack."""
    stack = os.environ.get("SEALVIRT_STACK")
    return {
        name: FILES.get(name, ()) + STACK_FILES.get(name, {}).get(stack, ())
        for name in {**FILES, **STACK_FILES}
    }


def names():
    """Every file of tests, whether it runs here or not."""
    return set(_rows())


def profiles():
    """Every profile, in the order of first use."""
    return list(dict.fromkeys(profile for row in _rows().values() for profile in row))


def files_of(profile):
    """Test files that run there."""
    return [name for name, row in _rows().items() if profile in row]
