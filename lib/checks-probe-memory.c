/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Probes of the host's memory. SEV and SEV-ES pin all memory of a guest, so
 * what a guest has cannot be swapped or reclaimed, and only a limit on all
 * guests together keeps them from starving the host.
 */

#include "checks-probe.h"

#include <string.h>

#include "conf.h"
#include "meminfo.h"
#include "text.h"

#define MIB ((guint64)1 << 20)
#define LITTLE (1024 * MIB)
#define LOCK_LINE "Max locked memory"

static gboolean
read_meminfo(const SealFacts *facts, SealMeminfo *ret_meminfo, char **ret_value)
{
    if (seal_meminfo_parse(seal_facts_get_text(facts, SEAL_FACTS_TEXT_MEMINFO), ret_meminfo))
        return TRUE;
    *ret_value = g_strdup("/proc/meminfo not readable");
    return FALSE;
}

SealCheckState
seal_checks_probe_memory_free(const SealCheckRow *row,
                              const SealFacts *facts,
                              char **ret_value,
                              char **ret_remedy)
{
    SealMeminfo meminfo;

    if (!read_meminfo(facts, &meminfo, ret_value))
        return SEAL_CHECK_NA;
    *ret_value = g_strdup_printf("%" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " MiB available",
                                 meminfo.available / MIB, meminfo.total / MIB);
    return meminfo.available < LITTLE ? SEAL_CHECK_WARN : SEAL_CHECK_PASS;
}

SealCheckState
seal_checks_probe_memory_hugepages(const SealCheckRow *row,
                                   const SealFacts *facts,
                                   char **ret_value,
                                   char **ret_remedy)
{
    SealMeminfo meminfo;

    if (!read_meminfo(facts, &meminfo, ret_value))
        return SEAL_CHECK_NA;
    *ret_value = meminfo.huge_total ? g_strdup_printf("%" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT
                                                      " pages of %" G_GUINT64_FORMAT " KiB free",
                                                      meminfo.huge_free, meminfo.huge_total,
                                                      meminfo.huge_size / 1024)
                                    : g_strdup("none set apart");
    return SEAL_CHECK_PASS;
}

SealCheckState
seal_checks_probe_memory_lock(const SealCheckRow *row,
                              const SealFacts *facts,
                              char **ret_value,
                              char **ret_remedy)
{
    const char *text = seal_facts_get_text(facts, SEAL_FACTS_TEXT_LIMITS);
    const char *line = text ? strstr(text, LOCK_LINE) : NULL;
    g_autofree char *soft = NULL;
    guint64 bytes = 0;

    if (!line) {
        *ret_value = g_strdup("not readable");
        return SEAL_CHECK_NA;
    }
    line += strlen(LOCK_LINE);
    line += strspn(line, " ");
    soft = g_strndup(line, MIN(strcspn(line, " \n"), (gsize)20));
    if (g_ascii_string_to_unsigned(soft, 10, 0, G_MAXUINT64, &bytes, NULL))
        *ret_value =
            g_strdup_printf("%" G_GUINT64_FORMAT " KiB for the process that looked", bytes / 1024);
    else
        *ret_value = g_strdup_printf("%s for the process that looked", soft);
    return SEAL_CHECK_PASS;
}

/* A limit in a file of the control group ("max" is none) or of systemd ("infinity" is none). */
static char *
find_limit(const SealFacts *facts)
{
    static const struct {
        SealFactsText text;
        const char *key;
    } places[] = {
        {SEAL_FACTS_TEXT_SLICE_MAX, NULL},
        {SEAL_FACTS_TEXT_SLICE_HIGH, NULL},
        {SEAL_FACTS_TEXT_SLICE_CONF_MAX, "MemoryMax"},
        {SEAL_FACTS_TEXT_SLICE_CONF_HIGH, "MemoryHigh"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(places); i++) {
        const char *text = seal_facts_get_text(facts, places[i].text);
        g_autofree char *value =
            places[i].key ? seal_conf_get(text, places[i].key) : g_strdup(text);
        g_autofree char *shown = value ? seal_text_show(g_strstrip(value)) : NULL;

        if (shown && g_ascii_isdigit(*shown))
            return g_strdup_printf("%s in %s", shown, facts->files[places[i].text].path);
    }
    return NULL;
}

SealCheckState
seal_checks_probe_memory_slice(const SealCheckRow *row,
                               const SealFacts *facts,
                               char **ret_value,
                               char **ret_remedy)
{
    char *limit = find_limit(facts);

    if (limit) {
        *ret_value = limit;
        return SEAL_CHECK_PASS;
    }
    *ret_value = g_strdup(
        (facts->devices & SEAL_FACTS_DEVICE_SLICE)
            ? "no limit"
            : "no limit is set; machine.slice is not there and comes with the first guest");
    return SEAL_CHECK_WARN;
}
