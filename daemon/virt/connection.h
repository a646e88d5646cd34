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
 *   at most once for a connection, and only while it is watched
 * @domain_changed, @guest_reboot: as in VirtListener
 */
typedef struct {
    void (*closed)(Connection *connection, int reason, gpointer data);
    void (*domain_changed)(const char *uuid, gpointer data);
    void (*guest_reboot)(const char *uuid, gpointer data);
    gpointer data;
} ConnectionEvents;

/**
 * connection_open - open and subscribe; blocks
 * @uri: libvirt URI
 * @events: (transfer none): must outlive the connection
 * Returns: (transfer full): or NULL with SEAL_ERROR_BACKEND_UNAVAILABLE.
 */
Connection *connection_open(const char *uri, const ConnectionEvents *events, GError **error);

/**
 * connection_get_handle - the half for calls
 * @connection: the connection
 * Returns: (transfer none): hold a reference to @connection while it is used
 */
virConnectPtr connection_get_handle(const Connection *connection);

/**
 * connection_is_alive - whether libvirt has not hung up on it; does not ask libvirt
 * @connection: the connection
 * Returns: FALSE once keepalive or the socket has ended it.
 */
gboolean connection_is_alive(const Connection *connection);

/**
 * connection_watch - from now on its end is told, also one that came before
 * @connection: keep a reference until connection_unwatch() or until @closed was called
 * Once in a connection's life; main thread only.
 */
void connection_watch(Connection *connection);

/**
 * connection_unwatch - its end is not told any more
 * @connection: the connection
 * Main thread only.
 */
void connection_unwatch(Connection *connection);

/**
 * connection_ref - keep it open for one more user; any thread
 * @connection: the connection
 * Returns: (transfer full): @connection
 */
Connection *connection_ref(Connection *connection);

/**
 * connection_unref - give a reference back; the last one unsubscribes and closes
 * @connection: (nullable) (transfer full)
 * The last one blocks until libvirt answers, or for up to a second until libvirt has told of
 * an end that it has come to; so worker only.
 */
void connection_unref(Connection *connection);
