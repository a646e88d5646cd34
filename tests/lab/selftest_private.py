# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Tests of the lab where it simulates guests with private memory: SEV-SNP and TDX.
#
# They need a libvirt and a QEMU that know these (tools/lab --stack NAME); selftest.py runs them on the
# profiles that have them. Guests are plain domain XML here too. An SNP guest is measured only when it
# first runs, so those that are looked at are not started paused.

"""Self-tests for milan-snp, genoa-snp and xeon-tdx."""

import base64
import contextlib
import hashlib
import json
import pathlib
import struct

import snpdigest
from guests import IMAGES, Guest, VirshError, private_xml, virsh
from labtest import Fault, lab, refusal, says, wait_for

POLICY = "<policy>0x30000</policy>"
MILAN = "<cpu mode='custom' check='none'><model fallback='forbid'>EPYC-Milan</model></cpu>"
MILAN_SIGNATURE = 0xA00F11
TDX_POLICY = "<policy>0x10000000</policy>"

# Fault -> what virsh says when an SNP guest is started with it.
SNP_FAULTS = {
    "create-vm-errno=22": "Invalid argument",
    "guest-memfd-errno=12": "Cannot allocate memory",
    "init-errno=16": "ret=-16 fw_error=0",
    "snp-launch-start-errno=22": "SNP_LAUNCH_START ret=-22 fw_error=0",
    "snp-launch-start=7": "SNP_LAUNCH_START ret=-5 fw_error=7 'Policy is not allowed'",
    "snp-launch-update=9": "SNP_LAUNCH_UPDATE ret=-5 fw_error=9",
    "snp-launch-finish=11": "SNP_LAUNCH_FINISH ret=-5 fw_error=11 'Bad measurement'",
}
TDX_FAULTS = {
    "create-vm-errno=22": "Invalid argument",
    "tdx-capabilities-errno=5": "KVM_TDX_CAPABILITIES failed...Input/output error",
    "tdx-init-vm-errno=28": "KVM_TDX_INIT_VM failed...No space left on device",
    "tdx-init-mem-region-errno=22": "KVM_TDX_INIT_MEM_REGION failed",
    "tdx-finalize-vm-errno=22": "KVM_TDX_FINALIZE_VM failed",
}


def snp(name, security=POLICY, **settings):
    return private_xml(name, "sev-snp", security, **settings)


def tdx(name, security=TDX_POLICY, **settings):
    return private_xml(name, "tdx", security, **settings)


def facts(guest):
    """What the simulated hardware knows of a launch."""
    return json.loads(lab("lab-psp", "status", "--json"))["launches"][guest.name]


def used(pool):
    return json.loads(lab("lab-psp", "status", "--json"))["pools"][pool]["used"]


def firmware():
    return pathlib.Path(f"{IMAGES}/OVMF.lab.fd").read_bytes()


def sectypes():
    text = virsh("domcapabilities", "--machine", "q35")
    return text[text.index("<launchSecurity") :]


def goes_off_politely(xml):
    with Guest("polite", xml=xml, paused=False) as guest:
        assert guest.state() == "running"
        wait_for(lambda: ask_off(guest) == "shut off", 20)


def ask_off(guest):
    """Press the power button until the guest looks (its firmware may not have come that far)."""
    with contextlib.suppress(VirshError):  # it may go off between the question and the button
        virsh("shutdown", guest.name, "--mode", "acpi")
    return guest.state()


def refused_with(faults, make):
    for fault, words in faults.items():
        with Fault(fault):
            said = refusal(xml=make("refused"), paused=False)
        assert says(said, words), f"{fault}: {said}"


def test_capabilities_say_snp():
    assert "<value>sev-snp</value>" in sectypes()


def test_snp_guest_obeys_power_button():
    goes_off_politely(snp("polite"))


def test_snp_digest_is_the_owners():
    for vcpus in (1, 3):
        with Guest("digest", xml=snp("digest", vcpus=vcpus, cpu=MILAN), paused=False) as guest:
            expected = snpdigest.expected(firmware(), vcpus, MILAN_SIGNATURE)
            assert facts(guest)["snp-digest"] == expected


