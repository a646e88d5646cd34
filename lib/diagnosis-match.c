/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Matching fragments in order. Taking the first place for each fragment is
 * enough: if the rest is not found behind the first place, it is not found
 * behind a later one either. So nothing is ever tried twice.
 */

#include "diagnosis-match.h"

#include <string.h>

/* A number of the pattern must not be a part of a longer one in the line. */
static gboolean
is_whole(const char *fragment, gsize n, const char *line, gsize length, gsize at)
{
    if (g_ascii_isdigit(fragment[0]) && at > 0 && g_ascii_isdigit(line[at - 1]))
        return FALSE;
    return !g_ascii_isdigit(fragment[n - 1]) || at + n >= length || !g_ascii_isxdigit(line[at + n]);
}

static gboolean
find(const char *fragment, gsize n, const char *line, gsize length, gsize from, gsize *ret_at)
{
    while (from <= length) {
        const char *found = memmem(line + from, length - from, fragment, n);

        if (!found)
            return FALSE;
        from = (gsize)(found - line);
        if (is_whole(fragment, n, line, length, from)) {
            *ret_at = from;
            return TRUE;
        }
        from++;
    }
    return FALSE;
}

static gboolean
find_last(const char *fragment, gsize n, const char *line, gsize length, gsize from, gsize *ret_at)
{
    if (n > length - from || memcmp(line + length - n, fragment, n) != 0)
        return FALSE;
    *ret_at = length - n;
    return is_whole(fragment, n, line, length, *ret_at);
}

gboolean
seal_diagnosis_match(const char *pattern, const char *line, gsize length, SealDiagnosisHit *ret_hit)
{
    SealDiagnosisHit hit = {0, 0};
    gsize from = 0;

    for (const char *next = pattern; *next;) {
        const char *fragment = next;
        gsize n = strcspn(fragment, "*$");
        gboolean last = fragment[n] == '$';
        gsize at;

        next = fragment + n + (fragment[n] ? 1 : 0);
        if (n == 0)
            continue;
        if (!(last ? find_last : find)(fragment, n, line, length, from, &at))
            return FALSE;
        if (hit.weight == 0)
            hit.at = at;
        hit.weight += n;
        from = at + n;
    }
    if (hit.weight == 0)
        return FALSE;
    *ret_hit = hit;
    return TRUE;
}
