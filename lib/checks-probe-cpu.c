/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Probes of the processor as /proc/cpuinfo shows it. The kernel takes a flag
 * away when the firmware setup keeps its feature off, so a missing flag alone
 * does not tell silicon from setting; the generation does.
 */

#include "checks-probe.h"

#include <string.h>

/*
 * The first model of each generation of server processors, ascending, and the
 * technologies that its silicon has. EPYC by name only: desktop processors share
 * families and models with them and have none.
 */
static const struct {
    const char *vendor;
    guint family;
    guint model;
    const char *name;
    guint technologies;
} generations[] = {
    {"AuthenticAMD", 0x17, 0x00, "EPYC 7001 (Naples)", BIT(SEV)},
    {"AuthenticAMD", 0x17, 0x31, "EPYC 7002 (Rome)", BIT(SEV) | BIT(SEV_ES)},
    {"AuthenticAMD", 0x19, 0x00, "EPYC 7003 (Milan)", AMD},
    {"AuthenticAMD", 0x19, 0x10, "EPYC 9004 (Genoa)", AMD},
    {"AuthenticAMD", 0x19, 0xa0, "EPYC 97x4 or 8004 (Bergamo, Siena)", AMD},
    {"AuthenticAMD", 0x1a, 0x00, "EPYC 9005 (Turin)", AMD},
    {"GenuineIntel", 0x06, 0x6a, "Xeon of the 3rd generation (Ice Lake)", 0},
    {"GenuineIntel", 0x06, 0x8f, "Xeon of the 4th generation (Sapphire Rapids)", BIT(TDX)},
    {"GenuineIntel", 0x06, 0xad, "Xeon 6 (Granite Rapids)", BIT(TDX)},
    {"GenuineIntel", 0x06, 0xcf, "Xeon of the 5th generation (Emerald Rapids)", BIT(TDX)},
};

/* Index into generations, or -1. */
static int
find_generation(const SealFacts *facts)
{
    const char *series = g_strcmp0(facts->cpu_vendor, "AuthenticAMD") == 0 ? "EPYC" : "Xeon";
    int found = -1;

    if (!facts->cpu_model_name || !strstr(facts->cpu_model_name, series))
        return -1;
    for (gsize i = 0; i < G_N_ELEMENTS(generations); i++)
        if (g_str_equal(generations[i].vendor, facts->cpu_vendor ? facts->cpu_vendor : "") &&
            facts->cpu_family == generations[i].family && facts->cpu_model >= generations[i].model)
            found = (int)i;
    return found;
}

/* Makes whose processors can have a technology. */
static gboolean
is_known_make(const SealFacts *facts)
{
    static const char *const known[] = {"AuthenticAMD", "GenuineIntel", "HygonGenuine", NULL};

    return facts->cpu_vendor && g_strv_contains(known, facts->cpu_vendor);
}

SealCheckState
seal_checks_probe_cpu_vendor(const SealCheckRow *row,
                             const SealFacts *facts,
                             char **ret_value,
                             char **ret_remedy)
{
    if (!facts->cpu_vendor) {
        *ret_value = g_strdup("unknown");
        return SEAL_CHECK_FAIL;
    }
    *ret_value = g_strdup(facts->cpu_model_name ? facts->cpu_model_name : facts->cpu_vendor);
    return is_known_make(facts) ? SEAL_CHECK_PASS : SEAL_CHECK_NA;
}

SealCheckState
seal_checks_probe_cpu_generation(const SealCheckRow *row,
                                 const SealFacts *facts,
                                 char **ret_value,
                                 char **ret_remedy)
{
    int found = find_generation(facts);
    GString *value;

    if (found < 0) {
        *ret_value = g_strdup_printf("family %u, model %u", facts->cpu_family, facts->cpu_model);
        return SEAL_CHECK_NA;
    }
    value = g_string_new(generations[found].name);
    for (guint t = SEAL_TECHNOLOGY_FIRST; t <= SEAL_TECHNOLOGY_LAST; t++)
        if (generations[found].technologies & 1u << t)
            g_string_append_printf(value, ", %s",
                                   seal_technology_get_info((SealTechnology)t)->label);
    if (!generations[found].technologies)
        g_string_append(value, ", no memory encryption for guests");
    *ret_value = g_string_free(value, FALSE);
    return SEAL_CHECK_PASS;
}

