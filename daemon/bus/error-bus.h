/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * The one place where the two error worlds meet: GErrors of core become error
 * replies with the names of the contract.
 */

#include <glib.h>
#include <systemd/sd-bus.h>

/**
 * error_bus_reply - answer a call with an error
 * @message: the call
 * @error: any GError; those of another domain than SEAL_ERROR become Backend
 */
void error_bus_reply(sd_bus_message *message, const GError *error);

/**
 * error_bus_get_name - the name a GError gets on the bus
 * @error: (nullable): any
 * Returns: (transfer none): static; "" for NULL.
 */
const char *error_bus_get_name(const GError *error);
