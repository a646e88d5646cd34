# SPDX-License-Identifier: LGPL-2.1-or-later
#
# How many ASIDs are in use, as the kernel's misc cgroup would tell it.
#
# Every simulated guest holds a byte-range lock on one file (psp/asid.c); /proc/locks shows them all
# without taking any. Profiles whose kernel has misc.current in the root group get theirs rewritten
# whenever a guest comes or goes; older ones do not have the file and so keep not having it.

"""Count the ASIDs that guests hold."""

import os
import pathlib

from . import paths

MISC_CURRENT = pathlib.Path("/sys/fs/cgroup/misc.current")


def held():
    """The ASIDs that some process holds now."""
    # With the device: the locks of every lab on this machine are in the list.
    status = os.stat(paths.ASID_FILE)
    device = f"{os.major(status.st_dev):02x}:{os.minor(status.st_dev):02x}"
    found = set()
    for line in pathlib.Path("/proc/locks").read_text().splitlines():
        words = line.split()
        if "->" in words or words[-3] != f"{device}:{status.st_ino}":
            continue
        last = words[-2] if words[-1] == "EOF" else words[-1]
        found.update(range(int(words[-2]), int(last) + 1))
    return found


def count(pools):
    """Name of each pool -> number of its ASIDs in use."""
    asids = held()
    return {
        name: sum(1 for asid in asids if first <= asid <= last)
        for name, (first, last) in pools.items()
    }


class Usage:
    """Keeps misc.current true."""

    def __init__(self, profile):
        self.pools = profile.pools()
        self.has_file = MISC_CURRENT.exists()

    def publish(self):
        """Write the present state."""
        if not self.has_file:
            return
        text = "".join(f"{name} {used}\n" for name, used in count(self.pools).items())
        if MISC_CURRENT.read_text() != text:
            MISC_CURRENT.write_text(text)
