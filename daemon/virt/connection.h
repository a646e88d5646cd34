/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * Opening one connection in a worker: keepalive, close callback and event
 * callbacks are all in place before the main thread first sees it, so that no
 * change between the listing and the first event can be missed.
 */

#include <libvirt/libvirt.h>

#include "backend.h"

/**
 * ConnectionEvents - where the callbacks go; all run on the main loop
 * @closed: libvirt closed it, or keepalive gave up
 * @domain_changed, @guest_reboot: as in VirtListener
 */
typedef struct {
    void (*closed)(int reason, gpointer data);
    void (*domain_changed)(const char *uuid, gpointer data);
    void (*guest_reboot)(const char *uuid, gpointer data);
    gpointer data;
} ConnectionEvents;

/**
 * Connection - an open connection and its subscriptions
 * @handle: libvirt's; take a reference with virConnectRef() to use it in a worker
 * @lifecycle, @metadata, @shutdown: callback ids, -1 when not subscribed. They hold
 *   references to @handle, so only connection_close() really ends it.
 */
typedef struct {
    virConnectPtr handle;
    int lifecycle;
    int metadata;
    int shutdown;
} Connection;

/**
 * connection_open - open and subscribe; blocks
 * @uri: libvirt URI
 * @events: (transfer none): must outlive the connection
 * Returns: (transfer full): or NULL with SEAL_ERROR_BACKEND_UNAVAILABLE.
 */
Connection *connection_open(const char *uri, const ConnectionEvents *events, GError **error);

/**
 * connection_close - unsubscribe and drop our references; blocks, so worker only
 * @connection: (nullable) (transfer full)
 */
void connection_close(Connection *connection);
