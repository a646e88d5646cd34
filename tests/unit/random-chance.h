/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * Chance in the form in which random VMs need it: once in so many times, one
 * word of several, and bytes that nobody chose.
 */

#include <glib.h>

/**
 * random_chance_once - one in @n
 * @rand: where chance comes from
 * @n: above 0
 * Returns: TRUE once in @n times.
 */
gboolean random_chance_once(GRand *rand, guint n);

/**
 * random_chance_pick - one of several words
 * @rand: where chance comes from
 * @words: NULL-terminated, separated by blanks
 * Returns: (transfer full): one of them.
 */
char *random_chance_pick(GRand *rand, const char *words);

/**
 * random_chance_base64 - random bytes in base64
 * @rand: where chance comes from
 * @size: bytes before encoding
 * Returns: (transfer full): the text.
 */
char *random_chance_base64(GRand *rand, gsize size);
