# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The file system of the lab.
#
# Runs in a mount namespace of its own. /run, libvirt's directories and /dev are private and empty;
# /etc and /var are private copies that begin as the real ones (overlays with their changes in
# memory); /usr is the real one with the freshly built project and the lab's images laid over it.
# Nothing that happens here is seen, or kept, outside.

"""Build the private file system."""

import grp
import os
import pathlib
import shutil
import stat

import firmware

from . import kernel, paths
from .errors import LabError

PRIVATE = (
    "/etc/libvirt",
    "/var/lib/libvirt",
    "/var/cache/libvirt",
    "/var/log/libvirt",
    "/var/lib/sealvirt",
    "/var/lib/swtpm-localca",
    "/var/log/swtpm",
)
TPM_AUTHORITY, TPM_USER = "/var/lib/swtpm-localca", "tss"
DEVICES = ("null", "zero", "full", "random", "urandom", "tty", "net/tun", "vhost-net")
DEVICE_LINKS = {
    "fd": "/proc/self/fd",
    "stdin": "/proc/self/fd/0",
    "stdout": "/proc/self/fd/1",
    "stderr": "/proc/self/fd/2",
}


def isolate():
    """Namespaces for everything but processes (those began with the fork)."""
    kernel.unshare(kernel.CLONE_NEWNS | kernel.CLONE_NEWNET | kernel.CLONE_NEWIPC)
    kernel.mount(None, "/", None, kernel.MS_REC | kernel.MS_PRIVATE)


class Kept:
    """Directories that must stay as they are although something above them is replaced."""

    def __init__(self, directories, replaced):
        self.held = []
        wanted = {os.path.realpath(path) for path in directories} | _mounts_below(replaced)
        for path in sorted(wanted):
            if any(path.startswith(top + "/") for top in replaced) and os.path.exists(path):
                self.held.append((path, os.open(path, os.O_PATH | os.O_CLOEXEC)))

    def put_back(self):
        """Bind each directory over its place in the new world."""
        for path, fd in self.held:
            if os.path.exists(path):
                kernel.bind(f"/proc/self/fd/{fd}", path)
            os.close(fd)


def _mounts_below(tops):
    points = [line.split()[4] for line in pathlib.Path("/proc/self/mountinfo").open()]
    return {point for point in points if any(point.startswith(top + "/") for top in tops)}


def _overlay(target, layers, writable):
    """Show `layers` (the first wins) over the real directory."""
    options = "lowerdir=" + ":".join([*map(str, layers), target])
    if writable:
        changes = paths.LAYERS / ("changes" + target.replace("/", "-"))
        (changes / "upper").mkdir(parents=True)
        (changes / "work").mkdir()
        options += f",upperdir={changes}/upper,workdir={changes}/work"
    flags = 0 if writable else kernel.MS_RDONLY
    kernel.mount("overlay", target, "overlay", flags, options)
    if writable:
        shutil.copystat(target, changes / "upper")


def _mirror(real, target, layers):
    """Where overlays are refused: fill `target` with links to `real` and copies of the layers."""
    target.mkdir(exist_ok=True)
    present = [layer for layer in layers if layer.is_dir()]
    merged = {child.name for layer in present for child in layer.iterdir() if child.is_dir()}
    for child in real.iterdir() if real.is_dir() else ():
        if child.name in merged:
            continue
        (target / child.name).symlink_to(os.readlink(child) if child.is_symlink() else child)
    for name in merged:
        _mirror(real / name, target / name, [layer / name for layer in present])
    for layer in reversed(present):
        for child in layer.iterdir():
            if child.is_file():
                (target / child.name).unlink(missing_ok=True)
                shutil.copy(child, target / child.name)


def _merge_without_overlay(target, layers):
    """The same by hand: /etc is copied, larger trees are mirrored by links."""
    real = paths.LAB / "real" / target.strip("/")
    real.mkdir(parents=True)
    kernel.bind(target, real)
    kernel.tmpfs(target)
    if target == "/etc":
        shutil.copytree(real, target, symlinks=True, dirs_exist_ok=True)
        for layer in reversed(layers):
            shutil.copytree(layer, target, dirs_exist_ok=True)
        return
    needed = paths.LAYERS / ("needed" + target.replace("/", "-"))
    for path in PRIVATE:
        if path.startswith(target + "/"):
            (needed / path[len(target) + 1 :]).mkdir(parents=True)
    _mirror(real, pathlib.Path(target), [*layers, needed])


def _merge(target, layers, writable):
    layers = [layer for layer in layers if layer.is_dir()]
    try:
        if os.environ.get("SEALVIRT_LAB_OVERLAY") == "off":
            raise OSError("overlays are switched off")
        _overlay(target, layers or [paths.LAYERS / "empty"], writable)
    except OSError:
        _merge_without_overlay(target, layers)


