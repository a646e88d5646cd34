/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The arithmetic of an SEV launch, on top of libcrypto (see crypto.h).
 *
 * Messages under a MAC are laid out in one buffer and hashed once: it costs a copy and buys code
 * that reads like the specification's tables.
 */

#include "crypto.h"

#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#define KDF_MESSAGE_SIZE 64
#define MEASURE_CONTEXT 0x04
#define SECRET_CONTEXT 0x01
#define SECRET_MAX_PAYLOAD 0x4000

static uint8_t *
put_u32(uint8_t *at, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        *at++ = (uint8_t)(value >> (8 * i));
    return at;
}

static uint8_t *
put_bytes(uint8_t *at, const void *data, size_t size)
{
    if (size > 0)
        memcpy(at, data, size);
    return at + size;
}

static bool
hmac_any(const uint8_t *key,
         size_t key_size,
         const void *data,
         size_t data_size,
         uint8_t ret_mac[CRYPTO_MAC_SIZE])
{
    unsigned int size = 0;
    return HMAC(EVP_sha256(), key, (int)key_size, data, data_size, ret_mac, &size) != NULL &&
           size == CRYPTO_MAC_SIZE;
}

bool
crypto_kdf(const uint8_t *key,
           size_t key_size,
           const char *label,
           const uint8_t *context,
           size_t context_size,
           uint8_t ret_key[CRYPTO_KEY_SIZE])
{
    uint8_t message[KDF_MESSAGE_SIZE], mac[CRYPTO_MAC_SIZE];
    if (4 + strlen(label) + 1 + context_size + 4 > sizeof(message))
        return false;

    uint8_t *at = put_u32(message, 1);
    at = put_bytes(at, label, strlen(label) + 1);
    at = put_bytes(at, context, context_size);
    at = put_u32(at, CRYPTO_KEY_SIZE * 8);
    if (!hmac_any(key, key_size, message, (size_t)(at - message), mac))
        return false;
    memcpy(ret_key, mac, CRYPTO_KEY_SIZE);
    return true;
}

bool
crypto_hmac(const uint8_t key[CRYPTO_KEY_SIZE],
            const void *data,
            size_t data_size,
            uint8_t ret_mac[CRYPTO_MAC_SIZE])
{
    return hmac_any(key, CRYPTO_KEY_SIZE, data, data_size, ret_mac);
}

bool
crypto_ctr(const uint8_t key[CRYPTO_KEY_SIZE],
           const uint8_t iv[16],
           const void *in,
           size_t size,
           void *out)
{
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    int written = 0;
    bool ok =
        context != NULL && EVP_EncryptInit_ex(context, EVP_aes_128_ctr(), NULL, key, iv) == 1 &&
        EVP_EncryptUpdate(context, out, &written, in, (int)size) == 1 && (size_t)written == size;
    EVP_CIPHER_CTX_free(context);
    return ok;
}

static bool
mac_matches(const uint8_t key[CRYPTO_KEY_SIZE],
            const void *data,
            size_t data_size,
            const uint8_t expected[CRYPTO_MAC_SIZE])
{
    uint8_t mac[CRYPTO_MAC_SIZE];
    return crypto_hmac(key, data, data_size, mac) && CRYPTO_memcmp(mac, expected, sizeof(mac)) == 0;
}

bool
crypto_unwrap_session(const CryptoSession *session,
                      const uint8_t *shared,
                      size_t shared_size,
                      uint32_t policy,
                      CryptoKeys *ret_keys)
{
    uint8_t master[CRYPTO_KEY_SIZE], kek[CRYPTO_KEY_SIZE], kik[CRYPTO_KEY_SIZE];
    if (!crypto_kdf(shared, shared_size, "sev-master-secret", session->nonce,
                    sizeof(session->nonce), master) ||
        !crypto_kdf(master, sizeof(master), "sev-kek", NULL, 0, kek) ||
        !crypto_kdf(master, sizeof(master), "sev-kik", NULL, 0, kik))
        return false;
    if (!mac_matches(kik, session->wrap_tk, sizeof(session->wrap_tk), session->wrap_mac))
        return false;

    CryptoKeys keys;
    if (!crypto_ctr(kek, session->wrap_iv, session->wrap_tk, sizeof(session->wrap_tk), &keys))
        return false;
    uint8_t policy_bytes[4];
    put_u32(policy_bytes, policy);
    if (!mac_matches(keys.tik, policy_bytes, sizeof(policy_bytes), session->policy_mac))
        return false;
    *ret_keys = keys;
    return true;
}

bool
crypto_measure(const uint8_t tik[CRYPTO_KEY_SIZE],
               const CryptoMeasurement *input,
               uint8_t ret_mac[CRYPTO_MAC_SIZE])
{
    uint8_t message[56] = {MEASURE_CONTEXT, input->api_major, input->api_minor, input->build};
    uint8_t *at = put_u32(message + 4, input->policy);
    at = put_bytes(at, input->launch_digest, sizeof(input->launch_digest));
    at = put_bytes(at, input->nonce, sizeof(input->nonce));
    return crypto_hmac(tik, message, (size_t)(at - message), ret_mac);
}

bool
crypto_secret_is_authentic(const uint8_t tik[CRYPTO_KEY_SIZE],
                           const CryptoSecretHeader *header,
                           const uint8_t *payload,
                           uint32_t payload_size,
                           uint32_t guest_size,
                           const uint8_t measure[CRYPTO_MAC_SIZE])
{
    uint8_t message[1 + 4 + 16 + 4 + 4 + SECRET_MAX_PAYLOAD + CRYPTO_MAC_SIZE];
    if (payload_size > SECRET_MAX_PAYLOAD)
        return false;

    message[0] = SECRET_CONTEXT;
    uint8_t *at = put_u32(message + 1, header->flags);
    at = put_bytes(at, header->iv, sizeof(header->iv));
    at = put_u32(at, guest_size);
    at = put_u32(at, payload_size);
    at = put_bytes(at, payload, payload_size);
    at = put_bytes(at, measure, CRYPTO_MAC_SIZE);
    return mac_matches(tik, message, (size_t)(at - message), header->mac);
}
