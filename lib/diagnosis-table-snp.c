/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What QEMU and libvirt say when an SEV-SNP launch fails, and what SEV-SNP and
 * TDX have in common: private memory from guest_memfd and firmware that must
 * not be pflash. Texts are those of QEMU 9.1 to 11 and libvirt 10.5 to 12.8.
 */

#include "diagnosis-table.h"

#include <errno.h>

#define SNP SEAL_DIAGNOSIS_SNP
#define PRIVATE SEAL_DIAGNOSIS_PRIVATE
#define QEMU SEAL_DIAGNOSIS_QEMU

#define START "SNP_LAUNCH_START ret="
#define UPDATE "SNP_LAUNCH_UPDATE ret="
#define FINISH "SNP_LAUNCH_FINISH ret="

static const SealDiagnosisRow rows[] = {
    /* the launch */
    {
        .id = "snp.start-policy-kernel",
        .applies = SNP,
        .source = QEMU,
        .confidence = SEAL_DIAGNOSIS_LIKELY,
        .when = SEAL_SEV_REPLY_KERNEL,
        .number = EINVAL,
        .patterns = {START},
        .cause = "KVM refuses the guest's policy: Linux 6.11 and 6.12 want bits 16 and 17 set and "
                 "know no bit above 20; or QEMU has the firmware as pflash",
        .remedy = "use policy 0x30000, and firmware of loader type rom",
    },
    {
        .id = "snp.start-mismatch",
        .applies = SNP,
        .source = QEMU,
        .confidence = SEAL_DIAGNOSIS_LIKELY,
        .when = SEAL_SEV_REPLY_KERNEL,
        .number = ENOTTY,
        .patterns = {START},
        .cause = "kernel and QEMU speak different versions of the SEV-SNP interface, or the "
                 "guest's context could not be made",
        .remedy = "use upstream Linux 6.11 or newer with upstream QEMU 9.1 or newer, not one of "
                  "them from a development branch",
    },
    {
        .id = "snp.start-policy-firmware",
        .applies = SNP,
        .source = QEMU,
        .when = SEAL_SEV_REPLY_FIRMWARE,
        .number = 7,
        .patterns = {START},
        .cause = "the secure processor does not accept the guest's policy: the host has SMT on "
                 "while bit 16 forbids it, or the policy demands newer firmware",
        .remedy = "use policy 0x30000, or switch SMT off on the host; to meet a demanded firmware "
                  "version, update the secure processor's firmware",
    },
    {
        .id = "snp.start-failed",
        .applies = SNP,
        .source = QEMU,
        .rank = SEAL_DIAGNOSIS_STEP,
        .patterns = {START},
        .cause = "the secure processor or the kernel refused to start the launch",
        .remedy = "try policy 0x30000, and look at dmesg for lines with SEV-SNP",
    },
    {
        .id = "snp.id-block",
        .applies = SNP,
        .source = QEMU,
        .when = SEAL_SEV_REPLY_FIRMWARE,
        .number = 11,
        .patterns = {FINISH},
        .cause = "the launch digest or policy in <idBlock> is not that of this guest",
        .remedy = "compute the id block again from this firmware image, kernel, CPU model, number "
                  "of CPUs and policy",
    },
    {
        .id = "snp.id-auth",
        .applies = SNP,
        .source = QEMU,
        .when = SEAL_SEV_REPLY_FIRMWARE,
        .number = 10,
        .patterns = {FINISH},
        .cause = "the signature in <idAuth> does not fit <idBlock>",
        .remedy = "sign the id block again, and take <idBlock> and <idAuth> from the same run",
    },
    {
        .id = "snp.finish-failed",
        .applies = SNP,
        .source = QEMU,
        .rank = SEAL_DIAGNOSIS_STEP,
        .patterns = {FINISH},
        .cause = "the secure processor or the kernel refused to end the launch",
        .remedy = "try without <idBlock>, <idAuth> and <hostData>, and look at dmesg for lines "
                  "with SEV-SNP",
    },
    {
        .id = "snp.cpuid",
        .applies = SNP,
        .source = QEMU,
        .patterns = {"SEV-SNP: CPUID validation failed", "SEV-SNP: failed update CPUID page"},
        .cause = "the secure processor does not accept the guest's CPU features",
        .remedy = "use CPU model EPYC-v4, or the EPYC model of this host's generation (EPYC-Milan, "
                  "EPYC-Genoa), without extra features",
    },
    {
        .id = "snp.update-failed",
        .applies = SNP,
        .source = QEMU,
        .rank = SEAL_DIAGNOSIS_STEP,
        .patterns = {UPDATE, "SEV-SNP: failed to configure initial"},
        .cause = "the guest's first memory could not be encrypted",
        .remedy = "look at dmesg for lines with SEV and RMP; update kernel and QEMU together",
    },
    /* settings */
    {
        .id = "snp.smm",
        .applies = SNP,
        .source = QEMU,
        .patterns = {"SEV-SNP does not support SMM"},
        .cause = "system management mode is on, and SEV-SNP has none; secure boot firmware that "
                 "keeps its keys in flash needs it",
        .remedy = "remove <smm state='on'/> and secure='yes' of <loader>, and use firmware of "
                  "loader type rom",
    },
    {
        .id = "snp.firmware-metadata",
        .applies = SNP,
        .source = QEMU,
        .patterns = {"Failed to locate SEV metadata header"},
        .cause = "the firmware image is not built for SEV-SNP",
        .remedy = "use an OVMF build that sealctl firmware --technology sev-snp lists as fit, such "
                  "as OVMF.amdsev.fd",
    },
    {
        .id = "private.pflash",
        .applies = PRIVATE,
        .source = QEMU,
        .patterns = {"pflash with kvm requires KVM readonly memory support"},
        .cause = "the firmware is mapped as pflash, which SEV-SNP and TDX guests cannot have",
        .remedy = "use <loader type='rom' stateless='yes'> with an image built for it",
    },
    /* KVM */
    {
        .id = "snp.vm-type",
        .applies = SNP,
        .source = QEMU,
        .patterns = {"vm-type SEV-SNP not supported by KVM"},
        .cause = "this host's KVM does not offer SEV-SNP: the kernel is older than 6.11, kvm_amd "
                 "sev_snp is off, or the kernel could not switch SEV-SNP on at boot",
        .remedy = "run Linux 6.11 or newer with kvm_amd sev_snp=1, and look at sealctl check "
                  "--technology sev-snp for BIOS and IOMMU",
    },
    {
        .id = "private.guest-memfd",
        .applies = PRIVATE,
        .source = QEMU,
        .patterns = {"KVM does not support guest_memfd", "Error creating KVM guest_memfd"},
        .cause = "this kernel has no private guest memory (guest_memfd), or no memory left for it",
        .remedy = "run a kernel with CONFIG_KVM_PRIVATE_MEM (Linux 6.11 or newer), and free memory "
                  "on the host",
    },
    {
        .id = "private.memory-slot",
        .applies = PRIVATE,
        .source = QEMU,
        .confidence = SEAL_DIAGNOSIS_LIKELY,
        .patterns = {"KVM_SET_USER_MEMORY_REGION2 failed"},
        .cause = "KVM refuses a range of the guest's memory: the firmware is mapped as pflash, or "
                 "kernel and QEMU do not belong together",
        .remedy = "use <loader type='rom' stateless='yes'>, and update kernel and QEMU together",
    },
    {
        .id = "private.convert",
        .applies = PRIVATE,
        .source = QEMU,
        .confidence = SEAL_DIAGNOSIS_LIKELY,
        .patterns = {"Convert non guest_memfd backed memory region"},
        .cause = "the guest made memory private that belongs to a device, because kernel, QEMU and "
                 "firmware image do not belong together or the device (TPM CRB at 0xfed40000, APIC "
                 "at 0xfee00000) does not fit private memory",
        .remedy = "update kernel, QEMU and OVMF together, use CPU model EPYC-v4 or newer, and "
                  "remove a tpm-crb device",
    },
    {
        .id = "private.discard-blocked",
        .applies = PRIVATE,
        .source = QEMU,
        .patterns = {"Cannot set discarding of RAM broken", "discard currently blocked"},
        .cause = "a passed-through device (VFIO) and private guest memory do not go together in "
                 "this QEMU",
        .remedy = "run QEMU 9.2 or newer, or remove the passed-through devices",
    },
    {
        .id = "private.numa",
        .applies = PRIVATE,
        .source = QEMU,
        .patterns = {"Assigning NUMA affinities for private guest memory is not supported"},
        .cause = "private guest memory cannot be bound to a NUMA node here",
        .remedy = "remove <numatune>, and pin the virtual CPUs instead",
    },
    /* versions */
    {
        .id = "snp.qemu-too-old",
        .applies = SNP,
        .source = QEMU,
        .patterns = {"Parameter 'qom-type' does not accept value 'sev-snp-guest'",
                     "'sev-snp' launch security is not supported with this QEMU binary"},
        .cause = "this QEMU has no SEV-SNP",
        .remedy = "install QEMU 9.1 or newer and restart libvirtd or virtqemud",
    },
    {
        .id = "libvirt.too-old",
        .applies = PRIVATE,
        .source = SEAL_DIAGNOSIS_LIBVIRT,
        .patterns = {"Invalid value for attribute 'type' in element 'launchSecurity'",
                     "unsupported launch security type"},
        .cause = "this libvirt does not know the technology",
        .remedy = "install libvirt 10.5 or newer for SEV-SNP, 11.6 or newer for TDX",
    },
};

const SealDiagnosisRow *
seal_diagnosis_table_snp_rows(gsize *ret_n)
{
    *ret_n = G_N_ELEMENTS(rows);
    return rows;
}
