/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The one source that drives sd-bus: messages in both directions, timeouts of
 * calls, a flood that starves nobody, the end of the connection, and an idle
 * bus that lets the process sleep.
 */

#include "source.h"

#include <errno.h>

#include "socket-pair.h"
#include "variant.h"
#include "world.h"

typedef struct {
    sd_bus *near;
    sd_bus *far;
    GSource *near_source;
    GSource *far_source;
    guint signals;
    guint turns;
    guint closed;
    int reason;
} Setup;

static int
on_signal(sd_bus_message *message, void *data, sd_bus_error *ret_error)
{
    Setup *setup = data;

    if (!sd_bus_message_is_signal(message, "x.Y", NULL))
        return 0;
    setup->signals++;
    return 1;
}

static void
on_closed(int r, gpointer data)
{
    Setup *setup = data;

    setup->closed++;
    setup->reason = r;
}

static void
set_up(Setup *setup, gconstpointer data)
{
    socket_pair_open(&setup->near, &setup->far);
    setup->near_source = source_attach(setup->near, NULL, on_closed, setup);
    setup->far_source = source_attach(setup->far, NULL, NULL, NULL);
    g_assert_cmpint(sd_bus_add_filter(setup->near, NULL, on_signal, setup), >=, 0);
    world_settle();
}

static void
tear_down(Setup *setup, gconstpointer data)
{
    g_source_destroy(setup->near_source);
    g_source_unref(setup->near_source);
    g_source_destroy(setup->far_source);
    g_source_unref(setup->far_source);
    sd_bus_flush_close_unref(setup->near);
    sd_bus_flush_close_unref(setup->far);
}

static void
send_signals(Setup *setup, guint n)
{
    for (guint i = 0; i < n; i++)
        g_assert_cmpint(sd_bus_emit_signal(setup->far, "/x", "x.Y", "Z", "u", i), >=, 0);
}

static void
test_messages(Setup *setup, gconstpointer data)
{
    send_signals(setup, 1);
    world_settle();
    g_assert_cmpuint(setup->signals, ==, 1);
    send_signals(setup, 500);
    world_settle();
    g_assert_cmpuint(setup->signals, ==, 501);
}

/* More than fits into the socket's buffer: the rest goes when the other end has read. */
static void
test_large_message(Setup *setup, gconstpointer data)
{
    g_autoptr(sd_bus_message) message = NULL;
    g_autofree char *text = g_strnfill(8 << 20, 'x');

    g_assert_cmpint(sd_bus_message_new_signal(setup->far, &message, "/x", "x.Y", "Z"), >=, 0);
    g_assert_cmpint(sd_bus_message_append(message, "s", text), >=, 0);
    g_assert_cmpint(sd_bus_send(setup->far, message, NULL), >=, 0);
    world_wait(&setup->signals, 1);
}

static gboolean
on_turn(gpointer data)
{
    Setup *setup = data;

    setup->turns++;
    return G_SOURCE_CONTINUE;
}

/* libvirt's events are sources of the same loop: they get their turn in a flood of calls. */
static void
test_flood_starves_nobody(Setup *setup, gconstpointer data)
{
    guint other = g_timeout_add_full(G_PRIORITY_DEFAULT, 0, on_turn, setup, NULL);

    send_signals(setup, 2000);
    while (setup->signals < 2000)
        g_main_context_iteration(NULL, TRUE);
    g_assert_cmpuint(setup->turns, >=, 2000 / 64 / 2);
    g_source_remove(other);
}

static int
on_reply(sd_bus_message *reply, void *data, sd_bus_error *ret_error)
{
    Setup *setup = data;

    g_assert_true(sd_bus_message_is_method_error(reply, NULL));
    setup->signals++;
    return 1;
}

/* A call that nobody answers ends by sd-bus' timeout, with nothing else happening. */
static void
test_timeout(Setup *setup, gconstpointer data)
{
    g_autoptr(sd_bus_message) call = NULL;
    gint64 begin = g_get_monotonic_time();

    g_source_destroy(setup->far_source);
    g_assert_cmpint(sd_bus_message_new_method_call(setup->near, &call, NULL, "/x", "x.Y", "Z"), >=,
                    0);
    g_assert_cmpint(sd_bus_call_async(setup->near, NULL, call, on_reply, setup, 100000), >=, 0);
    world_wait(&setup->signals, 1);
    g_assert_cmpint(g_get_monotonic_time() - begin, >=, 90000);
    g_assert_cmpint(g_get_monotonic_time() - begin, <, 5 * G_USEC_PER_SEC);
}

static void
test_end(Setup *setup, gconstpointer data)
{
    sd_bus_close(setup->far);
    world_wait(&setup->closed, 1);
    world_settle();
    g_assert_cmpuint(setup->closed, ==, 1);
    g_assert_cmpint(setup->reason, <, 0);
    g_assert_true(g_source_is_destroyed(setup->near_source));
}

static void
test_end_by_ourselves(Setup *setup, gconstpointer data)
{
    sd_bus_close(setup->near);
    world_wait(&setup->closed, 1);
    world_settle();
    g_assert_cmpuint(setup->closed, ==, 1);
}

static void
test_detached(Setup *setup, gconstpointer data)
{
    g_source_destroy(setup->near_source);
    send_signals(setup, 5);
    world_settle();
    g_assert_cmpuint(setup->signals, ==, 0);
}

/* Nothing to do: no turn of the loop finds anything due. */
static void
test_idle(Setup *setup, gconstpointer data)
{
    guint dispatched = 0;
    gint64 end = g_get_monotonic_time() + G_USEC_PER_SEC / 5;

    world_settle();
    while (g_get_monotonic_time() < end) {
        dispatched += g_main_context_iteration(NULL, FALSE);
        g_usleep(1000);
    }
    g_assert_cmpuint(dispatched, ==, 0);
}

#define ADD(path, function) g_test_add(path, Setup, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("/bus-source/messages", test_messages);
    ADD("/bus-source/large-message", test_large_message);
    ADD("/bus-source/flood-starves-nobody", test_flood_starves_nobody);
    ADD("/bus-source/timeout", test_timeout);
    ADD("/bus-source/end", test_end);
    ADD("/bus-source/end-by-ourselves", test_end_by_ourselves);
    ADD("/bus-source/detached", test_detached);
    ADD("/bus-source/idle", test_idle);
    return g_test_run();
}
