# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Calls that are wrong in themselves: signature, member, interface, object, option, property.
#
# They are made of the contract, so every member of it is tried. Which error each gets is D-Bus's own
# where D-Bus has one, for libraries know those.

"""Wrong signatures, members, objects and options; senders that do not wait."""

import subprocess
import time

import catalogue
from catalogue import V
from kit import bus, contract, lab
from kit.bus import BusError, fails
from kit.settings import boolean, number, settings
from kit.tap import each

DBUS = bus.DBUS_ERROR
METHODS = [method for method in contract.METHODS if method.interface != bus.JOB]
READ_ONLY = [item for item in contract.PROPERTIES if not item.writable and item.interface != bus.JOB]
WRONG_SIGNATURES = ("()", "(u)", "(sssss)", "(v)", "(a{ss})", "(ssa{sv}a{sv}a{sv})", "(a{sv}s)")
WRONG_VALUES = {"()": (), "(u)": (1,), "(sssss)": ("a",) * 5, "(v)": (V("s", "x"),),
                "(a{ss})": ({},), "(ssa{sv}a{sv}a{sv})": ("a", "b", {}, {}, {}), "(a{sv}s)": ({}, "x")}
OPTIONS = [method for method in METHODS if method.signature and method.signature[-1] == "a{sv}"]


def vm(world):
    """The path of a VM that lasts for this file's tests; made at need."""
    try:
        path = world.bus.find("target")
    except BusError:
        path = world.bus.create("target", settings())
    world.remember(__name__)
    return path


def place(world, member):
    return contract.path_for(member.interface, vm(world))


def pick(row):
    return " ".join(map(str, row))


@each([(m, s) for m in METHODS for s in WRONG_SIGNATURES if m.type != s], label=pick)
def test_signature(world, row):
    method, wrong = row
    with fails(DBUS + "InvalidArgs", DBUS + "InvalidSignature"):
        world.bus.call(place(world, method), method.interface, method.name, V(wrong, WRONG_VALUES[wrong]))


@each([(m, i) for m in METHODS for i in (bus.MANAGER, bus.HOST_INTERFACE, bus.VM, bus.JOB, "a.b")
       if i != m.interface], label=pick)
def test_interface(world, row):
    """A member at its object, under another interface's name."""
    method, interface = row
    with fails(DBUS + "UnknownMethod", DBUS + "UnknownInterface"):
        world.bus.call(place(world, method), interface, method.name, method.arguments())


@each([(m, o) for m in METHODS for o in (bus.MANAGER, bus.HOST_INTERFACE, bus.VM) if o != m.interface],
      label=pick)
def test_object(world, row):
    """A member under its own name, at an object that has it not."""
    method, interface = row
    path = contract.path_for(interface, vm(world))
    with fails(DBUS + "UnknownMethod", DBUS + "UnknownInterface", DBUS + "UnknownObject"):
        world.bus.call(path, method.interface, method.name, method.arguments())


@each(["start", "Start ", "Start\u0301", "", "Sta-rt", "X" * 200], label=repr)
def test_member(world, name):
    if not name.isascii() or not name.isalnum() or len(name) > 255:
        return  # cannot be sent: GDBus refuses it as the bus would
    with fails(DBUS + "UnknownMethod"):
        world.bus.call(vm(world), bus.VM, name, V("(a{sv})", ({},)))


@each(OPTIONS)
def test_unknown_option(world, method):
    for key in ("no-such-option", "", "Paused", "x" * 4000, "a\nb", "\x1b[2J"):
        with fails("InvalidArgument", has="option"):
            options = {key: V("s", "x")}
            world.bus.call(place(world, method), method.interface, method.name,
                           method.arguments(options=options))


KNOWN_OPTIONS = (("Start", "paused", "b"), ("Shutdown", "timeout", "u"), ("Shutdown", "force", "b"),
                 ("Delete", "nvram", "b"), ("Delete", "volumes", "b"))


@each([(*row, kind) for row in KNOWN_OPTIONS for kind in catalogue.BY_TYPE if kind != row[2]], label=pick)
def test_type_of_option(world, row):
    member, key, _, kind = row
    with fails("InvalidArgument", has=key):
        world.bus.act(vm(world), member, {key: catalogue.BY_TYPE[kind]})


@each([("start", kind) for kind in catalogue.BY_TYPE if kind != "b"], label=pick)
def test_type_of_option_of_create(world, row):
    with fails("InvalidArgument", has="start"):
        arguments = V("(sa{sv}a{sv})", ("bad", settings(), {"start": catalogue.BY_TYPE[row[1]]}))
        world.bus.manager("CreateVM", arguments)


@each(KNOWN_OPTIONS, label=pick)
def test_option_twice(world, row):
    member, key, kind = row
    twice = catalogue.pairs((key, V(kind, 0)), (key, V(kind, 1)))
    with fails("InvalidArgument", has="twice"):
        world.bus.call(vm(world), bus.VM, member, V.new_tuple(twice))


@each([("timeout too long", {"timeout": number(86401)}), ("timeout far too long", {"timeout": number(2**32 - 1)}),
       ("force alone", {"force": boolean()})], label=lambda row: row[0])
