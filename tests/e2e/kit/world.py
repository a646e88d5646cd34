# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What a test gets: root's connection, an ordinary user's, the recorder of signals, and the lab.
#
# One world lives as long as the lab. A test that fails may leave anything behind; recover() then
# brings the services back and the connections with them, so that the next test judges the daemon
# and not the wreck before it.

"""The world of one test run."""

import contextlib

from . import bus, lab, watch
from .settings import settings


class World:
    """Shared by all tests of one lab."""

    def __init__(self):
        self.bus = bus.Bus()
        self.user = bus.Bus(bus.USER_ID)
        self.watch = watch.Watch()
        self.remembered = {}
        self.bus.call("/org/freedesktop/DBus", "org.freedesktop.DBus", "StartServiceByName",
                      bus.GLib.Variant("(su)", ("org.freedesktop.PolicyKit1", 0)),
                      name="org.freedesktop.DBus")

    def recover(self):
        """After a failure."""
        self.remembered.pop("block", None)
        lab.reset()
        self.await_connected()
        self.await_names(set())

    def await_connected(self, seconds=30):
        """Until the daemon is on the bus and has libvirt."""

        def connected():
            with contextlib.suppress(bus.BusError):
                return self.bus.get(bus.ROOT, bus.MANAGER, "BackendState") == "connected"

        lab.wait_for(connected, seconds, "the connection to libvirt")

    def revive(self):
        """The next daemon, after one that was killed."""
        lab.service("start", "sealvirtd")
        self.await_connected()

    def await_names(self, names, seconds=10):
        """Until the daemon shows exactly these VMs."""
        lab.wait_for(lambda: self.bus.names() == set(names), seconds, f"the list {sorted(names)}")

    @contextlib.contextmanager
    def guest(self, name, start=None, paused=None, **changes):
        """A VM by CreateVM for the length of the block; its path."""
        path = self.bus.create(name, settings(**changes), start, paused)
        try:
            yield path
        finally:
            lab.remove_domain(name)
            lab.remove_domain(f"{name}-renamed")
            self.watch.wait(watch.removed(path), what=f"the end of {name}")

    def inventory(self):
        """All that a refused call could have left behind, or taken away."""
        pid = lab.daemon_pid()
        return {
            "daemon": pid,
            "descriptors": lab.descriptors(pid),
            "domains": lab.domains(),
            "shown": self.bus.names(),
            "files": lab.files(),
            "qemu": lab.qemu_processes(),
        }

    def remember(self, key):
        """Take the inventory, once for each key."""
        if key not in self.remembered:
            self.remembered[key] = self.inventory()

    def check_unchanged(self, key):
        """What was remembered is still so, once the daemon has settled; forget it."""
        before, after = self.remembered.pop(key), {}

        def settled():
            after.update(self.inventory())
            return after == before

        try:
            lab.wait_for(settled, 10, "the end of all traces")
        except AssertionError as error:
            odd = {what: (before[what], after[what]) for what in before if before[what] != after[what]}
            raise AssertionError(f"{error}: {odd}") from None

    @contextlib.contextmanager
    def test(self):
        """The block is one test; its images end with it, for the next may use the same names."""
        before, left = lab.images(), set()
        try:
            yield
        finally:
            lab.remove_images()
            left.update(lab.images() - before)
            for path in left:
                path.unlink()
        assert not left, f"the test leaves {', '.join(sorted(map(str, left)))}"

    @contextlib.contextmanager
    def nothing_left(self):
        """The block leaves no domain, file, descriptor or process, and the daemon lives on."""
        self.remember("block")
        yield
        self.check_unchanged("block")
