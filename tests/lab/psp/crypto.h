/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The arithmetic of an SEV launch: key derivation, session unwrapping, measurement, secrets.
 *
 * These are pure functions over bytes, apart from the launch state machine, so that they can be
 * held against public test vectors without a virtual machine. Source of every formula: AMD 55766,
 * "Secure Encrypted Virtualization API", launch and appendix on wrapping keys.
 */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CRYPTO_KEY_SIZE 16
#define CRYPTO_MAC_SIZE 32
#define CRYPTO_SHARED_SECRET_SIZE 48

/** Session blob of the guest owner, byte for byte as it travels (128 bytes). */
typedef struct {
    uint8_t nonce[16];
    uint8_t wrap_tk[32];
    uint8_t wrap_iv[16];
    uint8_t wrap_mac[CRYPTO_MAC_SIZE];
    uint8_t policy_mac[CRYPTO_MAC_SIZE];
} CryptoSession;

/** Header of a secret packet, byte for byte as it travels (52 bytes). */
typedef struct __attribute__((packed)) {
    uint32_t flags;
    uint8_t iv[16];
    uint8_t mac[CRYPTO_MAC_SIZE];
} CryptoSecretHeader;

/** Transport keys of one guest. */
typedef struct {
    uint8_t tek[CRYPTO_KEY_SIZE];
    uint8_t tik[CRYPTO_KEY_SIZE];
} CryptoKeys;

/** What a launch measurement is made of. */
typedef struct {
    uint8_t api_major;
    uint8_t api_minor;
    uint8_t build;
    uint32_t policy;
    uint8_t launch_digest[32];
    uint8_t nonce[16];
} CryptoMeasurement;

/**
 * crypto_kdf - derive a 128-bit key (NIST 800-108 in counter mode, little-endian counter)
 * @key: key material, 48 bytes for the shared secret and 16 for a derived key
 * @key_size: its length in bytes
 * @label: text that names the derived key
 * @context: context bytes, or NULL
 * @context_size: their number, at most 16
 * @ret_key: (out) the derived key
 * Returns: false when libcrypto failed.
 */
bool crypto_kdf(const uint8_t *key,
                size_t key_size,
                const char *label,
                const uint8_t *context,
                size_t context_size,
                uint8_t ret_key[CRYPTO_KEY_SIZE]);

/**
 * crypto_hmac - HMAC-SHA256 with a transport key
 * @key: 16-byte key
 * @data: message
 * @data_size: its length in bytes
 * @ret_mac: (out) the MAC
 * Returns: false when libcrypto failed.
 */
bool crypto_hmac(const uint8_t key[CRYPTO_KEY_SIZE],
                 const void *data,
                 size_t data_size,
                 uint8_t ret_mac[CRYPTO_MAC_SIZE]);

/**
 * crypto_ctr - AES-128 in counter mode, the same both ways
 * @key: 16-byte key
 * @iv: first counter block
 * @in: input bytes
 * @size: their number
 * @out: (out) as many output bytes; may be @in
 * Returns: false when libcrypto failed.
 */
bool crypto_ctr(const uint8_t key[CRYPTO_KEY_SIZE],
                const uint8_t iv[16],
                const void *in,
                size_t size,
                void *out);

/**
 * crypto_unwrap_session - take the transport keys out of the owner's session
 * @session: the session blob
 * @shared: ECDH secret between the owner's key and the platform's
 * @shared_size: its length in bytes, 48 for P-384
 * @policy: guest policy that the host asks for
 * @ret_keys: (out) the keys, set only on success
 * Returns: false when either MAC is wrong: the session was made for another platform or policy.
 */
bool crypto_unwrap_session(const CryptoSession *session,
                           const uint8_t *shared,
                           size_t shared_size,
                           uint32_t policy,
                           CryptoKeys *ret_keys);

/**
 * crypto_measure - the launch measurement MAC
 * @tik: integrity key of the guest
 * @input: what is measured
 * @ret_mac: (out) the MAC
 * Returns: false when libcrypto failed.
 */
bool crypto_measure(const uint8_t tik[CRYPTO_KEY_SIZE],
                    const CryptoMeasurement *input,
                    uint8_t ret_mac[CRYPTO_MAC_SIZE]);

/**
 * crypto_secret_is_authentic - check the MAC of a secret packet
 * @tik: integrity key of the guest
 * @header: packet header
 * @payload: encrypted payload
 * @payload_size: its length in bytes, at most 16 KiB
 * @guest_size: length of the area in the guest in bytes
 * @measure: launch measurement MAC of this guest
 * Returns: true when the packet was made with @tik for this very launch.
 */
bool crypto_secret_is_authentic(const uint8_t tik[CRYPTO_KEY_SIZE],
                                const CryptoSecretHeader *header,
                                const uint8_t *payload,
                                uint32_t payload_size,
                                uint32_t guest_size,
                                const uint8_t measure[CRYPTO_MAC_SIZE]);
