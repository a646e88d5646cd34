/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * The check without the daemon: a captured host is read from a tree, and the
 * same table answers in the same form as Host.Check would, so that everything
 * that shows an answer shows this one as well.
 */

#include "args.h"
#include "checks.h"

/* Options of every verb that can look at a captured host. */
extern const ArgsOption check_offline_options[];

/**
 * check_offline_wanted - whether the command line names a captured host
 * @args: the command line
 * @ret_wanted: whether it does
 * Returns: FALSE with SEAL_ERROR_INVALID_ARGUMENT when it has options that need --root, but
 * not that.
 */
gboolean check_offline_wanted(const Args *args, gboolean *ret_wanted, GError **error);

/**
 * check_offline_read - read the captured host
 * @args: a command line with --root
 * Returns: (transfer full): or NULL with SEAL_ERROR_NOT_FOUND when there is no such directory or
 * file, SEAL_ERROR_INVALID_ARGUMENT when a version or the capabilities cannot be read.
 */
SealFacts *check_offline_read(const Args *args, GError **error);

/**
 * check_offline_reply - the answer of Host.Check
 * @results: (element-type SealCheckResult): of all technologies
 * @only: one technology, or AUTO
 * Returns: (transfer full): (sa(ssssss)), not floating.
 */
GVariant *check_offline_reply(GPtrArray *results, SealTechnology only);

/**
 * check_offline_host - the properties of Host that follow
 * @facts: the captured host
 * @results: (element-type SealCheckResult): of all technologies
 * Returns: (transfer full): a{sv} with Technologies, Verdicts and Capacity, not floating.
 */
GVariant *check_offline_host(const SealFacts *facts, GPtrArray *results);
