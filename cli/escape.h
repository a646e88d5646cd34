/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * Text for a terminal. Names, error texts and XML come from whoever defined a
 * VM, so they may hold escape sequences that repaint a terminal or characters
 * that turn the reading direction around. Nothing reaches a terminal before
 * it has passed here.
 */

#include <glib.h>

/*
 * LINE is for one line; TEXT keeps line breaks and tabs; JSON keeps them as
 * well and writes the rest as JSON strings want it, for text that is JSON.
 */
typedef enum { ESCAPE_LINE, ESCAPE_TEXT, ESCAPE_JSON } EscapeMode;

/**
 * escape_text - make text harmless to a terminal
 * @text: (nullable): any bytes up to a NUL
 * @mode: what to keep, and how to write the rest
 * Returns: (transfer full): valid UTF-8; control characters, direction marks,
 * line separators and bytes that are no UTF-8 become \xNN or \u{N}, in JSON
 * \uNNNN. "" for NULL.
 */
char *escape_text(const char *text, EscapeMode mode);
