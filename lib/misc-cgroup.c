/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reading the two files of the misc controller. They have one line a
 * resource; a resource without capacity is left out by the kernel, so an
 * absent line means that nothing is known, never zero.
 */

#include "misc-cgroup.h"

#include <string.h>

#include "error.h"
#include "text.h"

static const struct {
    const char *key;
    SealPool pool;
} keys[] = {
    {"sev", SEAL_POOL_SEV},
    {"sev_es", SEAL_POOL_SEV_ES},
    {"tdx", SEAL_POOL_TDX},
};

static gboolean
refuse_line(const char *line, GError **error)
{
    g_autofree char *shown = seal_text_show(line);

    g_set_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT,
                "\"%s\" is no line of the misc cgroup, which has a resource and a number", shown);
    return FALSE;
}

static gboolean
take_line(const char *line, SealMiscCgroupCount *count, GError **error)
{
    const char *blank = strchr(line, ' ');
    guint64 number;

    /* Others count in other units: sgx_epc is in bytes. */
    if (!blank || blank == line ||
        !g_ascii_string_to_unsigned(blank + 1, 10, 0, G_MAXUINT64, &number, NULL))
        return refuse_line(line, error);
    for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
        if (strlen(keys[i].key) != (gsize)(blank - line) || !g_str_has_prefix(line, keys[i].key))
            continue;
        if (number > G_MAXUINT32)
            return refuse_line(line, error);
        count->known[keys[i].pool] = TRUE;
        count->count[keys[i].pool] = (guint32)number;
    }
    return TRUE;
}

gboolean
seal_misc_cgroup_parse(const char *text, SealMiscCgroupCount *ret_count, GError **error)
{
    g_auto(GStrv) lines = g_strsplit(text ? text : "", "\n", -1);
    SealMiscCgroupCount count = {0};

    for (gsize i = 0; lines[i]; i++)
        if (lines[i][0] != '\0' && !take_line(lines[i], &count, error))
            return FALSE;
    *ret_count = count;
    return TRUE;
}

void
seal_misc_cgroup_add(SealMiscCgroupCount *sum, const SealMiscCgroupCount *count)
{
    for (int pool = 0; pool < SEAL_POOL_INVALID; pool++) {
        if (!count->known[pool])
            continue;
        sum->known[pool] = TRUE;
        sum->count[pool] =
            (guint32)MIN((guint64)sum->count[pool] + count->count[pool], (guint64)G_MAXUINT32);
    }
}
