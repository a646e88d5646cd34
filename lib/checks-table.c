/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The check table, put together from its parts in the order of cause: what the
 * silicon lacks no kernel can mend, and what the kernel lacks no libvirt. A
 * further check is a row in the part where its cause belongs, a probe where
 * none fits yet, and a line in docs/checks.md. Ids and what a state of an id
 * means are part of the contract.
 */

#include "checks-table.h"

static const SealCheckRows *const parts[] = {
    &seal_checks_table_silicon, &seal_checks_table_kernel,   &seal_checks_table_device,
    &seal_checks_table_libvirt, &seal_checks_table_capacity, &seal_checks_table_host,
};

const SealCheckRow *
seal_checks_table_get(gsize index)
{
    for (gsize i = 0; i < G_N_ELEMENTS(parts); i++) {
        if (index < parts[i]->n)
            return &parts[i]->rows[index];
        index -= parts[i]->n;
    }
    return NULL;
}
