/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Computes the launch digest of an SEV-SNP guest (see digest.h).
 *
 * PAGE_INFO is laid out as bytes, in the order of the specification, and hashed as a whole. Pages
 * here are never part of a migration image and give no right to a higher privilege level.
 */

#include "digest.h"

#include <string.h>

#include <openssl/evp.h>

#include "kvm-new.h"

#define INFO_SIZE 0x70
#define AT_CONTENTS 48
#define AT_LENGTH 96
#define AT_KIND 98
#define AT_ADDRESS 104

static bool
sha384(const void *data, size_t size, uint8_t ret_digest[DIGEST_SIZE])
{
    unsigned int length = 0;
    return EVP_Digest(data, size, ret_digest, &length, EVP_sha384(), NULL) == 1 &&
           length == DIGEST_SIZE;
}

bool
digest_extend(uint8_t digest[DIGEST_SIZE], uint8_t kind, const uint8_t *page, uint64_t address)
{
    uint8_t info[INFO_SIZE] = {0};
    memcpy(info, digest, DIGEST_SIZE);
    bool by_content = kind == NEW_SNP_PAGE_NORMAL || kind == NEW_SNP_PAGE_VMSA;
    if (by_content && !sha384(page, DIGEST_PAGE_SIZE, info + AT_CONTENTS))
        return false;
    info[AT_LENGTH] = INFO_SIZE;
    info[AT_KIND] = kind;
    for (int i = 0; i < 8; i++)
        info[AT_ADDRESS + i] = (uint8_t)(address >> (8 * i));
    return sha384(info, sizeof(info), digest);
}
