/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The error domain and its D-Bus names. The table is indexed by code, so that
 * a new code without a name does not get past the unit test; two of the names
 * belong to others, because clients already know how to react to them.
 */

#include "error.h"

#define OURS "org.sealvirt1.Error."

static const char *const names[SEAL_ERROR_N_CODES] = {
    [SEAL_ERROR_INVALID_ARGUMENT] = OURS "InvalidArgument",
    [SEAL_ERROR_NOT_FOUND] = OURS "NotFound",
    [SEAL_ERROR_EXISTS] = OURS "Exists",
    [SEAL_ERROR_INVALID_STATE] = OURS "InvalidState",
    [SEAL_ERROR_BUSY] = OURS "Busy",
    [SEAL_ERROR_NOT_SUPPORTED] = OURS "NotSupported",
    [SEAL_ERROR_TECHNOLOGY_UNAVAILABLE] = OURS "TechnologyUnavailable",
    [SEAL_ERROR_CAPACITY_EXHAUSTED] = OURS "CapacityExhausted",
    [SEAL_ERROR_FIRMWARE_NOT_FOUND] = OURS "FirmwareNotFound",
    [SEAL_ERROR_BLOCKED] = OURS "Blocked",
    [SEAL_ERROR_OPERATION_BLOCKED] = OURS "OperationBlocked",
    [SEAL_ERROR_LAUNCH_FAILED] = OURS "LaunchFailed",
    [SEAL_ERROR_ATTESTATION_FAILED] = OURS "AttestationFailed",
    [SEAL_ERROR_BACKEND] = OURS "Backend",
    [SEAL_ERROR_BACKEND_UNAVAILABLE] = OURS "BackendUnavailable",
    [SEAL_ERROR_TIMEOUT] = OURS "Timeout",
    [SEAL_ERROR_LIMITS_EXCEEDED] = OURS "LimitsExceeded",
    [SEAL_ERROR_CANCELLED] = OURS "Cancelled",
    [SEAL_ERROR_ACCESS_DENIED] = "org.freedesktop.DBus.Error.AccessDenied",
    [SEAL_ERROR_AUTHORIZATION_REQUIRED] =
        "org.freedesktop.DBus.Error.InteractiveAuthorizationRequired",
};

GQuark
seal_error_quark(void)
{
    return g_quark_from_static_string("seal-error-quark");
}

G_GNUC_PRINTF(3, 0)
static void
refuse(GError **error, SealError code, const char *format, va_list args)
{
    g_autofree char *message = g_strdup_vprintf(format, args);

    g_set_error_literal(error, SEAL_ERROR, code, message);
}

gboolean
seal_error_refuse(GError **error, SealError code, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    refuse(error, code, format, args);
    va_end(args);
    return FALSE;
}

gboolean
seal_error_invalid(GError **error, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    refuse(error, SEAL_ERROR_INVALID_ARGUMENT, format, args);
    va_end(args);
    return FALSE;
}

const char *
seal_error_get_name(SealError code)
{
    /* A code from elsewhere still needs a name on the bus; the least specific is honest. */
    if ((guint)code >= SEAL_ERROR_N_CODES)
        return names[SEAL_ERROR_BACKEND];
    return names[code];
}

gboolean
seal_error_from_name(const char *name, SealError *ret_code)
{
    for (guint i = 0; i < SEAL_ERROR_N_CODES; i++) {
        if (g_strcmp0(names[i], name) == 0) {
            *ret_code = (SealError)i;
            return TRUE;
        }
    }
    return FALSE;
}
