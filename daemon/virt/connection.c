/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * How a connection is made and unmade. Keepalive of 2 seconds and 3 tries
 * finds a hung libvirtd after 8 seconds (libvirt gives up after
 * interval * (count + 1)). The QEMU monitor's SHUTDOWN event is watched
 * because libvirt's own life cycle events do not tell a guest's reboot that
 * QEMU turned into a shutdown from a real one.
 */

#include "connection.h"

#include <libvirt/libvirt-qemu.h>
#include <libvirt/virterror.h>
#include <string.h>

#include "virt-error.h"

#define KEEPALIVE_INTERVAL 2
#define KEEPALIVE_COUNT 3

static void
on_close(G_GNUC_UNUSED virConnectPtr handle, int reason, void *data)
{
    Connection *connection = data;

    connection->events->closed(connection, reason, connection->events->data);
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

Connection *
connection_open(const char *uri, const ConnectionEvents *events, GError **error)
{
    virConnectPtr handle = virConnectOpen(uri);
    Connection *connection;

    if (!handle) {
        virt_error_take(error, SEAL_ERROR_BACKEND_UNAVAILABLE, "connecting to libvirt");
        return NULL;
    }
    connection = g_new0(Connection, 1);
    *connection = (Connection){handle, NULL, events, 1, -1, -1, -1};
    if (!open_pulse(connection, uri) || !subscribe(connection, events)) {
        virt_error_take(error, SEAL_ERROR_BACKEND_UNAVAILABLE, "subscribing to libvirt's events");
        g_usleep(CONNECTION_PARTING_PAUSE * 1000);
        connection_unref(connection);
        return NULL;
    }
    virResetLastError();
    return connection;
}

gboolean
connection_is_alive(const Connection *connection)
{
    return virConnectIsAlive(connection->handle) == 1 &&
           (!connection->pulse || virConnectIsAlive(connection->pulse) == 1);
}

Connection *
connection_ref(Connection *connection)
{
    g_atomic_int_inc(&connection->references);
    return connection;
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
    if (connection->pulse) {
        virConnectUnregisterCloseCallback(connection->pulse, on_close);
        virConnectClose(connection->pulse);
    }
    unsubscribe(connection);
    virConnectClose(connection->handle);
    virResetLastError();
    g_free(connection);
}
