/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * The one error domain of Sealvirt. Everything below the bus reports GErrors
 * of this domain; daemon/bus/error-bus.c maps each code to one D-Bus error
 * name, and sealctl maps those names to exit codes. A message always says
 * what is wrong, the value seen, and what to do about it.
 */

#include <glib.h>

#define SEAL_ERROR (seal_error_quark())

/**
 * SealError - what went wrong, one code for each org.sealvirt1.Error name
 *
 * @SEAL_ERROR_INVALID_ARGUMENT: the caller's value is unusable; change it
 * @SEAL_ERROR_NOT_FOUND: the named VM, file, network, pool or volume is not there
 * @SEAL_ERROR_EXISTS: the name or UUID is taken
 * @SEAL_ERROR_INVALID_STATE: the VM's state does not allow the operation
 * @SEAL_ERROR_BUSY: another job runs on the same VM
 * @SEAL_ERROR_NOT_SUPPORTED: this libvirt, QEMU or kernel cannot do it; says which could
 * @SEAL_ERROR_TECHNOLOGY_UNAVAILABLE: the host cannot do the technology, with the deciding check
 * @SEAL_ERROR_CAPACITY_EXHAUSTED: no free ASID or key is left in the pool
 * @SEAL_ERROR_FIRMWARE_NOT_FOUND: no firmware image fits the technology
 * @SEAL_ERROR_BLOCKED: the domain cannot be sealed; lists the blockers
 * @SEAL_ERROR_OPERATION_BLOCKED: migrate, save and the like on an encrypted VM
 * @SEAL_ERROR_LAUNCH_FAILED: QEMU or the secure processor refused the launch
 * @SEAL_ERROR_ATTESTATION_FAILED: measurement or secret refused
 * @SEAL_ERROR_BACKEND: libvirt reported an error without a closer code
 * @SEAL_ERROR_BACKEND_UNAVAILABLE: libvirt cannot be reached
 * @SEAL_ERROR_TIMEOUT: a deadline passed
 * @SEAL_ERROR_LIMITS_EXCEEDED: too many jobs or calls at once
 * @SEAL_ERROR_CANCELLED: the job was cancelled
 * @SEAL_ERROR_ACCESS_DENIED: polkit or libvirt refused the caller
 * @SEAL_ERROR_AUTHORIZATION_REQUIRED: polkit would ask, the caller did not allow questions
 */
typedef enum {
    SEAL_ERROR_INVALID_ARGUMENT,
    SEAL_ERROR_NOT_FOUND,
    SEAL_ERROR_EXISTS,
    SEAL_ERROR_INVALID_STATE,
    SEAL_ERROR_BUSY,
    SEAL_ERROR_NOT_SUPPORTED,
    SEAL_ERROR_TECHNOLOGY_UNAVAILABLE,
    SEAL_ERROR_CAPACITY_EXHAUSTED,
    SEAL_ERROR_FIRMWARE_NOT_FOUND,
    SEAL_ERROR_BLOCKED,
    SEAL_ERROR_OPERATION_BLOCKED,
    SEAL_ERROR_LAUNCH_FAILED,
    SEAL_ERROR_ATTESTATION_FAILED,
    SEAL_ERROR_BACKEND,
    SEAL_ERROR_BACKEND_UNAVAILABLE,
    SEAL_ERROR_TIMEOUT,
    SEAL_ERROR_LIMITS_EXCEEDED,
    SEAL_ERROR_CANCELLED,
    SEAL_ERROR_ACCESS_DENIED,
    SEAL_ERROR_AUTHORIZATION_REQUIRED,
} SealError;

#define SEAL_ERROR_N_CODES (SEAL_ERROR_AUTHORIZATION_REQUIRED + 1)

/**
 * seal_error_quark - the GError domain of everything in Sealvirt
 * Returns: a static quark.
 */
GQuark seal_error_quark(void);

/**
 * seal_error_refuse - set an error with a text of its own, and say no
 * @error: (nullable): where to put it
 * @code: what kind of no
 * @format: what is wrong, the value seen, and what to do about it
 * Returns: FALSE, so that a check can end in one line.
 */
gboolean seal_error_refuse(GError **error, SealError code, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

/**
 * seal_error_invalid - seal_error_refuse() with SEAL_ERROR_INVALID_ARGUMENT
 * @error: (nullable): where to put it
 * @format: as above
 * Returns: FALSE.
 */
gboolean seal_error_invalid(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);

/**
 * seal_error_get_name - the D-Bus error name of a code
 * @code: one of SealError
 * Returns: (transfer none): a static name such as "org.sealvirt1.Error.Busy".
 * AccessDenied and AuthorizationRequired are the names of the D-Bus
 * specification and of polkit, not ours.
 */
const char *seal_error_get_name(SealError code);

/**
 * seal_error_from_name - the code of a D-Bus error name
 * @name: (nullable): an error name as received
 * @ret_code: where to put the code
 * Returns: FALSE, leaving @ret_code alone, when the name is none of ours.
 */
gboolean seal_error_from_name(const char *name, SealError *ret_code);
