/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * sd-bus on the GLib main loop, by one source and nothing between: its file
 * descriptor, the events it wants and its timeout. No sd-event is involved.
 */

#include <glib.h>
#include <systemd/sd-bus.h>

/**
 * SourceClosed - the bus is gone; the source has already been removed
 * @r: negative errno
 */
typedef void (*SourceClosed)(int r, gpointer data);

/**
 * source_attach - let a main context drive a bus
 * @bus: (transfer none): referenced by the source
 * @context: (nullable): NULL for the default one
 * @closed: (nullable): told when the connection ends
 * @data: for @closed
 * Returns: (transfer full): destroy and unref it to detach.
 */
GSource *source_attach(sd_bus *bus, GMainContext *context, SourceClosed closed, gpointer data);
