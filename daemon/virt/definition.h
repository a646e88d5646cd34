/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * Operations that change which domains exist. Each either does all of its
 * work or leaves nothing behind. They run in a worker and have the signature
 * of OperationRow.run (operation.h), which says what they take and give.
 */

#include <libvirt/libvirt.h>

#include "backend.h"

/**
 * definition_define - VIRT_OP_DEFINE
 * @connection, @request, @reply: as in OperationRow.run
 * Returns: FALSE with SEAL_ERROR_NOT_FOUND (network, disk file), SEAL_ERROR_EXISTS,
 * SEAL_ERROR_NOT_SUPPORTED or SEAL_ERROR_BACKEND; the domain is then undefined again.
 */
gboolean definition_define(virConnectPtr connection,
                           const VirtRequest *request,
                           VirtReply *reply,
                           GError **error);

/**
 * definition_undefine - VIRT_OP_UNDEFINE
 * @connection, @request, @reply: as in OperationRow.run
 * Returns: FALSE with SEAL_ERROR_NOT_FOUND, SEAL_ERROR_INVALID_ARGUMENT when
 * volumes are to go and a disk is no volume of a storage pool (nothing is
 * deleted then), or SEAL_ERROR_BACKEND.
 */
gboolean definition_undefine(virConnectPtr connection,
                             const VirtRequest *request,
                             VirtReply *reply,
                             GError **error);
