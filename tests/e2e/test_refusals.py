# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Who may do what: an ordinary user reads everything and changes nothing, whatever polkit's state.
#
# Every acting member of the contract, as a stranger: refused, refused after a question that nobody
# answered, allowed or forbidden by an administrator's rule, and refused within a deadline when polkit
# is gone or hangs. Root goes on in all of it.

"""polkit: challenge, rules, absence, silence."""

import contextlib
import time

from kit import bus, contract, lab, watch
from kit.bus import DBUS_ERROR, BusError, fails
from kit.contract import ACTING, OPEN, WRITABLE, path_for
from kit.settings import settings
from kit.tap import each

DENIED = DBUS_ERROR + "AccessDenied"
CHALLENGE = DBUS_ERROR + "InteractiveAuthorizationRequired"
LOG = "org.freedesktop.LogControl1"
LOG_PROPERTIES = (("LogLevel", "debug"), ("LogTarget", "null"))
V = bus.GLib.Variant

# What each acting member gets as arguments: right ones, so that only the permission can be missing.
ARGUMENTS = {
    "CreateVM": lambda: V("(sa{sv}a{sv})", ("stranger", settings(), {})),
}


def arguments(method):
    return ARGUMENTS.get(method.name, method.arguments)()


def call(connection, method, path, **more):
    return connection.call(path_for(method.interface, path), method.interface, method.name,
                           arguments(method), **more)


def value(item):
    return V(item.type, {"b": True, "s": "guest-reboot"}[item.type])


@contextlib.contextmanager
def untouched(world):
    """A VM that nothing happens to in the block, and no other one appears."""
    with world.guest("mine", start=True, paused=True) as path:
        before = world.bus.all(path)
        yield path
        assert world.bus.all(path) == before
        assert lab.domains() == {"mine"}


@each(ACTING)
def test_stranger_may_not(world, method):
    with untouched(world) as path:
        with fails(CHALLENGE, has=method.action):
            call(world.user, method, path)
        with fails(DENIED, has=method.action):
            call(world.user, method, path, ask=True)


def test_stranger_may_not_write(world):
    with untouched(world) as path:
        for item in WRITABLE:
            for ask, error in ((False, CHALLENGE), (True, DENIED)):
                with fails(error, has="org.sealvirt1.configure"):
                    world.user.set(path, item.interface, item.name, value(item), ask=ask)
        for name, word in LOG_PROPERTIES:
            with fails(CHALLENGE, has="org.sealvirt1.configure"):
                world.user.set(bus.LOG, LOG, name, V("s", word))


def test_stranger_may_not_create_and_start(world):
    """Allowed to create is not yet allowed to start."""
    with world.nothing_left(), lab.polkit_rule(rule("org.sealvirt1.define", "YES")):
        with fails(CHALLENGE, has="org.sealvirt1.control"):
            world.user.create("both", settings(), start=True)
    with lab.polkit_rule(rule("org.sealvirt1.define", "YES")), made(world):
        world.user.create("both", settings())


@contextlib.contextmanager
def made(world):
    """The block makes the VM "both", which goes afterwards."""
    yield
    assert lab.domains() == {"both"}
    lab.remove_domain("both")
    world.await_names(set())


@each(OPEN)
def test_stranger_may_read(world, method):
    with world.guest("open") as path:
        try:
            call(world.user, method, path)
        except BusError as error:
            assert error.name not in (DENIED, CHALLENGE), error


def test_stranger_sees_all_properties(world):
    with world.guest("shown") as path:
        assert world.user.all(path) == world.bus.all(path)
        assert world.user.all(bus.HOST, bus.HOST_INTERFACE) == world.bus.all(bus.HOST, bus.HOST_INTERFACE)
        assert world.user.all(bus.ROOT, bus.MANAGER) == world.bus.all(bus.ROOT, bus.MANAGER)
        assert world.user.objects() == world.bus.objects()
        assert world.user.find("shown") == path


def rule(actions, result, more="true"):
    """JavaScript of polkit: this result for lab-user, for actions that begin like that."""
    return f"""polkit.addRule(function(action, subject) {{
        if (action.id.indexOf("{actions}") == 0 && subject.user == "lab-user" && {more})
            return polkit.Result.{result};
    }});"""


def test_rule_allows(world):
    with lab.polkit_rule(rule("org.sealvirt1.", "YES")):
        path = world.user.create("allowed", settings())
        with world.guest("mine"):
            world.user.act(path, "Start")
            world.user.act(path, "Suspend")
            world.user.act(path, "Resume")
            assert "<domain" in world.user.act(path, "GetXML")
            world.user.set(path, bus.VM, "Autostart", V("b", True))
            mark = world.watch.mark()
            world.user.act(path, "Stop")
            world.watch.wait(watch.job_removed("stop", result="done"), mark)
            world.user.act(path, "Delete")
            world.user.call(bus.HOST, bus.HOST_INTERFACE, "Refresh", V("(a{sv})", ({},)))
    with fails(CHALLENGE):
        world.user.create("forgotten", settings())


