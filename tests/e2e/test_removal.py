# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What goes with a deleted VM, and what stays.
#
# The variable store goes unless it is to be kept, volumes stay unless they are to go, and a delete
# that cannot do all that was asked does nothing.

"""Delete: variable store, volumes, and the machine that came back."""

import os
import pathlib
import time

from kit import bus, lab, watch
from kit.bus import fails
from kit.settings import FIRMWARE_CODE, POOL, boolean, settings
from kit.tap import each

SPLIT = {"firmware": FIRMWARE_CODE}


def store(name):
    """Where libvirt keeps the variables of a VM."""
    return lab.NVRAM / f"{name}_VARS.fd"


@each([True, False, None], label=lambda keep: f"nvram {keep}")
def test_variable_store(world, remove):
    with world.guest("vars", **SPLIT, start=True) as path:
        assert store("vars").exists(), list(lab.NVRAM.iterdir())
        world.bus.act(path, "Stop")
        world.bus.act(path, "Delete", None if remove is None else {"nvram": boolean(remove)})
        assert store("vars").exists() == (remove is False)
    store("vars").unlink(missing_ok=True)


def test_kept_variables_outlive_a_failed_create(world):
    """Those of an earlier VM are its owner's; a file that the failed start made goes."""
    with world.nothing_left(), lab.fault("launch-start=7"), fails("LaunchFailed"):
        world.bus.create("vars", settings(**SPLIT), start=True)
    with world.guest("vars", **SPLIT, start=True) as path:
        world.bus.act(path, "Stop")
        world.bus.act(path, "Delete", {"nvram": boolean(False)})
    kept = store("vars")
    kept.write_bytes(kept.read_bytes()[:-8] + b"precious")
    try:
        with world.nothing_left(), lab.fault("launch-start=7"), fails("LaunchFailed"):
            world.bus.create("vars", settings(**SPLIT), start=True)
        for moment in range(8):
            cut_off(world, 0.05 * moment)
            assert kept.exists(), f"gone after a daemon that was killed at moment {moment}"
        assert kept.read_bytes().endswith(b"precious")
    finally:
        kept.unlink(missing_ok=True)


def cut_off(world, seconds):
    """A create whose daemon is killed, and what the next one makes of it."""
    answer = world.bus.begin_create("vars", settings(**SPLIT), start=True)
    time.sleep(seconds)
    lab.kill_daemon()
    answer()
    world.revive()
    lab.wait_for(lambda: not lab.notes(), 10, "the end of the note")
    if "vars" in lab.domains():
        lab.virsh("destroy", "vars", check=False)
        lab.virsh("undefine", "vars", "--keep-nvram")


def volume(name):
    """A volume of the default pool; its path."""
    lab.virsh("pool-refresh", "default")
    lab.virsh("vol-create-as", "default", name, "1M", "--format", "raw")
    return f"{POOL}/{name}"


@each([True, False, None], label=lambda remove: f"volumes {remove}")
def test_volumes(world, remove):
    path = volume("e2e-volume.img")
    with world.guest("voluminous", kernel=None, disks=[{"path": path}]) as vm:
        world.bus.act(vm, "Delete", None if remove is None else {"volumes": boolean(remove)})
        assert os.path.exists(path) == (not remove)
    if not remove:
        lab.virsh("vol-delete", "e2e-volume.img", "--pool", "default")


def test_volume_by_name(world):
    volume("e2e-named.img")
    disks = [{"pool": "default", "volume": "e2e-named.img"}]
    with world.guest("by-name", kernel=None, disks=disks, start=True) as vm:
        world.bus.act(vm, "Stop")
        assert "e2e-named.img" in lab.domain_xml("by-name")
        world.bus.act(vm, "Delete", {"volumes": boolean()})
    assert "e2e-named.img" not in lab.virsh("vol-list", "default")


def test_no_volume_nothing_deleted(world):
    inside, outside = volume("e2e-inside.img"), pathlib.Path("/var/lib/libvirt/outside.img")
    outside.write_bytes(bytes(4096))
    disks = [{"path": inside}, {"path": str(outside)}]
    with world.guest("half", kernel=None, disks=disks) as vm:
        with fails("InvalidArgument", has=str(outside)):
            world.bus.act(vm, "Delete", {"volumes": boolean()})
        assert os.path.exists(inside) and outside.exists() and "half" in lab.domains()
        world.bus.act(vm, "Delete")
        assert os.path.exists(inside) and outside.exists()
    outside.unlink()
    lab.virsh("vol-delete", "e2e-inside.img", "--pool", "default")


def test_delete_of_a_running_vm(world):
    with world.guest("alive", start=True) as vm:
        with fails("InvalidState", has="it is running"):
            world.bus.act(vm, "Delete")
        assert lab.virsh("domstate", "alive") == "running"


def test_the_same_name_again(world):
    with world.guest("again") as first:
        world.bus.act(first, "Delete")
        with world.guest("again") as second:
            assert first != second and world.bus.find("again") == second


def test_delete_with_managed_save(world):
    # libvirt refuses to save an encrypted guest's memory, so this is about a plain one.
    with world.guest("saved", technology="none", start=True) as vm:
        mark = world.watch.mark()
        lab.virsh("managedsave", "saved")
        world.watch.wait(watch.changed(vm, State="shutoff"), mark)
        world.bus.act(vm, "Delete")
        assert "saved" not in lab.domains()


def test_deleted_by_somebody_else_meanwhile(world):
    with world.guest("gone") as vm:
        with lab.hung("sealvirtd"):
            lab.virsh("undefine", "gone", "--nvram")
        lab.wait_for(lambda: "gone" not in world.bus.names(), what="the removal")
        for member in ("Start", "Delete"):
            with fails(bus.DBUS_ERROR + "UnknownObject", "NotFound"):
                world.bus.act(vm, member)
