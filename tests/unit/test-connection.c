/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A connection's end, told from any thread and at any time, over a client of
 * libvirt's that is acted here: the news reaches the main loop, once, and
 * nothing is closed while libvirt is still about to tell. What the real client
 * does at those moments takes the luck of a race to see; here it is the rule.
 */

#include "connection.h"

#include <libvirt/libvirt-qemu.h>
#include <string.h>

#include "error.h"

/* Time for threads of a slow machine, in microseconds. */
#define PATIENCE (20 * G_USEC_PER_SEC)
#define TOLD_LATE (100 * 1000)

/* What stands for one half of a connection. */
typedef struct {
    virConnectCloseFunc tell;
    void *data;
    gboolean dead;
    gboolean told;
    gboolean closed;
    gboolean closed_untold;
} Half;

static struct {
    GMutex lock;
    Half halves[2]; /* in the order of their opening: the handle, the pulse */
    guint opened;
    gboolean no_events;
} client;

static Half *
half_of(virConnectPtr connection)
{
    return (Half *)connection;
}

virConnectPtr
virConnectOpen(G_GNUC_UNUSED const char *uri)
{
    g_assert_cmpuint(client.opened, <, G_N_ELEMENTS(client.halves));
    return (virConnectPtr)&client.halves[client.opened++];
}

int
virConnectClose(virConnectPtr connection)
{
    Half *half = half_of(connection);

    g_mutex_lock(&client.lock);
    half->closed = TRUE;
    half->closed_untold = half->dead && !half->told;
    g_mutex_unlock(&client.lock);
    return 0;
}

int
virConnectIsAlive(virConnectPtr connection)
{
    gboolean dead;

    g_mutex_lock(&client.lock);
    dead = half_of(connection)->dead;
    g_mutex_unlock(&client.lock);
    return !dead;
}

int
virConnectSetKeepAlive(G_GNUC_UNUSED virConnectPtr connection,
                       G_GNUC_UNUSED int interval,
                       G_GNUC_UNUSED unsigned int count)
{
    return 0;
}

int
virConnectRegisterCloseCallback(virConnectPtr connection,
                                virConnectCloseFunc callback,
                                void *data,
                                G_GNUC_UNUSED virFreeCallback free_data)
{
    half_of(connection)->tell = callback;
    half_of(connection)->data = data;
    return 0;
}

int
virConnectUnregisterCloseCallback(virConnectPtr connection, virConnectCloseFunc callback)
{
    g_mutex_lock(&client.lock);
    g_assert_true(half_of(connection)->tell == callback);
    half_of(connection)->tell = NULL;
    g_mutex_unlock(&client.lock);
    return 0;
}

int
virConnectDomainEventRegisterAny(G_GNUC_UNUSED virConnectPtr connection,
                                 G_GNUC_UNUSED virDomainPtr domain,
                                 int event,
                                 G_GNUC_UNUSED virConnectDomainEventGenericCallback callback,
                                 G_GNUC_UNUSED void *data,
                                 G_GNUC_UNUSED virFreeCallback free_data)
{
    return client.no_events ? -1 : event;
}

int
virConnectDomainEventDeregisterAny(G_GNUC_UNUSED virConnectPtr connection,
                                   G_GNUC_UNUSED int callback)
{
    return 0;
}

int
virConnectDomainQemuMonitorEventRegister(G_GNUC_UNUSED virConnectPtr connection,
                                         G_GNUC_UNUSED virDomainPtr domain,
                                         G_GNUC_UNUSED const char *event,
                                         G_GNUC_UNUSED virConnectDomainQemuMonitorEventCallback
                                             callback,
                                         G_GNUC_UNUSED void *data,
                                         G_GNUC_UNUSED virFreeCallback free_data,
                                         G_GNUC_UNUSED unsigned int flags)
{
    return 7;
}

int
virConnectDomainQemuMonitorEventDeregister(G_GNUC_UNUSED virConnectPtr connection,
                                           G_GNUC_UNUSED int callback)
{
    return 0;
}

/* As the real client tells: the lock is let go between the look-up and the call. */
static gpointer
end_half(gpointer data)
{
    Half *half = data;
    virConnectCloseFunc tell;

    g_mutex_lock(&client.lock);
    half->dead = TRUE;
    tell = half->tell;
    g_mutex_unlock(&client.lock);
    g_usleep(TOLD_LATE);
    g_mutex_lock(&client.lock);
    half->told = TRUE;
    if (half->tell)
        tell((virConnectPtr)half, VIR_CONNECT_CLOSE_REASON_EOF, half->data);
    g_mutex_unlock(&client.lock);
    return NULL;
}

typedef struct {
    Connection *connection;
    guint closed;
    int reason;
} Seen;

static void
on_closed(Connection *connection, int reason, gpointer data)
{
    Seen *seen = data;

    g_assert_true(g_main_context_is_owner(NULL));
    g_assert_true(connection == seen->connection);
    seen->closed++;
    seen->reason = reason;
}

static Connection *
open_one(ConnectionEvents *events, Seen *seen)
{
    GError *error = NULL;

    memset(client.halves, 0, sizeof client.halves);
    client.opened = 0;
    client.no_events = FALSE;
    *events = (ConnectionEvents){.closed = on_closed, .data = seen};
    *seen = (Seen){0};
    seen->connection = connection_open("acted:///system", events, &error);
    g_assert_no_error(error);
    g_assert_true(connection_get_handle(seen->connection) == (virConnectPtr)&client.halves[0]);
    return seen->connection;
}

