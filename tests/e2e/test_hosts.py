# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Whole answers of the host check, from the daemon over D-Bus.
#
# Each simulated host has an answer that was written by hand (expected.tsv in its profile). Here libvirt,
# QEMU and firmware are this machine's and the lab's own, so what is compared is what they do not decide:
# verdicts that the host itself gives, and the state of every check about processor, kernel and device.

"""The host's own answer."""

import json
import os
import pathlib

from gi.repository import GLib

from kit import bus, lab

PROFILES = pathlib.Path(__file__).resolve().parent.parent / "lab" / "profiles"

# Checks about libvirt, firmware, memory and this kernel's sysfs have this machine's answer here.
HOST_ROOMS = ("cpu.", "kernel.", "device.sev")
# What the trees of hosts that can be run leave out, and this machine has.
NOT_COMPARED = ("kernel.smt", "cpu.encryption-bit", "cpu.key-slots", "device.sev-access")
DECIDED_BY_OTHERS = ("libvirt.", "qemu.", "firmware.")


def expected(kind):
    """Rows of one kind of the profile's expected answer."""
    path = PROFILES / os.environ["SEALVIRT_LAB"] / "expected.tsv"
    rows = (line.split("\t") for line in path.read_text().splitlines())
    return [row[1:] for row in rows if row[0] == kind]


def check(world):
    _, checks = world.bus.call(bus.HOST, bus.HOST_INTERFACE, "Check", GLib.Variant("(a{sv})", ({},)))
    return {one[0]: one for one in checks}


def sealctl(*words):
    """What sealctl says as JSON; check has an exit code for hosts that can do nothing."""
    return json.loads(lab.run("sealctl", "--json=short", *words, check=False).stdout)


def test_every_check_of_the_host(world):
    checks = check(world)
    assert list(checks) == [row[0] for row in expected("check")]
    wrong = [
        (checks[name], state)
        for name, state in expected("check")
        if name.startswith(HOST_ROOMS) and name not in NOT_COMPARED and checks[name][2] != state
    ]
    assert not wrong, wrong


def test_verdicts(world):
    told = world.bus.get(bus.HOST, bus.HOST_INTERFACE, "Verdicts")
    compared = 0
    for technology, verdict, decided in expected("verdict"):
        now = told[technology]
        if now[1].startswith(DECIDED_BY_OTHERS) and not decided.startswith(DECIDED_BY_OTHERS):
            continue
        assert now == (verdict, "" if decided == "-" else decided), (technology, now)
        compared += 1
    assert compared >= 3, told


def test_what_fails_has_a_cure(world):
    for name, _, state, value, summary, remedy in check(world).values():
        assert value and summary, name
        assert state not in ("fail", "warn") or len(remedy) > 10, name


def test_sealctl_says_the_same(world):
    report = sealctl("check", "--all")
    assert [one["id"] for one in report["checks"]] == list(check(world))
    told = world.bus.get(bus.HOST, bus.HOST_INTERFACE, "Verdicts")
    assert {name: (one["verdict"], one["check"]) for name, one in report["verdicts"].items()} == told
    capacity = world.bus.get(bus.HOST, bus.HOST_INTERFACE, "Capacity")
    pools = sealctl("capacity")["pools"]
    assert {name: tuple(one.values()) for name, one in pools.items()} == capacity
