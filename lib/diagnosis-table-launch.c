/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The launch of SEV and SEV-ES step by step, from LAUNCH_START to
 * LAUNCH_FINISH, with what guest owners do around it: session, measurement,
 * secret. Numbers count as seal_sev_reply_read() judges them.
 */

#include "diagnosis-table.h"

#include <errno.h>

#define LEGACY SEAL_DIAGNOSIS_LEGACY
#define ES SEAL_DIAGNOSIS_ES
#define QEMU SEAL_DIAGNOSIS_QEMU

/* With the colon, so that SNP_LAUNCH_START and LAUNCH_UPDATE_VMSA are not meant. */
#define START ": LAUNCH_START ret="
#define UPDATE ": LAUNCH_UPDATE ret="
#define VMSA ": LAUNCH_UPDATE_VMSA ret="
#define SECRET "failed to inject secret ret="

static const SealDiagnosisRow rows[] = {
    /* LAUNCH_START */
    {
        .id = "sev.start-policy",
        .applies = LEGACY,
        .source = QEMU,
        .when = SEAL_SEV_REPLY_FIRMWARE,
        .number = 7,
        .patterns = {START},
        .cause = "the secure processor does not accept the guest's policy: it demands newer "
                 "firmware than the host has, or something that is not allowed here",
        .remedy = "lower the policy's API version (bits 16 to 31; sealctl policy decode shows it), "
                  "or update the secure processor's firmware",
    },
    {
        .id = "sev.start-session",
        .applies = LEGACY,
        .source = QEMU,
        .when = SEAL_SEV_REPLY_FIRMWARE,
        .number = 11,
        .patterns = {START},
        .cause = "the guest owner's session was made for another host, for another policy, or was "
                 "damaged",
        .remedy = "make a new session (sevctl session) from this host's current PDH certificate "
                  "and exactly the domain's policy",
    },
    {
        .id = "sev.start-certificate",
        .applies = LEGACY,
        .source = QEMU,
        .when = SEAL_SEV_REPLY_FIRMWARE,
        .number = 6,
        .patterns = {START},
        .cause = "the guest owner's certificate (dhCert) is not valid",
        .remedy = "make the session again (sevctl session) and put its .godh file into <dhCert> "
                  "unchanged",
    },
    {
        .id = "sev.start-signature",
        .applies = LEGACY,
        .source = QEMU,
        .when = SEAL_SEV_REPLY_FIRMWARE,
        .number = 10,
        .patterns = {START},
        .cause = "the signature of the guest owner's certificate (dhCert) does not fit",
        .remedy = "make the session again (sevctl session) and take its .godh and .session files "
                  "from the same run",
    },
    {
        .id = "sev.start-length",
        .applies = LEGACY,
        .source = QEMU,
        .when = SEAL_SEV_REPLY_FIRMWARE,
        .number = 4,
        .patterns = {START},
        .cause = "the guest owner's certificate or session has the wrong length",
        .remedy = "decoded from base64, <dhCert> must have 2084 bytes and <session> 128",
    },
    {
        .id = "sev.start-contexts",
        .applies = LEGACY,
        .source = QEMU,
        .confidence = SEAL_DIAGNOSIS_LIKELY,
        .when = SEAL_SEV_REPLY_FIRMWARE,
        .number = 23,
        .patterns = {START},
        .cause = "the secure processor has no room for a further guest",
        .remedy = "stop another encrypted VM, then start this one again",
    },
    {
        .id = "sev.start-flush",
        .applies = LEGACY,
        .source = QEMU,
        .confidence = SEAL_DIAGNOSIS_LIKELY,
        .when = SEAL_SEV_REPLY_FIRMWARE,
        .number = 15,
        .patterns = {START},
        .cause = "key slots (ASIDs) of VMs that ended have not been flushed yet",
        .remedy = "start the VM again; if that does not help, stop another encrypted VM first",
    },
    {
        .id = "sev.start-unsaid",
        .applies = LEGACY,
        .source = QEMU,
        .confidence = SEAL_DIAGNOSIS_POSSIBLE,
        .when = SEAL_SEV_REPLY_UNSAID,
        .patterns = {START},
        .cause = "the kernel refused to start the launch before asking the secure processor, and "
                 "QEMU does not print why (its ret=1 means nothing)",
        .remedy = "see that <dhCert> and <session> are both there or both absent and decode to "
                  "2084 and 128 bytes, and look at dmesg for lines with SEV",
    },
    {
        .id = "sev.start-failed",
        .applies = LEGACY,
        .source = QEMU,
        .rank = SEAL_DIAGNOSIS_STEP,
        .patterns = {START},
        .cause = "the secure processor or the kernel refused to start the launch",
        .remedy = "check policy, <dhCert> and <session> of the domain, and look at dmesg for lines "
                  "with SEV",
    },
    {
        .id = "sev.session-unreadable",
        .applies = LEGACY,
        .source = QEMU,
        .patterns = {"SEV: Failed to read '"},
        .cause = "QEMU cannot read the file in which libvirt passes it the certificate or session",
        .remedy = "look for AppArmor or SELinux denials in the journal and for free space in "
                  "/var/lib/libvirt/qemu, then start again",
    },
    /* memory */
    {
        .id = "sev.update-address",
        .applies = LEGACY,
        .source = QEMU,
        .when = SEAL_SEV_REPLY_FIRMWARE,
        .number = 9,
        .patterns = {UPDATE},
        .cause =
            "the secure processor does not take the firmware image where it lies or at its size",
        .remedy = "use an unchanged OVMF image, whose size is a multiple of 16 bytes, as read-only "
                  "pflash",
    },
    {
        .id = "sev.update-failed",
        .applies = LEGACY,
        .source = QEMU,
        .rank = SEAL_DIAGNOSIS_STEP,
        .patterns = {UPDATE, "SEV: Failed to encrypt pflash rom"},
        .cause = "the firmware image could not be encrypted into the guest",
        .remedy = "try another OVMF image (sealctl firmware lists those that fit), and look at "
                  "dmesg for lines with SEV",
    },
    {
        .id = "sev-es.vmsa-refused",
        .applies = ES,
        .source = QEMU,
        .confidence = SEAL_DIAGNOSIS_LIKELY,
        .when = SEAL_SEV_REPLY_KERNEL,
        .number = EINVAL,
        .patterns = {VMSA},
        .cause = "the state of the virtual CPUs is already encrypted or is being debugged",
        .remedy = "start the VM afresh, without a debugger (-gdb, -S with breakpoints) and without "
                  "CPU hotplug",
    },
    {
        .id = "sev-es.vmsa-failed",
        .applies = ES,
        .source = QEMU,
        .rank = SEAL_DIAGNOSIS_STEP,
        .patterns = {VMSA},
        .cause = "the state of the virtual CPUs could not be encrypted",
        .remedy =
            "start the VM afresh and without a debugger, and look at dmesg for lines with SEV",
    },
    /* measurement */
    {
        .id = "sev.measure-failed",
        .applies = LEGACY,
        .source = QEMU,
        .rank = SEAL_DIAGNOSIS_STEP,
        .patterns = {": LAUNCH_MEASURE ret="},
        .cause = "the secure processor did not measure the guest, so nobody can attest this run",
        .remedy =
            "destroy the VM and start it again; the measurement of this run will never be there",
    },
    {
        .id = "sev.finish-failed",
        .applies = LEGACY,
        .source = QEMU,
        .rank = SEAL_DIAGNOSIS_STEP,
        .patterns = {": LAUNCH_FINISH ret="},
        .cause =
            "the secure processor refused to end the launch, so QEMU ended when the VM was resumed",
        .remedy = "start the VM again, and attest it before it is resumed",
    },
    {
        .id = "sev.measurement-unavailable",
        .applies = LEGACY,
        .source = QEMU,
        .patterns = {"SEV launch measurement is not available"},
        .cause = "there is no launch measurement: the VM has not been launched as far, or "
                 "measuring failed earlier",
        .remedy = "start the VM paused and ask then; if the log has a line LAUNCH_MEASURE, destroy "
                  "the VM and start it again",
    },
    {
        .id = "snp.measurement-in-guest",
        .applies = SEAL_DIAGNOSIS_SNP,
        .source = QEMU,
        .patterns = {"SEV launch measurement is not available"},
        .cause = "the host has no measurement of an SEV-SNP guest",
        .remedy = "attest from inside the guest with its report (snpguest report)",
    },
    {
        .id = "sev.attestation-report",
        .applies = LEGACY,
        .source = QEMU,
        .rank = SEAL_DIAGNOSIS_STEP,
        .patterns = {"Failed to get attestation report ret=",
                     "Failed to query the attestation report length ret="},
        .cause = "the secure processor did not give an attestation report of the guest",
        .remedy = "ask while the VM is running, and see that the processor is of the third "
                  "generation (Milan) or newer",
    },
    /* secret */
    {
        .id = "sev.secret-measurement",
        .applies = LEGACY,
        .source = QEMU,
        .when = SEAL_SEV_REPLY_FIRMWARE,
        .number = 11,
        .patterns = {SECRET},
        .cause = "the secret was packed for another measurement or with another session's keys, or "
                 "was damaged",
        .remedy = "pack the secret again from the measurement of this very run, with the keys of "
                  "this run's session",
    },
    {
        .id = "sev.secret-length",
        .applies = LEGACY,
        .source = QEMU,
        .when = SEAL_SEV_REPLY_FIRMWARE,
        .number = 4,
        .patterns = {SECRET},
        .cause = "the secret or its header has the wrong length",
        .remedy = "decoded from base64, the header must have 52 bytes and the secret a multiple of "
                  "16, at most 16 KiB",
    },
    {
        .id = "sev.secret-failed",
        .applies = LEGACY,
        .source = QEMU,
        .rank = SEAL_DIAGNOSIS_STEP,
        .patterns = {SECRET},
        .cause = "the secure processor or the kernel did not take the secret",
        .remedy = "pack the secret again from the measurement of this very run",
    },
    {
        .id = "sev.secret-too-late",
        .applies = LEGACY,
        .source = QEMU,
        .patterns = {"SEV: Not in correct state. (LSECRET)", "domain must be in a paused state"},
        .cause = "a secret can be put into the guest only between its measurement and its first "
                 "instruction",
        .remedy = "start the VM paused, put the secret in, then resume it",
    },
    {
        .id = "sev.secret-encoding",
        .applies = LEGACY,
        .source = QEMU,
        .patterns = {"SEV: Failed to decode sequence header", "SEV: Failed to decode data"},
        .cause = "the secret or its header is not base64",
        .remedy = "pass header and secret in standard base64, without line breaks",
    },
    {
        .id = "sev.secret-address",
        .applies = LEGACY,
        .source = QEMU,
        .patterns = {"SEV: Failed to calculate guest address"},
        .cause = "the address given for the secret is not in the guest's memory",
        .remedy = "leave the address out, so that the firmware's own secret area is used",
    },
    {
        .id = "firmware.no-secret-area",
        .applies = LEGACY,
        .source = QEMU,
        .patterns = {"SEV: no secret area found in OVMF"},
        .cause = "the firmware image has no place for a secret",
        .remedy = "use the AmdSev build of OVMF (OVMF.amdsev.fd), or say at which address the "
                  "secret goes",
    },
    {
        .id = "sev.secret-not-sev",
        .applies = SEAL_DIAGNOSIS_ANY,
        .source = QEMU,
        .patterns = {"SEV not enabled for guest",
                     "setting a launch secret is only supported in SEV-enabled domains"},
        .cause = "the VM is not an SEV guest, so it takes no secret",
        .remedy = "give the VM technology sev or sev-es",
    },
    /* life */
    {
        .id = "sev.no-migration",
        .applies = SEAL_DIAGNOSIS_AMD,
        .source = QEMU,
        .patterns = {"SEV: Migration is not implemented", "SEV-SNP: Migration is not implemented"},
        .cause = "QEMU cannot migrate, save or snapshot the memory of an encrypted VM",
        .remedy = "shut the VM down and start it where it is needed; snapshots of disks alone work",
    },
};

const SealDiagnosisRow *
seal_diagnosis_table_launch_rows(gsize *ret_n)
{
    *ret_n = G_N_ELEMENTS(rows);
    return rows;
}
