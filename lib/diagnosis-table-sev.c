/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What QEMU says when it sets up SEV or SEV-ES and does not get as far as the
 * launch: the device, KVM, the key slot, the firmware image. Texts are those
 * of QEMU 7.2 to 11 (target/i386/sev.c, hw/i386/x86-common.c).
 */

#include "diagnosis-table.h"

#include <errno.h>

#define AMD SEAL_DIAGNOSIS_AMD
#define LEGACY SEAL_DIAGNOSIS_LEGACY
#define ES SEAL_DIAGNOSIS_ES
#define QEMU SEAL_DIAGNOSIS_QEMU

#define INIT "failed to initialize ret="

static const SealDiagnosisRow rows[] = {
    /* the device */
    {
        .id = "sev.device-missing",
        .applies = AMD,
        .source = QEMU,
        .patterns = {"Failed to open /dev/sev*No such file",
                     "Could not open '/dev/sev'*No such file"},
        .cause = "there is no /dev/sev where QEMU runs, so the driver of the AMD secure processor "
                 "is not loaded or the device was not passed in",
        .remedy = "run modprobe ccp and look at dmesg for lines with ccp; enable SMEE in the "
                  "machine's firmware setup; in a container or namespace, pass /dev/sev in",
    },
    {
        .id = "sev.device-denied",
        .applies = AMD,
        .source = QEMU,
        .patterns = {"Failed to open /dev/sev*Permission denied",
                     "Failed to open /dev/sev*Operation not permitted",
                     "Could not open '/dev/sev'*Permission denied",
                     "Could not open '/dev/sev'*Operation not permitted"},
        .cause = "QEMU may not open /dev/sev",
        .remedy = "let libvirt give it the device: keep namespaces = [\"mount\"] and /dev/sev in "
                  "cgroup_device_acl in /etc/libvirt/qemu.conf, and look for AppArmor or SELinux "
                  "denials in the journal",
    },
    {
        .id = "sev.device-busy",
        .applies = AMD,
        .source = QEMU,
        .confidence = SEAL_DIAGNOSIS_LIKELY,
        .patterns = {"Failed to open /dev/sev*Device or resource busy",
                     "Could not open '/dev/sev'*Device or resource busy"},
        .cause = "something else holds /dev/sev, or the secure processor does not answer",
        .remedy = "stop what fuser /dev/sev shows; if that is nothing, look at dmesg for lines "
                  "with ccp and restart the host",
    },
    {
        .id = "sev.device-unusable",
        .applies = AMD,
        .source = QEMU,
        .rank = SEAL_DIAGNOSIS_STEP,
        .patterns = {"Failed to open /dev/sev", "Could not open '/dev/sev'"},
        .cause = "QEMU could not open /dev/sev",
        .remedy = "look at the reason behind it in the evidence, and at ls -l /dev/sev",
    },
    /* KVM */
    {
        .id = "sev.not-enabled-in-kvm",
        .applies = AMD,
        .source = QEMU,
        .patterns = {"SEV is not enabled in KVM"},
        .cause = "KVM runs without SEV: kvm_amd has it switched off, the processor is not AMD's, "
                 "or this host is itself a virtual machine",
        .remedy = "load kvm_amd with sev=1 (options kvm_amd sev=1 sev_es=1 in /etc/modprobe.d), "
                  "enable SMEE in the machine's firmware setup, and compare with sealctl check",
    },
    {
        .id = "sev.kvm-missing",
        .applies = AMD,
        .source = QEMU,
        .patterns = {"KVM not enabled"},
        .cause = "QEMU was asked for its SEV capabilities while running without KVM",
        .remedy = "load kvm_amd so that /dev/kvm is there, then restart libvirtd or virtqemud",
    },
    {
        .id = "sev.needs-kvm",
        .applies = SEAL_DIAGNOSIS_X86,
        .source = QEMU,
        .patterns = {"machine->cgs->ready' failed"},
        .cause = "the domain has memory encryption but runs in QEMU's emulator (type='qemu'), "
                 "where there is none",
        .remedy = "set <domain type='kvm'>, and see that /dev/kvm is there",
    },
    {
        .id = "sev.inside-sev",
        .applies = AMD,
        .source = SEAL_DIAGNOSIS_KERNEL,
        .patterns = {"KVM is unsupported when running as an SEV guest"},
        .cause = "this host is itself an SEV guest, and those cannot run virtual machines",
        .remedy = "run encrypted VMs on a real machine",
    },
    {
        .id = "sev.vm-type",
        .applies = LEGACY,
        .source = QEMU,
        .patterns = {"vm-type SEV not supported by KVM", "vm-type SEV-ES not supported by KVM"},
        .cause = "this kernel's KVM does not offer VMs of the type SEV or SEV-ES",
        .remedy = "run Linux 6.11 or newer with kvm_amd sev=1 sev_es=1, or choose a machine type "
                  "of QEMU 9.0 or older, which does not ask for it",
    },
    {
        .id = "sev.legacy-vm-type",
        .applies = LEGACY,
        .source = QEMU,
        .patterns = {"host kernel does not support requested KVM_X86_SEV_",
                     "host kernel does not support the requested SEV configuration"},
        .cause =
            "the machine type wants the newer way to set SEV up, which this kernel does not have",
        .remedy = "run Linux 6.10 or newer, or choose a machine type of QEMU 9.0 or older, for "
                  "example pc-q35-9.0",
    },
    /* settings */
    {
        .id = "sev.cbitpos",
        .applies = AMD,
        .source = QEMU,
        .patterns = {"cbitpos check failed, host"},
        .cause = "the domain's <cbitpos> belongs to another model of processor",
        .remedy = "remove <cbitpos> and <reducedPhysBits> from <launchSecurity>, so that libvirt "
                  "fills in this host's",
    },
    {
        .id = "sev.reduced-phys-bits",
        .applies = AMD,
        .source = QEMU,
        .patterns = {"reduced_phys_bits check failed"},
        .cause = "the domain's <reducedPhysBits> is out of range",
        .remedy = "remove <reducedPhysBits> from <launchSecurity>, or set it to 1",
    },
    {
        .id = "sev.reduced-phys-bits-missing",
        .applies = AMD,
        .source = QEMU,
        .patterns = {"Parameter 'reduced-phys-bits' is missing"},
        .cause =
            "the sev-guest object has no reduced-phys-bits, as on a command line written by hand",
        .remedy = "let libvirt write the command line, or add reduced-phys-bits=1",
    },
    {
        .id = "sev-es.irqchip",
        .applies = ES,
        .source = QEMU,
        .patterns = {"SEV-ES guests require in-kernel irqchip"},
        .cause = "the domain has its interrupt controller in QEMU, and SEV-ES needs KVM's",
        .remedy = "remove <ioapic driver='qemu'/> from <features>",
    },
    {
        .id = "sev-es.host-unavailable",
        .applies = ES,
        .source = QEMU,
        .patterns = {"guest policy requires SEV-ES, but host SEV-ES support unavailable"},
        .cause = "the policy demands SEV-ES, but the secure processor runs without it",
        .remedy = "load kvm_amd with sev_es=1, give SEV-ES key slots in the machine's firmware "
                  "setup (SEV-ES ASID Space Limit above 1), or use technology sev",
    },
    /* the key slot */
    {
        .id = "sev.asids-exhausted",
        .applies = AMD,
        .source = QEMU,
        .confidence = SEAL_DIAGNOSIS_LIKELY,
        .when = SEAL_SEV_REPLY_KERNEL,
        .number = EBUSY,
        .patterns = {INIT},
        .cause =
            "all key slots (ASIDs) of this technology are taken, or a misc cgroup limit is reached",
        .remedy =
            "stop another encrypted VM, raise misc.max of the VM's cgroup, or move slots between "
            "SEV and SEV-ES in the machine's firmware setup; sealctl capacity shows the slots, and "
            "when dmesg says \"disabling PSP\" only a cold restart of the host helps",
    },
    {
        .id = "sev.init-refused",
        .applies = AMD,
        .source = QEMU,
        .confidence = SEAL_DIAGNOSIS_LIKELY,
        .when = SEAL_SEV_REPLY_KERNEL,
        .number = ENOTTY,
        .patterns = {INIT},
        .cause = "KVM has this technology switched off, has no key slots (ASIDs) for it, or does "
                 "not speak QEMU's version of the interface",
        .remedy = "load kvm_amd with sev=1 sev_es=1 (and sev_snp=1), check the ASID range in dmesg "
                  "(kvm_amd: ... ASIDs), and use a kernel and QEMU that belong together",
    },
    {
        .id = "sev.init-invalid",
        .applies = AMD,
        .source = QEMU,
        .confidence = SEAL_DIAGNOSIS_LIKELY,
        .when = SEAL_SEV_REPLY_KERNEL,
        .number = EINVAL,
        .patterns = {INIT},
        .cause = "KVM does not know the features that QEMU asks for at the start of the VM",
        .remedy = "use a kernel and QEMU that belong together (SEV-SNP: Linux 6.11 and QEMU 9.1 or "
                  "newer), and try kvm_amd debug_swap=0",
    },
    {
        .id = "sev.init-unsupported",
        .applies = AMD,
        .source = QEMU,
        .confidence = SEAL_DIAGNOSIS_LIKELY,
        .when = SEAL_SEV_REPLY_KERNEL,
        .number = EOPNOTSUPP,
        .patterns = {INIT},
        .cause = "the kernel or the secure processor's firmware is too old for what QEMU asks",
        .remedy = "update the secure processor's firmware (SEV-SNP needs 1.51 or newer; it comes "
                  "with the BIOS or with linux-firmware) and the kernel",
    },
    {
        .id = "sev.init-failed",
        .applies = AMD,
        .source = QEMU,
        .rank = SEAL_DIAGNOSIS_STEP,
        .patterns = {INIT},
        .cause = "the secure processor could not be initialised for this VM",
        .remedy = "look at dmesg for lines with ccp and SEV from the moment of the start",
    },
    {
        .id = "sev.platform-status",
        .applies = AMD,
        .source = QEMU,
        .rank = SEAL_DIAGNOSIS_STEP,
        .patterns = {"failed to get platform status ret="},
        .cause = "the secure processor did not tell its status",
        .remedy = "look at dmesg for lines with ccp; restart the host, and update its BIOS if that "
                  "does not help",
    },
    {
        .id = "sev.certificates",
        .applies = AMD,
        .source = QEMU,
        .rank = SEAL_DIAGNOSIS_STEP,
        .patterns = {"Failed to export PDH cert ret=", "Failed to get ID ret="},
        .cause = "the secure processor did not give its certificates or identity",
        .remedy = "look at dmesg for lines with ccp, run sevctl verify, then restart libvirtd or "
                  "virtqemud",
    },
    /* memory */
    {
        .id = "sev.memory-not-locked",
        .applies = LEGACY,
        .source = QEMU,
        .confidence = SEAL_DIAGNOSIS_LIKELY,
        .patterns = {"failed to register region*Cannot allocate memory"},
        .cause = "SEV keeps all guest memory locked, and QEMU may not lock that much or the host "
                 "has not that much free",
        .remedy =
            "set <memoryBacking><locked/></memoryBacking>, or <memtune><hard_limit> to the guest's "
            "memory and at least 256 MiB more, and see that the host has that much free",
    },
    {
        .id = "sev.register-region",
        .applies = LEGACY,
        .source = QEMU,
        .rank = SEAL_DIAGNOSIS_STEP,
        .patterns = {"failed to register region"},
        .cause = "the kernel did not accept a range of guest memory for encryption",
        .remedy = "use anonymous memory or hugepages instead of file-backed memory, and look at "
                  "dmesg for lines with SEV",
    },
    {
        .id = "sev.ram-discard",
        .applies = SEAL_DIAGNOSIS_X86,
        .source = QEMU,
        .patterns = {"cannot disable RAM discard"},
        .cause = "a device such as virtio-mem gives guest memory back while the VM runs, which "
                 "locked encrypted memory does not allow",
        .remedy = "remove virtio-mem and other memory devices from the domain",
    },
    /* the firmware image */
    {
        .id = "firmware.no-es-block",
        .applies = ES,
        .source = QEMU,
        .patterns = {"SEV information block/Firmware GUID Table block not found",
                     "failed to locate and/or save reset vector"},
        .cause = "the firmware image has no SEV-ES reset vector, so it is not built for SEV-ES",
        .remedy = "use an OVMF build that sealctl firmware --technology sev-es lists as fit",
    },
    {
        .id = "firmware.es-reset-zero",
        .applies = ES,
        .source = QEMU,
        .patterns = {"SEV-ES reset address is zero"},
        .cause = "the firmware image's SEV-ES reset vector is zero",
        .remedy =
            "use another OVMF build; sealctl firmware --technology sev-es lists those that fit",
    },
    {
        .id = "firmware.no-hash-table",
        .applies = AMD,
        .source = QEMU,
        .patterns = {"kernel specified but guest firmware has no hashes table GUID"},
        .cause = "kernel-hashes is on, but the firmware image has no place for the kernel's hashes",
        .remedy =
            "use the AmdSev build of OVMF (OVMF.amdsev.fd), or start without a measured kernel",
    },
    {
        .id = "firmware.hash-table-invalid",
        .applies = AMD,
        .source = QEMU,
        .patterns = {"guest firmware hashes table area is invalid",
                     "cannot map hashes table guest memory area"},
        .cause = "kernel-hashes is on, but the firmware image's place for the kernel's hashes is "
                 "empty, as in the generic OVMF",
        .remedy =
            "use the AmdSev build of OVMF (OVMF.amdsev.fd), or start without a measured kernel",
    },
};

const SealDiagnosisRow *
seal_diagnosis_table_sev_rows(gsize *ret_n)
{
    *ret_n = G_N_ELEMENTS(rows);
    return rows;
}
