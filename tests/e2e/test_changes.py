# SPDX-License-Identifier: LGPL-2.1-or-later
#
# A host that changes while the daemon runs: modules are loaded with other parameters, the secure
# processor goes away, firmware is removed, libvirt is replaced by another one.
#
# Whatever it is, the properties of the host say so within ten seconds by PropertiesChanged, a start
# that cannot succeed any more is refused with the reason, and everything comes back as it was.

"""Host changes arrive as signals, without a restart."""

import contextlib
import os
import pathlib
import shutil
import stat

from kit import bus, lab
from kit.bus import fails
from kit.settings import FIRMWARE
from kit.tap import Skip, each

SECONDS = 10
PARAMETERS = pathlib.Path("/sys/module/kvm_amd/parameters")
DESCRIPTORS = (pathlib.Path("/usr/share/qemu/firmware"), pathlib.Path("/etc/qemu/firmware"))
PRELOAD = pathlib.Path("/etc/ld.so.preload")
BOTH = ["sev-es", "sev"]

# libvirt's own functions under other circumstances; the numbers are filled in.
OTHER_LIBVIRT = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <string.h>

int virConnectGetLibVersion(void *connection, unsigned long *ret)
{
    *ret = %(libvirt)d;
    return 0;
}

int virConnectGetVersion(void *connection, unsigned long *ret)
{
    *ret = %(qemu)d;
    return 0;
}

char *virConnectGetDomainCapabilities(void *connection, const char *emulator, const char *arch,
                                      const char *machine, const char *type, unsigned flags)
{
    char *(*next)(void *, const char *, const char *, const char *, const char *, unsigned) =
        dlsym(RTLD_NEXT, "virConnectGetDomainCapabilities");
    char *xml = next(connection, emulator, arch, machine, type, flags);
    char *sev = xml ? strstr(xml, "<sev supported='yes'") : NULL;

    if (sev && !%(sev)d)
        memcpy(sev, "<sev supported='no' ", 20);
    return xml;
}
"""


def host(world, name):
    return world.bus.get(bus.HOST, bus.HOST_INTERFACE, name)


def says(technologies=None, **verdicts):
    """The host's properties take these values, in one signal."""
    wanted = {name.replace("_", "-"): value for name, value in verdicts.items()}

    def fits(event):
        changed = event.changed() if event.path == bus.HOST else {}
        told = changed.get("Verdicts", {})
        return (technologies in (None, changed.get("Technologies"))
                and all(told.get(name) == value for name, value in wanted.items()))

    return fits


@contextlib.contextmanager
def same_daemon(world):
    """The host is as it was when the block ends, and nobody started the daemon anew meanwhile."""
    lab.wait_for(lambda: host(world, "Technologies") == BOTH, SECONDS, "a host as it should be")
    daemon, before = lab.daemon_pid(), host(world, "Verdicts")
    yield before
    lab.wait_for(lambda: host(world, "Verdicts") == before, SECONDS, "the verdicts as before")
    assert host(world, "Technologies") == BOTH and lab.daemon_pid() == daemon


@contextlib.contextmanager
def parameter(name, value):
    path = PARAMETERS / name
    before = path.read_text()
    path.write_text(f"{value}\n")
    try:
        yield
    finally:
        path.write_text(before)


@contextlib.contextmanager
def module_unloaded():
    away = PARAMETERS.parents[1] / "kvm_amd.away"
    PARAMETERS.parent.rename(away)
    try:
        yield
    finally:
        away.rename(PARAMETERS.parent)


@contextlib.contextmanager
def without_secure_processor():
    entry, away = pathlib.Path("/sys/class/misc/sev"), lab.TMP / "misc-sev"
    node = os.stat("/dev/sev")
    shutil.copytree(entry, away)
    shutil.rmtree(entry)
    os.unlink("/dev/sev")
    try:
        yield
    finally:
        os.mknod("/dev/sev", node.st_mode, node.st_rdev)
        os.chmod("/dev/sev", stat.S_IMODE(node.st_mode))
        shutil.copytree(away, entry)
        shutil.rmtree(away)