def test_rule_may_name_the_machine(world):
    """The gate tells polkit which VM it is about."""
    with lab.polkit_rule(rule("org.sealvirt1.control", "YES", 'action.lookup("name") == "theirs"')):
        with world.guest("theirs") as theirs, world.guest("others") as others:
            world.user.act(theirs, "Start")
            with fails(CHALLENGE):
                world.user.act(others, "Start")
            assert world.bus.state(others) == "shutoff"


def test_rule_forbids(world):
    with lab.polkit_rule(rule("org.sealvirt1.", "NO")), untouched(world) as path:
        for method in ACTING:
            for ask in (False, True):
                with fails(DENIED, has=method.action):
                    call(world.user, method, path, ask=ask)


def test_job_of_another_user(world):
    """A stranger may cancel his own job, and not root's; root may cancel his."""
    firmware = lab.deaf_firmware()
    with lab.polkit_rule(rule("org.sealvirt1.control", "YES")):
        with world.guest("deaf", start=True, firmware=firmware) as path:
            for starter, canceller, allowed in ((world.bus, world.user, False), (world.user, world.user, True),
                                                (world.user, world.bus, True)):
                check_cancel(world, path, starter, canceller, allowed)


def check_cancel(world, path, starter, canceller, allowed):
    mark = world.watch.mark()
    wait = starter.begin(path, bus.VM, "Shutdown", V("(a{sv})", ({"timeout": V("u", 60)},)))
    job = world.watch.wait(
        lambda event: event.member == "InterfacesAdded" and bus.JOB in event.args[1], mark).args[0]
    lab.wait_for(lambda: world.bus.get(job, bus.JOB, "Cancelable"), what="a cancelable job")
    nothing = V("(a{sv})", ({},))
    if not allowed:
        with fails(CHALLENGE, has="org.sealvirt1.cancel-job"):
            canceller.call(job, bus.JOB, "Cancel", nothing)
        lab.wait_for(lambda: "caller refused: member=Cancel" in lab.log("sealvirtd"), what="the log")
        canceller = world.bus
    canceller.call(job, bus.JOB, "Cancel", nothing)
    assert wait()[1].name == bus.ERROR + "Cancelled"


@contextlib.contextmanager
def no_polkit():
    """polkitd is gone and the bus cannot bring it back."""
    service = "/usr/share/dbus-1/system-services/org.freedesktop.PolicyKit1.service"
    lab.run("mount", "--bind", "/dev/null", service)
    reload_bus()
    lab.service("kill", "polkitd")
    try:
        yield
    finally:
        lab.run("umount", service)
        reload_bus()
        lab.service("start", "polkitd")


def reload_bus():
    lab.run("busctl", "--system", "call", "org.freedesktop.DBus", "/org/freedesktop/DBus",
            "org.freedesktop.DBus", "ReloadConfig")


def test_polkit_is_gone(world):
    with untouched(world) as path, no_polkit():
        for method in ACTING:
            began = time.monotonic()
            with fails(DENIED, has="polkit"):
                call(world.user, method, path)
            assert time.monotonic() - began < 5, method
        assert world.user.all(path)
        world.bus.act(path, "Resume")
        world.bus.act(path, "Suspend")
        assert world.bus.state(path) == "paused"
        lab.virsh("destroy", "mine")
        lab.wait_for(lambda: world.bus.state(path) == "shutoff", 5, "the news of the power-off")
        world.bus.act(path, "Start", {"paused": V("b", True)})


def test_polkit_hangs(world):
    with untouched(world) as path:
        with lab.hung("polkitd"):
            began = time.monotonic()
            waits = [world.user.begin(path_for(m.interface, path), m.interface, m.name, arguments(m))
                     for m in ACTING]
            # Root and all reads go on meanwhile, of the same VM too.
            assert world.user.state(path) == "paused"
            with world.guest("busy") as other:
                world.bus.act(other, "Start")
                assert world.bus.state(other) == "running"
            assert time.monotonic() - began < 15, "root waited for polkit"
            errors = [wait()[1] for wait in waits]
            assert all(error and error.name == DENIED for error in errors), errors
            assert time.monotonic() - began < 25
    world.await_names(set())


def test_sender_is_gone_while_polkit_thinks(world):
    with world.guest("mine") as path, lab.polkit_rule(rule("org.sealvirt1.", "YES")):
        with lab.hung("polkitd"):
            other = bus.Bus(bus.USER_ID)
            for member in ("Start", "Delete"):
                other.begin(path, bus.VM, member, V("(a{sv})", ({},)))
            other.connection.flush_sync(None)
            world.bus.state(path)
            other.close()
        # The answer for a subject that is gone is no; a call of another one shows that it came.
        world.user.act(path, "GetXML")
        assert world.bus.state(path) == "shutoff" and "mine" in lab.domains()


def test_members_of_the_group_are_asked_too(world):
    """No group membership opens anything by itself; only polkit's rules do."""
    assert contract.ACTING and all(method.action.startswith("org.sealvirt1.") for method in ACTING)
    done = lab.run("setpriv", "--reuid=lab-user", "--regid=lab-user", "--groups", "libvirt", "--",
                   "busctl", "--system", "call", bus.NAME, bus.HOST, bus.HOST_INTERFACE, "Refresh",
                   "a{sv}", "0", check=False)
    assert done.returncode != 0, "a member of the group libvirt may configure"
