#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Tests of the lab itself: tools/lab -- tests/lab/selftest.py
#
# With virsh, an owner's session and libvirt's own validation tool they show that the simulated
# processor answers as the real one would: capabilities, launches, measurement, secrets, every fault
# with the words that QEMU and libvirt find for it, and an end of the ASIDs. The output is TAP.

"""Self-test of the lab, for the profiles milan (default), naples, tight, plain and those with SNP or TDX."""

import base64
import contextlib
import importlib.util
import os
import pathlib
import signal
import subprocess
import sys
import time
import traceback

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import selftest_private  # noqa: E402
import session  # noqa: E402
from guests import IMAGES, Guest, VirshError, virsh  # noqa: E402
from labtest import WORK, Fault, Skip, lab, refusal, says, wait_for  # noqa: E402

VALIDATOR = "/usr/bin/virt-qemu-sev-validate"
SECRET_ADDRESS = 0x810000

# Fault -> what virsh says when a guest is started with it; "..." stands for words that the versions
# of QEMU do not agree on.
START_FAULTS = {
    "open-errno=2": "/dev/sev...No such file or directory",
    "open-errno=13": "/dev/sev...Permission denied",
    "open-errno=16": "/dev/sev...Device or resource busy",
    "platform-status=19": "failed to get platform status ret=-1 fw_error='19: Hardware error'",
    "init-errno=16": "failed to initialize ret=-16 fw_error=0",
    "init-errno=25": "failed to initialize ret=-25 fw_error=0",
    "init=20": "failed to initialize ret=-5 fw_error=20 'Hardware unsafe'",
    "launch-start=7": "fw_error=7 'Policy is not allowed'",
    "launch-start=10": "fw_error=10 'Bad signature'",
    "launch-start=11": "fw_error=11 'Bad measurement'",
    "reg-region-errno=12": "error 'Cannot allocate memory'",
    "launch-update=9": "LAUNCH_UPDATE ret=-5 fw_error=9 'Invalid address'",
}


def owner(name, policy):
    """An owner's session for this host, in a directory."""
    out = WORK / name
    lines = virsh("nodesevinfo").splitlines()
    pdh = next(line.split(":", 1)[1].strip() for line in lines if line.startswith("pdh"))
    session.write_session(pdh, policy, out)
    return out


def validate(guest, keys, *more):
    """Ask libvirt's own tool whether the measurement is right."""
    if not os.path.exists(VALIDATOR) or importlib.util.find_spec("lxml") is None:
        raise Skip("libvirt-clients-qemu and python3-lxml are not installed")
    info = guest.launch_info()
    words = ["/usr/bin/python3", VALIDATOR, "--quiet", "--measurement", info["sev-measurement"]]
    words += ["--api-major", info["sev-api-major"], "--api-minor", info["sev-api-minor"]]
    words += ["--build-id", info["sev-build-id"], "--policy", info["sev-policy"]]
    words += ["--tik", str(keys / "tik.bin"), "--tek", str(keys / "tek.bin"), *more]
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr + done.stdout


def test_capabilities_say_sev():
    text = virsh("domcapabilities", "--machine", "q35")
    for expected in ("<cbitpos>51</cbitpos>", "<maxGuests>410</maxGuests>", "<maxESGuests>99</maxESGuests>"):
        assert expected in text, expected


def test_every_firmware_starts():
    for policy in (0x3, 0x7):
        for firmware in ("stateless", "rom", "split", "debian", "chosen"):
            with Guest("firmware", policy, firmware=firmware) as guest:
                assert guest.state() == "paused"
                assert guest.launch_info()["sev-policy"] == str(policy)
                virsh("resume", guest.name)
                assert firmware == "debian" or guest.state() == "running", firmware


def test_measurement_is_the_owners():
    keys = owner("measured", 0x3)
    image = f"{IMAGES}/OVMF.lab.fd"
    with Guest("measured", 0x3, session=keys) as guest:
        digest = session.launch_digest(pathlib.Path(image).read_bytes())
        raw = base64.b64decode(guest.launch_info()["sev-measurement"])
        tik = (keys / "tik.bin").read_bytes()
        assert raw[:32] == session.expected_measurement(tik, 1, 55, 24, 3, digest, raw[32:])
        validate(guest, keys, "--firmware", image)


def test_measurement_with_register_pages():
    keys = owner("registers", 0x7)
    model = "<cpu mode='custom' check='none'><model fallback='forbid'>EPYC-Milan</model></cpu>"
    sku = ["--cpu-family", "25", "--cpu-model", "1", "--cpu-stepping", "1"]
    with Guest("registers", 0x7, vcpus=2, cpu=model, session=keys) as guest:
        validate(guest, keys, "--firmware", f"{IMAGES}/OVMF.lab.fd", "--num-cpus", "2", *sku)


