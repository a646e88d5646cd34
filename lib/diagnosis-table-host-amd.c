/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the kernel says on AMD hosts (dmesg): the ccp driver about the secure
 * processor, the boot code about SEV-SNP's reverse map table, KVM about key
 * slots and guests. Texts are those of Linux 5.10 to 6.18.
 */

#include "diagnosis-table.h"

#define SEV SEAL_DIAGNOSIS_SEV
#define ES SEAL_DIAGNOSIS_ES
#define SNP SEAL_DIAGNOSIS_SNP
#define AMD SEAL_DIAGNOSIS_AMD
#define LEGACY SEAL_DIAGNOSIS_LEGACY
#define KERNEL SEAL_DIAGNOSIS_KERNEL

#define INIT "failed to INIT error 0x"
#define OLD_INIT "INIT failed 0x"
#define SNP_INIT "failed rc*, error 0x"
#define SNP_INIT_RC "failed to INIT rc*, error 0x"

static const SealDiagnosisRow rows[] = {
    /* the secure processor */
    {
        .id = "psp.dead",
        .applies = AMD,
        .source = KERNEL,
        .patterns = {"sev command*timed out, disabling PSP",
                     "tee: command*timed out, disabling PSP"},
        .cause = "the AMD secure processor stopped answering, and the kernel uses it no more",
        .remedy = "restart the host from power off, and update its BIOS",
    },
    {
        .id = "psp.not-enabled-by-bios",
        .applies = AMD,
        .source = KERNEL,
        .patterns = {"SEV: memory encryption not enabled by BIOS"},
        .cause = "memory encryption is off in the machine's firmware setup",
        .remedy = "set SMEE (Secure Memory Encryption Enable) to enabled in the firmware setup, "
                  "under CBS, CPU Common",
    },
    {
        .id = "psp.init-bootloader",
        .applies = AMD,
        .source = KERNEL,
        .confidence = SEAL_DIAGNOSIS_LIKELY,
        .when = SEAL_SEV_REPLY_FIRMWARE,
        .number = 1,
        .patterns = {INIT, OLD_INIT, SNP_INIT, SNP_INIT_RC},
        .cause = "the secure processor's boot loader is too old to be initialised by this kernel",
        .remedy = "update the BIOS",
    },
    {
        .id = "psp.init-config",
        .applies = AMD,
        .source = KERNEL,
        .confidence = SEAL_DIAGNOSIS_LIKELY,
        .when = SEAL_SEV_REPLY_FIRMWARE,
        .number = 3,
        .patterns = {INIT, OLD_INIT, SNP_INIT, SNP_INIT_RC},
        .cause = "the secure processor's firmware is too old, or SEV-SNP is switched on by halves "
                 "in the machine's firmware setup",
        .remedy = "update the BIOS; for SEV-SNP enable SMEE, SNP Memory Coverage and SEV-SNP "
                  "Support (NBIO) together, else none of the last two",
    },
    {
        .id = "psp.init-old-bios",
        .applies = AMD,
        .source = KERNEL,
        .patterns = {"failed to INIT error 0x8003", "failed to INIT error 0x8004",
                     "INIT failed 0x8003", "INIT failed 0x8004"},
        .cause = "the BIOS has a very early firmware for the secure processor",
        .remedy = "update the BIOS",
    },
    {
        .id = "psp.init-flush",
        .applies = AMD,
        .source = KERNEL,
        .confidence = SEAL_DIAGNOSIS_LIKELY,
        .when = SEAL_SEV_REPLY_FIRMWARE,
        .number = 14,
        .patterns = {INIT, OLD_INIT, SNP_INIT, SNP_INIT_RC},
        .cause = "the secure processor's firmware has a fault in its initialisation",
        .remedy = "update the secure processor's firmware, with the BIOS or linux-firmware "
                  "(amd/amd_sev_fam*.sbin)",
    },
    {
        .id = "psp.init-hardware",
        .applies = AMD,
        .source = KERNEL,
        .confidence = SEAL_DIAGNOSIS_LIKELY,
        .when = SEAL_SEV_REPLY_FIRMWARE,
        .number = 19,
        .patterns = {INIT, OLD_INIT, SNP_INIT, SNP_INIT_RC},
        .cause = "the secure processor reports a hardware error at initialisation, as it does when "
                 "memory encryption (SMEE) is off or its firmware is old",
        .remedy = "enable SMEE in the machine's firmware setup, and update the BIOS",
    },
    {
        .id = "psp.init-failed",
        .applies = AMD,
        .source = KERNEL,
        .rank = SEAL_DIAGNOSIS_STEP,
        .patterns = {"SEV: failed to INIT", "SEV: INIT failed 0x"},
        .cause =
            "the kernel could not initialise the secure processor, so there is no SEV on this host",
        .remedy = "update the BIOS, and restart the host from power off",
    },
    {
        .id = "psp.data-reset",
        .applies = AMD,
        .source = KERNEL,
        .confidence = SEAL_DIAGNOSIS_LIKELY,
        .patterns = {"retrying INIT command because of SECURE_DATA_INVALID"},
        .cause = "the secure processor lost its stored data, so the host has a new identity (PDH "
                 "and owner certificates)",
        .remedy = "export the host's certificates again (sevctl export) and make every guest "
                  "owner's session anew",
    },
    {
        .id = "psp.tmr",
        .applies = ES,
        .source = KERNEL,
        .patterns = {"TMR allocation failed, SEV-ES support unavailable"},
        .cause = "there was no contiguous memory left for SEV-ES when the ccp driver was loaded",
        .remedy = "load ccp early (add it to the initrd), then restart the host",
    },
    /* SEV-SNP of the host */
    {
        .id = "snp.init-failed",
        .applies = SNP,
        .source = KERNEL,
        .rank = SEAL_DIAGNOSIS_STEP,
        .patterns = {"SEV-SNP: SNP_INIT*failed rc", "SEV-SNP: failed to INIT",
                     "SEV-SNP: SNP_DF_FLUSH failed"},
        .cause = "the kernel could not switch SEV-SNP on",
        .remedy = "enable SNP Memory Coverage and SEV-SNP Support in the machine's firmware setup, "
                  "and update the BIOS",
    },
    {
        .id = "snp.rmp-missing",
        .applies = SNP,
        .source = KERNEL,
        .patterns = {"Memory for the RMP table has not been reserved by BIOS",
                     "RMP configuration not valid"},
        .cause = "the BIOS has set no memory aside for SEV-SNP's reverse map table",
        .remedy = "enable SNP Memory Coverage in the machine's firmware setup",
    },
    {
        .id = "snp.rmp-coverage",
        .applies = SNP,
        .source = KERNEL,
        .patterns = {"Memory reserved for the RMP table does not cover full system RAM"},
        .cause = "SEV-SNP's reverse map table does not cover all memory of the host",
        .remedy = "set SNP Memory Coverage to enabled in the machine's firmware setup, instead of "
                  "a size of its own",
    },
    {
        .id = "snp.iommu-passthrough",
        .applies = SNP,
        .source = KERNEL,
        .patterns = {"IOMMU disabled or configured in passthrough mode, SNP cannot be supported"},
        .cause = "the IOMMU is off or passes devices through, and SEV-SNP needs it to translate",
        .remedy = "remove iommu=pt, iommu=off and amd_iommu=off from the kernel's command line, or "
                  "add iommu=nopt, and restart the host",
    },
    {
        .id = "snp.iommu-page-table",
        .applies = SNP,
        .source = KERNEL,
        .patterns = {"V2 page table mode*SNP cannot be supported", "SNP*V2 page table mode"},
        .cause = "the IOMMU uses version 2 page tables, and SEV-SNP needs version 1",
        .remedy = "remove amd_iommu=pgtbl_v2 from the kernel's command line and restart the host",
    },
    {
        .id = "snp.iommu-feature",
        .applies = SNP,
        .source = KERNEL,
        .patterns = {"IOMMU SNP feature not enabled"},
        .cause = "the machine's firmware setup has SEV-SNP switched off for the IOMMU",
        .remedy = "enable SEV-SNP Support in the machine's firmware setup, under NBIO",
    },
    {
        .id = "snp.rmp-fault",
        .applies = SNP,
        .source = KERNEL,
        .confidence = SEAL_DIAGNOSIS_LIKELY,
        .patterns = {"SEV: Unexpected RMP fault", "Unable to split RMP entry",
                     "RMPUPDATE failed for PFN", "Leaking PFN range"},
        .cause = "the kernel lost track of SEV-SNP memory, which is a fault of the kernel",
        .remedy = "update the kernel and restart the host",
    },
    /* KVM */
    {
        .id = "host.sev-disabled",
        .applies = SEV,
        .source = KERNEL,
        .confidence = SEAL_DIAGNOSIS_LIKELY,
        .patterns = {"SEV disabled (ASIDs"},
        .cause = "KVM has SEV switched off",
        .remedy = "load kvm_amd with sev=1, and enable SMEE in the machine's firmware setup",
    },
    {
        .id = "host.sev-unusable",
        .applies = SEV,
        .source = KERNEL,
        .patterns = {"SEV unusable (ASIDs"},
        .cause =
            "all key slots (ASIDs) are set aside for SEV-ES and SEV-SNP, so none is left for SEV",
        .remedy = "lower SEV-ES ASID Space Limit in the machine's firmware setup, or use "
                  "technology sev-es",
    },
    {
        .id = "host.sev-es-disabled",
        .applies = ES | SNP,
        .source = KERNEL,
        .confidence = SEAL_DIAGNOSIS_LIKELY,
        .patterns = {"SEV-ES disabled (ASIDs"},
        .cause = "KVM has SEV-ES switched off or no key slots (ASIDs) for it",
        .remedy = "load kvm_amd with sev=1 sev_es=1, and raise SEV-ES ASID Space Limit in the "
                  "machine's firmware setup",
    },
    {
        .id = "host.snp-disabled",
        .applies = SNP,
        .source = KERNEL,
        .confidence = SEAL_DIAGNOSIS_LIKELY,
        .patterns = {"SEV-SNP disabled (ASIDs"},
        .cause = "KVM has SEV-SNP switched off",
        .remedy = "load kvm_amd with sev=1 sev_es=1 sev_snp=1, and look at earlier lines of dmesg "
                  "with SEV-SNP and IOMMU",
    },
    {
        .id = "host.misc-limit",
        .applies = SEAL_DIAGNOSIS_X86,
        .source = KERNEL,
        .patterns = {"charge rejected by the misc controller for"},
        .cause = "the misc cgroup allows no further encrypted VM here",
        .remedy =
            "raise misc.max of the cgroup that the message names, or stop another encrypted VM",
    },
    {
        .id = "host.memlock-limit",
        .applies = LEGACY,
        .source = KERNEL,
        .patterns = {"locked pages exceed the lock limit of"},
        .cause = "SEV keeps all guest memory locked, and QEMU may not lock that much",
        .remedy = "set <memoryBacking><locked/></memoryBacking>, or <memtune><hard_limit> to the "
                  "guest's memory and at least 256 MiB more",
    },
    {
        .id = "host.pin-failed",
        .applies = LEGACY,
        .source = KERNEL,
        .confidence = SEAL_DIAGNOSIS_LIKELY,
        .patterns = {"SEV: Failure locking"},
        .cause = "the kernel could not lock the guest's memory: the host is short of memory, or "
                 "the memory is file-backed or in a region for devices (CMA)",
        .remedy = "free memory on the host or use hugepages, and give the guest anonymous memory",
    },
};

const SealDiagnosisRow *
seal_diagnosis_table_host_amd_rows(gsize *ret_n)
{
    *ret_n = G_N_ELEMENTS(rows);
    return rows;
}
