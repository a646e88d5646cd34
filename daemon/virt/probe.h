/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * Asking a connection what it can do: versions and domcapabilities. Runs in a
 * worker.
 */

#include <libvirt/libvirt.h>

#include "backend.h"

/**
 * probe_run - VIRT_OP_PROBE
 * @connection, @request, @reply: as in OperationRow.run
 * Returns: FALSE with SEAL_ERROR_BACKEND or BACKEND_UNAVAILABLE when not even
 * the version can be asked. A host without KVM or QEMU is no error: the
 * reason is in VirtProbe.domcaps_error.
 */
gboolean
probe_run(virConnectPtr connection, const VirtRequest *request, VirtReply *reply, GError **error);
