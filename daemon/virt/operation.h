/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * The blocking half of every VirtOp: what one worker thread does with an open
 * connection and one request. Adding an operation is adding a function and
 * its row.
 */

#include <libvirt/libvirt.h>

#include "backend.h"

/**
 * OperationRow - one operation
 * @run: does it in a worker; fills @reply or sets @error
 * @deadline: milliseconds after which the caller is no longer kept waiting
 * @what: for the timeout message: "starting the domain"
 */
typedef struct {
    gboolean (*run)(virConnectPtr connection,
                    const VirtRequest *request,
                    VirtReply *reply,
                    GError **error);
    guint deadline;
    const char *what;
    guint deadline_per_gib; /* milliseconds on top, for each GiB of the guest's memory */
} OperationRow;

/**
 * operation_get_deadline - how long the caller is kept waiting
 * @request: for any operation but INVALID
 * Returns: milliseconds; 0 for a patient one, which has none.
 */
guint operation_get_deadline(const VirtRequest *request);

/**
 * operation_get - the row of an operation
 * @op: any but INVALID
 * Returns: (transfer none): static.
 */
const OperationRow *operation_get(VirtOp op);
