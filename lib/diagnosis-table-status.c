/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The numbers themselves: one row for each status code of the secure
 * processor's firmware and each errno of the kernel, for steps that have no
 * row of their own for it. What a number means stands in sev-status.c.
 */

#include "diagnosis-table.h"

#include <errno.h>

/* Every form of line that seal_sev_reply_read() knows. */
#define FORMS                                                                                      \
    {                                                                                              \
        "ret=*fw_err", "failed to INIT error 0x", "INIT failed 0x", "failed rc*, error 0x",        \
            "failed to INIT rc*, error 0x"                                                         \
    }

#define ROW(kind, number_, id_, remedy_)                                                           \
    {                                                                                              \
        .id = id_, .applies = SEAL_DIAGNOSIS_AMD, .source = SEAL_DIAGNOSIS_QEMU,                   \
        .rank = SEAL_DIAGNOSIS_STATUS, .confidence = SEAL_DIAGNOSIS_LIKELY,                        \
        .when = SEAL_SEV_REPLY_##kind, .number = number_, .patterns = FORMS, .remedy = remedy_     \
    }

#define UPDATE_FIRMWARE "update the secure processor's firmware, with the BIOS or linux-firmware"
#define START_AFRESH "destroy the VM and start it again"
#define UPDATE_KERNEL "update the kernel and restart the host"
#define MATCH_VERSIONS "use a kernel and QEMU that belong together, and update the BIOS"
#define RESTART_HOST "restart the host from power off"
#define SESSION_AGAIN "make the session again from this host's current certificates"

