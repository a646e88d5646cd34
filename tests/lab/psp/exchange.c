/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Key exchange between the guest owner and the simulated platform (see exchange.h).
 *
 * Coordinates in a certificate are little-endian in fields of 72 bytes; libcrypto wants the
 * uncompressed big-endian point, so they are turned round here and nowhere else.
 */

#include "exchange.h"

#include <stdio.h>

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/pem.h>

#define KEY_OFFSET 16
#define COORDINATE_FIELD 72
#define COORDINATE_SIZE CRYPTO_SHARED_SECRET_SIZE
#define POINT_SIZE (1 + 2 * COORDINATE_SIZE)
#define GROUP_P384 2

static uint32_t
get_u32(const uint8_t *at)
{
    return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static bool
certificate_point(const uint8_t *certificate, uint8_t ret_point[POINT_SIZE])
{
    if (get_u32(certificate + KEY_OFFSET) != GROUP_P384)
        return false;
    const uint8_t *x = certificate + KEY_OFFSET + 4;
    const uint8_t *y = x + COORDINATE_FIELD;
    ret_point[0] = 0x04;
    for (size_t i = 0; i < COORDINATE_SIZE; i++) {
        ret_point[1 + i] = x[COORDINATE_SIZE - 1 - i];
        ret_point[1 + COORDINATE_SIZE + i] = y[COORDINATE_SIZE - 1 - i];
    }
    return true;
}

static EVP_PKEY *
owner_key(const uint8_t *certificate)
{
    uint8_t point[POINT_SIZE];
    if (!certificate_point(certificate, point))
        return NULL;
    char group[] = "P-384";
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point, sizeof(point)),
        OSSL_PARAM_construct_end(),
    };
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    EVP_PKEY *key = NULL;
    if (context != NULL && EVP_PKEY_fromdata_init(context) == 1)
        EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, params);
    EVP_PKEY_CTX_free(context);
    return key;
}

static EVP_PKEY *
platform_key(const char *path)
{
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return NULL;
    EVP_PKEY *key = PEM_read_PrivateKey(file, NULL, NULL, NULL);
    fclose(file);
    return key;
}

static bool
derive(EVP_PKEY *own, EVP_PKEY *peer, uint8_t ret_shared[CRYPTO_SHARED_SECRET_SIZE])
{
    size_t size = CRYPTO_SHARED_SECRET_SIZE;
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(own, NULL);
    bool ok = context != NULL && EVP_PKEY_derive_init(context) == 1 &&
              EVP_PKEY_derive_set_peer(context, peer) == 1 &&
              EVP_PKEY_derive(context, ret_shared, &size) == 1 && size == CRYPTO_SHARED_SECRET_SIZE;
    EVP_PKEY_CTX_free(context);
    return ok;
}

ExchangeResult
exchange_agree(const char *key_path,
               const uint8_t *certificate,
               uint8_t ret_shared[CRYPTO_SHARED_SECRET_SIZE])
{
    EVP_PKEY *peer = owner_key(certificate);
    if (peer == NULL)
        return EXCHANGE_BAD_CERTIFICATE;
    EVP_PKEY *own = platform_key(key_path);
    bool ok = own != NULL && derive(own, peer, ret_shared);
    EVP_PKEY_free(own);
    EVP_PKEY_free(peer);
    return ok ? EXCHANGE_OK : EXCHANGE_FAILED;
}
