/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * How a connection is made and unmade. Keepalive of 2 seconds and 3 tries
 * finds a hung libvirtd after 8 seconds (libvirt gives up after
 * interval * (count + 1)). The QEMU monitor's SHUTDOWN event is watched
 * because libvirt's own life cycle events do not tell a guest's reboot that
 * QEMU turned into a shutdown from a real one.
 *
 * libvirt tells of a connection's end in whatever thread finds it out: the main
 * loop, or the worker whose call was the last to wait. The news is noted under
 * the connection's lock, and the bell, a source of the main loop, carries it over.
 */

#include "connection.h"

#include <libvirt/libvirt-qemu.h>
#include <libvirt/virterror.h>
#include <string.h>

#include "virt-error.h"

#define KEEPALIVE_INTERVAL 2
#define KEEPALIVE_COUNT 3
/* Microseconds that libvirt gets to tell of an end that one half has come to: see await_ends(). */
#define END_PATIENCE G_USEC_PER_SEC

struct Connection {
    virConnectPtr handle;
    virConnectPtr pulse; /* (nullable): local drivers have none */
    const ConnectionEvents *events;
    GSource *bell;
    int references;
    int lifecycle; /* callback ids, -1 when not subscribed */
    int metadata;
    int shutdown;
    GMutex lock; /* of what follows */
    GCond told;
    gboolean handle_ended;
    gboolean pulse_ended;
    int reason; /* of the first end */
};

/* Any thread, and libvirt holds locks of its own meanwhile. */
static void
on_close(virConnectPtr half, int reason, void *data)
{
    Connection *connection = data;

    g_mutex_lock(&connection->lock);
    if (!connection->handle_ended && !connection->pulse_ended)
        connection->reason = reason;
    if (half == connection->handle)
        connection->handle_ended = TRUE;
    else
        connection->pulse_ended = TRUE;
    g_cond_broadcast(&connection->told);
    g_source_set_ready_time(connection->bell, 0);
    g_mutex_unlock(&connection->lock);
}

static gboolean
on_bell(gpointer data)
{
    Connection *connection = data;
    int reason;

    g_mutex_lock(&connection->lock);
    reason = connection->reason;
    g_mutex_unlock(&connection->lock);
    connection->events->closed(connection, reason, connection->events->data);
    return G_SOURCE_REMOVE;
}

static gboolean
ring(G_GNUC_UNUSED GSource *bell, GSourceFunc callback, gpointer data)
{
    return callback(data);
}

static GSource *
bell_new(Connection *connection)
{
    static GSourceFuncs bell_functions = {.dispatch = ring};
    GSource *bell = g_source_new(&bell_functions, sizeof *bell);

    g_source_set_static_name(bell, "libvirt's end");
    g_source_set_callback(bell, on_bell, connection, NULL);
    return bell;
}

static void
report_change(virDomainPtr domain, const ConnectionEvents *events)
{
    char uuid[VIR_UUID_STRING_BUFLEN];

    if (virDomainGetUUIDString(domain, uuid) == 0)
        events->domain_changed(uuid, events->data);
}

static int
on_lifecycle(G_GNUC_UNUSED virConnectPtr connection,
             virDomainPtr domain,
             G_GNUC_UNUSED int event,
             G_GNUC_UNUSED int detail,
             void *data)
{
    report_change(domain, data);
    return 0;
}

static void
on_metadata(G_GNUC_UNUSED virConnectPtr connection,
            virDomainPtr domain,
            G_GNUC_UNUSED int type,
            G_GNUC_UNUSED const char *nsuri,
            void *data)
{
    report_change(domain, data);
}

static void
on_shutdown_event(G_GNUC_UNUSED virConnectPtr connection,
                  virDomainPtr domain,
                  G_GNUC_UNUSED const char *event,
                  G_GNUC_UNUSED long long seconds,
                  G_GNUC_UNUSED unsigned int micros,
                  const char *details,
                  void *data)
{
    const ConnectionEvents *events = data;
    char uuid[VIR_UUID_STRING_BUFLEN];

    /* QEMU's ShutdownCause, since 4.0: qapi/run-state.json */
    if (!details || !strstr(details, "\"guest-reset\""))
        return;
    if (virDomainGetUUIDString(domain, uuid) == 0)
        events->guest_reboot(uuid, events->data);
}

static gboolean
subscribe(Connection *connection, const ConnectionEvents *events)
{
    virConnectPtr handle = connection->handle;
    void *data = (void *)events;

    if (virConnectRegisterCloseCallback(handle, on_close, connection, NULL) < 0)
        return FALSE;
    connection->lifecycle =
        virConnectDomainEventRegisterAny(handle, NULL, VIR_DOMAIN_EVENT_ID_LIFECYCLE,
                                         VIR_DOMAIN_EVENT_CALLBACK(on_lifecycle), data, NULL);
    connection->metadata =
        virConnectDomainEventRegisterAny(handle, NULL, VIR_DOMAIN_EVENT_ID_METADATA_CHANGE,
                                         VIR_DOMAIN_EVENT_CALLBACK(on_metadata), data, NULL);
    if (connection->lifecycle < 0 || connection->metadata < 0)
        return FALSE;
    /* Only the qemu driver has a monitor; without it a guest's reboot stays a shutdown. */
    connection->shutdown = virConnectDomainQemuMonitorEventRegister(
        handle, NULL, "SHUTDOWN", on_shutdown_event, data, NULL, 0);
    return TRUE;
}

