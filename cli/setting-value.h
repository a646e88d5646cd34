/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * Text into typed settings. The types come from the tables of lib, the same
 * that the daemon checks against, so that a setting added there is understood
 * on the command line at once.
 */

#include <glib.h>

#include "settings.h"

/**
 * setting_value_parse - text into a value of a D-Bus type
 * @signature: "s", "t", "u", "b" or "as" (words between commas)
 * @text: as typed; sizes as size_parse() reads them; yes, no, true, false, on, off for b
 * Returns: (transfer floating): NULL with SEAL_ERROR_INVALID_ARGUMENT that
 * shows the text and what would do.
 */
GVariant *setting_value_parse(const char *signature, const char *text, GError **error);

/**
 * setting_value_find - the row of a key
 * @rows: a table of lib, @n_rows: its length
 * @key: the key as typed
 * Returns: (transfer none): NULL with SEAL_ERROR_INVALID_ARGUMENT that lists
 * the keys there are.
 */
const SealSettingInfo *
setting_value_find(const SealSettingInfo *rows, gsize n_rows, const char *key, GError **error);

/**
 * setting_value_path - a file name as the daemon wants it
 * @text: absolute, or relative to where sealctl runs
 * Returns: (transfer full): an absolute path.
 */
char *setting_value_path(const char *text);
