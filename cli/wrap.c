/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Widths are screen cells, of which a sequence that only paints takes none. A
 * blank at which a line is broken goes away; blanks between the columns of a
 * table belong to the word after them.
 */

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "table.h"
#include "wrap.h"

/* Columns of text below which breaking makes things worse. */
#define LEAST_ROOM 30

guint
wrap_get_width(void)
{
    struct winsize size = {0};

    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

/* From the blanks before a word to its end. */
static gsize
measure_piece(const char *text)
{
    gsize blanks = strspn(text, " ");

    return blanks + strcspn(text + blanks, " ");
}

static guint
add_piece(GString *out, const char *text, gsize length)
{
    g_autofree char *piece = g_strndup(text, length);

    g_string_append(out, piece);
    return (guint)table_width(piece);
}

char *
wrap_line(const char *line, guint indent, guint width)
{
    GString *out = g_string_new(NULL);
    guint column = 0;

    if (width < indent + LEAST_ROOM) {
        g_string_append(out, line);
        return g_string_free(out, FALSE);
    }
    while (*line != '\0') {
        gsize length = measure_piece(line);
        g_autofree char *piece = g_strndup(line, length);

        if (column > indent && column + table_width(piece) > width) {
            g_string_append_printf(out, "\n%*s", (int)indent, "");
            line += strspn(line, " ");
            length = measure_piece(line);
            column = indent;
        }
        column += add_piece(out, line, length);
        line += length;
    }
    return g_string_free(out, FALSE);
}

void
wrap_print(const char *line, guint indent)
{
    g_autofree char *wrapped = wrap_line(line, indent, wrap_get_width());

    puts(wrapped);
}
