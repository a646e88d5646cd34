# SPDX-License-Identifier: LGPL-2.1-or-later
#
# A host without any memory encryption.
#
# Nothing encrypted can be made or started, nothing falls back, and an unencrypted VM is made only for
# who asks for "none" by name. Checks of absent silicon are n/a and never fail.

"""No SEV at all."""

from gi.repository import GLib

from kit import bus
from kit.bus import fails
from kit.settings import settings
from kit.tap import each

TECHNOLOGIES = ("sev", "sev-es", "sev-snp", "tdx")


@each(TECHNOLOGIES)
def test_create_is_refused(world, technology):
    with world.nothing_left(), fails("TechnologyUnavailable", has=f"cpu.{technology}"):
        world.bus.create("sealed", settings(technology=technology))


def test_auto_never_means_none(world):
    with world.nothing_left(), fails("TechnologyUnavailable", has="none"):
        world.bus.create("auto", settings(technology="auto"))
    with world.nothing_left(), fails("TechnologyUnavailable"):
        world.bus.create("default", settings(technology=None))


def test_none_by_name(world):
    with world.guest("open", technology="none") as path:
        assert world.bus.get(path, bus.VM, "Technology") == "none"
        world.bus.act(path, "Start")
        assert world.bus.state(path) == "running"


def test_checks_of_absent_silicon_do_not_fail(world):
    verdict, checks = world.bus.call(bus.HOST, bus.HOST_INTERFACE, "Check",
                                     GLib.Variant("(a{sv})", ({},)))
    assert verdict == "unavailable"
    states = {check[0]: check[2] for check in checks}
    for technology in TECHNOLOGIES:
        assert states[f"cpu.{technology}"] == "n/a", states
    assert world.bus.get(bus.HOST, bus.HOST_INTERFACE, "Technologies") == []


def test_preview_still_works(world):
    """The XML can be had for a host that can."""
    xml = world.bus.preview("elsewhere", settings(technology="sev"))
    assert "launchSecurity" in xml
