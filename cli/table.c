/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Tables of text. Widths are screen cells: East Asian wide characters take
 * two, combining ones none. A table is built whole before it is shown, since
 * the width of a column is known only after its last cell. It is never cut
 * to the terminal: a name that is cut off cannot be copied.
 */

#include <string.h>

#include "escape.h"
#include "table.h"

#define TABLE_GAP 2
#define PAINT "\033["

typedef struct {
    char *text;
    TableColour colour;
} Cell;

struct Table {
    TableColumn *columns;
    gsize n_columns;
    GArray *cells;
};

static void
cell_clear(gpointer data)
{
    g_free(((Cell *)data)->text);
}

Table *
table_new(const TableColumn *columns, gsize n_columns)
{
    Table *table = g_new0(Table, 1);
    table->columns = g_memdup2(columns, n_columns * sizeof *columns);
    table->n_columns = n_columns;
    table->cells = g_array_new(FALSE, FALSE, sizeof(Cell));
    g_array_set_clear_func(table->cells, cell_clear);
    return table;
}

void
table_free(Table *table)
{
    if (table == NULL)
        return;
    g_array_unref(table->cells);
    g_free(table->columns);
    g_free(table);
}

void
table_add(Table *table, TableColour colour, const char *text)
{
    gboolean empty = text == NULL || *text == '\0';
    Cell cell = {empty ? g_strdup("-") : escape_text(text, ESCAPE_LINE), colour};
    g_array_append_val(table->cells, cell);
}

/* Behind what table_paint() puts before and after a text. */
static const char *
skip_paint(const char *text)
{
    while (g_str_has_prefix(text, PAINT)) {
        text += strcspn(text, "m");
        /* One that was cut off has no end to step over. */
        text += *text != '\0';
    }
    return text;
}

gsize
table_width(const char *text)
{
    gsize width = 0;

    for (const char *p = skip_paint(text); *p != '\0'; p = skip_paint(g_utf8_next_char(p))) {
        gunichar c = g_utf8_get_char(p);
        if (!g_unichar_iszerowidth(c))
            width += g_unichar_iswide(c) ? 2 : 1;
    }
    return width;
}

static const Cell *
get_cell(const Table *table, gsize row, gsize column)
{
    return &g_array_index(table->cells, Cell, row * table->n_columns + column);
}

static gsize
count_rows(const Table *table)
{
    return table->cells->len / table->n_columns;
}

static gsize *
measure(const Table *table, gboolean legend)
{
    gsize *widths = g_new0(gsize, table->n_columns);

    for (gsize column = 0; column < table->n_columns; column++) {
        if (legend)
            widths[column] = table_width(table->columns[column].heading);
        for (gsize row = 0; row < count_rows(table); row++)
            widths[column] = MAX(widths[column], table_width(get_cell(table, row, column)->text));
    }
    return widths;
}

char *
table_paint(TableColour colour, gboolean enabled, const char *text)
{
    static const char *const sequences[] = {
        [TABLE_PLAIN] = "",       [TABLE_GOOD] = "\033[32m", [TABLE_WARN] = "\033[33m",
        [TABLE_BAD] = "\033[31m", [TABLE_DIM] = "\033[2m",   [TABLE_BOLD] = "\033[1m",
    };
    if (!enabled || colour == TABLE_PLAIN)
        return g_strdup(text);
    return g_strconcat(sequences[colour], text, "\033[0m", NULL);
}

static void
append_cell(GString *out,
            const Table *table,
            gsize column,
            const Cell *cell,
            const gsize *widths,
            gboolean colour)
{
    g_autofree char *painted = table_paint(cell->colour, colour, cell->text);
    int padding = (int)(widths[column] - table_width(cell->text));
    gboolean last = column + 1 == table->n_columns;

    if (table->columns[column].align == TABLE_RIGHT)
        g_string_append_printf(out, "%*s%s", padding, "", painted);
    else
        g_string_append_printf(out, "%s%*s", painted, last ? 0 : padding, "");
    if (!last)
        g_string_append_printf(out, "%*s", TABLE_GAP, "");
}

char *
table_render(const Table *table, gboolean legend, guint indent, gboolean colour)
{
    g_autofree gsize *widths = measure(table, legend);
    GString *out = g_string_new(NULL);

    if (legend) {
        g_string_append_printf(out, "%*s", (int)indent, "");
        for (gsize column = 0; column < table->n_columns; column++) {
            Cell heading = {(char *)table->columns[column].heading, TABLE_BOLD};
            append_cell(out, table, column, &heading, widths, colour);
        }
        g_string_append_c(out, '\n');
    }
    for (gsize row = 0; row < count_rows(table); row++) {
        g_string_append_printf(out, "%*s", (int)indent, "");
        for (gsize column = 0; column < table->n_columns; column++)
            append_cell(out, table, column, get_cell(table, row, column), widths, colour);
        g_string_append_c(out, '\n');
    }
    return g_string_free(out, FALSE);
}