@contextlib.contextmanager
def without_kvm():
    entry = pathlib.Path("/sys/class/misc/kvm")
    shutil.copytree(entry, lab.TMP / "misc-kvm")
    shutil.rmtree(entry)
    os.rename("/dev/kvm", "/dev/kvm.away")
    try:
        yield
    finally:
        os.rename("/dev/kvm.away", "/dev/kvm")
        shutil.copytree(lab.TMP / "misc-kvm", entry)
        shutil.rmtree(lab.TMP / "misc-kvm")


@contextlib.contextmanager
def without_firmware():
    """Every descriptor is masked by an empty one of the administrator's, as libvirt's rules are."""
    names = {path.name for top in DESCRIPTORS for path in top.glob("*.json")}
    own = {name: (DESCRIPTORS[1] / name).read_bytes() for name in names
           if (DESCRIPTORS[1] / name).exists()}
    for name in names:
        (DESCRIPTORS[1] / name).write_bytes(b"")
    try:
        yield
    finally:
        for name in names:
            (DESCRIPTORS[1] / name).unlink()
        for name, text in own.items():
            (DESCRIPTORS[1] / name).write_bytes(text)


LOST = (
    # how, technologies then, technology that is refused, deciding check, words of the refusal
    ("sev_es off", lambda: parameter("sev_es", "N"), ["sev"], "sev-es",
     "kernel.kvm-amd-sev-es", "kvm_amd.sev_es is N"),
    ("sev off", lambda: parameter("sev", "N"), [], "sev", "kernel.kvm-amd-sev", "kvm_amd.sev is N"),
    ("module unloaded", module_unloaded, [], "sev-es", "kernel.kvm-amd-sev",
     "there is no kvm_amd.sev"),
    ("no secure processor", without_secure_processor, [], "sev", "device.sev", "modprobe ccp"),
)


@each(LOST, label=lambda row: row[0])
def test_kernel_side(world, row):
    _, lose, left, technology, check, words = row
    with same_daemon(world) as before, \
            world.guest("loser", technology=technology, firmware=FIRMWARE) as path:
        mark = world.watch.mark()
        with lose():
            verdict = {technology.replace("-", "_"): ("unavailable", check)}
            world.watch.wait(says(left, **verdict), mark, SECONDS, "the loss")
            assert host(world, "Technologies") == left
            with fails("TechnologyUnavailable", has=(check, words, "Cure: ")):
                world.bus.act(path, "Start")
            mark = world.watch.mark()
        world.watch.wait(says(BOTH, **{technology.replace("-", "_"): before[technology]}), mark,
                         SECONDS, "the return")
        world.bus.act(path, "Start")
        assert world.bus.state(path) == "running"


def test_kvm_gone(world):
    """One cause is one cure: libvirt's own trouble points at the device too."""
    with same_daemon(world), world.guest("stuck", technology="sev", firmware=FIRMWARE) as path:
        mark = world.watch.mark()
        with without_kvm():
            world.watch.wait(says([], sev=("unavailable", "kernel.kvm")), mark, SECONDS)
            with fails("TechnologyUnavailable", has=("no /dev/kvm", "modprobe")):
                world.bus.act(path, "Start")
            _, checks = world.bus.call(bus.HOST, bus.HOST_INTERFACE, "Check",
                                       bus.GLib.Variant("(a{sv})", ({},)))
            domcaps = next(one for one in checks if one[0] == "libvirt.domcaps")
            assert domcaps[2] == "fail" and "no /dev/kvm" in domcaps[5], domcaps
            mark = world.watch.mark()
        world.watch.wait(says(BOTH), mark, SECONDS)
        world.bus.act(path, "Start")


