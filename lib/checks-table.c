/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The check table. Rows stand in the order of cause: what the silicon lacks no
 * kernel can mend, and what the kernel lacks no libvirt. A further check is a
 * row, at the place where its cause belongs, and a probe where none fits yet.
 * Ids and what a state of an id means are part of the contract.
 */

#include "checks-table.h"

#include "checks-probe.h"

#define BIT(technology) (1u << SEAL_TECHNOLOGY_##technology)
#define AMD (BIT(SEV) | BIT(SEV_ES) | BIT(SEV_SNP))
#define ES_AND_SNP (BIT(SEV_ES) | BIT(SEV_SNP))
#define ALL (AMD | BIT(TDX))

#define HOST_GATES SEAL_CHECK_GATE_SILICON
#define LIBVIRT_GATES (SEAL_CHECK_GATE_SILICON | SEAL_CHECK_GATE_LIBVIRT)
#define DOMCAPS_GATES (LIBVIRT_GATES | SEAL_CHECK_GATE_DOMCAPS)

/* Summaries by state: pass, warn, fail, n/a. */
#define SUMMARIES(pass, warn, fail, na)                                                            \
    {                                                                                              \
        [SEAL_CHECK_PASS] = (pass), [SEAL_CHECK_WARN] = (warn), [SEAL_CHECK_FAIL] = (fail),        \
        [SEAL_CHECK_NA] = (na),                                                                    \
    }
#define GATED "Not looked at, because an earlier check decides"

/* One row for each technology: its enum name, its contract name, its label. */
#define FOR_EACH(row)                                                                              \
    row(SEV, "sev", "SEV") row(SEV_ES, "sev-es", "SEV-ES") row(SEV_SNP, "sev-snp", "SEV-SNP")      \
        row(TDX, "tdx", "TDX")

#define CPU(enum_name, name, label)                                                                \
    {                                                                                              \
        .id = "cpu." name,                                                                         \
        .technology = SEAL_TECHNOLOGY_##enum_name,                                                 \
        .decides = BIT(enum_name),                                                                 \
        .title = "the processor has " label,                                                       \
        .probe = seal_checks_probe_flag,                                                           \
        .summaries = SUMMARIES(                                                                    \
            "The processor has " label, NULL, "The processor's features could not be read",        \
            "The processor has no " label ", or the machine's firmware keeps it switched off"),    \
        .remedy = "",                                                                              \
    },

#define KERNEL_VERSION(enum_name, name, label)                                                     \
    {                                                                                              \
        .id = "kernel.version." name,                                                              \
        .technology = SEAL_TECHNOLOGY_##enum_name,                                                 \
        .decides = BIT(enum_name),                                                                 \
        .gates = HOST_GATES,                                                                       \
        .title = "the kernel is new enough for " label,                                            \
        .probe = seal_checks_probe_kernel_version,                                                 \
        .summaries =                                                                               \
            SUMMARIES("The kernel is new enough for " label, "The kernel's version is not known",  \
                      "The kernel is too old for " label, GATED),                                  \
        .remedy = "look at uname -r",                                                              \
    },

#define LIBVIRT_VERSION(enum_name, name, label)                                                    \
    {                                                                                              \
        .id = "libvirt.version." name,                                                             \
        .technology = SEAL_TECHNOLOGY_##enum_name,                                                 \
        .decides = BIT(enum_name),                                                                 \
        .gates = LIBVIRT_GATES,                                                                    \
        .title = "libvirt is new enough for " label,                                               \
        .probe = seal_checks_probe_libvirt_version,                                                \
        .summaries =                                                                               \
            SUMMARIES("libvirt is new enough for " label, "libvirt's version is not known",        \
                      "libvirt is too old for " label, GATED),                                     \
        .remedy = "look at virsh version --daemon",                                                \
    },

#define QEMU_VERSION(enum_name, name, label)                                                       \
    {                                                                                              \
        .id = "qemu.version." name,                                                                \
        .technology = SEAL_TECHNOLOGY_##enum_name,                                                 \
        .decides = BIT(enum_name),                                                                 \
        .gates = LIBVIRT_GATES,                                                                    \
        .title = "QEMU is new enough for " label,                                                  \
        .probe = seal_checks_probe_qemu_version,                                                   \
        .summaries = SUMMARIES("QEMU is new enough for " label, "QEMU's version is not known",     \
                               "QEMU is too old for " label, GATED),                               \
        .remedy = "look at virsh version",                                                         \
    },

