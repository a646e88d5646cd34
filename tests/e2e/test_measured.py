# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The measured start, from the host's certificates to the secret in the guest's memory.
#
# The test plays the guest owner: the session is made from what GetCertificates gives, and the
# measurement that GetMeasurement gives is judged by libvirt's own tool, which knows nothing of us.
# One changed byte of the firmware must make that judge say no.

"""GetCertificates, paused Start, GetMeasurement, InjectSecret, Resume."""

import contextlib
import pathlib
import shutil
import subprocess

from gi.repository import GLib

from kit import bus, lab, owner, watch
from kit.bus import fails
from kit.settings import FIRMWARE, FIRMWARE_GENERIC
from kit.tap import Skip, each

VALIDATOR = shutil.which("virt-qemu-sev-validate")
SECRET_ADDRESS = 0x810000
POLICIES = (("sev", 0x3), ("sev-es", 0x7))


def certificates(world):
    return world.bus.call(bus.HOST, bus.HOST_INTERFACE, "GetCertificates",
                          GLib.Variant("(a{sv})", ({},)))[0]


def measurement(world, path):
    return world.bus.call(path, bus.VM, "GetMeasurement", GLib.Variant("(a{sv})", ({},)))[0]


def inject(world, path, header, secret):
    return world.bus.call(path, bus.VM, "InjectSecret",
                          GLib.Variant("(ayaya{sv})", (header, secret, {})))


class Keys:
    """What the owner keeps, and what goes into the settings."""

    def __init__(self, world, policy):
        pdh = bytes(certificates(world)["pdh"])
        made = owner.session.make_session(pdh, policy)
        self.certificate, self.blob, self.tik, self.tek = made
        self.policy = policy

    def settings(self):
        return {"dh_cert": GLib.base64_encode(self.certificate), "policy": self.policy,
                "session": GLib.base64_encode(self.blob)}

    def files(self):
        paths = []
        for name, data in (("tik", self.tik), ("tek", self.tek)):
            path = lab.TMP / f"{name}.bin"
            path.write_bytes(data)
            paths += [f"--{name}", str(path)]
        return paths


@contextlib.contextmanager
def launched(world, name, technology, keys, **changes):
    """A VM of the owner, started and waiting for its verdict."""
    changes.setdefault("firmware", FIRMWARE)
    with world.guest(name, technology=technology, **keys.settings(), **changes) as path:
        assert world.bus.get(path, bus.VM, "Attestable")
        mark = world.watch.mark()
        world.bus.act(path, "Start", {"paused": GLib.Variant("b", True)})
        assert world.bus.state(path) == "awaiting-attestation"
        world.watch.wait(watch.job_removed("start"), mark)
        yield path


def judge(told, keys, image, *more):
    """libvirt's own tool on a measurement: its exit status and words."""
    if VALIDATOR is None:
        raise Skip("virt-qemu-sev-validate is not installed (libvirt-clients-qemu)")
    text = GLib.base64_encode(bytes(told["measurement"]))
    words = ["/usr/bin/python3", VALIDATOR, "--quiet", "--measurement", text,
             "--api-major", str(told["api-major"]), "--api-minor", str(told["api-minor"]),
             "--build-id", str(told["build-id"]), "--policy", str(told["policy"]),
             "--firmware", str(image), *keys.files(), *more]
    return subprocess.run(words, capture_output=True, text=True, check=False)


def test_certificates_are_what_libvirt_has(world):
    told = certificates(world)
    assert bytes(told["pdh"]) == owner.host_certificate()
    assert len(told["pdh"]) == 2084 and len(told["cert-chain"]) == 6252, told.keys()


def test_judge_accepts_and_one_byte_changes_that(world):
    keys = Keys(world, 0x3)
    with launched(world, "measured", "sev", keys) as path:
        told = measurement(world, path)
        assert told["source"] == "host" and told["firmware"] == FIRMWARE and told["policy"] == 3
        done = judge(told, keys, FIRMWARE)
        assert done.returncode == 0, done.stderr + done.stdout
        changed = bytearray(pathlib.Path(FIRMWARE).read_bytes())
        changed[100] ^= 1
        other = lab.TMP / "changed.fd"
        other.write_bytes(changed)
        done = judge(told, keys, other)
        assert done.returncode != 0, "a changed firmware was accepted"
        world.bus.act(path, "Resume")
        assert world.bus.state(path) == "running"


def test_changed_firmware_is_noticed(world):
    """The other way round: the guest runs other firmware than the owner expects."""
    keys = Keys(world, 0x3)
    changed = bytearray(pathlib.Path(FIRMWARE).read_bytes())
    changed[100] ^= 1
    other = lab.image("changed.fd")
    other.write_bytes(changed)
    with launched(world, "changed", "sev", keys, firmware=str(other)) as path:
        done = judge(measurement(world, path), keys, FIRMWARE)
        assert done.returncode != 0, "other firmware was accepted"


@each(POLICIES, label=lambda row: row[0])
def test_secret_reaches_the_guest(world, row):
    technology, policy = row
    keys = Keys(world, policy)
    table = owner.session.secret_table([(owner.session.LUKS_PASSPHRASE, b"correct horse\0")])
    with launched(world, "secret", technology, keys, memory=64 << 20) as path:
        packet = owner.session.make_secret(keys.tik, keys.tek,
                                           bytes(measurement(world, path)["measurement"]), table)
        inject(world, path, *packet)
        dump = lab.TMP / "memory"
        lab.virsh("qemu-monitor-command", "secret", "--hmp",
                  f'pmemsave {SECRET_ADDRESS} {len(table)} "{dump}"')
        assert dump.read_bytes() == table, "the secret is not where the firmware wants it"
        world.bus.act(path, "Resume")
        assert world.bus.state(path) == "running"
        with fails("InvalidState"):
            inject(world, path, *packet)


