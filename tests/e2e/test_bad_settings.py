# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Bad settings, hundreds of them: each is refused by its own error, and nothing is left of any.
#
# Every case goes over the bus as CreateVM, which would have to undo what it did wrong; a good part
# of them also as PreviewVM. The message has to name the setting, for "invalid" alone is no help.

"""CreateVM and PreviewVM against the catalogue."""

import catalogue
from catalogue import BY_TYPE, HUGE, NAMES, PATHS, UNKNOWN_KEYS, WORDS, V
from kit.bus import fails
from kit.settings import DISK_TYPES, FIRMWARE, KERNEL, MIB, NETWORK_TYPES, TYPES, raw
from kit.tap import each

GOOD_DISK, GOOD_NETWORK = "/var/lib/libvirt/images/no.img", {"type": "network", "source": "default"}
BASE = {"technology": "sev", "memory": 32 * MIB, "kernel": KERNEL}
NUMBERS = {
    "memory": {"0": 0, "1": 1, "one below the least": 16 * MIB - 1, "less than the least": 15 * MIB,
               "not aligned": 16 * MIB + 1, "4 KiB more": 32 * MIB + 4096,
               "above the most": 2**44 + MIB, **HUGE},
    "vcpus": {"0": 0, "4097": 4097, "10000": 10000, "2^31-1": 2**31 - 1, "2^32-1": 2**32 - 1},
    "hugepage-size": {"1": 1, "4096": 4096, "3 MiB": 3 * MIB, "1 MiB": MIB, "too large": 2**35, **HUGE},
    "hard-limit-extra": {"1": 1, "1 MiB": MIB, "not aligned": 16 * MIB + 1, "too large": 2**41, **HUGE},
    "video-memory": {"1": 1, "3 MiB": 3 * MIB, "512 MiB": 512 * MIB, **HUGE},
}
MEMBER_NUMBERS = {
    ("disks", "boot-order"): (0, 257, 2**31 - 1, 2**32 - 1),
    ("networks", "mtu"): (0, 2, 67, 65536, 2**32 - 1),
    ("networks", "queues"): (0, 257, 2**32 - 1),
}
WORD_KEYS = ("technology", "memory-backing", "display", "video", "restart", "machine", "firmware",
             "numa-nodes", "cpu-pinning")
MEMBER_WORDS = {"disks": ("format", "bus", "device"), "networks": ("type", "model", "mac")}
PATH_KEYS = ("kernel", "initrd", "nvram-template", "firmware")


def member(key, name, value):
    """Settings whose first disk or network has this value."""
    other = {"path": GOOD_DISK} if key == "disks" else GOOD_NETWORK
    return {**BASE, key: [{**other, name: value}]}


def refuse(world, settings, word="", name="bad", error="InvalidArgument"):
    world.remember(__name__)
    settings = settings if isinstance(settings, V) else V("a{sv}", raw(settings))
    arguments = V.new_tuple(V("s", name), settings, V("a{sv}", {}))
    with fails(error, has=word):
        world.bus.manager("CreateVM", arguments)
    if error == "InvalidArgument":
        with fails(error, has=word):
            world.bus.manager("PreviewVM", arguments)


def first(row):
    return row[0]


@each(NAMES.items(), label=first)
def test_name(world, row):
    refuse(world, BASE, "name", row[1])
    if row[1]:
        with fails("NotFound"):
            world.bus.find(row[1])


@each(["a", "7", "x" * 63, "A.b_c-d", "web-1"])
def test_good_name(world, name):
    assert f"<name>{name}</name>" in world.bus.preview(name, raw(BASE))


@each([(f"{key} {word}", key, value) for key, rows in NUMBERS.items() for word, value in rows.items()],
      label=first)
def test_number(world, row):
    _, key, value = row
    refuse(world, {**BASE, key: value}, key)


@each([256, 1000, 4096], label=str)
def test_vcpus_that_need_another_device(world, count):
    refuse(world, {**BASE, "vcpus": count}, "vcpus", error="NotSupported")


@each([(f"{key}.{name} {value}", key, name, value)
       for (key, name), values in MEMBER_NUMBERS.items() for value in values], label=first)
def test_number_of_a_member(world, row):
    _, key, name, value = row
    refuse(world, member(key, name, value), f"{key}[0].{name}")


@each([(f"{key} as {kind}", key, value) for key, right in TYPES.items()
       for kind, value in BY_TYPE.items() if kind != right], label=first)
def test_type(world, row):
    _, key, value = row
    refuse(world, {**BASE, key: value}, key)


@each([(f"{key}.{name} as {kind}", key, name, value)
       for key, types in (("disks", DISK_TYPES), ("networks", NETWORK_TYPES))
       for name, right in types.items()
       for kind, value in BY_TYPE.items() if kind != right], label=first)
def test_type_of_a_member(world, row):
    _, key, name, value = row
    refuse(world, member(key, name, value), f"{key}[0].{name}")


