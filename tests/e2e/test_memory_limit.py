# SPDX-License-Identifier: LGPL-2.1-or-later
#
# SetMemoryLimit, from the call to what systemd is asked for.
#
# No systemd runs in the lab, so the test plays its Manager on the bus, with the one method that is
# called: which unit, which property, which value, for how long.

"""The cap on machine.slice."""

import contextlib
import threading

from gi.repository import Gio, GLib

from kit import bus
from kit.bus import fails
from kit.settings import FIRMWARE, boolean
from kit.tap import each

MIB = 1 << 20
NO_LIMIT = (1 << 64) - 1
SYSTEMD = """<node><interface name='org.freedesktop.systemd1.Manager'>
<method name='SetUnitProperties'><arg name='name' type='s' direction='in'/>
<arg name='runtime' type='b' direction='in'/><arg name='properties' type='a(sv)' direction='in'/>
</method></interface></node>"""


class Systemd:
    """org.freedesktop.systemd1, as far as it is asked here."""

    def __init__(self, refusal=None):
        self.refusal, self.calls, self.ready = refusal, [], threading.Event()
        self.context = GLib.MainContext.new()
        self.loop = GLib.MainLoop.new(self.context, False)
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()
        assert self.ready.wait(5), "the name org.freedesktop.systemd1 could not be taken"

    def _run(self):
        self.context.push_thread_default()
        connection = bus.connect()
        node = Gio.DBusNodeInfo.new_for_xml(SYSTEMD)
        connection.register_object("/org/freedesktop/systemd1", node.interfaces[0], self._call)
        Gio.bus_own_name_on_connection(connection, "org.freedesktop.systemd1",
                                       Gio.BusNameOwnerFlags.NONE,
                                       lambda *_: self.ready.set(), None)
        self.loop.run()
        connection.close_sync(None)

    def _call(self, _connection, _sender, _path, _interface, _method, arguments, invocation):
        self.calls.append(arguments.unpack())
        if self.refusal:
            invocation.return_dbus_error(*self.refusal)
        else:
            invocation.return_value(None)

    def stop(self):
        self.loop.quit()
        self.thread.join(5)


@contextlib.contextmanager
def systemd(refusal=None):
    service = Systemd(refusal)
    try:
        yield service
    finally:
        service.stop()


def limit(world, size, options=None):
    return world.bus.call(bus.HOST, bus.HOST_INTERFACE, "SetMemoryLimit",
                          GLib.Variant("(ta{sv})", (size, options or {})))


CASES = (
    (4096 * MIB, {}, False, "MemoryMax", 4096 * MIB),
    (4096 * MIB, {"soft": boolean()}, False, "MemoryHigh", 4096 * MIB),
    (4096 * MIB, {"runtime": boolean()}, True, "MemoryMax", 4096 * MIB),
    (0, {}, False, "MemoryMax", NO_LIMIT),
)


@each(CASES, label=lambda row: f"{row[0] // MIB} MiB {' '.join(row[1])}")
def test_what_systemd_is_asked(world, row):
    size, options, runtime, name, value = row
    with systemd() as service:
        limit(world, size, options)
        assert service.calls == [("machine.slice", runtime, [(name, value)])], service.calls


def test_too_small_for_what_runs(world):
    with systemd() as service:
        with world.guest("big", start=True, memory=512 * MIB, technology="sev", firmware=FIRMWARE):
            with fails("InvalidArgument", has=("512 MiB", "768 MiB")):
                limit(world, 512 * MIB)
            limit(world, 1024 * MIB)
        with fails("InvalidArgument", has="256 MiB"):
            limit(world, 1)
        assert len(service.calls) == 1, service.calls


def test_systemd_refuses(world):
    with systemd(("org.freedesktop.DBus.Error.AccessDenied", "no, said polkit")):
        with fails("Backend", has=("no, said polkit", "60-sealvirt-systemd.rules")):
            limit(world, 4096 * MIB)


def test_no_systemd(world):
    with fails("NotSupported", has="systemd"):
        limit(world, 4096 * MIB)


def test_ordinary_user_is_refused(world):
    with systemd() as service:
        with fails("org.freedesktop.DBus.Error.InteractiveAuthorizationRequired",
                   "org.freedesktop.DBus.Error.AccessDenied",
                   "org.freedesktop.PolicyKit1.Error.NotAuthorized"):
            world.user.call(bus.HOST, bus.HOST_INTERFACE, "SetMemoryLimit",
                            GLib.Variant("(ta{sv})", (4096 * MIB, {})))
        assert service.calls == []
