# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Volumes that CreateVM makes: there with the VM, gone with a failure, never in anybody's way.
#
# The last test kills the daemon at random moments of a create. Afterwards there is a VM with its volume,
# as it must be when the caller was told so, or not a trace: never a part of it. (Without a reply it may
# be either: the daemon can be killed between its last act and the telling.)

"""Disks with a size."""

import pathlib
import random
import time

from gi.repository import GLib

from kit import bus, lab, watch
from kit.bus import fails
from kit.settings import boolean, settings
from kit.tap import each

FORMATS = (("raw", "disk.raw"), ("qcow2", "disk.qcow2"))


def with_volume(name, fmt="qcow2", **changes):
    disk = {"pool": GLib.Variant("s", "default"), "volume": GLib.Variant("s", name),
            "format": GLib.Variant("s", fmt), "size": GLib.Variant("t", 64 << 20)}
    return {**settings(**changes), "disks": GLib.Variant("aa{sv}", [disk])}


def volumes():
    return {line.split()[0] for line in lab.virsh("vol-list", "default").splitlines() if line}


@each(FORMATS, label=lambda row: row[0])
def test_made_with_the_vm_and_deleted_with_it(world, row):
    fmt, name = row
    with world.nothing_left():
        mark = world.watch.mark()
        path = world.bus.create("owner", with_volume(name, fmt), start=True)
        assert name in volumes() and world.bus.state(path) == "running"
        world.watch.wait(watch.job_removed("create"), mark)
        assert f"<format type='{fmt}'/>" in lab.virsh("vol-dumpxml", name, "default")
        world.bus.act(path, "Stop")
        world.bus.act(path, "Delete", {"volumes": boolean()})
        assert name not in volumes()


def test_progress_is_told(world):
    """A step for each volume and one for the VM; nobody has to ask."""
    disks = [with_volume(name)["disks"].unpack()[0] for name in ("one.qcow2", "two.qcow2")]
    disks = [{key: GLib.Variant("t" if key == "size" else "s", value) for key, value in disk.items()}
             for disk in disks]
    with world.nothing_left():
        mark = world.watch.mark()
        path = world.bus.create("owner", {**settings(), "disks": GLib.Variant("aa{sv}", disks)})
        world.watch.wait(watch.job_removed("create"), mark)
        changes = [event.changed() for event in world.watch.since(mark) if event.path.startswith(bus.ROOT + "/job/")]
        told = [change["Progress"] for change in changes if "Progress" in change]
        assert told == sorted(told) and told[-1] == 2 / 3 and 1 / 3 in told, changes
        assert any(change.get("ProgressValid") for change in changes), changes
        world.bus.act(path, "Delete", {"volumes": boolean()})


def test_existing_volume_is_not_touched(world):
    lab.virsh("vol-create-as", "default", "mine.qcow2", "1M", "--format", "qcow2")
    mine = pathlib.Path(lab.virsh("vol-path", "mine.qcow2", "default"))
    try:
        before = mine.read_bytes(), mine.stat()
        with world.nothing_left(), fails("Exists", has=("mine.qcow2", "default")):
            world.bus.create("thief", with_volume("mine.qcow2"))
        assert (mine.read_bytes(), mine.stat()) == before
    finally:
        lab.virsh("vol-delete", "mine.qcow2", "default")


def test_file_that_libvirt_has_not_seen(world):
    """Put there behind libvirt's back, it is somebody's all the same, and no note may name it."""
    mine = lab.image("unseen.qcow2")
    mine.write_text("precious")
    with world.nothing_left(), fails("Exists", has=("unseen.qcow2", "default")):
        world.bus.create("thief", with_volume("unseen.qcow2"))
    assert mine.read_text() == "precious"


def test_two_creates_in_one_pool(world):
    """libvirt does not look into a pool while it makes a volume there; a create waits for that."""
    answers = [begin(world, name, start=False) for name in ("left", "right")]
    errors = [answer()[1] for answer in answers]
    assert errors == [None, None], errors
    assert {"left.qcow2", "right.qcow2"} <= volumes()
    for name in ("left", "right"):
        world.bus.act(world.bus.find(name), "Delete", {"volumes": boolean()})


def test_gone_when_the_define_fails(world):
    network = [{"type": "network", "source": "nowhere"}]
    with world.nothing_left(), fails("NotFound", has="nowhere"):
        world.bus.create("failed", with_volume("failed.qcow2", networks=network))
    assert "failed.qcow2" not in volumes()


def test_gone_when_the_start_fails(world):
    with world.nothing_left(), lab.fault("launch-start=7"), fails("LaunchFailed"):
        world.bus.create("unborn", with_volume("unborn.qcow2"), start=True)
    assert "unborn.qcow2" not in volumes()


def test_no_such_pool(world):
    disk = {"pool": GLib.Variant("s", "nopool"), "volume": GLib.Variant("s", "x.qcow2"),
            "size": GLib.Variant("t", 64 << 20)}
    changes = {**settings(), "disks": GLib.Variant("aa{sv}", [disk])}
    with world.nothing_left(), fails("NotFound", has="nopool"):
        world.bus.create("poolless", changes)


def begin(world, name, start):
    return world.bus.begin_create(name, with_volume(f"{name}.qcow2"), start)


def test_daemon_killed_at_fifty_moments(world):
    cut_off = 0
    for number in range(50):
        name, start = f"cut{number}", number % 2 == 1
        answer = begin(world, name, start)
        time.sleep(random.random() * (0.5 if start else 0.04))
        lab.kill_daemon()
        complete = answer()[1] is None
        cut_off += not complete
        world.revive()

        def left(name=name):
            return {name in lab.domains(), f"{name}.qcow2" in volumes()}

        def settled(complete=complete):
            return not lab.notes() and left() in ([{True}] if complete else [{True}, {False}])

        lab.wait_for(settled, 10, f"what was told of {name} (complete: {complete})")
        if left() == {True}:
            lab.remove_domain(name)
            lab.virsh("vol-delete", f"{name}.qcow2", "default")
    assert cut_off > 5, f"only {cut_off} creates were cut off: the moments are badly chosen"
