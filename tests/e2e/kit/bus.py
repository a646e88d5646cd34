# SPDX-License-Identifier: LGPL-2.1-or-later
#
# A D-Bus client as a frontend would write one: GDBus, one connection, blocking calls with a deadline.
#
# Arguments go out as GVariants of the exact signature, because half of the tests are about wrong
# ones. A failed call raises BusError with the error's name, which is what tests compare.

"""Calls to org.sealvirt1."""

import contextlib
import os

import gi

gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib  # noqa: E402

NAME = "org.sealvirt1"
ROOT = "/org/sealvirt1"
HOST = "/org/sealvirt1/host"
LOG = "/org/freedesktop/LogControl1"
MANAGER = "org.sealvirt1.Manager"
VM = "org.sealvirt1.VM"
HOST_INTERFACE = "org.sealvirt1.Host"
JOB = "org.sealvirt1.Job"
PROPERTIES = "org.freedesktop.DBus.Properties"
OBJECT_MANAGER = "org.freedesktop.DBus.ObjectManager"
ERROR = "org.sealvirt1.Error."
DBUS_ERROR = "org.freedesktop.DBus.Error."
USER_ID = 60001

CONNECTION_FLAGS = (
    Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT
    | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
)


class BusError(Exception):
    """A call was answered with an error."""

    def __init__(self, name, text):
        super().__init__(f"{name}: {text}")
        self.name = name
        self.text = text


def connect(uid=0):
    """A new connection to the system bus; the bus knows it as the user `uid`."""
    address = Gio.dbus_address_get_for_bus_sync(Gio.BusType.SYSTEM, None)
    os.seteuid(uid)
    try:
        return Gio.DBusConnection.new_for_address_sync(address, CONNECTION_FLAGS, None, None)
    finally:
        os.seteuid(0)


def as_bus_error(error):
    """A GLib error as ours; local ones (time is over, connection gone) get names of their own."""
    name = Gio.DBusError.get_remote_error(error)
    if name is None:
        kind = "TimedOut" if error.matches(Gio.io_error_quark(), Gio.IOErrorEnum.TIMED_OUT) else "Client"
        return BusError(f"local.{kind}", error.message)
    return BusError(name, error.message.removeprefix(f"GDBus.Error:{name}: "))


class Bus:
    """One connection, and org.sealvirt1 seen through it."""

    def __init__(self, uid=0):
        self.connection = connect(uid)

    def close(self):
        self.connection.close_sync(None)

    def call(self, path, interface, member, arguments=None, seconds=30, ask=False, name=NAME):
        """Call a method; the reply as a Python tuple. `ask` allows polkit to ask a person."""
        flags = (
            Gio.DBusCallFlags.ALLOW_INTERACTIVE_AUTHORIZATION if ask else Gio.DBusCallFlags.NONE
        )
        try:
            reply = self.connection.call_sync(
                name, path, interface, member, arguments, None, flags, int(seconds * 1000), None
            )
        except GLib.Error as error:
            raise as_bus_error(error) from None
        return reply.unpack()

    def begin(self, path, interface, member, arguments=None, seconds=60):
        """Send a call without waiting; returns a function that waits and gives (reply, error)."""
        return Pending(self.connection, path, interface, member, arguments, seconds).finish

    def manager(self, member, arguments=None, **more):
        """A method of the Manager; its only result if it has one."""
        reply = self.call(ROOT, MANAGER, member, arguments, **more)
        return reply[0] if reply else None

    def create(self, name, settings, start=None, paused=None, **more):
        """CreateVM; the new object's path."""
        options = {key: GLib.Variant("b", value) for key, value in
                   (("start", start), ("paused", paused)) if value is not None}
        arguments = GLib.Variant("(sa{sv}a{sv})", (name, settings, options))
        return self.manager("CreateVM", arguments, **more)

    def begin_create(self, name, settings, start=False):
        """CreateVM as begin() does it."""
        options = {"start": GLib.Variant("b", True)} if start else {}
        arguments = GLib.Variant("(sa{sv}a{sv})", (name, settings, options))
        return self.begin(ROOT, MANAGER, "CreateVM", arguments)

    def preview(self, name, settings, **more):
        """PreviewVM; the domain XML."""
        return self.manager(
            "PreviewVM", GLib.Variant("(sa{sv}a{sv})", (name, settings, {})), **more
        )

    def find(self, name):
        """FindVM."""
        return self.manager("FindVM", GLib.Variant("(s)", (name,)))

    def names(self):
        """Names of all VMs that the daemon shows."""
        return {row[0] for row in self.manager("ListVMs")}

    def act(self, path, member, options=None, **more):
        """A method of a VM that takes options and nothing else."""
        reply = self.call(path, VM, member, GLib.Variant("(a{sv})", (options or {},)), **more)
        return reply[0] if reply else None

    def get(self, path, interface, member, **more):
        """One property."""
        arguments = GLib.Variant("(ss)", (interface, member))
        return self.call(path, PROPERTIES, "Get", arguments, **more)[0]

    def set(self, path, interface, member, value, **more):
        """Write one property; `value` is a variant."""
        self.call(path, PROPERTIES, "Set", GLib.Variant("(ssv)", (interface, member, value)), **more)

    def all(self, path, interface=VM, **more):
        """All properties of one interface."""
        return self.call(path, PROPERTIES, "GetAll", GLib.Variant("(s)", (interface,)), **more)[0]

    def state(self, path):
        """The property State of a VM."""
        return self.get(path, VM, "State")

    def objects(self, **more):
        """GetManagedObjects."""
        return self.call(ROOT, OBJECT_MANAGER, "GetManagedObjects", **more)[0]


class Pending:
    """A call under way, with a main loop of its own so that nothing else has to run one."""

    def __init__(self, connection, path, interface, member, arguments, seconds):
        self.context = GLib.MainContext.new()
        self.result = None
        self.context.push_thread_default()
        try:
            connection.call(
                NAME, path, interface, member, arguments, None, Gio.DBusCallFlags.NONE,
                int(seconds * 1000), None, self._done,
            )
        finally:
            self.context.pop_thread_default()

    def _done(self, connection, answer):
        try:
            self.result = (connection.call_finish(answer).unpack(), None)
        except GLib.Error as error:
            self.result = (None, as_bus_error(error))

    def finish(self):
        while self.result is None:
            self.context.iteration(True)
        return self.result


@contextlib.contextmanager
def fails(*names, has=()):
    """The block must fail with one of these errors (short for org.sealvirt1.Error.*) and texts."""
    full = [name if "." in name else ERROR + name for name in names]
    try:
        yield
    except BusError as error:
        assert error.name in full, f"expected {' or '.join(full)}, got {error}"
        for text in [has] if isinstance(has, str) else has:
            assert text in error.text, f"{text!r} is not in the message: {error}"
        return
    raise AssertionError(f"expected {' or '.join(full)}, but the call succeeded")
