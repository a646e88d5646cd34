/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * Help texts, made from the tables of verbs and options, so that they cannot
 * name an option that is not there or miss one that is. The manual page is
 * compared with these tables by a test.
 */

#include "verb.h"

/**
 * help_overview - what sealctl does, its verbs, global options and exit codes
 * @verbs: NULL-terminated list
 * Returns: (transfer full): text in the user's language.
 */
char *help_overview(const Verb *const *verbs);

/**
 * help_verb - how to use one verb
 * @verb: its row
 * Returns: (transfer full): text in the user's language.
 */
char *help_verb(const Verb *verb);
