/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Probes of CPUID leaf 8000001F. Few readers may see it: it takes root and the
 * module cpuid. Where libvirt tells the same it stands in, and where both tell
 * they must agree, for libvirt's numbers come from a cache.
 */

#include "checks-probe.h"

/* What keeps the leaf from being known; a cure where the row has none. */
static SealCheckState
not_readable(char **ret_value)
{
    *ret_value = g_strdup("not readable");
    return SEAL_CHECK_NA;
}

SealCheckState
seal_checks_probe_leaf_sme(const SealCheckRow *row,
                           const SealFacts *facts,
                           char **ret_value,
                           char **ret_remedy)
{
    gboolean flag = seal_facts_has_cpu_flag(facts, "sme");

    *ret_value = g_strdup(flag ? "flag sme" : facts->cpuid.sme ? "in CPUID only" : "no flag sme");
    return flag ? SEAL_CHECK_PASS : SEAL_CHECK_NA;
}

SealCheckState
seal_checks_probe_leaf_page_flush(const SealCheckRow *row,
                                  const SealFacts *facts,
                                  char **ret_value,
                                  char **ret_remedy)
{
    if (!facts->cpuid.known)
        return not_readable(ret_value);
    *ret_value = g_strdup(facts->cpuid.page_flush ? "there" : "not there");
    return SEAL_CHECK_PASS;
}

SealCheckState
seal_checks_probe_leaf_cbit(const SealCheckRow *row,
                            const SealFacts *facts,
                            char **ret_value,
                            char **ret_remedy)
{
    guint cbit = facts->cpuid.cbit, reduced = facts->cpuid.reduced_phys_bits;

    if (!facts->cpuid.known) {
        if (!facts->domcaps || facts->domcaps->sev != SEAL_TRISTATE_YES)
            return not_readable(ret_value);
        cbit = facts->domcaps->cbitpos;
        reduced = facts->domcaps->reduced_phys_bits;
    }
    *ret_value = g_strdup_printf("bit %u; addresses are shorter by %u", cbit, reduced);
    return SEAL_CHECK_PASS;
}

/* Guests of a pool by the leaf: SEV from the minimum to the end, SEV-ES below it. */
static guint
count_pool(const SealCpuid *cpuid, SealPool pool)
{
    if (pool == SEAL_POOL_SEV_ES)
        return cpuid->min_sev_asid > 0 ? cpuid->min_sev_asid - 1 : 0;
    return cpuid->max_asid >= cpuid->min_sev_asid ? cpuid->max_asid - cpuid->min_sev_asid + 1 : 0;
}

SealCheckState
seal_checks_probe_leaf_asids(const SealCheckRow *row,
                             const SealFacts *facts,
                             char **ret_value,
                             char **ret_remedy)
{
    gboolean told = facts->domcaps && facts->domcaps->has_guest_limits &&
                    facts->domcaps->sev == SEAL_TRISTATE_YES;
    guint sev, es;

    if (!facts->cpuid.known) {
        if (!told)
            return not_readable(ret_value);
        *ret_value =
            g_strdup_printf("%u for SEV, %u for SEV-ES and SEV-SNP, by libvirt",
                            facts->domcaps->max_sev_guests, facts->domcaps->max_sev_es_guests);
        return SEAL_CHECK_PASS;
    }
    sev = count_pool(&facts->cpuid, SEAL_POOL_SEV);
    es = count_pool(&facts->cpuid, SEAL_POOL_SEV_ES);
    if (told &&
        (sev != facts->domcaps->max_sev_guests || es != facts->domcaps->max_sev_es_guests)) {
        *ret_value = g_strdup_printf("%u for SEV, %u for SEV-ES and SEV-SNP; libvirt believes %u "
                                     "and %u",
                                     sev, es, facts->domcaps->max_sev_guests,
                                     facts->domcaps->max_sev_es_guests);
        return SEAL_CHECK_WARN;
    }
    *ret_value = g_strdup_printf("%u for SEV, %u for SEV-ES and SEV-SNP", sev, es);
    return SEAL_CHECK_PASS;
}

SealCheckState
seal_checks_probe_leaf_vmpl(const SealCheckRow *row,
                            const SealFacts *facts,
                            char **ret_value,
                            char **ret_remedy)
{
    if (!facts->cpuid.known)
        return not_readable(ret_value);
    *ret_value = g_strdup_printf("%u levels", facts->cpuid.vmpl ? facts->cpuid.vmpls : 0);
    return SEAL_CHECK_PASS;
}
