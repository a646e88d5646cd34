/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * /proc/meminfo, each wanted line a row. A number that does not fit is left
 * out rather than cut: a wrong size of memory is worse than none.
 */

#include "meminfo.h"

#include <string.h>

#define KIB 1024

static const struct {
    const char *key;
    gsize offset;
    guint64 unit;
} rows[] = {
    {"MemTotal:", G_STRUCT_OFFSET(SealMeminfo, total), KIB},
    {"MemAvailable:", G_STRUCT_OFFSET(SealMeminfo, available), KIB},
    {"HugePages_Total:", G_STRUCT_OFFSET(SealMeminfo, huge_total), 1},
    {"HugePages_Free:", G_STRUCT_OFFSET(SealMeminfo, huge_free), 1},
    {"Hugepagesize:", G_STRUCT_OFFSET(SealMeminfo, huge_size), KIB},
};

static void
take_line(SealMeminfo *meminfo, const char *line)
{
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *digits = NULL;
        guint64 value;

        if (!g_str_has_prefix(line, rows[i].key))
            continue;
        line += strlen(rows[i].key);
        line += strspn(line, " \t");
        digits = g_strndup(line, strspn(line, "0123456789"));
        if (g_ascii_string_to_unsigned(digits, 10, 0, G_MAXUINT64 / rows[i].unit, &value, NULL))
            G_STRUCT_MEMBER(guint64, meminfo, rows[i].offset) = value * rows[i].unit;
        return;
    }
}

gboolean
seal_meminfo_parse(const char *text, SealMeminfo *ret_meminfo)
{
    g_auto(GStrv) lines = g_strsplit(text ? text : "", "\n", -1);
    SealMeminfo meminfo = {0};

    for (gsize i = 0; lines[i]; i++)
        take_line(&meminfo, lines[i]);
    if (meminfo.total == 0 || meminfo.available == 0)
        return FALSE;
    *ret_meminfo = meminfo;
    return TRUE;
}
