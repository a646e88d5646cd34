/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Rows about the kernel. Those that name a cause (npt=0, iommu=pt, hibernation,
 * old firmware of the secure processor) stand before the row about what they switch off, so that
 * the cause decides and not the symptom.
 */

#include "checks-probe.h"

#define MODULES SEAL_FACTS_PART_MODULES

/* A parameter that keeps a technology off when it is off itself. */
#define CAUSE(id_, enum_name, decides_, module_, parameter_, good, bad)                            \
    {                                                                                              \
        .id = "kernel." id_,                                                                       \
        .technology = SEAL_TECHNOLOGY_##enum_name,                                                 \
        .decides = (decides_),                                                                     \
        .gates = HOST_GATES,                                                                       \
        .needs = MODULES,                                                                          \
        .title = good,                                                                             \
        .probe = seal_checks_probe_kernel_cause,                                                   \
        .module = module_,                                                                         \
        .parameter = parameter_,                                                                   \
        .summaries = SUMMARIES(good, NULL, bad, GATED),                                            \
        .remedy = "take " parameter_ "=0 out of /etc/modprobe.d and the kernel's command line "    \
                  "(" module_ "." parameter_ "), then boot again",                                 \
    },

#define KERNEL_VERSION(enum_name, name, label)                                                     \
    {                                                                                              \
        .id = "kernel.version." name,                                                              \
        .technology = SEAL_TECHNOLOGY_##enum_name,                                                 \
        .decides = BIT(enum_name),                                                                 \
        .gates = HOST_GATES,                                                                       \
        .needs = SEAL_FACTS_PART_RELEASE,                                                          \
        .title = "the kernel is new enough for " label,                                            \
        .probe = seal_checks_probe_kernel_version,                                                 \
        .summaries =                                                                               \
            SUMMARIES("The kernel is new enough for " label, "The kernel's version is not known",  \
                      "The kernel is too old for " label, GATED),                                  \
        .remedy = "look at uname -r",                                                              \
    },