def test_measurement_with_kernel():
    keys = owner("kernel", 0x3)
    with Guest("kernel", 0x3, session=keys, kernel=True) as guest:
        more = ["--kernel", f"{IMAGES}/kernel", "--initrd", f"{IMAGES}/initrd"]
        more += ["--cmdline", "console=ttyS0"]
        validate(guest, keys, "--firmware", f"{IMAGES}/OVMF.lab.fd", *more)


def test_secret_reaches_guest():
    keys = owner("secret", 0x3)
    with Guest("secret", 0x3, session=keys) as guest:
        measurement = base64.b64decode(guest.launch_info()["sev-measurement"])
        tik, tek = ((keys / name).read_bytes() for name in ("tik.bin", "tek.bin"))
        table = session.secret_table([(session.LUKS_PASSPHRASE, b"correct horse\0")])
        inject(guest, *session.make_secret(tik, tek, measurement, table))
        assert guest.memory(SECRET_ADDRESS, len(table)) == table
        virsh("resume", guest.name)


def inject(guest, header, payload):
    for name, data in (("header", header), ("payload", payload)):
        (WORK / name).write_bytes(base64.b64encode(data))
    words = ["--secrethdr", str(WORK / "header"), "--secret", str(WORK / "payload")]
    virsh("domsetlaunchsecstate", guest.name, *words)


def test_secret_of_a_stranger_is_refused():
    keys = owner("stranger", 0x3)
    with Guest("stranger", 0x3, session=keys) as guest:
        table = session.secret_table([(session.LUKS_PASSPHRASE, b"wrong\0")])
        packet = session.make_secret(bytes(16), bytes(16), bytes(48), table)
        try:
            inject(guest, *packet)
        except VirshError as error:
            assert "fw_error=11 'Bad measurement'" in str(error), error
        else:
            raise AssertionError("the secret was accepted")


def test_session_for_other_policy_is_refused():
    keys = owner("other", 0x3)
    assert "fw_error=11 'Bad measurement'" in refusal(policy=0x1, session=keys)


def test_policy_above_firmware_is_refused():
    assert "fw_error=7 'Policy is not allowed'" in refusal(policy=0xFF010003)


def test_faults_at_start():
    for fault, words in START_FAULTS.items():
        with Fault(fault):
            said = refusal()
        assert says(said, words), f"{fault}: {said}"


def test_fault_in_register_pages():
    with Fault("launch-update-vmsa-errno=22"):
        assert "LAUNCH_UPDATE_VMSA ret=-22" in refusal(policy=0x7)


def test_fault_in_measurement_leaves_guest():
    with Fault("launch-measure=2"), Guest("unmeasured") as guest:
        assert guest.state() == "paused"
        try:
            guest.launch_info()
        except VirshError as error:
            assert "SEV launch measurement is not available" in str(error), error
        else:
            raise AssertionError("there is a measurement")


def test_fault_at_finish_ends_guest():
    with Fault("launch-finish=2"), Guest("unfinished") as guest:
        try:
            virsh("resume", guest.name)
        except VirshError:
            pass
        wait_for(lambda: guest.state() == "shut off")
        log = pathlib.Path(f"/var/log/libvirt/qemu/{guest.name}.log").read_text()
        assert "LAUNCH_FINISH ret=-5 fw_error=2" in log


def test_missing_es_is_refused():
    with Fault("es-flag=off"):
        refusal(policy=0x7)
    log = pathlib.Path("/var/log/libvirt/qemu/refused.log").read_text()
    assert "host SEV-ES support unavailable" in log


def test_slow_processor():
    with Fault("launch-start-delay-ms=1500"):
        began = time.monotonic()
        with Guest("slow"):
            assert time.monotonic() - began > 1.5


def misc_current():
    return pathlib.Path("/sys/fs/cgroup/misc.current").read_text()


def test_asids_are_counted():
    with Guest("one", 0x3), Guest("two", 0x7):
        wait_for(lambda: misc_current() == "sev 1\nsev_es 1\n")
        assert "sev: 1 of" in lab("lab-psp", "status")
    wait_for(lambda: misc_current() == "sev 0\nsev_es 0\n")


def test_asids_run_out():
    with Guest("one", 0x7), Guest("two", 0x7):
        assert "failed to initialize ret=-16 fw_error=0" in refusal(policy=0x7)
        with Guest("three", 0x3):
            pass
    with Guest("again", 0x7) as guest:
        assert guest.state() == "paused"


def qemu_major():
    words = next(line for line in virsh("version").splitlines() if "hypervisor" in line)
    return int(words.split()[-1].split(".")[0])


