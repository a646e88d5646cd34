# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The catalogue of bad input: names, numbers, types, texts and paths that nobody may get through.
#
# Only values live here, each with a short word for the report; which member takes them, and with
# which error it refuses them, is up to the tests.

"""Bad values."""

from gi.repository import GLib

V = GLib.Variant
LONG = 64 * 1024

NAMES = {
    "empty": "", "64 characters": "x" * 64, "255 characters": "x" * 255, "64 KiB": "x" * LONG,
    "slash": "/", "dot": ".", "dots": "..", "path": "a/b", "up": "../a", "dash first": "-x",
    "dot first": ".x", "underscore first": "_x", "comma": "a,b", "newline": "a\nb", "tab": "a\tb",
    "carriage return": "a\r", "escape": "\x1b[?1047h", "bell": "\x07", "delete": "a\x7f",
    "format": "%n%s%s%n", "single quote": "a'b", "double quote": 'a"b', "markup": "<&>]]>",
    "right to left": "\u202eabc", "combining": "a\u0301\u0327", "umlaut": "wäb", "emoji": "\U0001f512",
    "no-break space": "a\u00a0b", "line separator": "a\u2028b", "byte order mark": "\ufeffa",
    "blank": "a b", "blank first": " a", "blank last": "a ", "colon": "a:b", "backslash": "a\\b",
    "star": "a*", "command": "$(id)", "backquote": "`id`", "semicolon": "a;b", "plus": "a+b",
    "at": "a@b", "full width": "\uff41\uff42",
}

# One value of every kind, by its signature; a setting refuses all but its own.
BY_TYPE = {
    "y": V("y", 1), "b": V("b", True), "n": V("n", -1), "q": V("q", 1), "i": V("i", 1),
    "u": V("u", 1), "x": V("x", 33554432), "t": V("t", 33554432), "d": V("d", 1.5),
    "s": V("s", "1"), "o": V("o", "/a"), "g": V("g", "s"), "v": V("v", V("t", 33554432)),
    "as": V("as", ["a"]), "ay": V("ay", b"abc"), "at": V("at", [1]), "(s)": V("(s)", ("a",)),
    "a{sv}": V("a{sv}", {"path": V("s", "/a.img")}), "aa{sv}": V("aa{sv}", [{}]),
    "a{ss}": V("a{ss}", {"path": "/a.img"}), "aas": V("aas", [["a"]]),
}

UNKNOWN_KEYS = {
    "empty": "", "other case": "Memory", "blank last": "memory ", "underscore": "cpu_pinning",
    "newline": "memory\n", "escape": "\x1b]0;x\x07", "markup": "<memory>", "64 KiB": "k" * LONG,
    "format": "%s%n", "not latin": "память", "dotted": "disks.path", "indexed": "disks[0]",
}

WORDS = {
    "empty": "", "upper case": "NONE", "blank": " none", "unknown": "quantum", "64 KiB": "w" * LONG,
    "newline": "none\n", "escape": "\x1b[2J", "markup": "'/><evil/>",
}

# For every setting that is a path.
PATHS = {
    "empty": "", "relative": "a.img", "dot": "./a.img", "home": "~/a.img", "address": "file:///a.img",
    "root": "/", "directory": "/var/lib/libvirt/images/", "up": "/var/lib/../../etc/a.img",
    "up last": "/var/lib/..", "blank last": "/var/lib/a.img ", "newline": "/var/lib/a\n.img",
    "escape": "/var/lib/\x1b[2Ja.img", "proc": "/proc/self/mem", "proc fd": "/proc/self/fd/3",
    "proc by doubled slashes": "//proc//self/fd/3", "sys": "/sys/kernel/a.img",
    "proc by a dot": "/./proc/1/environ", "dev fd": "/dev/fd/0", "stdin": "/dev/stdin",
    "too long": "/" + "d/" * 2100 + "a.img", "64 KiB": "/" + "x" * LONG,
}

HUGE = {
    "2^31-1": 2**31 - 1, "2^32-1": 2**32 - 1, "2^53+1": 2**53 + 1, "2^63-1": 2**63 - 1,
    "2^64-1": 2**64 - 1,
}


def nested(depth, value=None):
    """A variant in a variant in a variant..."""
    value = value or V("s", "deep")
    for _ in range(depth):
        value = V("v", value)
    return value


def pairs(*entries):
    """An a{sv} that may hold a key more than once, which no dictionary can."""
    array = V("a{sv}", {})
    if entries:
        kind = GLib.VariantType.new("{sv}")
        items = [GLib.Variant.new_dict_entry(V("s", key), GLib.Variant.new_variant(value))
                 for key, value in entries]
        array = GLib.Variant.new_array(kind, items)
    return array
