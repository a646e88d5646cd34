/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Walking the command line as the kernel does: quotes hide blanks and belong
 * to no name or value, and everything behind "--" is for init.
 */

#include "cmdline.h"

#include <string.h>

/* The words of the line, without quotes. */
static GPtrArray *
split_words(const char *text)
{
    GPtrArray *words = g_ptr_array_new_with_free_func(g_free);
    GString *word = g_string_new(NULL);
    gboolean quoted = FALSE;

    for (const char *at = text; *at; at++) {
        if (*at == '"') {
            quoted = !quoted;
        } else if (g_ascii_isspace(*at) && !quoted) {
            if (word->len > 0)
                g_ptr_array_add(words, g_strdup(word->str));
            g_string_truncate(word, 0);
        } else {
            g_string_append_c(word, *at);
        }
    }
    if (word->len > 0)
        g_ptr_array_add(words, g_strdup(word->str));
    g_string_free(word, TRUE);
    return words;
}

static gboolean
same_name(const char *word, const char *name, gsize length)
{
    if (strlen(name) != length)
        return FALSE;
    for (gsize i = 0; i < length; i++) {
        char a = word[i] == '-' ? '_' : word[i];
        char b = name[i] == '-' ? '_' : name[i];

        if (a != b)
            return FALSE;
    }
    return TRUE;
}

/* The value when @word sets the parameter, else NULL. */
static const char *
match(const char *word, const char *name)
{
    gsize length = strcspn(word, "=");

    if (!same_name(word, name, length))
        return NULL;
    return word[length] == '=' ? word + length + 1 : "";
}

char *
seal_cmdline_get(const char *text, const char *name)
{
    g_autoptr(GPtrArray) words = split_words(text ? text : "");
    const char *found = NULL;

    for (guint i = 0; i < words->len; i++) {
        const char *word = g_ptr_array_index(words, i);
        const char *value = match(word, name);

        if (g_str_equal(word, "--"))
            break;
        if (value)
            found = value;
    }
    return g_strdup(found);
}

gboolean
seal_cmdline_has(const char *text, const char *name, const char *item)
{
    g_autoptr(GPtrArray) words = split_words(text ? text : "");

    for (guint i = 0; i < words->len; i++) {
        const char *word = g_ptr_array_index(words, i);
        const char *value = match(word, name);
        g_auto(GStrv) items = value ? g_strsplit(value, ",", -1) : NULL;

        if (g_str_equal(word, "--"))
            break;
        if (items && g_strv_contains((const char *const *)items, item))
            return TRUE;
    }
    return FALSE;
}
