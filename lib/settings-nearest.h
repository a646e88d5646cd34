/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * The cure for a misspelt key, inside lib/ only: which known key was probably
 * meant. It is apart from the table because it is the only piece of it that
 * computes.
 */

#include "settings-table.h"

/**
 * seal_settings_nearest - the key that was probably meant
 * @table: which table
 * @key: an unknown key
 * Returns: (transfer none) (nullable): NULL when none is similar.
 */
const char *seal_settings_nearest(const SealSettingsTable *table, const char *key);
