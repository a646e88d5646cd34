# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The contract in data/dbus, read for tests that go over every member.
#
# A new method is thereby tried as a stranger, with wrong arguments and at wrong places on the day it
# is added. What permission it asks for is taken from its documentation, as the gate's is compared
# with it elsewhere.

"""Members of org.sealvirt1.*, with their signatures and permissions."""

import dataclasses
import pathlib
import re
import xml.etree.ElementTree as ET

from gi.repository import GLib

from . import bus

DIRECTORY = pathlib.Path(__file__).resolve().parents[3] / "data" / "dbus"
AUTHORIZATION = re.compile(r"^\s*Authorization:\s*(.*)$", re.MULTILINE)
OPTION = re.compile(r"^\s*- ([a-z-]+) \((\w+)\):", re.MULTILINE)

# A value of every type that an argument can have.
PLAIN = {"s": "x", "t": 0, "u": 0, "b": False, "as": [], "ay": b"", "a{sv}": {}, "i": 0, "o": "/"}


@dataclasses.dataclass(frozen=True)
class Method:
    """One method."""

    interface: str
    name: str
    signature: tuple
    action: str | None

    @property
    def type(self):
        return f"({''.join(self.signature)})"

    def arguments(self, **replaced):
        """Arguments that are right in type and mean nothing."""
        values = [PLAIN[kind] for kind in self.signature]
        if "options" in replaced:
            values[-1] = replaced["options"]
        return GLib.Variant(self.type, tuple(values))

    def __str__(self):
        return f"{self.interface.rsplit('.', 1)[1]}.{self.name}"


@dataclasses.dataclass(frozen=True)
class Property:
    """One property."""

    interface: str
    name: str
    type: str
    writable: bool

    def __str__(self):
        return f"{self.interface.rsplit('.', 1)[1]}.{self.name}"


def _action(comment):
    words = AUTHORIZATION.search(comment or "")
    assert words, f"no Authorization in: {comment}"
    first = words[1].split(",")[0].split(" ")[0]
    return None if first == "none" else first


def _members():
    methods, properties = [], []
    for path in sorted(DIRECTORY.glob("*.xml")):
        parser = ET.XMLParser(target=ET.TreeBuilder(insert_comments=True))
        comment = None
        for interface in ET.parse(path, parser).getroot().iter("interface"):
            name = interface.get("name")
            for child in interface:
                if child.tag is ET.Comment:
                    comment = child.text
                elif child.tag == "method":
                    signature = tuple(arg.get("type") for arg in child.findall("arg")
                                      if arg.get("direction") == "in")
                    methods.append(Method(name, child.get("name"), signature, _action(comment)))
                elif child.tag == "property":
                    writable = child.get("access") != "read"
                    properties.append(Property(name, child.get("name"), child.get("type"), writable))
    return methods, properties


METHODS, PROPERTIES = _members()
ACTING = [method for method in METHODS if method.action]
OPEN = [method for method in METHODS if not method.action and method.interface != bus.JOB]
WRITABLE = [item for item in PROPERTIES if item.writable]


def path_for(interface, vm):
    """The object that has the interface; `vm` is the path of a VM."""
    return {bus.MANAGER: bus.ROOT, bus.HOST_INTERFACE: bus.HOST, bus.VM: vm}[interface]