def test_shutdown_options(world, row):
    with fails("InvalidArgument"):
        world.bus.act(vm(world), "Shutdown", row[1])


PATHS = (
    "/org/sealvirt1/vm", "/org/sealvirt1/vm/x", "/org/sealvirt1/vm/_zz", "/org/sealvirt1/vm/_",
    "/org/sealvirt1/vm/_30", "/org/sealvirt1/vm/" + "a" * 36, "/org/sealvirt1/vm/_4",
    "/org/sealvirt1/vm/_300000000_2d0000_2d0000_2d0000_2d000000000000", "/org/sealvirt1/vm/_2e_2e",
    "/org/sealvirt1/vm/_2f", "/org/sealvirt1/vm/_00", "/org/sealvirt1/vm/" + "x" * 60000,
    "/org/sealvirt1/job/_31", "/org/sealvirt1/job/x", "/org/sealvirt1/host/x", "/org/sealvirt1/x",
    "/", "/org", "/org/sealvirt2", "/org/sealvirt1/vm/a/b", "/org/freedesktop/LogControl1/x",
)


@each(PATHS, label=lambda path: path[:70])
def test_no_object_there(world, path):
    vm(world)
    unknown = (DBUS + "UnknownObject", DBUS + "UnknownMethod", DBUS + "UnknownInterface")
    for member in ("Start", "Delete", "GetXML"):
        with fails(*unknown):
            world.bus.act(path, member)
    with fails(*unknown, DBUS + "UnknownProperty"):
        world.bus.set(path, bus.VM, "Autostart", boolean())


@each([("dashes in capitals", lambda path: path.replace("_2d", "_2D")),
       ("an escape that nobody needs", lambda path: path[:-1] + f"_{ord(path[-1]):02x}"),
       ("one more escape", lambda path: path + "_"), ("one letter less", lambda path: path[:-1]),
       ("one letter more", lambda path: path + "0")], label=lambda row: row[0])
def test_path_that_is_almost_right(world, row):
    """One object has one path, or a signal's and a call's could differ."""
    path = vm(world)
    other = row[1](path)
    unknown = (DBUS + "UnknownObject", DBUS + "UnknownMethod", DBUS + "UnknownInterface")
    with fails(*unknown):
        world.bus.act(other, "Start")
    with fails(*unknown):
        world.bus.all(other)
    with fails(*unknown, DBUS + "UnknownProperty"):
        world.bus.set(other, bus.VM, "Autostart", boolean())
    assert world.bus.state(path) == "shutoff"


@each(["ä" * 100, "x" + "ä" * 100, "\u20ac" * 50, "x\U0001f512" * 40, "\x1b[2J", "a\nb\rc", "\u202eevil"],
      label=lambda word: repr(word)[:40])
def test_words_come_back_whole_and_harmless(world, word):
    """A message shows what it was given: cut between characters, never with control characters."""
    calls = [
        lambda: world.bus.find(word),
        lambda: world.bus.manager("EncodePolicy", V("(sas)", (word, []))),
        lambda: world.bus.manager("EncodePolicy", V("(sas)", ("sev", [word]))),
        lambda: world.bus.manager("DecodePolicy", V("(st)", (word, 1))),
        lambda: world.bus.call(bus.HOST, bus.HOST_INTERFACE, "Check",
                               V("(a{sv})", ({"technology": V("s", word)},))),
        lambda: world.bus.set(vm(world), bus.VM, "Restart", V("s", word)),
        lambda: world.bus.set(bus.LOG, "org.freedesktop.LogControl1", "LogLevel", V("s", word)),
        lambda: world.bus.set(bus.LOG, "org.freedesktop.LogControl1", "LogTarget", V("s", word)),
        lambda: world.bus.create(word, settings()),
        lambda: world.bus.create("bad", settings(kernel=word)),
        lambda: world.bus.act(vm(world), "Start", {word: boolean()}),
    ]
    for number, call in enumerate(calls):
        try:
            call()
        except BusError as error:
            assert error.name.startswith(bus.ERROR), (number, error)
            assert "\ufffd" not in error.text, (number, error)
            assert all(c.isprintable() for c in error.text), (number, ascii(error.text))
            continue
        raise AssertionError(f"call {number} was not refused")


@each(READ_ONLY)
def test_write_to_what_is_read_only(world, item):
    with fails(DBUS + "PropertyReadOnly"):
        world.bus.set(place(world, item), item.interface, item.name, V("s", "x"))


@each([(item, kind) for item in contract.WRITABLE for kind in catalogue.BY_TYPE if kind != item.type],
      label=pick)
def test_write_of_another_type(world, row):
    item, kind = row
    with fails("InvalidArgument", DBUS + "InvalidArgs"):
        world.bus.set(place(world, item), item.interface, item.name, catalogue.BY_TYPE[kind])


@each(["", "yes", "NO", "no ", "guest-reboot\n", "always", "x" * 65536], label=lambda word: repr(word)[:40])
def test_word_for_restart(world, word):
    with fails("InvalidArgument", has="Restart"):
        world.bus.set(vm(world), bus.VM, "Restart", V("s", word))


