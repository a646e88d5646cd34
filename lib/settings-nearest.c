/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The key that was probably meant. A misspelt setting is refused, never
 * ignored, so the least we can do is to say what the caller was after: the
 * known key at the smallest edit distance, with "_" read as "-" because that
 * is the commonest slip of all.
 */

#include "settings-nearest.h"

#include <string.h>

/* Longer than any key; what is longer resembles none. */
#define MAX_LENGTH 32

/* How many edits may lie between a slip and what was meant, by length. */
static guint
tolerance(gsize length)
{
    return length <= 4 ? 1 : 2;
}

/* Levenshtein's distance, one row of the matrix at a time. */
static guint
distance(const char *a, const char *b)
{
    guint row[MAX_LENGTH + 1];
    gsize n = strlen(b);

    for (gsize j = 0; j <= n; j++)
        row[j] = (guint)j;
    for (gsize i = 0; a[i]; i++) {
        guint diagonal = row[0];

        row[0] = (guint)i + 1;
        for (gsize j = 0; j < n; j++) {
            guint substitution = diagonal + (a[i] != b[j]);

            diagonal = row[j + 1];
            row[j + 1] = MIN(substitution, MIN(row[j], diagonal) + 1);
        }
    }
    return row[n];
}

const char *
seal_settings_nearest(const SealSettingsTable *table, const char *key)
{
    const char *nearest = NULL;
    guint least = G_MAXUINT;
    g_autofree char *plain = NULL;

    if (strlen(key) > MAX_LENGTH)
        return NULL;
    plain = g_strdelimit(g_ascii_strdown(key, -1), "_ ", '-');
    for (gsize i = 0; i < table->n_rows; i++) {
        const char *known = table->rows[i].key;
        guint edits = distance(plain, known);

        if (edits <= tolerance(strlen(known)) && edits < least) {
            nearest = known;
            least = edits;
        }
    }
    return nearest;
}
