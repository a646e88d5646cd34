/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Probes of key slots. The kernel's own ledger counts most truly, libvirt's
 * numbers are what the processor was built for; a pool that is merely used up
 * is a warning, since it is free again when a guest stops.
 */

#include "checks-probe.h"

#include <string.h>

#include "text.h"

SealCheckState
seal_checks_probe_capacity_pool(const SealCheckRow *row,
                                const SealFacts *facts,
                                char **ret_value,
                                char **ret_remedy)
{
    SealPool pool = seal_technology_get_info(row->technology)->pool;
    guint total = 0, used = 0;

    if (!seal_facts_get_slots(facts, pool, &total, &used)) {
        *ret_value = g_strdup("neither the kernel nor libvirt tells");
        return SEAL_CHECK_NA;
    }
    *ret_value = g_strdup_printf("%u of %u guests free", total > used ? total - used : 0, total);
    if (total == 0)
        return SEAL_CHECK_FAIL;
    if (used < total)
        return SEAL_CHECK_PASS;
    *ret_remedy = g_strdup("stop a guest that uses one of them");
    return SEAL_CHECK_WARN;
}

SealCheckState
seal_checks_probe_capacity_ciphertext(const SealCheckRow *row,
                                      const SealFacts *facts,
                                      char **ret_value,
                                      char **ret_remedy)
{
    const char *text = seal_facts_get_parameter(facts, row->module, row->parameter);
    guint total = 0, used = 0;
    guint64 hidden = 0;

    if (!text || !g_ascii_string_to_unsigned(text, 10, 0, G_MAXUINT32, &hidden, NULL)) {
        *ret_value = g_strdup(text ? "no number" : "not in this kernel");
        return SEAL_CHECK_NA;
    }
    if (hidden == 0 || !seal_facts_get_slots(facts, SEAL_POOL_SEV_ES, &total, &used)) {
        *ret_value = g_strdup(hidden ? "the size of the pool is not known" : "not set apart");
        return hidden ? SEAL_CHECK_NA : SEAL_CHECK_PASS;
    }
    *ret_value = g_strdup_printf("%u of %u are for SEV-SNP alone", (guint)hidden, total);
    return hidden < total ? SEAL_CHECK_PASS : SEAL_CHECK_WARN;
}

static gboolean
knows_any(const SealMiscCgroupCount *count)
{
    for (int pool = 0; pool < SEAL_POOL_INVALID; pool++)
        if (count->known[pool])
            return TRUE;
    return FALSE;
}

SealCheckState
seal_checks_probe_capacity_ledger(const SealCheckRow *row,
                                  const SealFacts *facts,
                                  char **ret_value,
                                  char **ret_remedy)
{
    if (knows_any(&facts->slots_used)) {
        *ret_value = g_strdup(facts->slots_source ? facts->slots_source : "misc cgroup");
        return SEAL_CHECK_PASS;
    }
    if (!knows_any(&facts->slots_total) && !facts->sev_device) {
        *ret_value = g_strdup("nothing to count");
        return SEAL_CHECK_NA;
    }
    *ret_value = g_strdup(facts->slots_source ? facts->slots_source : "libvirt's running VMs");
    return SEAL_CHECK_WARN;
}

/* "sev 10": a number that is less than the host has. */
static gboolean
is_limit(const SealFacts *facts, const char *line)
{
    static const struct {
        const char *key;
        SealPool pool;
    } keys[] = {{"sev ", SEAL_POOL_SEV}, {"sev_es ", SEAL_POOL_SEV_ES}, {"tdx ", SEAL_POOL_TDX}};
    guint total = G_MAXUINT, used;
    guint64 limit;

    for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
        if (!g_str_has_prefix(line, keys[i].key))
            continue;
        seal_facts_get_slots(facts, keys[i].pool, &total, &used);
        return g_ascii_string_to_unsigned(line + strlen(keys[i].key), 10, 0, G_MAXUINT32, &limit,
                                          NULL) &&
               limit < total;
    }
    return FALSE;
}

SealCheckState
seal_checks_probe_capacity_misc_max(const SealCheckRow *row,
                                    const SealFacts *facts,
                                    char **ret_value,
                                    char **ret_remedy)
{
    const char *text = seal_facts_get_text(facts, SEAL_FACTS_TEXT_SLICE_MISC_MAX);
    g_auto(GStrv) lines = g_strsplit(text ? text : "", "\n", -1);
    g_autoptr(GString) limits = g_string_new(NULL);

    if (!text) {
        *ret_value = g_strdup("machine.slice has no misc.max");
        return SEAL_CHECK_NA;
    }
    for (gsize i = 0; lines[i]; i++) {
        g_autofree char *shown = seal_text_show(lines[i]);

        if (is_limit(facts, lines[i]))
            g_string_append_printf(limits, "%s%s", limits->len ? ", " : "", shown);
    }
    *ret_value = g_strdup(limits->len ? limits->str : "no limit");
    return limits->len ? SEAL_CHECK_WARN : SEAL_CHECK_PASS;
}