static const SealCheckRow rows[] = {
    {
        .id = "kernel.kvm",
        .technology = SEAL_TECHNOLOGY_NONE,
        .decides = ALL,
        .needs = SEAL_FACTS_PART_MISC,
        .title = "KVM is there",
        .probe = seal_checks_probe_kernel_kvm,
        .summaries = SUMMARIES("KVM is there", NULL, "KVM is not there", "KVM was not looked for"),
        .remedy = "load the module (modprobe kvm_amd or kvm_intel); if that fails, switch "
                  "virtualization on in the firmware setup (SVM, VT-x)",
    },
    FOR_EACH(KERNEL_VERSION){
        .id = "kernel.mem-encrypt",
        .technology = SEAL_TECHNOLOGY_SEV,
        .gates = HOST_GATES,
        .title = "mem_encrypt= on the kernel's command line",
        .probe = seal_checks_probe_kernel_mem_encrypt,
        .summaries = SUMMARIES("mem_encrypt= is about the host's own memory (SME); SEV does not "
                               "need it",
                               NULL,
                               NULL,
                               "The kernel's command line was not looked at; SEV does not need "
                               "mem_encrypt="),
        .unknown = READ_FILE("/proc/cmdline"),
    },
    CAUSE("kvm-amd-npt",
          SEV,
          AMD,
          "kvm_amd",
          "npt",
          "KVM uses nested paging",
          "Nested paging is off, and SEV with it") CAUSE("kvm-amd-nrips",
                                                         SEV,
                                                         AMD,
                                                         "kvm_amd",
                                                         "nrips",
                                                         "KVM uses next-RIP saving",
                                                         "Next-RIP saving is off, and SEV with it"){
        .id = "kernel.kvm-amd-sev",
        .technology = SEAL_TECHNOLOGY_SEV,
        .decides = AMD,
        .gates = HOST_GATES,
        .needs = MODULES,
        .title = "SEV is on in KVM",
        .probe = seal_checks_probe_kernel_parameter,
        .module = "kvm_amd",
        .parameter = "sev",
        .summaries = SUMMARIES("SEV is on in KVM", NULL, "SEV is off in KVM", GATED),
        .remedy = "write \"options kvm_amd sev=1\" to /etc/modprobe.d/kvm-amd.conf and boot again; "
                  "if it stays off, dmesg says why (lines with ccp or SEV)",
    },
    CAUSE("mmio-caching",
          SEV_ES,
          ES_AND_SNP,
          "kvm",
          "mmio_caching",
          "KVM caches MMIO faults",
          "Caching of MMIO faults is off, and SEV-ES with it")
        CAUSE("kvm-amd-lbrv",
              SEV_ES,
              ES_AND_SNP,
              "kvm_amd",
              "lbrv",
              "KVM virtualizes branch records",
              "Virtualization of branch records is off, and SEV-ES with it"){
            .id = "kernel.kvm-amd-sev-es",
            .technology = SEAL_TECHNOLOGY_SEV_ES,
            .decides = ES_AND_SNP,
            .gates = HOST_GATES,
            .needs = MODULES,
            .title = "SEV-ES is on in KVM",
            .probe = seal_checks_probe_kernel_parameter,
            .module = "kvm_amd",
            .parameter = "sev_es",
            .summaries = SUMMARIES("SEV-ES is on in KVM", NULL, "SEV-ES is off in KVM", GATED),
            .remedy =
                "write \"options kvm_amd sev=1 sev_es=1\" to /etc/modprobe.d/kvm-amd.conf and "
                "boot again; if it stays off, raise the SEV-ES ASID Space Limit above 1 in the "
                "firmware setup",
        },
    {
        .id = "kernel.iommu",
        .technology = SEAL_TECHNOLOGY_SEV_SNP,
        .decides = BIT(SEV_SNP),
        .lenient = TRUE,
        .gates = HOST_GATES,
        .title = "the IOMMU can serve SEV-SNP",
        .probe = seal_checks_probe_kernel_iommu,
        .summaries = SUMMARIES("Nothing speaks against the IOMMU",
                               NULL,
                               "The IOMMU is off, passed through or uses its second kind of page "
                               "tables, and SEV-SNP is off with it",
                               "The IOMMU was not looked at"),
        .remedy = "boot with the IOMMU on and without iommu=pt, iommu=off, amd_iommu=off and "
                  "amd_iommu=pgtbl_v2; iommu=nopt where passing through is built in",
        .unknown = READ_FILE("/sys/class/iommu and /sys/kernel/iommu_groups"),
    },
    {
        .id = "psp.api.sev-snp",
        .technology = SEAL_TECHNOLOGY_SEV_SNP,
        .decides = BIT(SEV_SNP),
        .lenient = TRUE,
        .gates = HOST_GATES,
        .title = "the secure processor's API is new enough for SEV-SNP",
        .probe = seal_checks_probe_device_api_snp,
        .summaries = SUMMARIES("The secure processor's API is new enough for SEV-SNP",
                               NULL,
                               "The secure processor's API is too old for SEV-SNP, which needs "
                               "1.51",
                               "The version of the secure processor's API is not known"),
        .remedy = "update the machine's firmware, or the secure processor's (package "
                  "amd64-microcode or linux-firmware), then boot again",
        .unknown = READ_API,
    },
    {
        .id = "kernel.kvm-amd-sev-snp",
        .technology = SEAL_TECHNOLOGY_SEV_SNP,
        .decides = BIT(SEV_SNP),
        .gates = HOST_GATES,
        .needs = MODULES,
        .title = "SEV-SNP is on in KVM",
        .probe = seal_checks_probe_kernel_parameter,
        .module = "kvm_amd",
        .parameter = "sev_snp",
        .summaries = SUMMARIES("SEV-SNP is on in KVM", NULL, "SEV-SNP is off in KVM", GATED),
        .remedy = "switch SEV-SNP and SNP Memory Coverage on in the firmware setup, boot without "
                  "iommu=pt and iommu=off, with kvm_amd.sev_snp=1; dmesg says why it stays off",
    },
    {
        .id = "kernel.es-beside-snp",
        .technology = SEAL_TECHNOLOGY_SEV_ES,
        .decides = BIT(SEV_ES),
        .gates = HOST_GATES,
        .needs = MODULES,
        .title = "SEV-ES guests do not share the host with SEV-SNP",
        .probe = seal_checks_probe_kernel_es_beside_snp,
        .module = "kvm_amd",
        .parameter = "sev_snp",
        .summaries = SUMMARIES("SEV-SNP is not in use beside SEV-ES",
                               "SEV-SNP is on: new secure processor firmware refuses SEV-ES guests "
                               "then, and old firmware is open to CVE-2025-48514",
                               "SEV-SNP is on, and this firmware of the secure processor refuses "
                               "SEV-ES guests beside it",
                               GATED),
        .remedy = "use sev-snp on this host, or boot with kvm_amd.sev_snp=0",
    },
    {
        .id = "kernel.smt",
        .technology = SEAL_TECHNOLOGY_SEV_SNP,
        .gates = HOST_GATES,
        .title = "whether processors run two threads each",
        .probe = seal_checks_probe_kernel_smt,
        .summaries = SUMMARIES("While threads share processors (SMT), a guest's policy must allow "
                               "it",
                               NULL,
                               NULL,
                               "It is not known whether threads share processors (SMT)"),
        .unknown = READ_FILE("/sys/devices/system/cpu/smt/active"),
    },
    CAUSE("kvm-intel-ept",
          TDX,
          BIT(TDX),
          "kvm_intel",
          "ept",
          "KVM uses extended page tables",
          "Extended page tables are off, and TDX with them")
        CAUSE("kvm-intel-eptad",
              TDX,
              BIT(TDX),
              "kvm_intel",
              "eptad",
              "KVM uses accessed and dirty bits",
              "Accessed and dirty bits are off, and TDX with them")
            CAUSE("tdp-mmu",
                  TDX,
                  BIT(TDX),
                  "kvm",
                  "tdp_mmu",
                  "KVM uses its newer page table code",
                  "KVM's newer page table code is off, and TDX with it")
                CAUSE("mmio-caching-tdx",
                      TDX,
                      BIT(TDX),
                      "kvm",
                      "mmio_caching",
                      "KVM caches MMIO faults for TDX",
                      "Caching of MMIO faults is off, and TDX with it")
                    CAUSE("virt-at-load",
                          TDX,
                          BIT(TDX),
                          "kvm",
                          "enable_virt_at_load",
                          "KVM switches virtualization on when it is loaded",
                          "KVM switches virtualization on only for the first guest, and TDX is off "
                          "with that"){
                        .id = "kernel.hibernation",
                        .technology = SEAL_TECHNOLOGY_TDX,
                        .decides = BIT(TDX),
                        .lenient = TRUE,
                        .gates = HOST_GATES,
                        .title = "hibernation is off",
                        .probe = seal_checks_probe_kernel_hibernation,
                        .summaries = SUMMARIES("Hibernation does not stand against TDX",
                                               NULL,
                                               "The host can hibernate, and TDX is off with that",
                                               "It is not known whether the host can hibernate"),
                        .remedy = "boot with nohibernate on the kernel's command line",
                        .unknown = READ_FILE("/sys/power/disk"),
                    },
    {
        .id = "kernel.kvm-intel-tdx",
        .technology = SEAL_TECHNOLOGY_TDX,
        .decides = BIT(TDX),
        .gates = HOST_GATES,
        .needs = MODULES,
        .title = "TDX is on in KVM",
        .probe = seal_checks_probe_kernel_parameter,
        .module = "kvm_intel",
        .parameter = "tdx",
        .summaries = SUMMARIES("TDX is on in KVM", NULL, "TDX is off in KVM", GATED),
        .remedy = "boot with kvm_intel.tdx=1 nohibernate; dmesg says why it stays off (lines with "
                  "virt/tdx)",
    },
};

const SealCheckRows seal_checks_table_kernel = TABLE(rows);