/* Local drivers (test:///) have no keepalive; they cannot hang either. */
static gboolean
open_pulse(Connection *connection, const char *uri)
{
    virConnectPtr pulse = virConnectOpen(uri);

    if (!pulse)
        return FALSE;
    if (virConnectSetKeepAlive(pulse, KEEPALIVE_INTERVAL, KEEPALIVE_COUNT) != 0) {
        virConnectClose(pulse);
        virResetLastError();
        return TRUE;
    }
    connection->pulse = pulse;
    return virConnectRegisterCloseCallback(pulse, on_close, connection, NULL) == 0;
}

static Connection *
connection_new(virConnectPtr handle, const ConnectionEvents *events)
{
    Connection *connection = g_new0(Connection, 1);

    connection->handle = handle;
    connection->events = events;
    connection->references = 1;
    connection->lifecycle = connection->metadata = connection->shutdown = -1;
    g_mutex_init(&connection->lock);
    g_cond_init(&connection->told);
    connection->bell = bell_new(connection);
    return connection;
}

Connection *
connection_open(const char *uri, const ConnectionEvents *events, GError **error)
{
    virConnectPtr handle = virConnectOpen(uri);
    Connection *connection;

    if (!handle) {
        virt_error_take(error, SEAL_ERROR_BACKEND_UNAVAILABLE, "connecting to libvirt");
        return NULL;
    }
    connection = connection_new(handle, events);
    if (!open_pulse(connection, uri) || !subscribe(connection, events)) {
        virt_error_take(error, SEAL_ERROR_BACKEND_UNAVAILABLE, "subscribing to libvirt's events");
        connection_unref(connection);
        return NULL;
    }
    virResetLastError();
    return connection;
}

virConnectPtr
connection_get_handle(const Connection *connection)
{
    return connection->handle;
}

gboolean
connection_is_alive(const Connection *connection)
{
    return virConnectIsAlive(connection->handle) == 1 &&
           (!connection->pulse || virConnectIsAlive(connection->pulse) == 1);
}

void
connection_watch(Connection *connection)
{
    g_mutex_lock(&connection->lock);
    g_source_attach(connection->bell, NULL);
    g_mutex_unlock(&connection->lock);
}

void
connection_unwatch(Connection *connection)
{
    g_mutex_lock(&connection->lock);
    g_source_destroy(connection->bell);
    g_mutex_unlock(&connection->lock);
}

Connection *
connection_ref(Connection *connection)
{
    g_atomic_int_inc(&connection->references);
    return connection;
}

static gboolean
is_told(const Connection *connection)
{
    return connection->handle_ended && (connection->pulse_ended || !connection->pulse);
}

/*
 * libvirt's client looks up what to tell an end to, lets its lock go, and then tells; whoever
 * closes the connection in between frees that from under it (virNetClientCloseLocked() and
 * doRemoteClose(), in 9.0 as in 12.8). So a connection that has begun to end is closed when
 * both halves were told of. A hung libvirtd never ends the handle; then time has to do.
 */
static void
await_ends(Connection *connection)
{
    gint64 until = g_get_monotonic_time() + END_PATIENCE;
    gboolean ends = !connection_is_alive(connection);

    g_mutex_lock(&connection->lock);
    ends = ends || connection->handle_ended || connection->pulse_ended;
    while (ends && !is_told(connection))
        if (!g_cond_wait_until(&connection->told, &connection->lock, until))
            break;
    g_mutex_unlock(&connection->lock);
}

static void
unsubscribe(Connection *connection)
{
    virConnectUnregisterCloseCallback(connection->handle, on_close);
    if (connection->lifecycle >= 0)
        virConnectDomainEventDeregisterAny(connection->handle, connection->lifecycle);
    if (connection->metadata >= 0)
        virConnectDomainEventDeregisterAny(connection->handle, connection->metadata);
    if (connection->shutdown >= 0)
        virConnectDomainQemuMonitorEventDeregister(connection->handle, connection->shutdown);
}

void
connection_unref(Connection *connection)
{
    if (!connection || !g_atomic_int_dec_and_test(&connection->references))
        return;
    await_ends(connection);
    if (connection->pulse) {
        virConnectUnregisterCloseCallback(connection->pulse, on_close);
        virConnectClose(connection->pulse);
    }
    unsubscribe(connection);
    virConnectClose(connection->handle);
    virResetLastError();
    g_source_destroy(connection->bell);
    g_source_unref(connection->bell);
    g_mutex_clear(&connection->lock);
    g_cond_clear(&connection->told);
    g_free(connection);
}
