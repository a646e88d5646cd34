/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * Between sd-bus messages and GVariants, generic both ways. sd-bus reads and
 * writes messages piece by piece; verbs want whole values that they can keep,
 * look up and print. Every type of D-Bus is covered but file descriptors,
 * which no member of the contract carries.
 */

#include <glib.h>
#include <systemd/sd-bus.h>

/**
 * variant_read_body - all arguments of a message
 * @message: at its beginning; read to its end
 * Returns: (transfer full): a tuple, not floating; NULL with
 * SEAL_ERROR_BACKEND when the message is broken, nested too deep or holds a
 * file descriptor.
 */
GVariant *variant_read_body(sd_bus_message *message, GError **error);

/**
 * variant_append_body - add arguments to a message
 * @message: a message under construction
 * @body: (transfer none): a tuple; each member becomes one argument
 * Returns: FALSE with SEAL_ERROR_INVALID_ARGUMENT when sd-bus refuses a value,
 * for example a string that is too long or no object path.
 */
gboolean variant_append_body(sd_bus_message *message, GVariant *body, GError **error);