#define FIRMWARE(enum_name, name, label)                                                           \
    {                                                                                              \
        .id = "firmware.available." name,                                                          \
        .technology = SEAL_TECHNOLOGY_##enum_name,                                                 \
        .decides = BIT(enum_name),                                                                 \
        .gates = HOST_GATES,                                                                       \
        .title = "UEFI firmware for " label " guests is installed",                                \
        .probe = seal_checks_probe_firmware,                                                       \
        .summaries = SUMMARIES("There is UEFI firmware for " label " guests", NULL,                \
                               "No UEFI firmware for " label " guests is installed", GATED),       \
        .remedy = "install an OVMF build for " label                                               \
                  " (packages ovmf and ovmf-amdsev on Debian, edk2-ovmf on Fedora)",               \
    },

#define DOMCAPS(enum_name, name, label, decides_)                                                  \
    {                                                                                              \
        .id = "libvirt.domcaps." name,                                                             \
        .technology = SEAL_TECHNOLOGY_##enum_name,                                                 \
        .decides = (decides_),                                                                     \
        .gates = DOMCAPS_GATES,                                                                    \
        .title = "libvirt offers " label,                                                          \
        .probe = seal_checks_probe_domcaps,                                                        \
        .summaries =                                                                               \
            SUMMARIES("libvirt offers " label, NULL, "libvirt does not offer " label, GATED),      \
        .remedy = "libvirt asks QEMU, and QEMU the kernel; mend the checks above, then restart "   \
                  "libvirtd or virtqemud",                                                         \
    },

