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
} OperationRow;

/**
 * operation_get - the row of an operation
 * @op: any but INVALID
 * Returns: (transfer none): static.
 */
const OperationRow *operation_get(VirtOp op);
