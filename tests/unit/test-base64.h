/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * Base64 of any length in the tests' settings: "@96@" stands for 96 bytes of
 * it. Written out, one ID authentication would be longer than the test that
 * uses it.
 */

#include <glib.h>

/**
 * test_base64_new - base64 of zeros
 * @size: bytes before encoding
 * Returns: (transfer full): the text.
 */
static inline char *
test_base64_new(gsize size)
{
    g_autofree guchar *bytes = g_malloc0(size);

    return g_base64_encode(bytes, size);
}

static inline gboolean
test_base64_replace(const GMatchInfo *match, GString *to, gpointer user_data)
{
    g_autofree char *number = g_match_info_fetch(match, 1);
    g_autofree char *base64 = test_base64_new(g_ascii_strtoull(number, NULL, 10));

    g_string_append(to, base64);
    return FALSE;
}

/**
 * test_base64_expand - put base64 in the place of each "@N@"
 * @text: settings in text form
 * Returns: (transfer full): the same with base64 of N bytes.
 */
static inline char *
test_base64_expand(const char *text)
{
    g_autoptr(GRegex) regex = g_regex_new("@(\\d+)@", 0, 0, NULL);

    return g_regex_replace_eval(regex, text, -1, 0, 0, test_base64_replace, NULL, NULL);
}
