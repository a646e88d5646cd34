/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Rows about key slots and about firmware for guests: what runs out, and what
 * has to be installed.
 */

#include "checks-probe.h"

#define POOL(enum_name, name, label, decides_, remedy_)                                            \
    {                                                                                              \
        .id = "capacity." name,                                                                    \
        .technology = SEAL_TECHNOLOGY_##enum_name,                                                 \
        .decides = (decides_),                                                                     \
        .lenient = TRUE,                                                                           \
        .gates = HOST_GATES,                                                                       \
        .title = "there are key slots for " label " guests",                                       \
        .probe = seal_checks_probe_capacity_pool,                                                  \
        .summaries = SUMMARIES("There are key slots for " label " guests",                         \
                               "All key slots for " label " guests are in use",                    \
                               "There are no key slots for " label " guests",                      \
                               "The number of key slots for " label " guests is not known"),       \
        .remedy = remedy_,                                                                         \
    },

#define FIRMWARE(enum_name, name, label)                                                           \
    {                                                                                              \
        .id = "firmware.available." name,                                                          \
        .technology = SEAL_TECHNOLOGY_##enum_name,                                                 \
        .decides = BIT(enum_name),                                                                 \
        .gates = HOST_GATES,                                                                       \
        .needs = SEAL_FACTS_PART_FIRMWARE,                                                         \
        .title = "UEFI firmware for " label " guests is installed",                                \
        .probe = seal_checks_probe_firmware_available,                                             \
        .summaries = SUMMARIES("There is UEFI firmware for " label " guests", NULL,                \
                               "No UEFI firmware for " label " guests is installed", GATED),       \
        .remedy = "install an OVMF build for " label                                               \
                  " (packages ovmf and ovmf-amdsev on Debian, edk2-ovmf on Fedora)",               \
    },

#define AMDSEV_BUILD                                                                               \
    "install an AmdSev build of OVMF (package ovmf-amdsev on Debian, edk2-ovmf on Fedora)"

static const SealCheckRow rows[] = {
    POOL(SEV,
         "sev",
         "SEV",
         BIT(SEV),
         "lower the SEV-ES ASID Space Limit in the firmware setup: it leaves none for SEV")
        POOL(SEV_ES,
             "sev-es",
             "SEV-ES",
             ES_AND_SNP,
             "raise the SEV-ES ASID Space Limit in the firmware setup: it leaves none for SEV-ES "
             "and "
             "SEV-SNP") POOL(TDX,
                             "tdx",
                             "TDX",
                             BIT(TDX),
                             "give TDX more key ids in the firmware setup (TME-MT and TDX key "
                             "split)"){
            .id = "capacity.ciphertext-hiding",
            .technology = SEAL_TECHNOLOGY_SEV_ES,
            .gates = HOST_GATES,
            .needs = SEAL_FACTS_PART_MODULES,
            .title = "SEV-SNP leaves key slots to SEV-ES",
            .probe = seal_checks_probe_capacity_ciphertext,
            .module = "kvm_amd",
            .parameter = "ciphertext_hiding_asids",
            .summaries = SUMMARIES("Ciphertext hiding leaves key slots to SEV-ES",
                                   "Ciphertext hiding keeps all key slots of SEV-ES for SEV-SNP",
                                   NULL,
                                   "Ciphertext hiding is not known here"),
            .remedy =
                "lower kvm_amd.ciphertext_hiding_asids if SEV-ES guests are wanted beside SEV-SNP",
        },
    {
        .id = "capacity.ledger",
        .technology = SEAL_TECHNOLOGY_NONE,
        .needs = SEAL_FACTS_PART_CGROUP,
        .title = "the kernel counts key slots",
        .probe = seal_checks_probe_capacity_ledger,
        .summaries = SUMMARIES("The kernel counts key slots",
                               "The kernel does not tell how many key slots are in use; guests "
                               "outside of libvirt are not counted",
                               NULL,
                               "There are no key slots to count"),
        .remedy = "use a kernel of 5.13 or later with the misc control group mounted",
    },
    {
        .id = "capacity.slice-limit",
        .technology = SEAL_TECHNOLOGY_NONE,
        .title = "libvirt's guests may take all key slots",
        .probe = seal_checks_probe_capacity_misc_max,
        .summaries = SUMMARIES("libvirt's guests may take all key slots",
                               "misc.max of machine.slice leaves some key slots unused",
                               NULL,
                               "No limit on the key slots of libvirt's guests shows"),
        .remedy = "write max to /sys/fs/cgroup/machine.slice/misc.max, one line for each resource",
    },
    {
        .id = "firmware.descriptors",
        .technology = SEAL_TECHNOLOGY_NONE,
        .needs = SEAL_FACTS_PART_FIRMWARE,
        .title = "all firmware descriptors can be read",
        .probe = seal_checks_probe_firmware_descriptors,
        .summaries = SUMMARIES("All firmware descriptors can be read",
                               "Some firmware descriptors cannot be read and are left out",
                               NULL,
                               "Firmware descriptors were not looked for"),
        .remedy = "mend or remove them in /usr/share/qemu/firmware and /etc/qemu/firmware",
    },
    FOR_EACH(FIRMWARE){
        .id = "firmware.declared",
        .technology = SEAL_TECHNOLOGY_NONE,
        .needs = SEAL_FACTS_PART_FIRMWARE,
        .title = "firmware descriptors declare what their images can do",
        .probe = seal_checks_probe_firmware_declared,
        .summaries = SUMMARIES("Firmware descriptors declare what their images can do",
                               "Firmware descriptors declare less than their images can do; "
                               "libvirt's own choice (firmware='efi') does not find them",
                               NULL,
                               "Firmware descriptors were not looked for"),
        .remedy = "nothing for machines made here, whose firmware is chosen by the image too; for "
                  "others, write a descriptor with the feature to /etc/qemu/firmware",
    },
    {
        .id = "firmware.kernel-hashes",
        .technology = SEAL_TECHNOLOGY_SEV,
        .gates = HOST_GATES,
        .needs = SEAL_FACTS_PART_FIRMWARE,
        .title = "some firmware can check kernel hashes",
        .probe = seal_checks_probe_firmware_hashes,
        .summaries =
            SUMMARIES("There is firmware that can check kernel hashes",
                      NULL,
                      NULL,
                      "No firmware here can check kernel hashes; kernel-hashes is refused"),
        .unknown = AMDSEV_BUILD,
    },
    {
        .id = "firmware.secret",
        .technology = SEAL_TECHNOLOGY_SEV,
        .gates = HOST_GATES,
        .needs = SEAL_FACTS_PART_FIRMWARE,
        .title = "some firmware can take a guest owner's secret",
        .probe = seal_checks_probe_firmware_secret,
        .summaries = SUMMARIES("There is firmware that can take a guest owner's secret",
                               NULL,
                               NULL,
                               "No firmware here has a place for a guest owner's secret"),
        .unknown = AMDSEV_BUILD,
    },
};

const SealCheckRows seal_checks_table_capacity = TABLE(rows);
