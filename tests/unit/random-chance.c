/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Chance from one GRand, so that a seed gives the same VMs again on every
 * machine. Nothing here knows what the words and bytes are for.
 */

#include "random-chance.h"

gboolean
random_chance_once(GRand *rand, guint n)
{
    return g_rand_int_range(rand, 0, (gint32)n) == 0;
}

char *
random_chance_pick(GRand *rand, const char *words)
{
    g_auto(GStrv) all = g_strsplit(words, " ", -1);

    return g_strdup(all[g_rand_int_range(rand, 0, (gint32)g_strv_length(all))]);
}

char *
random_chance_base64(GRand *rand, gsize size)
{
    g_autofree guchar *bytes = g_malloc(size);

    for (gsize i = 0; i < size; i++)
        bytes[i] = (guchar)g_rand_int_range(rand, 0, 256);
    return g_base64_encode(bytes, size);
}
