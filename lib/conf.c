/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A scanner with one position and no memory but the last value of the wanted
 * key. It never goes back, so its time is linear in the text whatever stands
 * in it, and every step checks for the end.
 */

#include "conf.h"

#include <string.h>

typedef struct {
    const char *at;
    gboolean is_list;
    GPtrArray *items; /* of the value read last */
} Scanner;

static gboolean
is_key_char(char c)
{
    return g_ascii_isalnum(c) || c == '_';
}

static void
skip_line(Scanner *scanner)
{
    scanner->at += strcspn(scanner->at, "\n");
}

/* White space and comments, over line ends. */
static void
skip_blank(Scanner *scanner)
{
    for (;;) {
        scanner->at += strspn(scanner->at, " \t\r\n\f\v");
        if (*scanner->at != '#')
            return;
        skip_line(scanner);
    }
}

/* Quoted, where a backslash protects the next character; or bare. */
static char *
read_word(Scanner *scanner, const char *bare_end)
{
    GString *word = g_string_new(NULL);
    char quote = *scanner->at;

    if (quote != '"' && quote != '\'') {
        gsize length = strcspn(scanner->at, bare_end);

        g_string_append_len(word, scanner->at, (gssize)length);
        scanner->at += length;
        return g_string_free(word, FALSE);
    }
    for (scanner->at++; *scanner->at && *scanner->at != quote; scanner->at++) {
        if (quote == '"' && *scanner->at == '\\' && scanner->at[1])
            scanner->at++;
        g_string_append_c(word, *scanner->at);
    }
    if (*scanner->at)
        scanner->at++;
    return g_string_free(word, FALSE);
}

/* White space, comments and the commas between items. */
static void
skip_separators(Scanner *scanner)
{
    skip_blank(scanner);
    while (*scanner->at == ',') {
        scanner->at++;
        skip_blank(scanner);
    }
}

static void
read_list(Scanner *scanner)
{
    scanner->at++;
    for (skip_separators(scanner); *scanner->at && *scanner->at != ']'; skip_separators(scanner))
        g_ptr_array_add(scanner->items, read_word(scanner, ",] \t\r\n"));
}

static void
read_value(Scanner *scanner)
{
    g_ptr_array_set_size(scanner->items, 0);
    scanner->is_list = *scanner->at == '[';
    if (scanner->is_list)
        read_list(scanner);
    else
        g_ptr_array_add(scanner->items, read_word(scanner, " \t\r\n;"));
}

/* The next assignment; FALSE at the end of the text. */
static gboolean
read_assignment(Scanner *scanner, const char **ret_key, gsize *ret_length)
{
    for (;;) {
        skip_blank(scanner);
        if (!*scanner->at)
            return FALSE;
        if (g_str_has_prefix(scanner->at, "export "))
            scanner->at += strlen("export ");
        *ret_key = scanner->at;
        while (is_key_char(*scanner->at))
            scanner->at++;
        *ret_length = (gsize)(scanner->at - *ret_key);
        scanner->at += strspn(scanner->at, " \t");
        if (*scanner->at == '=' && *ret_length > 0)
            break;
        skip_line(scanner);
    }
    scanner->at++;
    scanner->at += strspn(scanner->at, " \t");
    read_value(scanner);
    skip_line(scanner);
    return TRUE;
}

GStrv
seal_conf_get_list(const char *text, const char *key)
{
    Scanner scanner = {.at = text ? text : "", .items = g_ptr_array_new_with_free_func(g_free)};
    g_autoptr(GPtrArray) items = scanner.items;
    GStrv found = NULL;
    const char *name;
    gsize length;

    while (read_assignment(&scanner, &name, &length)) {
        if (strlen(key) != length || strncmp(name, key, length) != 0)
            continue;
        g_strfreev(found);
        g_ptr_array_add(items, NULL);
        found = g_strdupv((GStrv)items->pdata);
        g_ptr_array_set_size(items, (gint)items->len - 1);
    }
    return found;
}

char *
seal_conf_get(const char *text, const char *key)
{
    Scanner scanner = {.at = text ? text : "", .items = g_ptr_array_new_with_free_func(g_free)};
    g_autoptr(GPtrArray) items = scanner.items;
    char *found = NULL;
    const char *name;
    gsize length;

    while (read_assignment(&scanner, &name, &length)) {
        if (strlen(key) != length || strncmp(name, key, length) != 0)
            continue;
        g_free(found);
        found = scanner.is_list ? NULL : g_strdup(g_ptr_array_index(items, 0));
    }
    return found;
}
