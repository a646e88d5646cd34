/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * The kernel's command line: words separated by blanks, values behind the
 * first "=", double quotes around values with blanks. Hyphens and underscores
 * in names are the same to the kernel (kernel/params.c, parameqn).
 */

#include <glib.h>

/**
 * seal_cmdline_get - the value of a parameter
 * @text: (nullable): content of /proc/cmdline
 * @name: for example "iommu" or "kvm_amd.sev"
 * Returns: (transfer full) (nullable): the value given last, for that one counts to the
 * kernel; "" for a parameter without value; NULL when it is not there.
 */
char *seal_cmdline_get(const char *text, const char *name);

/**
 * seal_cmdline_has - whether a list on the command line has an item
 * @text: (nullable): content of /proc/cmdline
 * @name: a parameter whose values are lists, such as "iommu=pt,fullflush"
 * @item: for example "pt"
 * Returns: TRUE when any of its values has it, for such parameters add up.
 */
gboolean seal_cmdline_has(const char *text, const char *name, const char *item);
