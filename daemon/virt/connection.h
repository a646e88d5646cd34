/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * Opening one connection in a worker: keepalive, close callback and event
 * callbacks are all in place before the main thread first sees it, so that no
 * change between the listing and the first event can be missed.
 *
 * It is two connections to libvirt. Calls go over the one; the other, its
 * pulse, has keepalive and never a call, because libvirt's client (seen in
 * 9.0) cannot stand both: when keepalive ends a connection on which several
 * threads wait, one of them is told, the others wait on, and closing it then
 * frees what they are using.
 */

#include <libvirt/libvirt.h>

#include "backend.h"

typedef struct Connection Connection;

/**
 * ConnectionEvents - where the callbacks go; all run on the main loop
 * @closed: libvirt closed it, or its pulse stopped (VIR_CONNECT_CLOSE_REASON_KEEPALIVE);
 *   may come more than once, and for a connection that was given up already
 * @domain_changed, @guest_reboot: as in VirtListener
 */
typedef struct {
    void (*closed)(Connection *connection, int reason, gpointer data);
    void (*domain_changed)(const char *uuid, gpointer data);
    void (*guest_reboot)(const char *uuid, gpointer data);
    gpointer data;
} ConnectionEvents;

/**
 * Connection - an open connection and its subscriptions
 * @handle: for calls; hold a reference to the Connection meanwhile
 * @pulse: (nullable): tells whether libvirt still answers; local drivers have none
 * @events: where the callbacks go
 * @references: see connection_ref()
 * @lifecycle, @metadata, @shutdown: callback ids, -1 when not subscribed
 */
struct Connection {
    virConnectPtr handle;
    virConnectPtr pulse;
    const ConnectionEvents *events;
    int references;
    int lifecycle;
    int metadata;
    int shutdown;
};

/* Milliseconds between the end of a connection and its close: see connection_unref(). */
#define CONNECTION_PARTING_PAUSE 1000

/**
 * connection_open - open and subscribe; blocks
 * @uri: libvirt URI
 * @events: (transfer none): must outlive the connection
 * Returns: (transfer full): or NULL with SEAL_ERROR_BACKEND_UNAVAILABLE.
 */
Connection *connection_open(const char *uri, const ConnectionEvents *events, GError **error);

/**
 * connection_is_alive - whether libvirt has not hung up on it; does not ask libvirt
 * @connection: the connection
 * Returns: FALSE once keepalive or the socket has ended it.
 */
gboolean connection_is_alive(const Connection *connection);

/**
 * connection_ref - keep it open for one more user; any thread
 * @connection: the connection
 * Returns: (transfer full): @connection
 */
Connection *connection_ref(Connection *connection);

/**
 * connection_unref - give a reference back; the last one unsubscribes and closes
 * @connection: (nullable) (transfer full)
 * The last one blocks until libvirt answers, so worker only. libvirt's client frees what it tells
 * of a connection's end by as soon as anybody closes that connection, even while the main loop
 * is telling, so of one that may just have ended the last reference is kept for
 * CONNECTION_PARTING_PAUSE.
 */
void connection_unref(Connection *connection);
