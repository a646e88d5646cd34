/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Packed version numbers. Reading is forgiving at the end ("6.12.0-1-amd64",
 * "7.2.22 (Debian ...)") and strict in the middle: a component that does not
 * fit the packed form gives 0, unknown, instead of a wrong comparison.
 */

#include "version.h"

#define N_COMPONENTS 3

static const guint64 component_limits[N_COMPONENTS] = {9999, 999, 999};

char *
seal_version_format(guint64 version)
{
    if (version == 0)
        return g_strdup("unknown");
    return g_strdup_printf("%" G_GUINT64_FORMAT ".%" G_GUINT64_FORMAT ".%" G_GUINT64_FORMAT,
                           version / 1000000, version / 1000 % 1000, version % 1000);
}

guint64
seal_version_parse(const char *text)
{
    guint64 parts[N_COMPONENTS] = {0};
    const char *p = text ? text : "";

    for (guint i = 0; i < N_COMPONENTS; i++) {
        char *end = NULL;

        if (!g_ascii_isdigit(*p))
            break;
        parts[i] = g_ascii_strtoull(p, &end, 10);
        if (parts[i] > component_limits[i])
            return 0;
        if (*end != '.')
            break;
        p = end + 1;
    }
    return SEAL_VERSION(parts[0], parts[1], parts[2]);
}