@each([("LogLevel", "loud"), ("LogLevel", ""), ("LogLevel", "7"), ("LogTarget", "/etc/passwd"),
       ("LogTarget", "syslog-or-kmsg")], label=pick)
def test_log_control(world, row):
    with fails("InvalidArgument", DBUS + "InvalidArgs"):
        world.bus.set(bus.LOG, "org.freedesktop.LogControl1", row[0], V("s", row[1]))


def test_unknown_property(world):
    for name in ("NoSuch", "state", "", "Name\n"):
        with fails(DBUS + "UnknownProperty", DBUS + "InvalidArgs"):
            world.bus.get(vm(world), bus.VM, name)
        with fails(DBUS + "UnknownProperty", DBUS + "InvalidArgs", DBUS + "PropertyReadOnly"):
            world.bus.set(vm(world), bus.VM, name, V("s", "x"))
    with fails(DBUS + "UnknownInterface", DBUS + "UnknownProperty"):
        world.bus.get(vm(world), "org.sealvirt1.NoSuch", "State")


@each([("", []), ("none", []), ("auto", []), ("s390-pv", []), ("SEV", []), ("sev\n", []), ("x" * 70000, [])],
      label=lambda row: repr(row[0])[:40])
def test_policy_of_no_technology(world, row):
    vm(world)
    with fails("InvalidArgument"):
        world.bus.manager("EncodePolicy", V("(sas)", row))
    with fails("InvalidArgument"):
        world.bus.manager("DecodePolicy", V("(st)", (row[0], 1)))


@each(["sev-snp2", "", "none", "SEV", "x" * 70000], label=lambda word: repr(word)[:40])
def test_check_of_no_technology(world, word):
    vm(world)
    with fails("InvalidArgument", has="technology"):
        world.bus.call(bus.HOST, bus.HOST_INTERFACE, "Check",
                       V("(a{sv})", ({"technology": V("s", word)},)))


@each([64, 4096, 100000], label=str)
def test_find_of_long_names(world, length):
    vm(world)
    with fails("NotFound"):
        world.bus.find("x" * length)


def test_messages_of_two_megabytes(world):
    vm(world)
    with fails("InvalidArgument", "NotFound"):
        world.bus.find("x" * 2 * 1024 * 1024)
    with fails("InvalidArgument", has="cannot be read"):
        world.bus.act(vm(world), "Start", {"paused": V("s", "x" * 2 * 1024 * 1024)})


def test_nesting_beyond_what_the_bus_allows(world):
    """The bus itself drops such a sender; the daemon must not go with it."""
    vm(world)
    other = bus.Bus()
    try:
        other.act(vm(world), "Start", {"paused": catalogue.nested(70)})
    except BusError as error:
        assert error.name.startswith(("local.", DBUS, bus.ERROR)), error
    assert world.bus.state(vm(world)) == "shutoff"


def test_nobody_waits_for_the_reply(world):
    path = vm(world)
    other = bus.Bus()
    for _ in range(20):
        message = bus.Gio.DBusMessage.new_method_call(bus.NAME, path, bus.VM, "GetXML")
        message.set_flags(bus.Gio.DBusMessageFlags.NO_REPLY_EXPECTED)
        message.set_body(V("(a{sv})", ({},)))
        other.connection.send_message(message, bus.Gio.DBusSendMessageFlags.NONE)
    other.connection.flush_sync(None)
    other.close()
    assert world.bus.state(path) == "shutoff"


def test_sender_is_gone_before_the_reply(world):
    path = vm(world)
    for _ in range(20):
        other = bus.Bus()
        for member in ("GetXML", "GetXML"):
            other.begin(path, bus.VM, member, V("(a{sv})", ({},)))
        other.connection.flush_sync(None)
        other.close()
    assert world.bus.state(path) == "shutoff"


def test_many_callers_at_once(world):
    path = vm(world)
    with subprocess.Popen(["bash", "-c", "for i in $(seq 40); do busctl --system introspect "
                           f"org.sealvirt1 {path} >/dev/null & done; wait"]) as storm:
        while storm.poll() is None:
            began = time.monotonic()
            assert world.bus.state(path) == "shutoff"
            assert time.monotonic() - began < 2, "a read waited for a storm of introspection"
            time.sleep(0.02)


def test_many_pending_calls(world):
    path = vm(world)
    waits = [world.bus.begin(path, bus.VM, "GetXML", V("(a{sv})", ({},))) for _ in range(100)]
    results = [wait() for wait in waits]
    refused = {str(error) for reply, error in results if not reply}
    assert all(text.startswith(bus.ERROR + "LimitsExceeded") for text in refused), refused
    assert sum(reply is not None for reply, _ in results) >= 40
    assert "<domain" in world.bus.act(path, "GetXML")


def test_nothing_is_left(world):
    path = vm(world)
    assert world.bus.state(path) == "shutoff" and world.bus.get(path, bus.VM, "Autostart") is False
    world.check_unchanged(__name__)
    lab.remove_domain("target")
    world.await_names(set())
