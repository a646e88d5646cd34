# SPDX-License-Identifier: LGPL-2.1-or-later
#
# busctl alone does as well as a program: the commands of the README, one by one.
# Each is a real process with its exit status and its output, as a person
# would type it.

"""The life of a VM from the shell."""

import json

from kit import lab
from kit.settings import KERNEL

SERVICE = "org.sealvirt1"
MANAGER = ("/org/sealvirt1", "org.sealvirt1.Manager")


def call(*words, check=True):
    return lab.run("busctl", "--system", "call", SERVICE, *words, check=check)


def test_life(world):
    reply = call(*MANAGER, "CreateVM", "sa{sv}a{sv}", "shell", "3", "memory", "t", "33554432",
                 "technology", "s", "sev-es", "kernel", "s", KERNEL, "0")
    path = reply.split('"')[1]
    assert call(*MANAGER, "FindVM", "s", "shell") == reply
    vm = (path, "org.sealvirt1.VM")
    assert call(*vm, "Start", "a{sv}", "1", "paused", "b", "true") == ""
    assert lab.run("busctl", "--system", "get-property", SERVICE, *vm, "State") == 's "paused"'
    assert call(*vm, "Resume", "a{sv}", "0") == ""
    assert lab.run("busctl", "--system", "get-property", SERVICE, *vm, "State") == 's "running"'
    lab.run("busctl", "--system", "set-property", SERVICE, *vm, "Autostart", "b", "true")
    assert lab.run("busctl", "--system", "get-property", SERVICE, *vm, "Autostart") == "b true"
    assert call(*vm, "Stop", "a{sv}", "0") == ""
    assert call(*vm, "Delete", "a{sv}", "0") == ""
    world.await_names(set())


def test_refusal_has_words_and_status(world):
    done = call(*MANAGER, "FindVM", "s", "nobody", check=False)
    assert done.returncode != 0 and "nobody" in done.stderr, done
    done = call(*MANAGER, "CreateVM", "sa{sv}a{sv}", "x", "1", "memory", "t", "0", "0", check=False)
    assert done.returncode != 0 and "memory" in done.stderr, done
    assert not world.bus.names()


def test_tree_and_introspection(world):
    with world.guest("leaf") as path:
        tree = lab.run("busctl", "--system", "--list", "tree", SERVICE).split()
        assert path in tree and "/org/sealvirt1/host" in tree, tree
        text = lab.run("busctl", "--system", "introspect", SERVICE, path)
        for word in (".Start", ".State", ".Delete", ".PolicyFlags"):
            assert word in text, text


def test_objects_as_json(world):
    with world.guest("jason") as path:
        text = lab.run("busctl", "--system", "--json=short", "call", SERVICE, "/org/sealvirt1",
                       "org.freedesktop.DBus.ObjectManager", "GetManagedObjects")
        objects = json.loads(text)["data"][0]
        assert objects[path]["org.sealvirt1.VM"]["Name"]["data"] == "jason"
        assert "org.sealvirt1.Host" in objects["/org/sealvirt1/host"]


def test_policy_words(world):
    reply = call(*MANAGER, "EncodePolicy", "sas", "sev-es", "2", "nodbg", "noks")
    assert reply == "t 7", reply
    assert call(*MANAGER, "DecodePolicy", "st", "sev", "11") == 'as 3 "nodbg" "noks" "nosend"'


def test_check_of_the_host(world):
    reply = call("/org/sealvirt1/host", "org.sealvirt1.Host", "Check", "a{sv}", "0")
    assert reply.startswith("sa(ssssss) \"usable\""), reply[:200]


def test_log_level(world):
    words = (SERVICE, "/org/freedesktop/LogControl1", "org.freedesktop.LogControl1", "LogLevel")
    lab.run("busctl", "--system", "set-property", *words, "s", "debug")
    assert lab.run("busctl", "--system", "get-property", *words) == 's "debug"'
    lab.run("busctl", "--system", "set-property", *words, "s", "info")
