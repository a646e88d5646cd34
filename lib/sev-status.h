/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * What the numbers mean with which an SEV launch is refused: status codes of
 * the AMD secure processor's firmware, and the errnos of KVM and the ccp
 * driver, each as one English clause.
 */

#include <glib.h>

#include "sev-reply.h"

/**
 * SealSevStatus - one number
 *
 * @number: firmware status code, or positive errno
 * @name: as the specification or errno.h writes it, without prefix
 * @meaning: one English clause, lower case, no full stop
 */
typedef struct {
    gint64 number;
    const char *name;
    const char *meaning;
} SealSevStatus;

/**
 * seal_sev_status_find - look a number up
 * @kind: SEAL_SEV_REPLY_FIRMWARE (Linux include/uapi/linux/psp-sev.h, AMD 55766 and 56860) or
 *   SEAL_SEV_REPLY_KERNEL (Linux arch/x86/kvm/svm/sev.c)
 * @number: as in SealSevReply
 * Returns: (transfer none) (nullable): a static row, NULL for other kinds and unknown numbers.
 */
const SealSevStatus *seal_sev_status_find(SealSevReplyKind kind, gint64 number);

/**
 * seal_sev_status_list - all numbers of one kind, for documents and tests
 * @kind: as above
 * @ret_n: where to put the number of rows
 * Returns: (transfer none) (nullable): static rows in ascending order, NULL for other kinds.
 */
const SealSevStatus *seal_sev_status_list(SealSevReplyKind kind, gsize *ret_n);
