# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Files, networks and volumes that are not there, or are not what they should be.
#
# The daemon runs as its own user and may not see all that libvirt sees; what it cannot judge is left
# to libvirt, and the answer has to be the same named error. Previews must answer alike whether a file
# is there or not, for everybody may ask for one.

"""CreateVM with odd files; previews that tell nothing."""

import contextlib
import os
import pathlib
import shutil
import socket
import stat

from kit import lab
from kit.bus import BusError, fails
from kit.settings import FIRMWARE, KERNEL, MIB, raw
from kit.tap import each

BASE = {"technology": "sev", "memory": 32 * MIB, "kernel": KERNEL}
ZOO = pathlib.Path("/var/lib/zoo")


def make_zoo():
    """One of every kind of file, in a place that the daemon may look at."""
    if ZOO.exists():
        return
    ZOO.mkdir(mode=0o755)
    (ZOO / "directory").mkdir()
    (ZOO / "directory.img").mkdir()
    (ZOO / "closed").mkdir(mode=0o700)
    os.mkfifo(ZOO / "fifo.img")
    os.mknod(ZOO / "null.img", stat.S_IFCHR | 0o666, os.makedev(1, 3))
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(ZOO / "socket.img"))
    for name, data in (("empty.fd", b""), ("zeros.fd", bytes(65536)), ("text.fd", b"hello\n" * 9999),
                       ("ones.fd", b"\xff" * 65536), ("tiny.fd", b"\x90" * 15), ("closed/a.fd", b"x")):
        (ZOO / name).write_bytes(data)
    with open(ZOO / "sparse.fd", "wb") as file:
        file.truncate(10 * 2**30)
    (ZOO / "secret.fd").write_bytes(b"\xea" * 65536)
    (ZOO / "secret.fd").chmod(0o600)
    for name, target in (("dangling.img", "/nowhere"), ("loop.img", "loop.img"),
                         ("passwd.fd", "/etc/passwd"), ("zero.fd", "/dev/zero"), ("fifo.fd", "fifo.img")):
        (ZOO / name).symlink_to(target)


def refuse(world, changes, error, *words):
    make_zoo()
    world.remember(__name__)
    with fails(error, has=words):
        world.bus.create("bad", raw({**BASE, **changes}))


def first(row):
    return row[0]


LONG_NAME = "/var/lib/" + "n" * 300 + ".img"
DISKS = (
    ("missing", "/var/lib/no-such.img", "NotFound"),
    ("missing directory", "/no/such/directory/a.img", "NotFound"),
    ("below a file", "/etc/passwd/a.img", "NotFound"),
    ("dangling link", f"{ZOO}/dangling.img", "NotFound"),
    ("link to itself", f"{ZOO}/loop.img", "NotFound"),
    ("name too long for a file system", LONG_NAME, "NotFound"),
    ("missing where the daemon may not look", f"{ZOO}/closed/b.img", "NotFound"),
    ("missing in a home", "/home/no-such.img", "NotFound"),
    ("missing in /tmp", "/tmp/no-such.img", "NotFound"),
    ("missing device", "/dev/no-such-disk", "NotFound"),
    ("directory", f"{ZOO}/directory.img", "InvalidArgument"),
    ("fifo", f"{ZOO}/fifo.img", "InvalidArgument"),
    ("socket", f"{ZOO}/socket.img", "InvalidArgument"),
    ("character device", f"{ZOO}/null.img", "InvalidArgument"),
)


@each(DISKS, label=first)
def test_disk(world, row):
    _, path, error = row
    refuse(world, {"disks": [{"path": path, "format": "raw"}]}, error, path[:100])


@each([(f"{key} {word}", key, path, error) for key in ("kernel", "initrd", "nvram-template")
       for word, path, error in DISKS if error == "InvalidArgument" or "/var/lib/no" in path], label=first)
def test_file(world, row):
    _, key, path, error = row
    more = {"firmware": FIRMWARE} if key == "nvram-template" else {}
    refuse(world, {key: path, **more}, error, path)


