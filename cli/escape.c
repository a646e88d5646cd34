/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Escaping for terminals. The decision goes by Unicode's general category:
 * controls and line and paragraph separators are always shown as numbers, and
 * of the format characters those that reorder text. A backslash is left
 * alone, as this is for reading, not for reading back.
 */

#include "escape.h"

typedef struct {
    gunichar first;
    gunichar last;
} Range;

/* Marks, embeddings, overrides and isolates of the bidirectional algorithm. */
static const Range reordering[] = {
    {0x061c, 0x061c},
    {0x200e, 0x200f},
    {0x202a, 0x202e},
    {0x2066, 0x2069},
};

static gboolean
reorders(gunichar c)
{
    for (gsize i = 0; i < G_N_ELEMENTS(reordering); i++)
        if (c >= reordering[i].first && c <= reordering[i].last)
            return TRUE;
    return FALSE;
}

static gboolean
harmless(gunichar c, EscapeMode mode)
{
    GUnicodeType type = g_unichar_type(c);

    if (mode != ESCAPE_LINE && (c == '\n' || c == '\t'))
        return TRUE;
    return type != G_UNICODE_CONTROL && type != G_UNICODE_LINE_SEPARATOR &&
           type != G_UNICODE_PARAGRAPH_SEPARATOR && !reorders(c);
}

static void
append_number(GString *out, gunichar c, EscapeMode mode)
{
    if (mode == ESCAPE_JSON)
        g_string_append_printf(out, "\\u%04x", c);
    else if (c < 0x100)
        g_string_append_printf(out, "\\x%02x", c);
    else
        g_string_append_printf(out, "\\u{%x}", c);
}

char *
escape_text(const char *text, EscapeMode mode)
{
    GString *out = g_string_new(NULL);

    for (const char *p = text != NULL ? text : ""; *p != '\0';) {
        gunichar c = g_utf8_get_char_validated(p, -1);
        if (c == (gunichar)-1 || c == (gunichar)-2) {
            append_number(out, (guchar)*p, mode);
            p++;
            continue;
        }
        if (harmless(c, mode))
            g_string_append_unichar(out, c);
        else
            append_number(out, c, mode);
        p = g_utf8_next_char(p);
    }
    return g_string_free(out, FALSE);
}