static const SealCheckRow rows[] = {
    /* silicon */
    {
        .id = "cpu.vendor",
        .technology = SEAL_TECHNOLOGY_NONE,
        .decides = ALL,
        .title = "the make of the processor",
        .probe = seal_checks_probe_vendor,
        .summaries = SUMMARIES("Processors of this make can have memory encryption",
                               NULL,
                               "The make of the processor could not be read",
                               "No memory encryption of this make of processor is known here"),
        .remedy = "look at /proc/cpuinfo",
    },
    {
        .id = "cpu.hypervisor",
        .technology = SEAL_TECHNOLOGY_NONE,
        .title = "the host is a real machine",
        .probe = seal_checks_probe_hypervisor,
        .summaries = SUMMARIES("The host is a real machine",
                               NULL,
                               NULL,
                               "The host is itself a virtual machine, to which hypervisors pass no "
                               "memory encryption on"),
        .remedy = "",
    },
    FOR_EACH(CPU)
    /* kernel */
    {
        .id = "kernel.kvm",
        .technology = SEAL_TECHNOLOGY_NONE,
        .decides = ALL,
        .title = "KVM is there",
        .probe = seal_checks_probe_kvm_device,
        .summaries = SUMMARIES("KVM is there", NULL, "KVM is not there", NULL),
        .remedy = "load the module (modprobe kvm_amd or kvm_intel); if that fails, switch "
                  "virtualization on in the firmware setup (SVM, VT-x)",
    },
    FOR_EACH(KERNEL_VERSION){
        .id = "kernel.kvm-amd-npt",
        .technology = SEAL_TECHNOLOGY_SEV,
        .decides = AMD,
        .gates = HOST_GATES,
        .title = "KVM uses nested paging",
        .probe = seal_checks_probe_parameter_not_off,
        .module = "kvm_amd",
        .parameter = "npt",
        .summaries = SUMMARIES(
            "KVM uses nested paging", NULL, "Nested paging is off, and SEV with it", GATED),
        .remedy =
            "take npt=0 out of /etc/modprobe.d and the kernel's command line, then boot again",
    },
    {
        .id = "kernel.kvm-amd-nrips",
        .technology = SEAL_TECHNOLOGY_SEV,
        .decides = AMD,
        .gates = HOST_GATES,
        .title = "KVM uses next-RIP saving",
        .probe = seal_checks_probe_parameter_not_off,
        .module = "kvm_amd",
        .parameter = "nrips",
        .summaries = SUMMARIES(
            "KVM uses next-RIP saving", NULL, "Next-RIP saving is off, and SEV with it", GATED),
        .remedy = "take nrips=0 out of /etc/modprobe.d and the kernel's command line, then boot "
                  "again",
    },
    {
        .id = "kernel.kvm-amd-sev",
        .technology = SEAL_TECHNOLOGY_SEV,
        .decides = AMD,
        .gates = HOST_GATES,
        .title = "SEV is on in KVM",
        .probe = seal_checks_probe_parameter,
        .module = "kvm_amd",
        .parameter = "sev",
        .summaries = SUMMARIES("SEV is on in KVM", NULL, "SEV is off in KVM", GATED),
        .remedy = "write \"options kvm_amd sev=1\" to /etc/modprobe.d/kvm-amd.conf and boot again; "
                  "if it stays off, dmesg says why (lines with ccp or SEV)",
    },
    {
        .id = "kernel.mmio-caching",
        .technology = SEAL_TECHNOLOGY_SEV_ES,
        .decides = ES_AND_SNP,
        .gates = HOST_GATES,
        .title = "KVM caches MMIO faults",
        .probe = seal_checks_probe_parameter_not_off,
        .module = "kvm",
        .parameter = "enable_mmio_caching",
        .summaries = SUMMARIES("KVM caches MMIO faults",
                               NULL,
                               "Caching of MMIO faults is off, and SEV-ES with it",
                               GATED),
        .remedy =
            "take kvm.enable_mmio_caching=0 out of the kernel's command line, then boot again",
    },
    {
        .id = "kernel.kvm-amd-sev-es",
        .technology = SEAL_TECHNOLOGY_SEV_ES,
        .decides = ES_AND_SNP,
        .gates = HOST_GATES,
        .title = "SEV-ES is on in KVM",
        .probe = seal_checks_probe_parameter,
        .module = "kvm_amd",
        .parameter = "sev_es",
        .summaries = SUMMARIES("SEV-ES is on in KVM", NULL, "SEV-ES is off in KVM", GATED),
        .remedy = "write \"options kvm_amd sev=1 sev_es=1\" to /etc/modprobe.d/kvm-amd.conf and "
                  "boot again; if it stays off, raise the SEV-ES ASID Space Limit above 1 in the "
                  "firmware setup",
    },
    {
        .id = "kernel.kvm-amd-sev-snp",
        .technology = SEAL_TECHNOLOGY_SEV_SNP,
        .decides = BIT(SEV_SNP),
        .gates = HOST_GATES,
        .title = "SEV-SNP is on in KVM",
        .probe = seal_checks_probe_parameter,
        .module = "kvm_amd",
        .parameter = "sev_snp",
        .summaries = SUMMARIES("SEV-SNP is on in KVM", NULL, "SEV-SNP is off in KVM", GATED),
        .remedy = "switch SEV-SNP and SNP Memory Coverage on in the firmware setup, boot without "
                  "iommu=pt and iommu=off, with kvm_amd.sev_snp=1; dmesg says why it stays off",
    },
    {
        .id = "kernel.kvm-intel-tdx",
        .technology = SEAL_TECHNOLOGY_TDX,
        .decides = BIT(TDX),
        .gates = HOST_GATES,
        .title = "TDX is on in KVM",
        .probe = seal_checks_probe_parameter,
        .module = "kvm_intel",
        .parameter = "tdx",
        .summaries = SUMMARIES("TDX is on in KVM", NULL, "TDX is off in KVM", GATED),
        .remedy = "boot with kvm_intel.tdx=1 nohibernate; dmesg says why it stays off (lines with "
                  "virt/tdx)",
    },
    {
        .id = "kernel.es-beside-snp",
        .technology = SEAL_TECHNOLOGY_SEV_ES,
        .decides = BIT(SEV_ES),
        .gates = HOST_GATES,
        .title = "SEV-ES guests do not share the host with SEV-SNP",
        .probe = seal_checks_probe_parameter_not_on,
        .module = "kvm_amd",
        .parameter = "sev_snp",
        .summaries = SUMMARIES("SEV-SNP is not in use beside SEV-ES",
                               "SEV-SNP is on: new secure processor firmware refuses SEV-ES guests "
                               "then, and old firmware is open to CVE-2025-48514",
                               NULL,
                               GATED),
        .remedy = "use sev-snp on this host, or boot with kvm_amd.sev_snp=0",
    },
    /* device */
    {
        .id = "device.sev",
        .technology = SEAL_TECHNOLOGY_SEV,
        .decides = AMD,
        .gates = HOST_GATES,
        .title = "the secure processor's device is there",
        .probe = seal_checks_probe_sev_device,
        .summaries = SUMMARIES("The secure processor's device is there",
                               NULL,
                               "The secure processor's device is not there",
                               GATED),
        .remedy = "load its driver (modprobe ccp); dmesg says why it finds none (lines with ccp or "
                  "psp)",
    },
    /* libvirt and QEMU */
    {
        .id = "libvirt.connection",
        .technology = SEAL_TECHNOLOGY_NONE,
        .decides = ALL,
        .title = "libvirt answers",
        .probe = seal_checks_probe_connection,
        .summaries = SUMMARIES("libvirt answers", NULL, "libvirt does not answer", NULL),
        .remedy = "start it: systemctl start libvirtd.socket, or virtqemud.socket where libvirt is "
                  "split into several daemons",
    },
    FOR_EACH(LIBVIRT_VERSION) FOR_EACH(QEMU_VERSION){
        .id = "libvirt.domcaps",
        .technology = SEAL_TECHNOLOGY_NONE,
        .decides = ALL,
        .gates = SEAL_CHECK_GATE_LIBVIRT,
        .title = "libvirt knows what QEMU and KVM can do",
        .probe = seal_checks_probe_domcaps_there,
        .summaries = SUMMARIES("libvirt knows what QEMU and KVM can do",
                               NULL,
                               "libvirt does not know what QEMU and KVM can do",
                               GATED),
        .remedy = "install QEMU for x86_64 (package qemu-system-x86 on Debian, qemu-kvm on Fedora) "
                  "and look at: virsh domcapabilities --virttype kvm --machine q35",
    },
    DOMCAPS(SEV, "sev", "SEV", BIT(SEV) | BIT(SEV_ES))
        DOMCAPS(SEV_SNP, "sev-snp", "SEV-SNP", BIT(SEV_SNP)) DOMCAPS(TDX, "tdx", "TDX", BIT(TDX))
    /* capacity */
    {
        .id = "capacity.sev",
        .technology = SEAL_TECHNOLOGY_SEV,
        .decides = BIT(SEV),
        .gates = DOMCAPS_GATES,
        .title = "there are key slots for SEV guests",
        .probe = seal_checks_probe_capacity,
        .summaries = SUMMARIES("Nothing is known against key slots for SEV guests",
                               NULL,
                               "There are no key slots for SEV guests",
                               GATED),
        .remedy = "lower the SEV-ES ASID Space Limit in the firmware setup: it leaves none for SEV",
    },
    {
        .id = "capacity.sev-es",
        .technology = SEAL_TECHNOLOGY_SEV_ES,
        .decides = ES_AND_SNP,
        .gates = DOMCAPS_GATES,
        .title = "there are key slots for SEV-ES guests",
        .probe = seal_checks_probe_capacity,
        .summaries = SUMMARIES("Nothing is known against key slots for SEV-ES guests",
                               NULL,
                               "There are no key slots for SEV-ES guests",
                               GATED),
        .remedy = "raise the SEV-ES ASID Space Limit in the firmware setup: it leaves none for "
                  "SEV-ES and SEV-SNP",
    },
    /* firmware */
    {
        .id = "firmware.descriptors",
        .technology = SEAL_TECHNOLOGY_NONE,
        .title = "all firmware descriptors can be read",
        .probe = seal_checks_probe_descriptors,
        .summaries = SUMMARIES("All firmware descriptors can be read",
                               "Some firmware descriptors cannot be read and are left out",
                               NULL,
                               NULL),
        .remedy = "mend or remove them in /usr/share/qemu/firmware and /etc/qemu/firmware",
    },
    FOR_EACH(FIRMWARE)};

const SealCheckRow *
seal_checks_table_get(gsize *ret_n)
{
    *ret_n = G_N_ELEMENTS(rows);
    return rows;
}
