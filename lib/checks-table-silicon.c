/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Rows about the processor. Nothing below can mend what is missing here, so
 * they come first; and what is missing is n/a, for nobody can be blamed for the
 * processor that he has.
 */

#include "checks-probe.h"

#define CPUINFO SEAL_FACTS_PART_CPUINFO

#define READ_LEAF                                                                                  \
    "as root, with the module cpuid loaded (modprobe cpuid): sealctl check --root /; for a "       \
    "captured tree: cpuid -1 -r > TREE/dev/cpu/0/cpuid"

#define CPU(enum_name, name, label)                                                                \
    {                                                                                              \
        .id = "cpu." name,                                                                         \
        .technology = SEAL_TECHNOLOGY_##enum_name,                                                 \
        .decides = BIT(enum_name),                                                                 \
        .needs = CPUINFO,                                                                          \
        .title = "the processor has " label,                                                       \
        .probe = seal_checks_probe_cpu_flag,                                                       \
        .summaries = SUMMARIES("The processor has " label, NULL,                                   \
                               "The processor's features could not be read",                       \
                               "The processor shows no " label),                                   \
    },

static const SealCheckRow rows[] = {
    {
        .id = "cpu.vendor",
        .technology = SEAL_TECHNOLOGY_NONE,
        .decides = ALL,
        .needs = CPUINFO,
        .title = "the make of the processor",
        .probe = seal_checks_probe_cpu_vendor,
        .summaries = SUMMARIES("Processors of this make can have memory encryption",
                               NULL,
                               "The make of the processor could not be read",
                               "No memory encryption of this make of processor is known here"),
        .remedy = "look at /proc/cpuinfo",
    },
    {
        .id = "cpu.generation",
        .technology = SEAL_TECHNOLOGY_NONE,
        .needs = CPUINFO,
        .title = "the generation of the processor",
        .probe = seal_checks_probe_cpu_generation,
        .summaries = SUMMARIES("This generation of processors is known",
                               NULL,
                               NULL,
                               "This is no server processor that is known here"),
    },
    {
        .id = "cpu.virtualization",
        .technology = SEAL_TECHNOLOGY_NONE,
        .decides = ALL,
        .lenient = TRUE,
        .needs = CPUINFO,
        .title = "the processor can run virtual machines",
        .probe = seal_checks_probe_cpu_virtualization,
        .summaries = SUMMARIES("The processor can run virtual machines",
                               NULL,
                               "The processor's virtualization is switched off",
                               "The processor's virtualization does not show here"),
        .remedy = "switch it on in the firmware setup (SVM, VT-x), then boot again",
    },
    {
        .id = "cpu.hypervisor",
        .technology = SEAL_TECHNOLOGY_NONE,
        .needs = CPUINFO,
        .title = "the host is a real machine",
        .probe = seal_checks_probe_cpu_hypervisor,
        .summaries = SUMMARIES("The host is a real machine",
                               NULL,
                               NULL,
                               "The host is itself a virtual machine, to which hypervisors pass no "
                               "memory encryption on, or its processor does not tell"),
    },
    {
        .id = "cpu.guest",
        .technology = SEAL_TECHNOLOGY_NONE,
        .needs = CPUINFO | SEAL_FACTS_PART_MISC,
        .title = "the host is no encrypted guest",
        .probe = seal_checks_probe_cpu_guest,
        .summaries = SUMMARIES("The host is no encrypted guest itself",
                               NULL,
                               NULL,
                               "The host is an encrypted guest itself, and such a guest cannot "
                               "have guests"),
    },
    FOR_EACH(CPU){
        .id = "cpu.sme",
        .technology = SEAL_TECHNOLOGY_SEV,
        .gates = HOST_GATES,
        .needs = CPUINFO,
        .title = "the processor can encrypt the host's own memory",
        .probe = seal_checks_probe_leaf_sme,
        .summaries = SUMMARIES("The processor can encrypt the host's own memory (SME)",
                               NULL,
                               NULL,
                               "The host's own memory cannot be encrypted (SME), or not looked at"),
    },
    {
        .id = "cpu.encryption-bit",
        .technology = SEAL_TECHNOLOGY_SEV,
        .gates = HOST_GATES,
        .title = "which address bit marks encrypted memory",
        .probe = seal_checks_probe_leaf_cbit,
        .summaries = SUMMARIES("The address bit of encrypted memory is known; leave it out of "
                               "domain XML, for other processors have another",
                               NULL,
                               NULL,
                               "The address bit of encrypted memory is not known"),
        .unknown = READ_LEAF,
    },
    {
        .id = "cpu.key-slots",
        .technology = SEAL_TECHNOLOGY_SEV,
        .gates = HOST_GATES,
        .title = "how the processor splits its key slots",
        .probe = seal_checks_probe_leaf_asids,
        .summaries = SUMMARIES("The split of key slots (ASIDs) is known",
                               "libvirt believes in another split of key slots (ASIDs) than the "
                               "processor has",
                               NULL,
                               "The split of key slots (ASIDs) is not known"),
        .remedy = "rm /var/cache/libvirt/qemu/capabilities/*, then restart libvirtd or virtqemud",
        .unknown = READ_LEAF,
    },
    {
        .id = "cpu.page-flush",
        .technology = SEAL_TECHNOLOGY_SEV,
        .gates = HOST_GATES,
        .title = "the processor can flush single encrypted pages",
        .probe = seal_checks_probe_leaf_page_flush,
        .summaries = SUMMARIES("It is known whether single encrypted pages can be flushed; guests "
                               "do not need it",
                               NULL,
                               NULL,
                               "It is not known whether single encrypted pages can be flushed"),
        .unknown = READ_LEAF,
    },
    {
        .id = "cpu.privilege-levels",
        .technology = SEAL_TECHNOLOGY_SEV_SNP,
        .gates = HOST_GATES,
        .title = "privilege levels inside of SEV-SNP guests",
        .probe = seal_checks_probe_leaf_vmpl,
        .summaries = SUMMARIES("The privilege levels inside of guests (VMPL) are known",
                               NULL,
                               NULL,
                               "The privilege levels inside of guests (VMPL) are not known"),
        .unknown = READ_LEAF,
    },
    {
        .id = "cpu.tdx-erratum",
        .technology = SEAL_TECHNOLOGY_TDX,
        .gates = HOST_GATES,
        .needs = CPUINFO,
        .title = "no erratum of the processor concerns TDX",
        .probe = seal_checks_probe_cpu_erratum,
        .summaries = SUMMARIES("No erratum of the processor concerns TDX",
                               "A write of part of a line to a TDX guest's memory can stop the "
                               "host with a machine check",
                               NULL,
                               GATED),
        .remedy = "keep the kernel up to date, and do not replace it by kexec while TDX is on",
    },
};

const SealCheckRows seal_checks_table_silicon = TABLE(rows);
