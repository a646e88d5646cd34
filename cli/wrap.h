/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * Long lines on a narrow terminal: broken between words, with the rest below
 * the column in which the text began, so that a table stays one. Where nobody
 * looks (a pipe, a file) lines stay whole, for scripts and grep.
 */

#include <glib.h>

/**
 * wrap_get_width - how wide lines may be
 * Returns: columns of the terminal on stdout; 0 when there is none, or it does not say.
 */
guint wrap_get_width(void);

/**
 * wrap_line - one line as several
 * @line: harmless text, see escape_text(), maybe painted by table_paint()
 * @indent: blanks before all lines but the first
 * @width: columns, 0 for without end; likewise when it leaves hardly any room beside @indent
 * Returns: (transfer full): the text with line breaks in it and none at its end. Words are never
 * cut: a path that is cut off cannot be copied.
 */
char *wrap_line(const char *line, guint indent, guint width);

/**
 * wrap_print - print a line on stdout, broken to fit the terminal there
 * @line, @indent: as of wrap_line()
 */
void wrap_print(const char *line, guint indent);
