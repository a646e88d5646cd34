# SPDX-License-Identifier: LGPL-2.1-or-later
#
# How each figure is taken.
#
# Ours and the peer's go in turn, and whatever must be put back between two samples is put back
# outside the timing. After each act the bench waits a moment, so that what events of the one set
# going in the daemon is not charged to the other.

"""One function for each measurement."""

import pathlib
import re
import subprocess
import time

import lab_host
from figures import Result

SETTLE = 0.03
SETTLE_GUEST = 0.4
SETTLE_INVENTORY = 0.2
PROPERTY_CALLS = 500
# One answer of ours is over in a moment and may meet another program's; the peer's is a thousand.
OURS_PER_PEER = 3


def writer(program):
    """The two figures of bench-writer.c, which tells them as "name number"."""
    done = subprocess.run([program], capture_output=True, text=True, check=True)
    numbers = dict(line.split() for line in done.stdout.splitlines())
    yield Result("writes", [float(numbers["writes-per-second"])], [])
    yield Result("writes-growth", [float(numbers["growth-per-device"])], [])


def settle(seconds=SETTLE):
    time.sleep(seconds)


def populate(client, count, disk):
    """Create the VMs that all figures are taken with."""
    for number in range(count):
        client.create(f"bench-{number:04}", disk)


def served_kib(client):
    """Own memory of a daemon that was started anew and has told its inventory."""
    lab_host.start_daemon()
    for _ in range(3):
        client.inventory()
    return lab_host.settled_kib("Pss_Anon")


def growth(client, vms, empty_kib):
    """Of a daemon that began with all VMs and has served them."""
    full = served_kib(client)
    note = f"It is {full} KiB with {vms} VMs, {empty_kib} KiB with none"
    return Result("growth", [(full - empty_kib) / vms], [], note)


def sleep(seconds=10):
    """Processor time of the daemon that growth() left, in milliseconds each second."""
    before = lab_host.processor_ms()
    settle(seconds)
    return Result("sleep", [(lab_host.processor_ms() - before) / seconds], [])


def ready(client, vms, rounds):
    """The lab's daemon makes room for ours meanwhile."""
    result = Result("ready", [], [])
    lab_host.lab_service("stop", "sealvirtd")
    starter = lab_host.Starter()
    for _ in range(rounds):
        result.ours.append(starter.start())
        count = client.inventory()[1]
        if count != vms:
            raise RuntimeError(f"the daemon was ready with {count} VMs instead of {vms}")
        starter.stop()
        settle()
        result.peer.append(
            lab_host.time_process(["virsh", "-c", "qemu:///system", "list", "--all"])
        )
        settle()
    starter.close()
    lab_host.start_daemon("start")
    return result


def inventory(client, vms, rounds):
    """Also with many of the peer's calls under way at once, which its clients could do."""
    result = Result("inventory", [], [])
    with lab_host.libvirt_dbus():
        client.inventory("peer-inventory")
        for _ in range(rounds):
            for order in ("inventory",) * OURS_PER_PEER + ("peer-inventory",):
                milliseconds, count = client.inventory(order)
                if count != vms:
                    raise RuntimeError(f"{order} gave {count} VMs instead of {vms}")
                (result.ours if order == "inventory" else result.peer).append(milliseconds)
                settle(SETTLE_INVENTORY)
        at_once = client.inventory("peer-inventory-at-once")[0]
    result.note = f"With 64 of its GetAll calls under way at once, libvirt-dbus needed {at_once:.0f} ms"
    return result


def one_property(client, path, rounds):
    """Medians of many calls are the samples."""
    result = Result("property", [], [])
    for _ in range(rounds):
        get, ping = client.ask("property", path, "State", PROPERTY_CALLS)
        result.ours.append(float(get) / 1000)
        result.peer.append(float(ping) / 1000)
    return result


def cached_check(client, rounds):
    """As one_property, of the whole check."""
    result = Result("check", [], [])
    for _ in range(rounds):
        check, ping = client.ask("check", PROPERTY_CALLS)
        result.ours.append(float(check) / 1000)
        result.peer.append(float(ping) / 1000)
    return result


def probe(programs, rounds):
    """Both look at this machine; libvirt's tool is a process, ours a function of the daemon."""
    result = Result("probe", [], [])
    for _ in range(rounds):
        told = subprocess.run([programs / "bench-probe"], capture_output=True, text=True, check=True)
        result.ours.append(float(told.stdout.split()[1]))
        began = time.monotonic()
        subprocess.run(["virt-host-validate", "qemu"], capture_output=True, check=False)
        result.peer.append((time.monotonic() - began) * 1000)
    return result


def create(client, virsh, disk, rounds):
    """The XML files are written first; virsh gets its own names."""
    result = Result("create", [], [])
    file = lab_host.TEMPORARY / "bench.xml"
    file.write_text(client.preview("bench-peer", disk))
    for _ in range(rounds):
        milliseconds, path = client.create("bench-ours", disk)
        result.ours.append(milliseconds)
        settle()
        client.time("vm", path, "Delete")
        settle()
        result.peer.append(virsh.time("define", str(file)))
        settle()
        virsh.time("undefine", "bench-peer", "--nvram")
        settle()
    return result


def _virt_install(xml, disk):
    """Arguments for the VM that CreateVM makes."""
    loader, template, policy = (
        re.search(pattern, xml).group(1)
        for pattern in (r">([^<]+)</loader>", r'template="([^"]+)"', r"<policy>([^<]+)</policy>")
    )
    return [
        "virt-install", "--connect", "qemu:///system", "--print-xml", "--import",
        "--name", "bench-peer", "--memory", "64", "--vcpus", "1", "--machine", "q35",
        "--osinfo", "generic", "--cpu", "host-passthrough",
        "--boot", f"loader={loader},loader.readonly=yes,loader.type=pflash,nvram.template={template}",
        "--launchSecurity", f"type=sev,policy={policy}",
        "--memorybacking", "locked=on,nosharepages=on",
        "--controller", "type=scsi,model=virtio-scsi,driver.iommu=on",
        "--check", "path_in_use=off", "--disk", f"path={disk},format=qcow2,bus=scsi",
        "--rng", "/dev/urandom,driver.iommu=on",
        "--network", "none", "--graphics", "none", "--memballoon", "none",
    ]  # fmt: skip


def compose(client, disk, rounds):
    """Without --print-xml virt-install would need a define on top."""
    result = Result("compose", [], [])
    argv = _virt_install(client.preview("bench-peer", disk), disk)
    lab_host.time_process(argv)
    for _ in range(rounds):
        milliseconds, path = client.create("bench-ours", disk)
        result.ours.append(milliseconds)
        settle()
        client.time("vm", path, "Delete")
        settle()
        result.peer.append(lab_host.time_process(argv))
        settle()
    return result


def start(client, virsh, disk, rounds):
    """One VM, started and stopped by each in turn; the first start of all warms up."""
    result = Result("start", [], [])
    path = client.create("bench-start", disk)[1]
    for number in range(rounds + 1):
        ours = client.time("vm", path, "Start")
        settle(SETTLE_GUEST)
        client.time("vm", path, "Stop")
        settle(SETTLE_GUEST)
        peer = virsh.time("start", "bench-start")
        settle(SETTLE_GUEST)
        virsh.time("destroy", "bench-start")
        settle(SETTLE_GUEST)
        if number > 0:
            result.ours.append(ours)
            result.peer.append(peer)
    client.time("vm", path, "Delete")
    return result


def have_kvm():
    return pathlib.Path("/dev/kvm").exists()
