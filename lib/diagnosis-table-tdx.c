/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What QEMU and libvirt say when a TDX launch fails. TDX has no status codes
 * as SEV has; QEMU prints the errno as text, so the patterns name it. Texts
 * are those of QEMU 10.1 to 11 (target/i386/kvm/tdx.c) and libvirt 11.6 on.
 */

#include "diagnosis-table.h"

#define TDX SEAL_DIAGNOSIS_TDX
#define QEMU SEAL_DIAGNOSIS_QEMU

static const SealDiagnosisRow rows[] = {
    /* KVM */
    {
        .id = "tdx.vm-type",
        .applies = TDX,
        .source = QEMU,
        .patterns = {"vm-type TDX not supported by KVM"},
        .cause = "this host's KVM does not offer TDX: the kernel is older than 6.16, kvm_intel tdx "
                 "is off, or the kernel could not switch TDX on",
        .remedy = "run Linux 6.16 or newer with kvm_intel.tdx=1 on its command line, and look at "
                  "sealctl check --technology tdx and dmesg for lines with tdx",
    },
    {
        .id = "tdx.capabilities",
        .applies = TDX,
        .source = QEMU,
        .patterns = {"KVM_TDX_CAPABILITIES failed*Inappropriate ioctl"},
        .cause = "KVM has TDX switched off, or kernel and QEMU speak different versions of the "
                 "interface",
        .remedy = "boot with kvm_intel.tdx=1, and use upstream Linux 6.16 or newer with upstream "
                  "QEMU 10.1 or newer",
    },
    {
        .id = "tdx.init-invalid",
        .applies = TDX,
        .source = QEMU,
        .confidence = SEAL_DIAGNOSIS_LIKELY,
        .patterns = {"KVM_TDX_INIT_VM failed*Invalid argument",
                     "KVM_TDX_INIT_VCPU failed*Invalid argument", "Invalid XFAM 0x"},
        .cause = "the TDX module does not accept the guest's attributes or CPU features, or is too "
                 "old for them",
        .remedy = "use cpu mode host-passthrough without extra features and policy 0x10000000, and "
                  "update the TDX module with the BIOS",
    },
    {
        .id = "tdx.keyids-exhausted",
        .applies = TDX,
        .source = QEMU,
        .patterns = {"TDX ioctl*failed*No space left on device"},
        .cause = "all private keys (KeyIDs) for TDX guests are taken",
        .remedy = "stop another TDX VM, or give TDX more KeyIDs in the machine's firmware setup "
                  "(TME-MT/TDX key split); sealctl capacity shows how many there are",
    },
    {
        .id = "tdx.misc-limit",
        .applies = TDX,
        .source = QEMU,
        .confidence = SEAL_DIAGNOSIS_LIKELY,
        .patterns = {"KVM_TDX_INIT_VM failed*Device or resource busy"},
        .cause = "the misc cgroup allows no further TDX guest here",
        .remedy =
            "raise tdx in misc.max of the VM's cgroup (machine.slice), or stop another TDX VM",
    },
    {
        .id = "tdx.entropy",
        .applies = TDX,
        .source = QEMU,
        .patterns = {"Hardware RNG*is busy",
                     "KVM_TDX_INIT_VM failed*Resource temporarily unavailable"},
        .cause = "the processor's random number generator is kept busy by something else, so the "
                 "TDX module gets no key",
        .remedy = "start the VM again; if it happens often, look for a program that calls RDRAND "
                  "or RDSEED without end",
    },
    {
        .id = "tdx.mem-region",
        .applies = TDX,
        .source = QEMU,
        .confidence = SEAL_DIAGNOSIS_LIKELY,
        .patterns = {"KVM_TDX_INIT_MEM_REGION failed*Input/output error",
                     "KVM_TDX_INIT_MEM_REGION failed*Resource temporarily unavailable",
                     "KVM_TDX_INIT_MEM_REGION failed*Device or resource busy"},
        .cause = "the firmware image could not be put into the guest's private memory, most often "
                 "because it is not built for TDX",
        .remedy = "use an OVMF build that sealctl firmware --technology tdx lists as fit, such as "
                  "OVMF.inteltdx.fd, and start again",
    },
    {
        .id = "tdx.seamcall",
        .applies = TDX,
        .source = QEMU,
        .confidence = SEAL_DIAGNOSIS_LIKELY,
        .patterns = {"TDX ioctl*failed*Input/output error"},
        .cause = "the TDX module refused a call (SEAMCALL)",
        .remedy = "look at dmesg for the call's error code; update the BIOS with its TDX module, "
                  "and restart the host",
    },
    {
        .id = "tdx.ioctl-failed",
        .applies = TDX,
        .source = QEMU,
        .rank = SEAL_DIAGNOSIS_STEP,
        .patterns = {"TDX ioctl*failed, hw_errors: 0x", "TDX ioctl*return with*hw_errors: 0x"},
        .cause = "KVM refused a step of the TDX launch",
        .remedy = "look at the reason at the end of the evidence, and at dmesg for lines with tdx",
    },
    {
        .id = "tdx.fatal-exit",
        .applies = TDX,
        .source = QEMU,
        .confidence = SEAL_DIAGNOSIS_LIKELY,
        .patterns = {"KVM: unknown exit, hardware reason e0000091"},
        .cause = "the TDX module stopped the guest, as old modules do with newer kernels",
        .remedy = "update the BIOS with its TDX module",
    },
    {
        .id = "tdx.guest-fatal",
        .applies = TDX,
        .source = QEMU,
        .patterns = {"TDX guest reports fatal error", "TDX: REPORT_FATAL_ERROR"},
        .cause = "the guest's firmware or kernel gave up by itself, for the reason in the evidence",
        .remedy = "where it names SEPT #VE use policy 0x10000000; else update the OVMF image and "
                  "the kernel in the guest",
    },
    /* settings */
    {
        .id = "tdx.smm",
        .applies = TDX,
        .source = QEMU,
        .patterns = {"TDX VM doesn't support SMM"},
        .cause = "system management mode is on, and TDX has none; secure boot firmware that keeps "
                 "its keys in flash needs it",
        .remedy = "remove <smm state='on'/> and secure='yes' of <loader>, and use firmware of "
                  "loader type rom",
    },
    {
        .id = "tdx.pic",
        .applies = TDX,
        .source = QEMU,
        .patterns = {"TDX VM doesn't support PIC"},
        .cause = "the domain has the old interrupt controller (PIC), which TDX has not",
        .remedy = "remove what switches it on (pic=on of the machine type)",
    },
    {
        .id = "tdx.irqchip",
        .applies = TDX,
        .source = QEMU,
        .patterns = {"TDX VM requires kernel_irqchip to be split"},
        .cause = "the domain has its whole interrupt controller in KVM, and TDX needs it split",
        .remedy = "set <ioapic driver='qemu'/> in <features>",
    },
    {
        .id = "tdx.cpu-model",
        .applies = TDX,
        .source = QEMU,
        .patterns = {"Named cpu model is not supported for TDX"},
        .cause = "the domain names a CPU model, and TDX guests get the host's only",
        .remedy = "set <cpu mode='host-passthrough'/>",
    },
    {
        .id = "tdx.phys-bits",
        .applies = TDX,
        .source = QEMU,
        .patterns = {"TDX requires guest CPU physical bits"},
        .cause = "the guest's physical address width is not the host's",
        .remedy = "set <maxphysaddr mode='passthrough'/> in <cpu mode='host-passthrough'>",
    },
    {
        .id = "tdx.attributes",
        .applies = TDX,
        .source = QEMU,
        .patterns = {"Invalid attributes 0x*for TDX VM",
                     "unsupported TD attribute bits being requested",
                     "Only bit0(debug) and bit28(sept-ve-disable) are supported"},
        .cause = "the policy has bits that this KVM, QEMU or libvirt does not know",
        .remedy = "use policy 0x10000000",
    },
    {
        .id = "tdx.digest-length",
        .applies = TDX,
        .source = QEMU,
        .patterns = {"sha384 digest was*expected 48"},
        .cause = "mrConfigId, mrOwner or mrOwnerConfig has the wrong length",
        .remedy = "give 48 bytes in base64, which are 64 characters",
    },
    {
        .id = "tdx.firmware",
        .applies = TDX,
        .source = QEMU,
        .patterns = {"TDX_METADATA_OFFSET_GUID", "TDVF metadata doesn't specify TD_HOB location",
                     "Unsupported TDVF section", "for TDVF section", "failed to parse TDVF"},
        .cause = "the firmware image is not built for TDX, or needs a newer QEMU",
        .remedy = "use an OVMF build that sealctl firmware --technology tdx lists as fit, such as "
                  "OVMF.inteltdx.fd",
    },
    {
        .id = "tdx.quote-socket",
        .applies = TDX,
        .source = QEMU,
        .patterns = {"Failed to connect to '*qgs.socket'"},
        .cause = "QEMU cannot reach the quote generation service",
        .remedy = "start qgsd with port=0 so that it makes the socket, and let the user that QEMU "
                  "runs as open it",
    },
    /* versions */
    {
        .id = "tdx.quote-parameter",
        .applies = TDX,
        .source = QEMU,
        .patterns = {"Parameter 'quote-generation-service' is unexpected"},
        .cause = "the domain was written for a changed libvirt or QEMU and names the quote "
                 "generation service in a way that upstream does not know",
        .remedy = "use <quoteGenerationService path='/var/run/tdx-qgs/qgs.socket'/> and upstream "
                  "libvirt 11.6 or newer",
    },
    {
        .id = "tdx.qemu-too-old",
        .applies = TDX,
        .source = QEMU,
        .patterns = {"Parameter 'qom-type' does not accept value 'tdx-guest'",
                     "'tdx' launch security is not supported with this QEMU binary"},
        .cause = "this QEMU has no TDX",
        .remedy = "install QEMU 10.1 or newer and restart libvirtd or virtqemud",
    },
};

const SealDiagnosisRow *
seal_diagnosis_table_tdx_rows(gsize *ret_n)
{
    *ret_n = G_N_ELEMENTS(rows);
    return rows;
}
