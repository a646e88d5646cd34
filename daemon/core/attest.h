/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * The measured start, as far as it is the host's: hand out certificates and
 * measurement, and carry the guest owner's secret to the secure processor.
 * The host only transports; what it says of itself is never called trusted.
 */

#include "core.h"

/**
 * AttestDone - the end of a step
 * @values: (nullable) (transfer none): a{sv}, NULL for none or with @error
 */
typedef void (*AttestDone)(GVariant *values, const GError *error, gpointer data);

/**
 * attest_get_certificates - what a guest owner needs to make a session
 * @core: the core
 * @done, @data: called exactly once, later, with pdh, cert-chain and maybe cpu0-id
 * Errors: SEAL_ERROR_NOT_SUPPORTED without SEV, BACKEND, BACKEND_UNAVAILABLE, TIMEOUT.
 */
void attest_get_certificates(Core *core, AttestDone done, gpointer data);

/**
 * attest_get_measurement - the measurement of a launched VM
 * @core: the core
 * @uuid: which
 * @done, @data: called exactly once, maybe at once. For SEV and SEV-ES: measurement,
 *   api-major, api-minor, build-id, policy, firmware, and source "host". For SNP and
 *   TDX, whose measurement only the guest can ask for: policy, firmware and source "guest".
 * Errors: SEAL_ERROR_NOT_FOUND, INVALID_STATE, NOT_SUPPORTED (not encrypted),
 * ATTESTATION_FAILED, BACKEND, BACKEND_UNAVAILABLE, TIMEOUT.
 */
void attest_get_measurement(Core *core, const char *uuid, AttestDone done, gpointer data);

/**
 * attest_inject_secret - carry the owner's secret into the paused guest
 * @core: the core
 * @uuid: which
 * @header, @secret: (transfer full): the owner's packet, from backend_secret_new()
 * @done, @data: called exactly once, maybe at once
 * Refused unless the firmware image itself declares a secret area that the packet fits in.
 * Errors: SEAL_ERROR_NOT_FOUND, INVALID_STATE, NOT_SUPPORTED, INVALID_ARGUMENT (sizes),
 * FIRMWARE_NOT_FOUND (no secret area), ATTESTATION_FAILED, BACKEND, BACKEND_UNAVAILABLE, TIMEOUT.
 */
void attest_inject_secret(
    Core *core, const char *uuid, GBytes *header, GBytes *secret, AttestDone done, gpointer data);