SealCheckState
seal_checks_probe_cpu_virtualization(const SealCheckRow *row,
                                     const SealFacts *facts,
                                     char **ret_value,
                                     char **ret_remedy)
{
    static const char *const flags[] = {"svm", "vmx"};

    for (gsize i = 0; i < G_N_ELEMENTS(flags); i++) {
        if (seal_facts_has_cpu_flag(facts, flags[i])) {
            *ret_value = g_strdup_printf("flag %s", flags[i]);
            return SEAL_CHECK_PASS;
        }
    }
    *ret_value = g_strdup("neither flag svm nor vmx");
    /* Without flags nothing is known; in a virtual machine KVM may come by other ways. */
    if (!facts->cpu_flags || facts->kvm_device || seal_facts_has_cpu_flag(facts, "hypervisor"))
        return SEAL_CHECK_NA;
    return SEAL_CHECK_FAIL;
}

SealCheckState
seal_checks_probe_cpu_hypervisor(const SealCheckRow *row,
                                 const SealFacts *facts,
                                 char **ret_value,
                                 char **ret_remedy)
{
    gboolean virtual = seal_facts_has_cpu_flag(facts, "hypervisor");

    if (!facts->cpu_flags) {
        *ret_value = g_strdup("not known");
        return SEAL_CHECK_NA;
    }
    *ret_value = g_strdup(virtual ? "virtual machine" : "no hypervisor below");
    return virtual ? SEAL_CHECK_NA : SEAL_CHECK_PASS;
}

SealCheckState
seal_checks_probe_cpu_guest(const SealCheckRow *row,
                            const SealFacts *facts,
                            char **ret_value,
                            char **ret_remedy)
{
    const char *guest = seal_facts_get_own_encryption(facts);

    *ret_value = guest ? g_strdup_printf("%s itself", guest) : g_strdup("no encrypted guest");
    return guest ? SEAL_CHECK_NA : SEAL_CHECK_PASS;
}

static const char *
find_flag_remedy(SealTechnology technology, const SealFacts *facts)
{
    int generation = find_generation(facts);

    if (seal_facts_has_cpu_flag(facts, "hypervisor"))
        return "this host is itself a virtual machine, and its hypervisor passes no memory "
               "encryption on; use the machine below it";
    if (generation < 0 || !(generations[generation].technologies & 1u << technology))
        return NULL;
    if (technology == SEAL_TECHNOLOGY_TDX)
        return "switch TDX on in the firmware setup (TME, TME-MT, TDX, and a split that leaves "
               "key ids for TDX), then boot again";
    return "switch memory encryption on in the firmware setup (SMEE, SEV Control, SNP Memory "
           "Coverage; usually under CBS, CPU Common Options), then boot again";
}

SealCheckState
seal_checks_probe_cpu_flag(const SealCheckRow *row,
                           const SealFacts *facts,
                           char **ret_value,
                           char **ret_remedy)
{
    const char *flag = seal_technology_get_info(row->technology)->cpu_flag;
    gboolean virtual = seal_facts_has_cpu_flag(facts, "hypervisor");

    if (!facts->cpu_flags && (!facts->cpu_vendor || is_known_make(facts))) {
        *ret_value = g_strdup("unknown");
        *ret_remedy =
            g_strdup("let the daemon read /proc/cpuinfo (not ProcSubset=pid in its unit)");
        return SEAL_CHECK_FAIL;
    }
    if (seal_facts_has_cpu_flag(facts, flag)) {
        const char *guest = seal_facts_get_own_encryption(facts);

        *ret_value = g_strdup_printf("flag %s%s%s", flag, guest ? " of " : "", guest ? guest : "");
        return guest ? SEAL_CHECK_NA : SEAL_CHECK_PASS;
    }
    *ret_value = g_strdup_printf("no flag %s%s", flag, virtual ? ", in a virtual machine" : "");
    *ret_remedy = g_strdup(find_flag_remedy(row->technology, facts));
    return SEAL_CHECK_NA;
}

SealCheckState
seal_checks_probe_cpu_erratum(const SealCheckRow *row,
                              const SealFacts *facts,
                              char **ret_value,
                              char **ret_remedy)
{
    gboolean has =
        facts->cpu_bugs && g_strv_contains((const char *const *)facts->cpu_bugs, "tdx_pw_mce");

    *ret_value = g_strdup(has ? "bug tdx_pw_mce" : "none known");
    return has ? SEAL_CHECK_WARN : SEAL_CHECK_PASS;
}