def test_snp_digest_with_kernel():
    xml = snp("booted", cpu=MILAN, kernel=True, attributes=" kernelHashes='yes'")
    parts = [pathlib.Path(f"{IMAGES}/{name}").read_bytes() for name in ("kernel", "initrd")]
    with Guest("booted", xml=xml, paused=False) as guest:
        expected = snpdigest.expected(firmware(), 1, MILAN_SIGNATURE, (*parts, "console=ttyS0"))
        assert facts(guest)["snp-digest"] == expected


def test_snp_host_data_arrives():
    data = bytes(range(32))
    more = f"{POLICY}<hostData>{base64.b64encode(data).decode()}</hostData>"
    with Guest("marked", xml=snp("marked", more), paused=False) as guest:
        assert facts(guest)["snp-host-data"] == data.hex()


def identity(digest, policy=0x30000):
    """ID block and authentication for a launch digest; nobody verifies the signatures here."""
    block = bytes.fromhex(digest) + bytes(32) + struct.pack("<IIQ", 1, 0, policy)
    texts = (base64.b64encode(part).decode() for part in (block, bytes(4096)))
    return "{}<idBlock>{}</idBlock><idAuth>{}</idAuth>".format(POLICY, *texts)


def test_snp_identity_is_compared():
    good = snpdigest.expected(firmware(), 1, MILAN_SIGNATURE)
    with Guest("known", xml=snp("known", identity(good), cpu=MILAN), paused=False) as guest:
        assert facts(guest)["snp-digest"] == good
    other = hashlib.sha384(b"another firmware").hexdigest()
    said = refusal(xml=snp("refused", identity(other), cpu=MILAN), paused=False)
    assert "SNP_LAUNCH_FINISH ret=-5 fw_error=11" in said, said


def test_snp_policy_is_judged_twice():
    kernel = refusal(xml=snp("refused", "<policy>0x70000</policy>"))
    assert "SNP_LAUNCH_START ret=-22 fw_error=0" in kernel, kernel
    processor = refusal(xml=snp("refused", "<policy>0x3ff00</policy>"))
    assert "SNP_LAUNCH_START ret=-5 fw_error=7" in processor, processor


def test_snp_faults_at_start():
    refused_with(SNP_FAULTS, snp)


def test_snp_and_es_share_a_pool():
    with Guest("one", xml=snp("one")), Guest("two", 0x7), Guest("three", 0x3):
        wait_for(lambda: (used("sev"), used("sev_es")) == (1, 2))
    wait_for(lambda: (used("sev"), used("sev_es")) == (0, 0))


def test_no_es_beside_snp_on_new_firmware():
    assert "LAUNCH_START" in refusal(policy=0x7)
    with Guest("one", xml=snp("one")), Guest("two", 0x3):
        pass


def test_capabilities_say_tdx():
    assert "<value>tdx</value>" in sectypes()
    assert "<tdx supported='yes'" in virsh("domcapabilities", "--machine", "q35")


def test_tdx_guest_obeys_power_button():
    goes_off_politely(tdx("polite"))


def test_tdx_identity_arrives():
    owner = bytes(range(48))
    more = f"{TDX_POLICY}<mrOwner>{base64.b64encode(owner).decode()}</mrOwner>"
    with Guest("owned", xml=tdx("owned", more, vcpus=2)) as guest:
        assert facts(guest)["tdx-mrowner"] == owner.hex()
        assert facts(guest)["tdx-attributes"] == "0x10000000"


def test_tdx_keys_are_counted():
    with Guest("one", xml=tdx("one")), Guest("two", xml=tdx("two")):
        wait_for(lambda: used("tdx") == 2)
    wait_for(lambda: used("tdx") == 0)


def test_tdx_faults_at_start():
    refused_with(TDX_FAULTS, tdx)


SNP = (
    test_capabilities_say_snp,
    test_snp_guest_obeys_power_button,
    test_snp_digest_is_the_owners,
    test_snp_digest_with_kernel,
    test_snp_host_data_arrives,
    test_snp_identity_is_compared,
    test_snp_policy_is_judged_twice,
    test_snp_faults_at_start,
)
TESTS = {
    "milan-snp": (*SNP, test_snp_and_es_share_a_pool),
    "genoa-snp": (*SNP, test_no_es_beside_snp_on_new_firmware),
    "xeon-tdx": (
        test_capabilities_say_tdx,
        test_tdx_guest_obeys_power_button,
        test_tdx_identity_arrives,
        test_tdx_keys_are_counted,
        test_tdx_faults_at_start,
    ),
}
