/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * Tables of text for a terminal: columns as wide as their widest cell, counted
 * in screen cells and not in bytes, with colour where it is wanted. Cells are
 * escaped as they are added, so that no caller can forget it.
 */

#include <glib.h>

/* What a colour says, not which one it is. */
typedef enum { TABLE_PLAIN, TABLE_GOOD, TABLE_WARN, TABLE_BAD, TABLE_DIM, TABLE_BOLD } TableColour;

typedef enum { TABLE_LEFT, TABLE_RIGHT } TableAlign;

/**
 * TableColumn - one column
 * @heading: as shown, already translated; @align: of its cells
 */
typedef struct {
    const char *heading;
    TableAlign align;
} TableColumn;

typedef struct Table Table;

/**
 * table_new - an empty table
 * @columns: (transfer none): copied, but the headings must stay
 * @n_columns: at least 1
 * Returns: (transfer full): free with table_free().
 */
Table *table_new(const TableColumn *columns, gsize n_columns);

/**
 * table_free - give it back
 * @table: (nullable) (transfer full): from table_new()
 */
void table_free(Table *table);

/**
 * table_add - the next cell, left to right and then down
 * @table: the table
 * @colour: of the cell
 * @text: (nullable): any text; escaped here. An empty cell is shown as "-".
 */
void table_add(Table *table, TableColour colour, const char *text);

/**
 * table_render - the table as text
 * @table: whose last row is complete
 * @legend: with a line of headings
 * @indent: blanks before each line
 * @colour: with colours
 * Returns: (transfer full): lines, each ended by a line break; no blanks at line ends.
 */
char *table_render(const Table *table, gboolean legend, guint indent, gboolean colour);

/**
 * table_paint - text in a colour
 * @colour: what it says
 * @enabled: FALSE gives the text as it is
 * @text: harmless text, see escape_text()
 * Returns: (transfer full): the text, with the terminal's sequences around it.
 */
char *table_paint(TableColour colour, gboolean enabled, const char *text);

/**
 * table_width - screen cells that a text takes
 * @text: valid UTF-8, maybe painted
 * Returns: the number; East Asian wide characters take two, combining ones and paint none.
 */
gsize table_width(const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Table, table_free)
