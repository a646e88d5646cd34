/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * Errors as a person and a script see them. One table turns the name of a
 * D-Bus error into an exit code, a plain sentence where the bus speaks in
 * jargon, and a hint what to do where the message has none. Errors from the
 * bus travel as GErrors that remember their name, in GIO's form.
 */

#include <glib.h>

/* The exit codes of sealctl; documented in sealctl(1) and never renumbered. */
typedef enum {
    FAILURE_NONE = 0,
    FAILURE_GENERAL = 1,
    FAILURE_USAGE = 2,
    FAILURE_TIMEOUT = 3,
    FAILURE_DENIED = 4,
    FAILURE_STATE = 5,
    FAILURE_UNREACHABLE = 8,
    FAILURE_NOT_FOUND = 10,
} FailureCode;

/**
 * failure_set_named - report an error by D-Bus name
 * @error: where to; as g_set_error()
 * @name: D-Bus error name
 * @message: what is wrong
 */
void failure_set_named(GError **error, const char *name, const char *message);

/**
 * failure_get_name - the D-Bus name of an error
 * @error: from the bus, of SEAL_ERROR or of any other domain
 * Returns: (transfer full): a name; "org.freedesktop.DBus.Error.Failed" for other domains.
 */
char *failure_get_name(const GError *error);

/**
 * failure_get_code - which exit code an error means
 * @error: any error
 * Returns: the code, FAILURE_GENERAL for names that the table does not know.
 */
FailureCode failure_get_code(const GError *error);

/**
 * failure_get_message - the error in plain words
 * @error: any error
 * Returns: (transfer full): one or more lines, not yet escaped, without GIO's prefix.
 */
char *failure_get_message(const GError *error);

/**
 * failure_report - show an error on stderr
 * @error: any error
 * @subject: (nullable): what it is about, when there is more than one
 * @json: as a JSON object on one line: error, message and, when known, hint and subject
 * Returns: the exit code.
 */
FailureCode failure_report(const GError *error, const char *subject, gboolean json);
