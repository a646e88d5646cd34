/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * Operations on single storage volumes, for disks that a create makes and a
 * failed create takes away again. They run in a worker and have the signature
 * of OperationRow.run (operation.h); all use request->volume.
 */

#include <libvirt/libvirt.h>

#include "backend.h"

/**
 * volume_check_absent - VIRT_OP_VOLUME_ABSENT
 * @connection, @request, @reply: as in OperationRow.run
 * Returns: FALSE with SEAL_ERROR_NOT_FOUND (no such pool), SEAL_ERROR_INVALID_STATE (the
 * pool is not running), SEAL_ERROR_EXISTS (the volume is there), SEAL_ERROR_BACKEND.
 */
gboolean volume_check_absent(virConnectPtr connection,
                             const VirtRequest *request,
                             VirtReply *reply,
                             GError **error);

/**
 * volume_create - VIRT_OP_VOLUME_CREATE
 * @connection, @request, @reply: as in OperationRow.run
 * The volume is thin: it takes room as it is written to.
 * Returns: FALSE with the errors of volume_check_absent(); nothing is left then.
 */
gboolean volume_create(virConnectPtr connection,
                       const VirtRequest *request,
                       VirtReply *reply,
                       GError **error);

/**
 * volume_delete - VIRT_OP_VOLUME_DELETE
 * @connection, @request, @reply: as in OperationRow.run
 * Returns: FALSE with SEAL_ERROR_BACKEND; a volume that is not there is no failure, nor is
 * one that a domain has as a disk: that is left alone, for it is somebody's by now.
 */
gboolean volume_delete(virConnectPtr connection,
                       const VirtRequest *request,
                       VirtReply *reply,
                       GError **error);