def test_firmware_removed(world):
    with same_daemon(world):
        mark = world.watch.mark()
        with without_firmware():
            world.watch.wait(says([], sev=("unavailable", "firmware.available.sev")), mark, SECONDS)
            with fails("TechnologyUnavailable", has=("firmware.available.sev", "ovmf")):
                world.bus.create("homeless", {
                    "memory": bus.GLib.Variant("t", 32 << 20),
                    "technology": bus.GLib.Variant("s", "sev"),
                    "kernel": bus.GLib.Variant("s", "/usr/share/sealvirt-lab/kernel"),
                })
            mark = world.watch.mark()
        world.watch.wait(says(BOTH), mark, SECONDS)


@contextlib.contextmanager
def other_libvirt(libvirt, qemu, sev=True):
    """libvirtd is stopped, and started again as another version."""
    compiler = shutil.which("cc")
    if compiler is None:
        raise Skip("no C compiler is installed")
    source, library = lab.TMP / "other.c", lab.TMP / "other.so"
    source.write_text(OTHER_LIBVIRT % {"libvirt": libvirt, "qemu": qemu, "sev": sev})
    lab.run(compiler, "-shared", "-fPIC", "-o", str(library), str(source), "-ldl")
    lab.service("stop", "libvirtd")
    PRELOAD.write_text(f"{library}\n")
    try:
        lab.service("start", "libvirtd")
    finally:
        PRELOAD.unlink()
    try:
        yield
    finally:
        lab.service("restart", "libvirtd")


def versions(world):
    return tuple(world.bus.get(bus.ROOT, bus.MANAGER, name)
                 for name in ("LibvirtVersion", "QEMUVersion"))


def manager_says(**values):
    return lambda event: (event.path == bus.ROOT and all(
        event.changed().get(name) == value for name, value in values.items()))


OTHER_VERSIONS = (
    # libvirt, QEMU, technologies then, verdict on sev, words of the refusal
    ("libvirt too old", (4004000, 7002000), [], ("unavailable", "libvirt.version.sev"),
     "install libvirt 4.5.0 or newer"),
    ("QEMU too old", (9000000, 2011000), [], ("unavailable", "qemu.version.sev"),
     "install QEMU 2.12.0 or newer"),
    ("QEMU too old for sev-es", (9000000, 5002000), ["sev"], None, None),
    ("both newer", (99001002, 98003004), None, None, None),
)


def shown(packed):
    return f"{packed // 1000000}.{packed // 1000 % 1000}.{packed % 1000}"


@each(OTHER_VERSIONS, label=lambda row: row[0])
def test_libvirt_replaced(world, row):
    _, (libvirt, qemu), left, verdict, words = row
    with same_daemon(world), world.guest("kept", technology="sev", firmware=FIRMWARE) as path:
        real, mark = versions(world), world.watch.mark()
        with other_libvirt(libvirt, qemu):
            changed = {name: shown(now) for name, now, was in
                       zip(("LibvirtVersion", "QEMUVersion"), (libvirt, qemu), real)
                       if shown(now) != was}
            world.watch.wait(manager_says(**changed), mark, SECONDS, "the other versions")
            lab.wait_for(lambda: host(world, "Technologies") == (BOTH if left is None else left),
                         SECONDS, "the technologies")
            world.await_connected()
            if verdict:
                assert host(world, "Verdicts")["sev"] == verdict
                with fails("TechnologyUnavailable", has=(verdict[1], words)):
                    world.bus.act(path, "Start")
            mark = world.watch.mark()
        world.watch.wait(manager_says(BackendState="connected"), mark, SECONDS)
        # The signal may still be that of the connection before.
        lab.wait_for(lambda: versions(world) == real, SECONDS, "the real versions")


def test_libvirt_believes_otherwise(world):
    """The kernel offers SEV, libvirt does not: its cache is named, and it is not used meanwhile."""
    with same_daemon(world), world.guest("stale", technology="sev", firmware=FIRMWARE) as path:
        mark = world.watch.mark()
        with other_libvirt(9000000, 7002000, sev=False):
            world.watch.wait(says(sev=("unavailable", "libvirt.domcaps.sev")), mark, SECONDS)
            world.await_connected()
            assert host(world, "Technologies") == []
            with fails("TechnologyUnavailable", has="/var/cache/libvirt/qemu/capabilities"):
                world.bus.act(path, "Start")
