/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * The kernel's own ledger of key slots: the misc cgroup controller counts how
 * many ASIDs (sev, sev_es, which SNP guests take theirs from) and TDX key ids
 * exist and are in use (Linux, Documentation/admin-guide/cgroup-v2.rst, Misc).
 */

#include "technology.h"

/* A ledger file longer than this is none. Real ones are below 100 bytes. */
#define SEAL_MISC_CGROUP_MAX 4096

/**
 * SealMiscCgroupCount - one number for each pool
 * @known: the file names the pool
 * @count: guests
 */
typedef struct {
    gboolean known[SEAL_POOL_INVALID];
    guint32 count[SEAL_POOL_INVALID];
} SealMiscCgroupCount;

/**
 * seal_misc_cgroup_parse - read misc.capacity or misc.current
 * @text: (nullable): lines of a key, a blank and a decimal number; NULL is an empty file
 * @ret_count: what was found; pools that are not named stay unknown
 * Returns: FALSE with SEAL_ERROR_INVALID_ARGUMENT, @ret_count untouched, when a line has
 * another form or a number does not fit. Keys of other resources are passed over.
 */
gboolean seal_misc_cgroup_parse(const char *text, SealMiscCgroupCount *ret_count, GError **error);

/**
 * seal_misc_cgroup_add - sum two counts, as of sibling groups
 * @sum: what @count is added to; a pool known to either is known to the sum
 * @count: what is added; a sum that would overflow stays at its largest value
 */
void seal_misc_cgroup_add(SealMiscCgroupCount *sum, const SealMiscCgroupCount *count);
