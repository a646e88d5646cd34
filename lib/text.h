/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * Showing foreign text in messages. Names and values come from anybody on the
 * bus and end on terminals and in logs, so control characters, invisible
 * format characters and endless lengths must not get through.
 */

#include <glib.h>

/* Values in messages are cut after this many characters. */
#define SEAL_TEXT_MAX_SHOWN 64

/**
 * seal_text_show - make foreign text fit for a message
 * @text: (nullable): any bytes, NUL-terminated
 * Returns: (transfer full): valid UTF-8 of at most SEAL_TEXT_MAX_SHOWN characters and
 * "...", with everything that does not print as \u{hex}; "" for NULL.
 */
char *seal_text_show(const char *text);