def test_secrets_that_are_refused(world):
    keys = Keys(world, 0x3)
    table = owner.session.secret_table([(owner.session.LUKS_PASSPHRASE, b"x\0")])
    with launched(world, "picky", "sev", keys) as path:
        told = bytes(measurement(world, path)["measurement"])
        header, secret = owner.session.make_secret(keys.tik, keys.tek, told, table)
        with fails("InvalidArgument", has=("51 bytes", "52")):
            inject(world, path, header[:-1], secret)
        with fails("InvalidArgument", has="multiple of 16"):
            inject(world, path, header, secret[:-1])
        with fails("InvalidArgument", has="16384"):
            inject(world, path, header, bytes(16400))
        stranger = Keys(world, 0x3)
        with fails("AttestationFailed", has="fw_error=11"):
            inject(world, path, *owner.session.make_secret(stranger.tik, stranger.tek, told, table))
        inject(world, path, header, secret)


def test_firmware_without_a_place_for_secrets(world):
    """Most builds of OVMF declare the area at address 0; QEMU would write there without a word."""
    keys = Keys(world, 0x3)
    table = owner.session.secret_table([(owner.session.LUKS_PASSPHRASE, b"x\0")])
    with launched(world, "placeless", "sev", keys, firmware=FIRMWARE_GENERIC) as path:
        told = bytes(measurement(world, path)["measurement"])
        with fails("FirmwareNotFound", has=("OVMF.amdsev.fd", "address 0")):
            inject(world, path, *owner.session.make_secret(keys.tik, keys.tek, told, table))


def test_measurement_needs_a_launch(world):
    keys = Keys(world, 0x3)
    with world.guest("idle", technology="sev", firmware=FIRMWARE, **keys.settings()) as path:
        with fails("InvalidState", has="paused"):
            measurement(world, path)


def test_plain_vm_has_none(world):
    with world.guest("open", technology="none") as path:
        assert not world.bus.get(path, bus.VM, "Attestable")
        with fails("NotSupported"):
            measurement(world, path)


def test_vm_without_owner_is_not_attestable(world):
    with world.guest("ownerless", technology="sev", firmware=FIRMWARE) as path:
        assert not world.bus.get(path, bus.VM, "Attestable")
        world.bus.act(path, "Start", {"paused": GLib.Variant("b", True)})
        assert world.bus.state(path) == "paused"


def has_mark(name):
    return "sealvirt-launch" in lab.domain_xml(name, inactive=False)


def restart_daemon(world):
    lab.service("restart", "sealvirtd")
    world.await_connected()


@each(POLICIES, label=lambda row: row[0])
def test_daemon_restarted_while_the_owner_thinks(world, row):
    technology, policy = row
    keys = Keys(world, policy)
    with launched(world, "patient", technology, keys) as path:
        told = bytes(measurement(world, path)["measurement"])
        restart_daemon(world)
        assert world.bus.state(path) == "awaiting-attestation"
        assert bytes(measurement(world, path)["measurement"]) == told
        world.bus.act(path, "Resume")
        assert world.bus.state(path) == "running" and not has_mark("patient")
        world.bus.act(path, "Suspend")
        restart_daemon(world)
        assert world.bus.state(path) == "paused"


def test_resumed_by_somebody_else(world):
    """With the daemon there or without it: who has run waits for nobody."""
    keys = Keys(world, 0x3)
    with launched(world, "moved", "sev", keys) as path:
        assert has_mark("moved") and "sealvirt-launch" not in lab.domain_xml("moved")
        mark = world.watch.mark()
        lab.virsh("resume", "moved")
        world.watch.wait(watch.changed(path, State="running"), mark)
        lab.wait_for(lambda: not has_mark("moved"), what="the end of the mark")
        world.bus.act(path, "Stop")
        world.bus.act(path, "Start", {"paused": GLib.Variant("b", True)})
        lab.service("stop", "sealvirtd")
        lab.virsh("resume", "moved")
        lab.service("start", "sealvirtd")
        world.await_connected()
        assert world.bus.state(path) == "running"
        lab.wait_for(lambda: not has_mark("moved"), what="the end of the mark")
        lab.virsh("suspend", "moved")
        lab.wait_for(lambda: world.bus.state(path) == "paused", what="the pause")


OPERATIONS = (
    ("migrate", "sev", False), ("save", "sev-es", False), ("reboot", "sev", True),
    ("reboot", "sev-es", False), ("hotplug-device", "sev-es", True), ("migrate", "none", True),
)


@each(OPERATIONS, label=lambda row: f"{row[0]} {row[1]}")
def test_check_operation(world, row):
    operation, technology, possible = row
    with world.guest("asked", technology=technology) as path:
        told, reason = world.bus.call(path, bus.VM, "CheckOperation",
                                      GLib.Variant("(sa{sv})", (operation, {})))
        assert told == possible and bool(reason) != possible, (told, reason)
    with world.guest("asked", technology=technology) as path:
        with fails("InvalidArgument", has="migrate"):
            world.bus.call(path, bus.VM, "CheckOperation", GLib.Variant("(sa{sv})", ("fly", {})))


def test_what_libvirt_says_to_a_blocked_save(world):
    """The guard is right: QEMU really blocks it."""
    with world.guest("saved", technology="sev", firmware=FIRMWARE) as path:
        world.bus.act(path, "Start")
        done = lab.virsh("save", "saved", "/run/sealvirt-lab/tmp/saved", check=False)
        assert done.returncode != 0 and "Migration is not implemented" in done.stderr, done.stderr
