/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * Finding the kernel's ledger of key slots in the cgroup tree, whichever of
 * its shapes this kernel has.
 */

#include "facts.h"

/**
 * host_ledger_read - fill the ledger half of the facts
 * @root: directory that stands for "/"
 * @facts: slots_total, slots_used and slots_source are replaced
 * Total is misc.capacity of the root group. Used is misc.current of the root group
 * (Linux 6.12), else the sum over its children (before); without either it stays unknown.
 * A file that cannot be understood counts as absent.
 */
void host_ledger_read(const char *root, SealFacts *facts);