def _make_proc_and_sys():
    """Fresh ones, for they show the namespaces that were current when they were mounted."""
    kernel.unmount("/proc")
    kernel.mount("proc", "/proc", "proc", kernel.MS_NOSUID | kernel.MS_NODEV | kernel.MS_NOEXEC)
    kernel.unmount("/sys")
    kernel.mount("sysfs", "/sys", "sysfs", kernel.MS_NOSUID | kernel.MS_NODEV | kernel.MS_NOEXEC)


def _make_kvm(path, number):
    """With the owner and mode that udev would give it, which a container often lacks."""
    os.mknod(path, stat.S_IFCHR, number)
    try:
        os.chown(path, 0, grp.getgrnam("kvm").gr_gid)
        os.chmod(path, 0o660)
    except KeyError:
        os.chmod(path, 0o666)


def _make_terminals(real, dev):
    """Private ones, unless somebody sits at a terminal from outside and wants to keep its name."""
    (dev / "pts").mkdir()
    if os.isatty(0):
        kernel.bind(real, dev / "pts")
    else:
        options = "newinstance,ptmxmode=0666,mode=0620"
        kernel.mount("devpts", dev / "pts", "devpts", kernel.MS_NOSUID, options)
    os.mknod(dev / "ptmx", stat.S_IFCHR, os.makedev(5, 2))
    os.chmod(dev / "ptmx", 0o666)


def _make_devices(host):
    """A private /dev; a simulated /dev/sev is the null device under another name: no harm done."""
    real = paths.LAB / "real-dev"
    real.mkdir()
    kernel.bind("/dev", real)
    kernel.mount("tmpfs", "/dev", "tmpfs", kernel.MS_NOSUID, "mode=0755")
    dev = pathlib.Path("/dev")
    for name in DEVICES if host.simulated else (*DEVICES, "sev"):
        if (real / name).exists():
            (dev / name).parent.mkdir(exist_ok=True)
            (dev / name).touch()
            kernel.bind(real / name, dev / name)
    _make_terminals(real / "pts", dev)
    kernel.tmpfs(dev / "shm", "1777")
    for name, target in DEVICE_LINKS.items():
        (dev / name).symlink_to(target)
    if (real / "kvm").exists():
        _make_kvm(dev / "kvm", (real / "kvm").stat().st_rdev)
    if host.simulated and host.has_secure_processor:
        os.mknod(dev / "sev", stat.S_IFCHR | 0o600, os.makedev(1, 3))
    kernel.unmount(real)


def _own_tpm_authority():
    """Where emulated TPMs get their certificates; packages do not all leave it to swtpm's user."""
    try:
        shutil.chown(TPM_AUTHORITY, TPM_USER)
        os.chmod(TPM_AUTHORITY, 0o750)
    except LookupError:
        pass  # there is no swtpm, and so there are no TPMs


def _make_lab_directory(stage, host):
    """/run, with the lab's own directory and a copy of what was built."""
    kernel.tmpfs("/run")
    for path in (paths.LAB, paths.BIN, paths.LOG, paths.PSP, paths.LAYERS / "empty"):
        path.mkdir(parents=True, exist_ok=True)
    for path in ("/run/lock", "/run/dbus", "/run/sealvirt", paths.LAB / "tmp"):
        pathlib.Path(path).mkdir()
    os.chmod("/run/lock", 0o1777)
    os.chmod(paths.LAB / "tmp", 0o1777)
    os.chmod(paths.PSP, 0o700)
    if host.simulated:
        firmware.write(
            paths.LAYERS / "lab" / str(paths.IMAGES)[1:],
            paths.LAYERS / "lab" / "etc/qemu/firmware",
            str(paths.IMAGES),
        )
    if stage:
        shutil.copytree(stage, paths.LAYERS / "stage", symlinks=True)


def build(stage, kept, host):
    """Everything but the profile's tree; `stage` is what meson installed, or None."""
    hold = Kept(kept, ("/usr", "/etc", "/var", "/run"))
    _make_lab_directory(stage, host)
    layers = [paths.LAYERS / "lab", paths.LAYERS / "stage"]
    for target, writable in (("/etc", True), ("/var", True), ("/usr", False)):
        try:
            _merge(target, [layer / target[1:] for layer in layers], writable)
        except OSError as error:
            raise LabError(f"cannot make a private {target}: {error}") from error
    hold.put_back()
    _make_proc_and_sys()
    for path in PRIVATE:
        kernel.tmpfs(path)
    _own_tpm_authority()
    _make_devices(host)
