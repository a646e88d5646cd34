/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Finding the API version in a log that anybody may have written into: the
 * words must stand where the driver puts them, and each number has at most
 * three digits. SNP's line and SEV's line name the same firmware.
 */

#include "psp-api.h"

#include <string.h>

/* Decimal digits at @at; the position behind them, or NULL when there are none or too many. */
static const char *
read_number(const char *at, guint *ret_number)
{
    gsize n = strspn(at, "0123456789");

    if (n == 0 || n > 3)
        return NULL;
    *ret_number = 0;
    for (gsize i = 0; i < n; i++)
        *ret_number = *ret_number * 10 + (guint)(at[i] - '0');
    return at + n;
}

static SealPspApi
read_version(const char *at)
{
    SealPspApi api = {.known = TRUE};
    const char *next = read_number(at, &api.major);

    next = next && *next == '.' ? read_number(next + 1, &api.minor) : NULL;
    if (!next)
        return (SealPspApi){0};
    if (g_str_has_prefix(next, " build:") && !read_number(next + strlen(" build:"), &api.build))
        api.build = 0;
    return api;
}

static void
find_last(const char *log, const char *words, const char **last, SealPspApi *api)
{
    for (const char *at = log; (at = strstr(at, words)); at += strlen(words)) {
        SealPspApi found = read_version(at + strlen(words));

        if (found.known && at >= *last) {
            *last = at;
            *api = found;
        }
    }
}

SealPspApi
seal_psp_api_find(const char *log)
{
    SealPspApi api = {0};
    const char *last = log;

    if (!log)
        return api;
    find_last(log, "SEV API:", &last, &api);
    find_last(log, "SEV-SNP API:", &last, &api);
    return api;
}

gboolean
seal_psp_api_at_least(const SealPspApi *api, guint minor)
{
    return api->major > 1 || (api->major == 1 && api->minor >= minor);
}