static gboolean
on_tick(G_GNUC_UNUSED gpointer data)
{
    return G_SOURCE_CONTINUE;
}

/* Returns once it was told, and some turns later. */
static void
turn_until_closed(const Seen *seen)
{
    gint64 end = g_get_monotonic_time() + PATIENCE;
    guint tick = g_timeout_add(10, on_tick, NULL);

    while (!seen->closed && g_get_monotonic_time() < end)
        g_main_context_iteration(NULL, TRUE);
    for (guint i = 0; i < 5; i++)
        g_main_context_iteration(NULL, TRUE);
    g_source_remove(tick);
    g_assert_cmpuint(seen->closed, ==, 1);
}

static void
assert_closed_safely(void)
{
    for (guint i = 0; i < client.opened; i++) {
        g_assert_true(client.halves[i].closed);
        g_assert_false(client.halves[i].closed_untold);
    }
}

static void
test_alive(void)
{
    ConnectionEvents events;
    Seen seen;
    Connection *connection = open_one(&events, &seen);
    gint64 began = g_get_monotonic_time();

    connection_watch(connection);
    g_assert_true(connection_is_alive(connection));
    connection_unref(connection_ref(connection));
    g_assert_false(client.halves[0].closed);
    connection_unwatch(connection);
    connection_unref(connection);
    g_assert_cmpint(g_get_monotonic_time() - began, <, G_USEC_PER_SEC / 2);
    assert_closed_safely();
    g_assert_cmpuint(seen.closed, ==, 0);
}

/* The two halves end together, each in its own thread: told once, and on the main loop. */
static void
test_end_in_threads(void)
{
    for (guint round = 0; round < 5; round++) {
        ConnectionEvents events;
        Seen seen;
        Connection *connection = open_one(&events, &seen);
        GThread *first, *second;

        connection_watch(connection);
        first = g_thread_new("first", end_half, &client.halves[round % 2]);
        second = g_thread_new("second", end_half, &client.halves[(round + 1) % 2]);
        turn_until_closed(&seen);
        g_assert_cmpint(seen.reason, ==, VIR_CONNECT_CLOSE_REASON_EOF);
        connection_unref(connection);
        g_thread_join(first);
        g_thread_join(second);
        assert_closed_safely();
    }
}

/* libvirt knows of the end and has not told yet: whoever closes waits for it. */
static void
test_close_waits_to_be_told(void)
{
    for (guint half = 0; half < 2; half++) {
        ConnectionEvents events;
        Seen seen;
        Connection *connection = open_one(&events, &seen);
        GThread *first = g_thread_new("first", end_half, &client.halves[half]), *second;

        while (connection_is_alive(connection))
            g_usleep(1000);
        second = g_thread_new("second", end_half, &client.halves[1 - half]);
        connection_unref(connection);
        assert_closed_safely();
        g_thread_join(first);
        g_thread_join(second);
    }
}

/* It ended before the main thread first saw it. */
static void
test_end_before_watch(void)
{
    ConnectionEvents events;
    Seen seen;
    Connection *connection = open_one(&events, &seen);

    end_half(&client.halves[0]);
    end_half(&client.halves[1]);
    for (guint i = 0; i < 5; i++)
        g_main_context_iteration(NULL, FALSE);
    g_assert_cmpuint(seen.closed, ==, 0);
    g_assert_false(connection_is_alive(connection));
    connection_watch(connection);
    turn_until_closed(&seen);
    connection_unref(connection);
    assert_closed_safely();
}

static void
test_unwatched(void)
{
    ConnectionEvents events;
    Seen seen;
    Connection *connection = open_one(&events, &seen);

    connection_watch(connection);
    end_half(&client.halves[0]);
    connection_unwatch(connection);
    end_half(&client.halves[1]);
    for (guint i = 0; i < 5; i++)
        g_main_context_iteration(NULL, FALSE);
    g_assert_cmpuint(seen.closed, ==, 0);
    connection_unref(connection);
    assert_closed_safely();
}

/* A hung libvirtd: the pulse stops, the handle never ends. That must not hold us for ever. */
static void
test_pulse_alone(void)
{
    ConnectionEvents events;
    Seen seen;
    Connection *connection = open_one(&events, &seen);
    gint64 began;

    connection_watch(connection);
    end_half(&client.halves[1]);
    turn_until_closed(&seen);
    began = g_get_monotonic_time();
    connection_unref(connection);
    g_assert_cmpint(g_get_monotonic_time() - began, <, PATIENCE);
    assert_closed_safely();
}

static void
test_half_open(void)
{
    ConnectionEvents events = {.closed = on_closed};
    g_autoptr(GError) error = NULL;

    memset(client.halves, 0, sizeof client.halves);
    client.opened = 0;
    client.no_events = TRUE;
    g_assert_null(connection_open("acted:///system", &events, &error));
    g_assert_error(error, SEAL_ERROR, SEAL_ERROR_BACKEND_UNAVAILABLE);
    assert_closed_safely();
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_assert_cmpint(virInitialize(), ==, 0);
    g_test_add_func("/connection/alive", test_alive);
    g_test_add_func("/connection/end-in-threads", test_end_in_threads);
    g_test_add_func("/connection/close-waits-to-be-told", test_close_waits_to_be_told);
    g_test_add_func("/connection/end-before-watch", test_end_before_watch);
    g_test_add_func("/connection/unwatched", test_unwatched);
    g_test_add_func("/connection/pulse-alone", test_pulse_alone);
    g_test_add_func("/connection/half-open", test_half_open);
    return g_test_run();
}
