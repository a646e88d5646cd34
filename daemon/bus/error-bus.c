/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Names come from lib/error.c's table, which sealctl reads the other way
 * round. Messages are sanitized to valid UTF-8 first: they quote what callers
 * and libvirt said, and the bus would drop the connection over a bad byte.
 */

#include "error-bus.h"

#include "error.h"

const char *
error_bus_get_name(const GError *error)
{
    if (!error)
        return "";
    return seal_error_get_name(error->domain == SEAL_ERROR ? (SealError)error->code
                                                           : SEAL_ERROR_BACKEND);
}

void
error_bus_reply(sd_bus_message *message, const GError *error)
{
    g_autofree char *text = g_utf8_make_valid(error->message, -1);

    sd_bus_reply_method_errorf(message, error_bus_get_name(error), "%s", text);
}
