/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Key exchange between the guest owner and the simulated platform.
 *
 * The lab makes the platform's P-384 key and certificates once at its start (chain.py); this side
 * only reads them. An owner's certificate has the same 2084-byte layout as the platform's
 * (AMD 55766, appendix on the certificate format).
 */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "crypto.h"

#define EXCHANGE_CERTIFICATE_SIZE 2084

typedef enum {
    EXCHANGE_OK,
    EXCHANGE_BAD_CERTIFICATE,
    EXCHANGE_FAILED,
} ExchangeResult;

/**
 * exchange_agree - the ECDH secret between the platform's key and an owner's certificate
 * @key_path: PEM file of the platform's private key (PDH)
 * @certificate: EXCHANGE_CERTIFICATE_SIZE bytes from the owner
 * @ret_shared: (out) big-endian X coordinate of the shared point
 * Returns: EXCHANGE_OK, EXCHANGE_BAD_CERTIFICATE when the owner's certificate holds no P-384 key,
 * EXCHANGE_FAILED when the platform's own key is unreadable.
 */
ExchangeResult exchange_agree(const char *key_path,
                              const uint8_t *certificate,
                              uint8_t ret_shared[CRYPTO_SHARED_SECRET_SIZE]);
