# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Profiles: the hosts that the lab can be.
#
# A profile is a folder with profile.conf and root/, a tree of the files in which the host differs
# from this machine. The same tree serves unit tests as a fixture, so it is complete in itself; here
# its parts are laid over the real ones. Adding a host is adding a folder.

"""Read a profile and lay its tree over the lab's file system."""

import configparser
import os
import pathlib
import shutil

from . import kernel, paths
from .errors import LabError, Refused

# Directories that are replaced as a whole: what the profile does not have is not there.
REPLACED = ("sys/module", "sys/class/misc", "sys/fs/cgroup")
# Device nodes are made by the world, as a tree of plain files cannot hold them; libvirt and the
# firmware are the lab's own. Unless a profile replaces them, what a tree has there is for tests
# that read the tree itself.
SKIPPED = ("dev", "etc/libvirt", "usr/share")


class Profile:
    """One host."""

    def __init__(self, name):
        self.name = name
        self.directory = paths.PROFILES / name
        self.root = self.directory / "root"
        parser = configparser.ConfigParser(interpolation=None, delimiters=("=",))
        parser.optionxform = str
        if not parser.read(self.directory / "profile.conf"):
            known = ", ".join(names())
            raise Refused(f"there is no profile {name!r}; the lab can be one of: {known}")
        self.description = parser.get("host", "description")
        self.offline = parser.get("host", "offline", fallback=None)
        self.replaced = REPLACED + tuple(parser.get("host", "replace", fallback="").split())
        self.simulated = parser.getboolean("host", "simulated", fallback=True)
        self.psp = dict(parser["psp"]) if parser.has_section("psp") else {}

    @property
    def kind(self):
        """What a reader must know of the secure processor, in words."""
        if not self.simulated:
            return "the secure processor of this machine, if it has one"
        if self.has_tdx:
            return "simulated TDX module"
        return "simulated secure processor" if self.has_secure_processor else "no secure processor"

    @property
    def has_secure_processor(self):
        return self.psp.get("sev") == "on"

    @property
    def has_tdx(self):
        return self.psp.get("tdx") == "on"

    @property
    def tells_policy_bits(self):
        """Whether the host's kernel answers which bits of an SNP policy it takes."""
        return "snp-policy-bits" in self.psp

    @property
    def api(self):
        return int(self.psp.get("api-major", "1")), int(self.psp.get("api-minor", "0"))

    def pools(self):
        """Name of each pool of guests -> (first ASID, last ASID), as the preload library counts."""
        minimum = max(int(self.psp.get("min-sev-asid", "1"), 0), 1)
        maximum = int(self.psp.get("max-asid", "0"), 0)
        if self.has_tdx:
            return {"tdx": (1, int(self.psp.get("tdx-keys", "0"), 0))}
        found = {"sev": (minimum, maximum), "sev_es": (1, minimum - 1)}
        if self.psp.get("sev-es") != "on":
            del found["sev_es"]
        return found if self.has_secure_processor else {}

    def platform_file(self):
        """Text of the preload library's settings."""
        lines = [f"{key} = {value}" for key, value in self.psp.items()]
        return "\n".join([f"# simulated host: {self.name}", *lines, ""])


def names():
    """Every profile there is."""
    return sorted(path.parent.name for path in paths.PROFILES.glob("*/profile.conf"))


def _replace(root, directory):
    """A directory of the host is what the profile says and nothing else."""
    source, target = root / directory, pathlib.Path("/") / directory
    if not source.is_dir():
        return
    if not target.is_dir():
        raise LabError(f"the profile replaces /{directory}, which this kernel does not have")
    kernel.tmpfs(target)
    shutil.copytree(source, target, dirs_exist_ok=True)


def _overlay_file(source, target):
    """One file of the host: over the real one, or beside it where the lab owns the directory."""
    if target.exists():
        kernel.bind(source, target)
        return
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)
    except OSError as error:
        raise LabError(
            f"the profile's file {target} has no place here ({error.strerror}); "
            f"name a directory above it in profile.conf: replace = {target.parent.parent}"
        ) from error


def apply(profile):
    """Lay the profile's tree over / (in the lab's own mount namespace)."""
    if not profile.root.is_dir():
        return
    copy = paths.LAB / "profile-root"
    shutil.copytree(profile.root, copy)
    for directory in profile.replaced:
        _replace(copy, directory)
    for directory, _, files in os.walk(copy):
        relative = pathlib.Path(directory).relative_to(copy).as_posix()
        if relative.startswith((*profile.replaced, *SKIPPED)):
            continue
        for name in files:
            _overlay_file(pathlib.Path(directory) / name, pathlib.Path("/") / relative / name)
