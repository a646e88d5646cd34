# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Records every signal of the daemon, with the time at which it arrived.
#
# It has a thread, a main loop and a connection of its own, so that a signal is timed when it comes
# and not when the test gets round to it. Tests mark a point, act, and wait for what must follow.

"""Signals of org.sealvirt1."""

import dataclasses
import threading
import time

from gi.repository import Gio, GLib

from . import bus


@dataclasses.dataclass(frozen=True)
class Event:
    """One signal; `args` are plain Python values."""

    when: float
    path: str
    interface: str
    member: str
    args: tuple

    def changed(self):
        """The new values, when this is a PropertiesChanged."""
        return self.args[1] if self.member == "PropertiesChanged" else {}


class Watch:
    """All signals since its start."""

    def __init__(self):
        self.events = []
        self.condition = threading.Condition()
        self.context = GLib.MainContext.new()
        self.loop = GLib.MainLoop.new(self.context, False)
        ready = threading.Event()
        self.thread = threading.Thread(target=self._run, args=(ready,), daemon=True)
        self.thread.start()
        ready.wait(10)

    def _run(self, ready):
        self.context.push_thread_default()
        connection = bus.connect()
        connection.signal_subscribe(
            bus.NAME, None, None, None, None, Gio.DBusSignalFlags.NONE, self._on_signal
        )
        # A round trip, so that the bus has taken the subscription before the first test acts.
        connection.call_sync(
            "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "GetId",
            None, None, Gio.DBusCallFlags.NONE, 5000, None,
        )
        ready.set()
        self.loop.run()

    def _on_signal(self, _connection, _sender, path, interface, member, parameters, *_data):
        event = Event(time.monotonic(), path, interface, member, parameters.unpack())
        with self.condition:
            self.events.append(event)
            self.condition.notify_all()

    def mark(self):
        """Now; give it to wait() and since()."""
        with self.condition:
            return len(self.events)

    def since(self, mark):
        """Events after a mark."""
        with self.condition:
            return self.events[mark:]

    def wait(self, fits, mark=0, seconds=10, what="the signal"):
        """The first event after `mark` that fits; AssertionError when none comes in time."""
        deadline = time.monotonic() + seconds
        position = mark
        with self.condition:
            while True:
                for event in self.events[position:]:
                    if fits(event):
                        return event
                position = len(self.events)
                left = deadline - time.monotonic()
                if left <= 0:
                    tail = "\n".join(map(str, self.events[mark:][-12:]))
                    raise AssertionError(f"{what} did not come within {seconds} s; came:\n{tail}")
                self.condition.wait(left)


def added(path, interface=bus.VM):
    """An object with this interface appeared."""
    return lambda event: (
        event.member == "InterfacesAdded" and event.args[0] == path and interface in event.args[1]
    )


def added_name(name):
    """A VM of this name appeared."""
    return lambda event: (
        event.member == "InterfacesAdded"
        and event.args[1].get(bus.VM, {}).get("Name") == name
    )


def removed(path, interface=bus.VM):
    """An object with this interface went."""
    return lambda event: (
        event.member == "InterfacesRemoved" and event.args[0] == path and interface in event.args[1]
    )


def changed(path, **values):
    """Properties of an object took these values, in one signal."""
    return lambda event: (
        event.path == path and event.member == "PropertiesChanged"
        and all(event.changed().get(key) == value for key, value in values.items())
    )


def job_removed(operation, uuid=None, result=None):
    """A job of this kind ended."""
    return lambda event: (
        event.member == "JobRemoved" and event.args[1] == operation
        and uuid in (None, event.args[2]) and result in (None, event.args[3])
    )
