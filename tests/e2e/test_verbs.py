# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What an operator types besides the life of a VM: the owner's files, jobs, and the host's care.
#
# The calls behind these verbs have tests of their own; here is whether the command line asks for the
# right thing, says what came of it, and tells refusals apart by exit status.

"""sealctl certificates, measurement, inject-secret, can, set, jobs, cancel, refresh, memory-limit."""

import json
import shutil
import subprocess

from kit import bus, lab, owner
from kit.settings import MIB
from kit.tap import each
from test_measured import SECRET_ADDRESS, Keys, launched
from test_memory_limit import NO_LIMIT, systemd

PLACE = lab.TMP / "verbs"
USER = ("setpriv", f"--reuid={bus.USER_ID}", f"--regid={bus.USER_ID}", "--clear-groups")
PASSPHRASE = b"correct horse battery staple\0"


def sealctl(*words, status=0, prefix=()):
    """One run; what it printed, on stderr when it should fail."""
    done = lab.run(*prefix, "sealctl", *map(str, words), check=False)
    assert done.returncode == status, (words, done)
    assert bool(done.stderr) == (status != 0) or words[0] == "can", (words, done)
    return done.stderr or done.stdout


def told(*words):
    return json.loads(sealctl("--json", *words))


def fresh_place():
    shutil.rmtree(PLACE, ignore_errors=True)
    PLACE.mkdir()
    PLACE.chmod(0o777)


def packet_files(keys, measurement):
    """The owner's packet as files of plain bytes; the options that name them."""
    table = owner.session.secret_table([(owner.session.LUKS_PASSPHRASE, PASSPHRASE)])
    words = []
    for name, data in zip(("header", "secret"), owner.session.make_secret(
            keys.tik, keys.tek, measurement, table)):
        (PLACE / name).write_bytes(data)
        words += [f"--{name}-file", PLACE / name]
    return words, table


def test_certificates(world):
    fresh_place()
    sealctl("certificates", "--directory", PLACE, status=4, prefix=USER)
    assert not list(PLACE.iterdir()), "files for one who may not have them"
    sealctl("certificates", "--directory", PLACE)
    assert (PLACE / "host.pdh").read_bytes() == owner.host_certificate()
    assert (PLACE / "host.chain").stat().st_size == 6252
    assert "--force" in sealctl("certificates", "--directory", PLACE, status=5)


def test_secret(world):
    fresh_place()
    keys, stranger = Keys(world, 0x3), Keys(world, 0x3)
    with launched(world, "typed", "sev", keys, memory=64 * MIB):
        blob = told("measurement", "typed")["measurement"]
        assert blob in sealctl("measurement", "typed")
        measurement = owner.base64.b64decode(blob)
        words, _ = packet_files(stranger, measurement)
        sealctl("inject-secret", "typed", *words, status=1)
        words, table = packet_files(keys, measurement)
        sealctl("inject-secret", "typed", *words, status=4, prefix=USER)
        assert "sealctl resume typed" in sealctl("inject-secret", "typed", *words)
        dump = lab.TMP / "memory"
        lab.virsh("qemu-monitor-command", "typed", "--hmp",
                  f'pmemsave {SECRET_ADDRESS} {len(table)} "{dump}"')
        assert dump.read_bytes() == table, "the secret is not where the firmware wants it"
        sealctl("resume", "typed")
        sealctl("inject-secret", "typed", *words, status=5)


def test_measurement_needs_a_launch(world):
    with world.guest("idle", technology="sev"):
        assert "paused" in sealctl("measurement", "idle", status=5)
    sealctl("measurement", "nobody", status=10)


@each((("migrate", 1), ("reboot", 1), ("snapshot-disk", 0), ("hotplug-device", 0)),
      label=lambda row: row[0])
def test_can(world, row):
    operation, status = row
    with world.guest("asked", technology="sev-es"):
        said = sealctl("can", "asked", operation, status=status, prefix=USER)
        assert said.splitlines()[0] == ("yes" if status == 0 else "no"), said
        rows = {entry["operation"]: entry for entry in told("can", "asked")["operations"]}
        assert rows[operation]["possible"] is (status == 0), rows[operation]


def test_can_what_nobody_can(world):
    with world.guest("asked", technology="none"):
        assert "managed-save" in sealctl("can", "asked", "fly", status=2)
        assert all(entry["possible"] for entry in told("can", "asked")["operations"])


def test_set(world):
    with world.guest("first", technology="sev"), world.guest("second", technology="none"):
        sealctl("set", "first", "--autostart", status=4, prefix=USER)
        sealctl("set", "first", "second", "--autostart", "--restart", "guest-reboot")
        for name in ("first", "second"):
            assert "Autostart:      enable" in lab.virsh("dominfo", name)
            shown = told("show", name)
            assert (shown["autostart"], shown["restart"]) == (True, "guest-reboot"), shown
        assert "guest-reboot" in sealctl("set", "first", "--no-autostart", "--restart", "x", status=2)
        assert told("show", "first")["autostart"], "half of a refused change was made"
        sealctl("set", "first", "--no-autostart")
        assert "Autostart:      disable" in lab.virsh("dominfo", "first")


def test_jobs_and_cancel(world):
    assert sealctl("jobs") == "No jobs.\n"
    with world.guest("stubborn", start=True, firmware=lab.deaf_firmware()):
        with subprocess.Popen(["sealctl", "shutdown", "--timeout", "600", "stubborn"],
                              stderr=subprocess.PIPE, text=True) as waiting:
            lab.wait_for(lambda: any(job["cancelable"] for job in told("jobs")), what="a job")
            job, = told("jobs")
            assert (job["vm"], job["operation"], job["started_by_uid"]) == ("stubborn", "shutdown", 0)
            assert "root" in sealctl("jobs", prefix=USER)
            sealctl("cancel", job["job"], status=4, prefix=USER)
            sealctl("cancel", "stubborn")
            assert waiting.wait(20) == 1, "a cancelled shutdown succeeded"
            assert "cancelled" in waiting.stderr.read()
        sealctl("cancel", job["job"], status=10)
        assert sealctl("jobs") == "No jobs.\n"


def test_refresh(world):
    sealctl("refresh", status=4, prefix=USER)
    assert sealctl("refresh") == "This host can run, best first: sev-es, sev.\n"
    assert told("refresh") == {"technologies": ["sev-es", "sev"]}


def test_memory_limit(world):
    assert "systemd" in sealctl("memory-limit", "8G", status=1)
    with systemd() as service:
        sealctl("memory-limit", "8G", status=4, prefix=USER)
        sealctl("memory-limit", "8G", "--soft", "--runtime")
        sealctl("memory-limit", "none")
        assert service.calls == [
            ("machine.slice", True, [("MemoryHigh", 8192 * MIB)]),
            ("machine.slice", False, [("MemoryMax", NO_LIMIT)])], service.calls