static const SealDiagnosisRow rows[] = {
    ROW(FIRMWARE,
        -1,
        "psp.no-fw-call",
        "look at dmesg for lines with SEV from the moment of the start"),
    ROW(FIRMWARE,
        0,
        "psp.no-reason",
        "look at dmesg for lines with ccp and SEV from the moment of the start"),
    ROW(FIRMWARE,
        1,
        "psp.invalid-platform-state",
        "stop all encrypted VMs and reload kvm_amd, or restart the host; update the BIOS if it "
        "stays"),
    ROW(FIRMWARE,
        2,
        "psp.invalid-guest-state",
        START_AFRESH ", and do the steps of the launch in order: start paused, measure, put the "
                     "secret in, resume"),
    ROW(FIRMWARE,
        3,
        "psp.invalid-config",
        "enable SMEE in the machine's firmware setup, SNP settings all or none, and update the "
        "BIOS"),
    ROW(FIRMWARE,
        4,
        "psp.invalid-len",
        "check the lengths: certificate 2084 bytes, session 128, secret header 52, secret a "
        "multiple of 16"),
    ROW(FIRMWARE,
        5,
        "psp.already-owned",
        "reset the platform's owner with sevctl reset while no encrypted VM runs"),
    ROW(FIRMWARE,
        6,
        "psp.invalid-certificate",
        SESSION_AGAIN ", and check the host's chain with sevctl verify"),
    ROW(FIRMWARE,
        7,
        "psp.policy-failure",
        "check the guest's policy with sealctl policy decode, and update the secure processor's "
        "firmware if the policy demands it"),
    ROW(FIRMWARE, 8, "psp.inactive", START_AFRESH),
    ROW(FIRMWARE,
        9,
        "psp.invalid-address",
        "use an unchanged OVMF image and anonymous guest memory; update kernel and QEMU together"),
    ROW(FIRMWARE, 10, "psp.bad-signature", SESSION_AGAIN ", or sign the id block again"),
    ROW(FIRMWARE,
        11,
        "psp.bad-measurement",
        SESSION_AGAIN " and for the domain's policy; secrets from the measurement of this run"),
    ROW(FIRMWARE, 12, "psp.asid-owned", UPDATE_KERNEL),
    ROW(FIRMWARE,
        13,
        "psp.invalid-asid",
        "check SEV-ES ASID Space Limit in the machine's firmware setup; update the BIOS: newer "
        "firmware takes no SEV-ES guests beside SEV-SNP, so load kvm_amd with sev_snp=0 for those"),
    ROW(FIRMWARE, 14, "psp.wbinvd-required", UPDATE_FIRMWARE " and the kernel"),
    ROW(FIRMWARE,
        15,
        "psp.dfflush-required",
        "start the VM again; if that does not help, " UPDATE_KERNEL),
    ROW(FIRMWARE, 16, "psp.invalid-guest", START_AFRESH),
    ROW(FIRMWARE, 17, "psp.invalid-command", UPDATE_FIRMWARE),
    ROW(FIRMWARE, 18, "psp.active", START_AFRESH),
    ROW(FIRMWARE,
        19,
        "psp.hwerror-platform",
        RESTART_HOST ", look at dmesg for lines with ccp, and update the BIOS"),
    ROW(FIRMWARE,
        20,
        "psp.hwerror-unsafe",
        "run no encrypted VM on this host until it was restarted from power off with a new BIOS; "
        "if it stays, have it repaired"),
    ROW(FIRMWARE,
        21,
        "psp.unsupported",
        UPDATE_FIRMWARE ", or leave out the feature that the policy or <launchSecurity> asks for"),
    ROW(FIRMWARE,
        22,
        "psp.invalid-param",
        "check policy, <dhCert>, <session>, <idBlock> and <hostData> of the "
        "domain; " MATCH_VERSIONS),
    ROW(FIRMWARE, 23, "psp.resource-limit", "stop another encrypted VM, then try again"),
    ROW(FIRMWARE,
        24,
        "psp.secure-data-invalid",
        "reset the platform with sevctl reset while no encrypted VM runs, then export the host's "
        "certificates again"),
    ROW(FIRMWARE, 25, "psp.invalid-page-size", UPDATE_KERNEL),
    ROW(FIRMWARE, 26, "psp.invalid-page-state", UPDATE_KERNEL),
    ROW(FIRMWARE, 27, "psp.invalid-mdata-entry", UPDATE_KERNEL),
    ROW(FIRMWARE, 28, "psp.invalid-page-owner", UPDATE_KERNEL),
    ROW(FIRMWARE, 29, "psp.aead-overflow", START_AFRESH),
    ROW(FIRMWARE, 31, "psp.exit-ring-buffer", RESTART_HOST ", and " UPDATE_FIRMWARE),
    ROW(FIRMWARE,
        32,
        "psp.rmp-init-required",
        "enable SNP Memory Coverage in the machine's firmware setup, and look at dmesg for lines "
        "with RMP"),
    ROW(FIRMWARE,
        33,
        "psp.bad-svn",
        "install the firmware that was committed (snphost show tcb), or a newer one"),
    ROW(FIRMWARE,
        34,
        "psp.bad-version",
        "install the firmware that was committed (snphost show version), or a newer one"),
    ROW(FIRMWARE,
        35,
        "psp.shutdown-required",
        "stop all encrypted VMs and reload ccp and kvm_amd, or restart the host"),
    ROW(FIRMWARE, 36, "psp.update-failed", RESTART_HOST ", and " UPDATE_FIRMWARE),
    ROW(FIRMWARE, 37, "psp.restore-required", RESTART_HOST ", and " UPDATE_FIRMWARE),
    ROW(FIRMWARE,
        38,
        "psp.rmp-initialization-failed",
        "enable SNP Memory Coverage for all memory in the machine's firmware setup, and update the "
        "BIOS"),
    ROW(FIRMWARE, 39, "psp.invalid-key", SESSION_AGAIN ", and check the keys in <idAuth>"),
    ROW(FIRMWARE,
        SEAL_DIAGNOSIS_OTHER,
        "psp.unknown-status",
        "look the number up in AMD's SEV or SEV-SNP firmware specification, and update the BIOS"),
    ROW(KERNEL, EAGAIN, "kvm.eagain", "start the VM again"),
    ROW(KERNEL,
        ENOMEM,
        "kvm.enomem",
        "set <memoryBacking><locked/></memoryBacking> for SEV and SEV-ES, and free memory on the "
        "host"),
    ROW(KERNEL, EFAULT, "kvm.efault", MATCH_VERSIONS),
    ROW(KERNEL,
        EBUSY,
        "kvm.ebusy",
        "stop another encrypted VM; if dmesg says \"disabling PSP\", " RESTART_HOST),
    ROW(KERNEL,
        ENODEV,
        "kvm.enodev",
        "run modprobe ccp, enable SMEE in the machine's firmware setup, and look at dmesg for "
        "lines with ccp"),
    ROW(KERNEL,
        EINVAL,
        "kvm.einval",
        "check policy and <launchSecurity> of the domain; " MATCH_VERSIONS),
    ROW(KERNEL,
        ENOTTY,
        "kvm.enotty",
        "load kvm_amd with sev=1 sev_es=1 (and sev_snp=1), and see sealctl check"),
    ROW(KERNEL, ENOSPC, "kvm.enospc", "stop another encrypted VM"),
    ROW(KERNEL, EOPNOTSUPP, "kvm.eopnotsupp", UPDATE_FIRMWARE " and the kernel"),
    ROW(KERNEL, ETIMEDOUT, "kvm.etimedout", RESTART_HOST ", and update the BIOS"),
    ROW(KERNEL,
        SEAL_DIAGNOSIS_OTHER,
        "kvm.unknown-errno",
        "look at dmesg for lines with SEV and kvm from the moment of the start"),
};

const SealDiagnosisRow *
seal_diagnosis_table_status_rows(gsize *ret_n)
{
    *ret_n = G_N_ELEMENTS(rows);
    return rows;
}