def test_reset_ends_guest_or_makes_it_anew():
    # Encrypted registers cannot be reset; QEMU 11.0 began to launch such a guest a second time.
    anew = qemu_major() >= 11
    with Guest("reset", 0x7, paused=False) as guest:
        # A QEMU that ends at once may not get to answer.
        with contextlib.suppress(VirshError):
            virsh("reset", guest.name)
        time.sleep(0.5)
        wait_for(lambda: guest.state() == ("running" if anew else "shut off"))
        wait_for(lambda: misc_current() == f"sev 0\nsev_es {1 if anew else 0}\n")


def test_guest_obeys_power_button():
    with Guest("polite", paused=False) as guest:
        time.sleep(0.5)
        virsh("shutdown", guest.name)
        wait_for(lambda: guest.state() == "shut off")


def test_network_default():
    nic = "<interface type='network'><source network='default'/><model type='virtio'/></interface>"
    with Guest("plugged", more=nic) as guest:
        assert "network" in virsh("domiflist", guest.name)


def test_guests_outlive_libvirtd():
    with Guest("survivor", paused=False) as guest:
        lab("lab-service", "kill", "libvirtd")
        lab("lab-service", "start", "libvirtd")
        assert guest.state() == "running"
        lab("lab-service", "hang", "libvirtd")
        lab("lab-service", "wake", "libvirtd")
        assert guest.state() == "running"


def test_crashed_libvirtd_is_started_again():
    pid = lab("lab-service", "pid", "libvirtd")

    def came_back():
        with contextlib.suppress(VirshError):
            return virsh("uri") and lab("lab-service", "pid", "libvirtd") != pid

    os.kill(int(pid), signal.SIGSEGV)
    wait_for(came_back)


def test_ordinary_user_has_no_libvirt():
    words = ["setpriv", "--reuid=lab-user", "--regid=lab-user", "--clear-groups", "--"]
    done = subprocess.run([*words, "virsh", "list"], capture_output=True, text=True)
    assert done.returncode != 0 and "denied" in done.stderr.lower(), done.stderr
    done = subprocess.run([*words, "busctl", "--system", "list"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_no_es_on_naples():
    text = virsh("domcapabilities", "--machine", "q35")
    assert "<cbitpos>47</cbitpos>" in text and "<maxESGuests>0</maxESGuests>" in text
    with Guest("first", 0x3) as guest:
        assert guest.state() == "paused"
    refusal(policy=0x7)


def test_no_sev_on_plain():
    assert "<sev supported='no'/>" in virsh("domcapabilities", "--machine", "q35")
    assert not os.path.exists("/dev/sev")
    assert "launch security is not supported with this QEMU binary" in refusal()


COMMON = (test_ordinary_user_has_no_libvirt,)
SEV = (test_guest_obeys_power_button, test_network_default, test_guests_outlive_libvirtd)
MILAN = (
    test_capabilities_say_sev,
    test_every_firmware_starts,
    test_measurement_is_the_owners,
    test_measurement_with_register_pages,
    test_measurement_with_kernel,
    test_secret_reaches_guest,
    test_secret_of_a_stranger_is_refused,
    test_session_for_other_policy_is_refused,
    test_policy_above_firmware_is_refused,
    test_faults_at_start,
    test_fault_in_register_pages,
    test_fault_in_measurement_leaves_guest,
    test_fault_at_finish_ends_guest,
    test_missing_es_is_refused,
    test_slow_processor,
    test_asids_are_counted,
    test_reset_ends_guest_or_makes_it_anew,
    test_crashed_libvirtd_is_started_again,
)
TESTS = {
    "milan": COMMON + SEV + MILAN,
    "tight": (test_asids_run_out,),
    "naples": COMMON + SEV[:1] + (test_no_es_on_naples,),
    "plain": COMMON + (test_no_sev_on_plain,),
    **selftest_private.TESTS,
}


def judge(test):
    """Run one test: (TAP verdict, note behind the title)."""
    try:
        test()
    except Skip as reason:
        return "ok", f" # SKIP {reason}"
    except Exception:
        for line in traceback.format_exc().splitlines():
            print("#", line)
        return "not ok", ""
    return "ok", ""


def main():
    profile = os.environ.get("SEALVIRT_LAB")
    if profile not in TESTS:
        sys.exit("selftest: run it in a lab: tools/lab [--profile NAME] -- tests/lab/selftest.py")
    tests = [test for test in TESTS[profile] if not sys.argv[1:] or test.__name__ in sys.argv[1:]]
    print(f"1..{len(tests)}", flush=True)
    failed = 0
    for number, test in enumerate(tests, 1):
        verdict, note = judge(test)
        failed += verdict == "not ok"
        title = f"lab {profile}: {test.__name__[5:].replace('_', ' ')}"
        print(f"{verdict} {number} - {title}{note}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
