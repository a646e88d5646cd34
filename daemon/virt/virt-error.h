/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * From libvirt's errors to ours. libvirt keeps its last error per thread, so
 * this runs in the worker directly after the call that failed.
 */

#include <glib.h>

#include "error.h"

/**
 * virt_error_take - turn the calling thread's last libvirt error into a GError
 * @error: (nullable): where to put it, domain SEAL_ERROR
 * @fallback: the code when the table has no closer one; SEAL_ERROR_LAUNCH_FAILED also says that a
 *   guest was to start, whose failures the dictionary of failures knows
 * @doing: what failed, "defining the domain"
 * The message is "@doing failed: <libvirt's text>". Safe when libvirt noted no error.
 */
void virt_error_take(GError **error, SealError fallback, const char *doing);
