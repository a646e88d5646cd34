/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Showing foreign text in messages: one function that every error message with
 * a caller's value in it goes through. It works on characters, not bytes, so
 * that a cut never leaves half a character, which the bus would refuse.
 */

#include "text.h"

#include <string.h>

char *
seal_text_show(const char *text)
{
    /* No use in repairing megabytes of which 64 characters are shown. */
    gsize length = strnlen(text ? text : "", SEAL_TEXT_MAX_SHOWN * 8);
    g_autofree char *valid = g_utf8_make_valid(text ? text : "", length);
    GString *shown = g_string_new(NULL);
    guint n = 0;

    for (const char *p = valid; *p; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);

        if (++n > SEAL_TEXT_MAX_SHOWN) {
            g_string_append(shown, "...");
            break;
        }
        if (g_unichar_isprint(c))
            g_string_append_unichar(shown, c);
        else
            g_string_append_printf(shown, "\\u{%x}", c);
    }
    return g_string_free(shown, FALSE);
}
