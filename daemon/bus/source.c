/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sd_bus_get_fd(), sd_bus_get_events() and sd_bus_get_timeout() are asked
 * anew before every poll, as sd-bus wants it: a message sent from anywhere in
 * the program may have changed all three. Messages are handled a bounded
 * number at a time, so that a flood of calls cannot starve libvirt's events.
 */

#include "source.h"

#include <errno.h>
#include <poll.h>
#include <time.h>

#define MESSAGES_PER_TURN 64

typedef struct {
    GSource parent;
    sd_bus *bus;
    gpointer tag;
    int events; /* those that are polled for */
    SourceClosed closed;
    gpointer data;
} BusSource;

G_STATIC_ASSERT(G_IO_IN == POLLIN && G_IO_OUT == POLLOUT);

static guint64
now_usec(void)
{
    struct timespec now;

    /* sd-bus counts in CLOCK_MONOTONIC */
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (guint64)now.tv_sec * G_USEC_PER_SEC + (guint64)now.tv_nsec / 1000;
}

/* Milliseconds to wait: 0 when due, -1 for ever. */
static int
get_wait(sd_bus *bus)
{
    uint64_t due = UINT64_MAX;
    guint64 now = now_usec();

    if (sd_bus_get_timeout(bus, &due) < 0)
        return 0;
    if (due == UINT64_MAX)
        return -1;
    if (due <= now)
        return 0;
    return (int)MIN((due - now + 999) / 1000, (guint64)G_MAXINT);
}

static gboolean
prepare(GSource *source, int *timeout)
{
    BusSource *self = (BusSource *)source;
    int events = sd_bus_get_events(self->bus);

    *timeout = get_wait(self->bus);
    if (events < 0 || *timeout == 0)
        return TRUE;
    /* Each modification wakes the loop up: one in every turn would let it never sleep. */
    if (events != self->events)
        g_source_modify_unix_fd(source, self->tag, (GIOCondition)events | G_IO_ERR | G_IO_HUP);
    self->events = events;
    return FALSE;
}

static gboolean
check(GSource *source)
{
    BusSource *self = (BusSource *)source;

    return g_source_query_unix_fd(source, self->tag) != 0 || get_wait(self->bus) == 0;
}

static gboolean
dispatch(GSource *source, G_GNUC_UNUSED GSourceFunc callback, G_GNUC_UNUSED gpointer user_data)
{
    BusSource *self = (BusSource *)source;
    int r = 1;

    for (guint i = 0; i < MESSAGES_PER_TURN && r > 0; i++)
        r = sd_bus_process(self->bus, NULL);
    if (r >= 0 && sd_bus_is_open(self->bus) > 0)
        return G_SOURCE_CONTINUE;
    if (self->closed)
        self->closed(r < 0 ? r : -ENOTCONN, self->data);
    return G_SOURCE_REMOVE;
}

static void
finalize(GSource *source)
{
    sd_bus_unref(((BusSource *)source)->bus);
}

static GSourceFuncs source_funcs = {prepare, check, dispatch, finalize, NULL, NULL};

GSource *
source_attach(sd_bus *bus, GMainContext *context, SourceClosed closed, gpointer data)
{
    GSource *source = g_source_new(&source_funcs, sizeof(BusSource));
    BusSource *self = (BusSource *)source;

    self->bus = sd_bus_ref(bus);
    self->closed = closed;
    self->data = data;
    self->events = G_IO_IN;
    self->tag = g_source_add_unix_fd(source, sd_bus_get_fd(bus), G_IO_IN | G_IO_ERR | G_IO_HUP);
    g_source_set_priority(source, G_PRIORITY_DEFAULT);
    g_source_set_static_name(source, "sd-bus");
    g_source_attach(source, context);
    return source;
}
