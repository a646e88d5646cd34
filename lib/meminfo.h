/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * How much memory the host has and how much of it guests could get:
 * /proc/meminfo, all of whose sizes are in KiB whatever unit it writes.
 */

#include <glib.h>

/**
 * SealMeminfo - plain value; 0 for what is not told
 * @total, @available: bytes
 * @huge_total, @huge_free: huge pages of the default size, in pages
 * @huge_size: bytes a page
 */
typedef struct {
    guint64 total;
    guint64 available;
    guint64 huge_total;
    guint64 huge_free;
    guint64 huge_size;
} SealMeminfo;

/**
 * seal_meminfo_parse - read /proc/meminfo
 * @text: (nullable): its content
 * @ret_meminfo: what was found
 * Returns: FALSE, @ret_meminfo untouched, when total or available memory is absent, no
 * number, or does not fit into 64 bits of bytes.
 */
gboolean seal_meminfo_parse(const char *text, SealMeminfo *ret_meminfo);
