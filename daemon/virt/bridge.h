/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * What only libvirt can say of the networks a guest is to be on: whether a
 * network of its own exists, and how large the packets of a bridge may be. The
 * daemon has no network of its own to look at, by its unit's PrivateNetwork.
 */

#include <libvirt/libvirt.h>

#include "backend.h"

/**
 * bridge_find_network - one of libvirt's networks
 * @connection: to libvirt
 * @name: of the network
 * Returns: (transfer full) (nullable): for virNetworkFree(); NULL with SEAL_ERROR_NOT_FOUND.
 */
virNetworkPtr bridge_find_network(virConnectPtr connection, const char *name, GError **error);

/**
 * bridge_read_mtu - VIRT_OP_BRIDGE_MTU
 * @connection, @request, @reply: as in OperationRow.run; uses request->bridge, else the first of
 *   request->networks
 * Sets reply->mtu: bytes, or 0 for a bridge that libvirt makes and was told no MTU for, whose
 * guests need not be told either.
 * Returns: FALSE with SEAL_ERROR_NOT_FOUND (no such network or bridge), SEAL_ERROR_NOT_SUPPORTED
 * (this libvirt has no interface driver), SEAL_ERROR_INVALID_ARGUMENT (a network without a
 * bridge), SEAL_ERROR_BACKEND.
 */
gboolean bridge_read_mtu(virConnectPtr connection,
                         const VirtRequest *request,
                         VirtReply *reply,
                         GError **error);