FIRMWARES = (
    "/etc/passwd", "/dev/zero", "/dev/null", "/dev/kvm", "/etc", "/var/lib/no-such.fd", "/usr/bin/env",
    KERNEL, *(f"{ZOO}/{name}" for name in (
        "empty.fd", "zeros.fd", "text.fd", "tiny.fd", "sparse.fd", "directory", "fifo.img", "socket.img",
        "null.img", "dangling.img", "loop.img", "passwd.fd", "zero.fd", "fifo.fd", "secret.fd",
        "closed/a.fd", "closed/b.fd")),
)


@each(FIRMWARES)
def test_firmware(world, path):
    refuse(world, {"firmware": path}, "FirmwareNotFound", path)


@each(["sev", "sev-es"])
def test_firmware_of_Debian_for(world, technology):
    """It says itself whether it has what SEV-ES needs; no more is asked of the path."""
    make_zoo()
    with contextlib.suppress(BusError):
        world.bus.create("maybe", raw({**BASE, "technology": technology,
                                       "firmware": "/usr/share/OVMF/OVMF_CODE_4M.secboot.fd"}))
        lab.remove_domain("maybe")
    world.await_names(set())


@each([("network", {"networks": [{"type": "network", "source": "no-such-net"}]}, "no-such-net"),
       ("second network", {"networks": [{"type": "user"}, {"type": "network", "source": "no-such-net"}]},
        "no-such-net"),
       ("pool", {"disks": [{"pool": "no-such-pool", "volume": "a.img"}]}, "no-such-pool"),
       ("volume", {"disks": [{"pool": "default", "volume": "no-such-volume.img"}]}, "no-such-volume")],
      label=first)
def test_missing(world, row):
    refuse(world, row[1], "NotFound", row[2])


def test_disk_where_only_libvirt_may_look(world):
    make_zoo()
    path = ZOO / "closed" / "good.img"
    path.write_bytes(bytes(65536))
    with world.guest("hidden", disks=[{"path": str(path)}], start=True) as vm:
        assert world.bus.state(vm) == "running"
    path.unlink()


def test_same_name_in_other_case(world):
    with world.guest("case"), world.guest("CASE"):
        assert {"case", "CASE"} <= world.bus.names()


def preview(bus, changes):
    """The preview or the refusal, without the name of the file in it."""
    try:
        return bus.preview("p", raw({**BASE, **changes}))
    except BusError as error:
        return f"{error.name} {error.text}"


@each([("disk", lambda path: {"disks": [{"path": path, "format": "raw"}]}),
       ("kernel", lambda path: {"kernel": path}), ("initrd", lambda path: {"initrd": path}),
       ("firmware", lambda path: {"firmware": path}),
       ("nvram-template", lambda path: {"firmware": FIRMWARE, "nvram-template": path}),
       ("network", lambda path: {"networks": [{"type": "network", "source": path.replace("/", "")}]})],
      label=first)
def test_preview_tells_no_files(world, row):
    make_zoo()
    told = set()
    for path in (f"{ZOO}/secret.fd", f"{ZOO}/closed/a.fd", f"{ZOO}/closed/none", f"{ZOO}/none",
                 f"{ZOO}/directory", f"{ZOO}/zeros.fd", "/root/.bashrc", "/root/.none"):
        answer = preview(world.user, row[1](path))
        told.add(answer.replace(path, "PATH").replace(path.replace("/", ""), "PATH"))
    assert len(told) == 1, told


def test_preview_is_the_same_to_all(world):
    values = raw({**BASE, "disks": [{"path": "/var/lib/a.img"}]})
    assert world.user.preview("same", values) == world.bus.preview("same", values)


def test_sparse_file_is_not_read(world):
    """The daemon must not read ten gigabytes to see that they are no firmware."""
    make_zoo()
    with fails("FirmwareNotFound"):
        world.bus.create("bad", raw({**BASE, "firmware": f"{ZOO}/sparse.fd"}), seconds=3)


def test_nothing_is_left(world):
    world.remember(__name__)
    world.check_unchanged(__name__)
    shutil.rmtree(ZOO, ignore_errors=True)
