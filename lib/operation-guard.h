/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * What cannot be done to an encrypted VM, and why. libvirt itself checks next
 * to nothing of this: the refusal comes late, from QEMU, in words that do not
 * help. One table says it before anything is tried.
 */

#include "technology.h"

/**
 * SealOperationInfo - one operation that a client may ask about
 * @name: stable word; @title: what it is, one English line
 */
typedef struct {
    const char *name;
    const char *title;
} SealOperationInfo;

/**
 * seal_operation_guard_list - every operation the guard knows
 * @ret_n: number of rows
 * Returns: (transfer none): static rows
 */
const SealOperationInfo *seal_operation_guard_list(gsize *ret_n);

/**
 * seal_operation_guard_check - whether an operation can work on a VM
 * @operation: one of the names of seal_operation_guard_list()
 * @technology: of the VM; none is never blocked here
 * @qemu_version: packed, 0 when unknown (then the oldest is assumed)
 * @ret_reason: (transfer full) (nullable): why not, with what to do instead; NULL when it can
 * Returns: FALSE with SEAL_ERROR_INVALID_ARGUMENT when the operation is unknown.
 * Sources: QEMU migration blockers "SEV: Migration is not implemented", runstate.c
 * (cpus are not resettable), guest_memfd and VFIO (fixed in QEMU 9.2).
 */
gboolean seal_operation_guard_check(const char *operation,
                                    SealTechnology technology,
                                    guint64 qemu_version,
                                    char **ret_reason,
                                    GError **error);
