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

G_DEFINE_AUTOPTR_CLEANUP_FUNC(sd_bus_message, sd_bus_message_unref)

/**
 * VariantBudget - how much of a message is worth reading
 * @values: how many values, containers included, it may hold
 * @bytes: how long all its strings together may be
 */
typedef struct {
    gsize values;
    gsize bytes;
} VariantBudget;

/* No bound of our own: for replies of a service one trusts. */
#define VARIANT_BUDGET_UNBOUNDED ((VariantBudget){G_MAXSIZE, G_MAXSIZE})

/**
 * variant_read_body - all arguments of a message
 * @message: at its beginning; read to its end
 * @budget: bounds
 * Returns: (transfer full): a tuple, not floating; NULL with
 * SEAL_ERROR_INVALID_ARGUMENT when the message is broken, nested too deep,
 * beyond the budget or holds a file descriptor.
 */
GVariant *variant_read_body(sd_bus_message *message, VariantBudget budget, GError **error);

/**
 * variant_append_body - add arguments to a message
 * @message: a message under construction
 * @body: (transfer none): a tuple; each member becomes one argument
 * Returns: FALSE with SEAL_ERROR_INVALID_ARGUMENT when sd-bus refuses a value,
 * for example a string that is too long or no object path.
 */
gboolean variant_append_body(sd_bus_message *message, GVariant *body, GError **error);
