/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * The operations of a measured start: the host's certificates for the guest
 * owner, the measurement of a launched guest, and the owner's secret. They
 * run in a worker and have the signature of OperationRow.run (operation.h).
 */

#include <libvirt/libvirt.h>

#include "backend.h"

/**
 * attestation_certificates - VIRT_OP_CERTIFICATES
 * @connection, @request, @reply: as in OperationRow.run
 * Sets reply->values: pdh, cert-chain and, where libvirt tells it, cpu0-id, each ay.
 * Returns: FALSE with SEAL_ERROR_NOT_SUPPORTED on a host without SEV, SEAL_ERROR_BACKEND.
 */
gboolean attestation_certificates(virConnectPtr connection,
                                  const VirtRequest *request,
                                  VirtReply *reply,
                                  GError **error);

/**
 * attestation_measurement - VIRT_OP_MEASUREMENT
 * @connection, @request, @reply: as in OperationRow.run
 * Sets reply->values: measurement ay (HMAC and nonce, 48 bytes), api-major, api-minor
 * and build-id y, policy t.
 * Returns: FALSE with SEAL_ERROR_NOT_FOUND, SEAL_ERROR_INVALID_STATE (not running),
 * SEAL_ERROR_ATTESTATION_FAILED when the secure processor gave no measurement.
 */
gboolean attestation_measurement(virConnectPtr connection,
                                 const VirtRequest *request,
                                 VirtReply *reply,
                                 GError **error);

/**
 * attestation_inject - VIRT_OP_INJECT
 * @connection, @request, @reply: as in OperationRow.run; uses secret_header and secret
 * Returns: FALSE with SEAL_ERROR_NOT_FOUND, SEAL_ERROR_INVALID_STATE,
 * SEAL_ERROR_ATTESTATION_FAILED when the secure processor refused the packet.
 */
gboolean attestation_inject(virConnectPtr connection,
                            const VirtRequest *request,
                            VirtReply *reply,
                            GError **error);
