/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Rows about libvirt and QEMU: whether they answer, whether they are new
 * enough, and whether what they believe is what the host is.
 */

#include "checks-probe.h"

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
        .probe = seal_checks_probe_libvirt_qemu_version,                                           \
        .summaries = SUMMARIES("QEMU is new enough for " label, "QEMU's version is not known",     \
                               "QEMU is too old for " label, GATED),                               \
        .remedy = "look at virsh version",                                                         \
    },

#define DOMCAPS(enum_name, name, label, decides_)                                                  \
    {                                                                                              \
        .id = "libvirt.domcaps." name,                                                             \
        .technology = SEAL_TECHNOLOGY_##enum_name,                                                 \
        .decides = (decides_),                                                                     \
        .gates = DOMCAPS_GATES,                                                                    \
        .title = "libvirt offers " label,                                                          \
        .probe = seal_checks_probe_libvirt_domcaps,                                                \
        .summaries =                                                                               \
            SUMMARIES("libvirt offers " label, NULL, "libvirt does not offer " label, GATED),      \
        .remedy = "libvirt asks QEMU, and QEMU the kernel; mend the checks above, then restart "   \
                  "libvirtd or virtqemud",                                                         \
    },

static const SealCheckRow rows[] = {
    {
        .id = "libvirt.connection",
        .technology = SEAL_TECHNOLOGY_NONE,
        .decides = ALL,
        .title = "libvirt answers",
        .probe = seal_checks_probe_libvirt_connection,
        .summaries =
            SUMMARIES("libvirt answers", NULL, "libvirt does not answer", "libvirt was not asked"),
        .remedy = "start it: systemctl start libvirtd.socket, or virtqemud.socket where libvirt is "
                  "split into several daemons",
    },
    FOR_EACH(LIBVIRT_VERSION) FOR_EACH(QEMU_VERSION){
        .id = "libvirt.domcaps",
        .technology = SEAL_TECHNOLOGY_NONE,
        .decides = ALL,
        .gates = SEAL_CHECK_GATE_LIBVIRT,
        .title = "libvirt knows what QEMU and KVM can do",
        .probe = seal_checks_probe_libvirt_domcaps_there,
        .summaries = SUMMARIES("libvirt knows what QEMU and KVM can do",
                               NULL,
                               "libvirt does not know what QEMU and KVM can do",
                               GATED),
        .remedy = "install QEMU for x86_64 (package qemu-system-x86 on Debian, qemu-kvm on Fedora) "
                  "and look at: virsh domcapabilities --virttype kvm --machine q35",
    },
    {
        .id = "libvirt.cache",
        .technology = SEAL_TECHNOLOGY_NONE,
        .gates = SEAL_CHECK_GATE_LIBVIRT | SEAL_CHECK_GATE_DOMCAPS,
        .needs = SEAL_FACTS_PART_MODULES | SEAL_FACTS_PART_MISC,
        .title = "libvirt's cached capabilities are up to date",
        .probe = seal_checks_probe_libvirt_cache,
        .summaries = SUMMARIES("libvirt's cached capabilities are up to date",
                               "libvirt's cached capabilities are out of date, or QEMU cannot open "
                               "/dev/sev",
                               NULL,
                               GATED),
        .remedy = "rm /var/cache/libvirt/qemu/capabilities/*, then restart libvirtd or virtqemud; "
                  "if it stays, QEMU cannot open /dev/sev",
    },
    {
        .id = "libvirt.claims",
        .technology = SEAL_TECHNOLOGY_NONE,
        .gates = SEAL_CHECK_GATE_LIBVIRT | SEAL_CHECK_GATE_DOMCAPS,
        .needs = SEAL_FACTS_PART_MODULES | SEAL_FACTS_PART_MISC,
        .title = "libvirt offers nothing that the kernel lacks",
        .probe = seal_checks_probe_libvirt_claims,
        .summaries =
            SUMMARIES("libvirt offers nothing that the kernel lacks",
                      "libvirt offers what the kernel lacks; whoever asks libvirt alone is "
                      "misled, and guests do not start",
                      NULL,
                      GATED),
        .remedy = "trust the verdicts here, which take both together",
    },
    DOMCAPS(SEV, "sev", "SEV", BIT(SEV) | BIT(SEV_ES))
        DOMCAPS(SEV_SNP, "sev-snp", "SEV-SNP", BIT(SEV_SNP)) DOMCAPS(TDX, "tdx", "TDX", BIT(TDX))};

const SealCheckRows seal_checks_table_libvirt = TABLE(rows);
