/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * The a{sv} options that end every acting method: a handler names the keys it
 * knows in a table, and everything else is refused.
 */

#include <glib.h>

/**
 * OptionRow - one known key
 * @key: its name; NULL ends the table
 * @type: "b", "u", "t" or "s"
 * @value: where it goes: gboolean, guint32, guint64 or char * (transfer full); left
 *   alone when the key is absent
 */
typedef struct {
    const char *key;
    const char *type;
    gpointer value;
} OptionRow;

/**
 * options_read - read a dictionary of options
 * @dict: a{sv}
 * @rows: the known keys
 * Returns: FALSE with SEAL_ERROR_INVALID_ARGUMENT that names the key: unknown,
 * given twice, or of another type.
 */
gboolean options_read(GVariant *dict, const OptionRow *rows, GError **error);
