/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * Settings and words that people ask for and that are not there. They would be
 * refused as unknown anyway; who asks for one gets the reason, so that he does
 * not look for another spelling. sealctl asks here too, for what it refuses
 * before the daemon hears of it.
 */

#include <glib.h>

/**
 * seal_settings_refused_key - why a setting is not offered
 * @key: a key that is in no table
 * Returns: (transfer none) (nullable): one English clause with what to do instead, or NULL.
 */
const char *seal_settings_refused_key(const char *key);

/**
 * seal_settings_refused_word - why a word is not among those of a setting
 * @key: the setting, without the array it is in
 * @word: a word that it does not take
 * Returns: (transfer none) (nullable): one English clause, or NULL.
 */
const char *seal_settings_refused_word(const char *key, const char *word);