@each(UNKNOWN_KEYS.items(), label=first)
def test_unknown_setting(world, row):
    refuse(world, {**BASE, row[1]: V("s", "x")}, "no setting")
    refuse(world, member("disks", row[1], V("s", "x")), "no setting")
    refuse(world, member("networks", row[1], V("s", "x")), "no setting")


def test_unknown_setting_is_guessed(world):
    refuse(world, {**BASE, "vcpu": V("u", 1)}, "did you mean vcpus?")


@each([(f"{key} {word}", key, value) for key in WORD_KEYS for word, value in WORDS.items()], label=first)
def test_word(world, row):
    _, key, value = row
    refuse(world, {**BASE, key: value}, key)


@each([(f"{key}.{name} {word}", key, name, value) for key, names in MEMBER_WORDS.items()
       for name in names for word, value in WORDS.items()], label=first)
def test_word_of_a_member(world, row):
    _, key, name, value = row
    refuse(world, member(key, name, value), f"{key}[0].{name}")


@each([(f"{key} {word}", key, value) for key in PATH_KEYS for word, value in PATHS.items()], label=first)
def test_path(world, row):
    _, key, value = row
    more = {"firmware": FIRMWARE} if key == "nvram-template" else {}
    refuse(world, {**BASE, **more, key: value}, key)


@each(PATHS.items(), label=first)
def test_path_of_a_disk(world, row):
    refuse(world, {**BASE, "disks": [{"path": row[1], "format": "raw"}]}, "disks[0].path")


@each([(f"{key}.{name} {word}", key, name, value)
       for key, name in (("disks", "pool"), ("disks", "volume"), ("networks", "source"))
       for word, value in (("empty", ""), ("slash", "a/b"), ("dots", ".."), ("newline", "a\nb"),
                           ("escape", "\x1b[2J"), ("too long", "x" * 256))],
      label=first)
def test_name_of_an_object(world, row):
    _, key, name, value = row
    base = {"pool": "default", "volume": "v.img"} if key == "disks" else GOOD_NETWORK
    refuse(world, {**BASE, key: [{**base, name: value}]}, f"{key}[0].{name}")


@each(["eth0/1", "a b", "x" * 16, "", "a\nb", "%p"], label=repr)
def test_host_device(world, name):
    for kind in ("bridge", "direct"):
        refuse(world, {**BASE, "networks": [{"type": kind, "source": name}]}, "networks[0].source")


def test_noncharacter(world):
    """D-Bus allows it and XML does not; it gets no further than the message."""
    refuse(world, BASE, "cannot be read", name="a\ufffe")
    for key in PATH_KEYS:
        refuse(world, {**BASE, key: "/var/lib/a\uffff.img"}, "cannot be read")


def repeated(key, value):
    """Settings in which one key comes twice."""
    entries = [(k, v) for k, v in raw(BASE).items() if k != key]
    return catalogue.pairs(*entries, (key, value), (key, value))


@each([("memory", V("t", 32 * MIB)), ("vcpus", V("u", 1)), ("technology", V("s", "sev")),
       ("kernel", V("s", KERNEL)), ("disks", V("aa{sv}", [])), ("policy", V("t", 1)),
       ("policy-flags", V("as", ["nodbg"])), ("console", V("b", False))], label=first)
def test_key_twice(world, row):
    refuse(world, repeated(*row), f"{row[0]} is given twice")


def test_key_of_a_disk_twice(world):
    disk = catalogue.pairs(("path", V("s", GOOD_DISK)), ("path", V("s", GOOD_DISK)))
    disks = V.new_array(None, [disk])
    refuse(world, {**BASE, "disks": disks}, "disks[0].path is given twice")


@each([100, 1000, 10000, 60000], label=str)
def test_many_keys(world, count):
    entries = [(f"key-{number}", V("u", number)) for number in range(count)]
    refuse(world, catalogue.pairs(*entries))


@each([2, 10, 30, 50], label=str)
def test_deep_variants(world, depth):
    for key in ("memory", "kernel", "no-such-setting"):
        refuse(world, {**BASE, key: catalogue.nested(depth)}, key)


@each([("a kernel of 512 KiB", {"kernel": "/" + "k" * 512 * 1024}),
       ("a kernel of 1 MiB", {"kernel": "/" + "k" * MIB}),
       ("a kernel of 16 MiB", {"kernel": "/" + "k" * 16 * MIB}),
       ("a session of 2 MiB", {"dh-cert": "QUJD", "session": "QUJD" * (MIB // 2)}),
       ("100000 flags", {"policy-flags": ["nodbg"] * 100000}),
       ("1000 disks", {"disks": [{"path": f"/d/{n}.img"} for n in range(1000)]}),
       ("65 disks", {"disks": [{"path": f"/d/{n}.img"} for n in range(65)]}),
       ("100 networks", {"networks": [{"type": "user"}] * 100}),
       ("65 flags", {"policy-flags": ["nodbg"] * 65})], label=first)
def test_too_much(world, row):
    refuse(world, {**BASE, **row[1]})


def test_nothing_is_left(world):
    world.remember(__name__)
    world.check_unchanged(__name__)
