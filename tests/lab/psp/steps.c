/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The commands of a launch (see steps.h).
 *
 * Memory is hashed as it lies there and stays in plain text: this is a simulation of the protocol,
 * and nothing in the lab is encrypted. The measurement and the secret packets are the real
 * arithmetic, so an owner's tools verify them with their own code.
 */

#include "steps.h"

#include <errno.h>
#include <string.h>

#include <linux/kvm.h>
#include <linux/psp-sev.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include "asid.h"
#include "exchange.h"
#include "footer.h"
#include "kvm-new.h"
#include "vm.h"

#define BLOCK_SIZE 16
#define POLICY_ES 0x4u
#define FEATURE_SNP 0x1u
#define MEASUREMENT_SIZE (CRYPTO_MAC_SIZE + 16)
#define MAX_BLOB 0x4000

static const void *
pointer(uint64_t address)
{
    return (const void *)(uintptr_t)address;
}

static int
init_any(const Config *config, Guest *guest, bool encrypted_state)
{
    AsidPool pool = asid_pool(config, encrypted_state);
    if (pool.first > pool.last)
        return -ENOTTY;
    if (asid_take(pool) == 0)
        return -EBUSY;
    guest->encrypted_state = encrypted_state;
    return 0;
}

int
steps_init(const Config *config, Guest *guest, void *data)
{
    (void)data;
    return init_any(config, guest, false);
}

int
steps_init_es(const Config *config, Guest *guest, void *data)
{
    (void)data;
    if (config_get(config, "sev-es", 0) == 0)
        return -ENOTTY;
    return init_any(config, guest, true);
}

int
steps_init_kind(const Config *config, Guest *guest, void *data)
{
    const NewSevInit *init = data;
    uint32_t kind = vm_kind();
    if (kind != NEW_VM_SEV && kind != NEW_VM_SEV_ES && kind != NEW_VM_SNP)
        return -EINVAL;
    guest->is_snp = kind == NEW_VM_SNP;
    guest->has_fpu_pages = true;
    guest->features = init->vmsa_features | (guest->is_snp ? FEATURE_SNP : 0);
    return init_any(config, guest, kind != NEW_VM_SEV);
}

void
steps_fill_registers(const Guest *guest, uint32_t index, uint8_t page[VMSA_SIZE])
{
    VmsaCpu cpu = {
        .boot_cpu = index == 0,
        .with_fpu = guest->has_fpu_pages,
        .reset_address = guest->reset_address,
        .signature = guest->signature,
        .features = guest->features,
    };
    vmsa_fill(page, &cpu);
}

/* Bits 16 to 31 of a policy name the oldest firmware interface that the owner accepts. */
static bool
policy_is_met(const Config *config, uint32_t policy)
{
    uint32_t major = (policy >> 16) & 0xff, minor = policy >> 24;
    uint32_t own_major = (uint32_t)config_get(config, "api-major", 1);
    uint32_t own_minor = (uint32_t)config_get(config, "api-minor", 0);
    return major < own_major || (major == own_major && minor <= own_minor);
}

static int
owner_session(const struct kvm_sev_launch_start *start, CryptoKeys *ret_keys)
{
    uint8_t shared[CRYPTO_SHARED_SECRET_SIZE];
    if (start->dh_len != EXCHANGE_CERTIFICATE_SIZE || start->session_len != sizeof(CryptoSession))
        return SEV_RET_INVALID_LEN;
    switch (exchange_agree(CONFIG_RUNTIME_DIR "/psp/pdh.pem", pointer(start->dh_uaddr), shared)) {
    case EXCHANGE_BAD_CERTIFICATE:
        return SEV_RET_INVALID_CERTIFICATE;
    case EXCHANGE_FAILED:
        return SEV_RET_HWSEV_RET_PLATFORM;
    case EXCHANGE_OK:
        break;
    }
    return crypto_unwrap_session(pointer(start->session_uaddr), shared, sizeof(shared),
                                 start->policy, ret_keys)
               ? 0
               : SEV_RET_BAD_MEASUREMENT;
}

static int
launch_keys(const struct kvm_sev_launch_start *start, CryptoKeys *ret_keys)
{
    if (start->dh_len != 0 || start->session_len != 0)
        return owner_session(start, ret_keys);
    return RAND_bytes((uint8_t *)ret_keys, sizeof(*ret_keys)) == 1 ? 0 : SEV_RET_HWSEV_RET_UNSAFE;
}

int
steps_start(const Config *config, Guest *guest, void *data)
{
    struct kvm_sev_launch_start *start = data;
    bool wants_es = (start->policy & POLICY_ES) != 0;
    if (!policy_is_met(config, start->policy) || wants_es != guest->encrypted_state)
        return SEV_RET_POLICY_FAILURE;
    /* Firmware of 2025 does not let encrypted registers be without the protection of SNP. */
    if (wants_es && config_get(config, "snp", 0) != 0 &&
        config_get(config, "es-beside-snp", 1) == 0)
        return SEV_RET_UNSUPPORTED;
    int result = launch_keys(start, &guest->keys);
    if (result != 0)
        return result;

    EVP_MD_CTX *digest = EVP_MD_CTX_new();
    if (digest == NULL || EVP_DigestInit_ex(digest, EVP_sha256(), NULL) != 1)
        return SEV_RET_RESOURCE_LIMIT;
    guest->digest = digest;
    guest->policy = start->policy;
    start->handle = STEPS_HANDLE;
    return 0;
}

int
steps_update(const Config *config, Guest *guest, void *data)
{
    (void)config;
    const struct kvm_sev_launch_update_data *update = data;
    if (update->uaddr % BLOCK_SIZE != 0 || update->len % BLOCK_SIZE != 0)
        return SEV_RET_INVALID_ADDRESS;
    EVP_DigestUpdate(guest->digest, pointer(update->uaddr), update->len);
    if (!guest->has_reset_address)
        guest->has_reset_address =
            footer_find_reset_address(pointer(update->uaddr), update->len, &guest->reset_address);
    return 0;
}

int
steps_update_vmsa(const Config *config, Guest *guest, void *data)
{
    (void)config;
    (void)data;
    if (!guest->encrypted_state)
        return -ENOTTY;
    for (uint32_t i = 0; i < guest->n_vcpus; i++) {
        uint8_t page[VMSA_SIZE];
        steps_fill_registers(guest, i, page);
        EVP_DigestUpdate(guest->digest, page, sizeof(page));
    }
    return 0;
}

/* The first LAUNCH_MEASURE closes the digest; later ones hand out the same answer. */
static int
close_measurement(const Config *config, Guest *guest)
{
    CryptoMeasurement input = {
        .api_major = (uint8_t)config_get(config, "api-major", 1),
        .api_minor = (uint8_t)config_get(config, "api-minor", 0),
        .build = (uint8_t)config_get(config, "build", 0),
        .policy = guest->policy,
    };
    unsigned int size = 0;
    if (EVP_DigestFinal_ex(guest->digest, input.launch_digest, &size) != 1 ||
        RAND_bytes(guest->nonce, sizeof(guest->nonce)) != 1)
        return SEV_RET_HWSEV_RET_UNSAFE;
    memcpy(input.nonce, guest->nonce, sizeof(input.nonce));
    if (!crypto_measure(guest->keys.tik, &input, guest->measure))
        return SEV_RET_HWSEV_RET_UNSAFE;
    EVP_MD_CTX_free(guest->digest);
    guest->digest = NULL;
    guest->is_measured = true;
    return 0;
}

int
steps_measure(const Config *config, Guest *guest, void *data)
{
    struct kvm_sev_launch_measure *request = data;
    uint32_t room = request->len;
    request->len = MEASUREMENT_SIZE;
    if (room < MEASUREMENT_SIZE)
        return SEV_RET_INVALID_LEN;
    int result = guest->is_measured ? 0 : close_measurement(config, guest);
    if (result != 0)
        return result;
    uint8_t *out = (uint8_t *)(uintptr_t)request->uaddr;
    memcpy(out, guest->measure, CRYPTO_MAC_SIZE);
    memcpy(out + CRYPTO_MAC_SIZE, guest->nonce, sizeof(guest->nonce));
    return 0;
}

int
steps_secret(const Config *config, Guest *guest, void *data)
{
    (void)config;
    const struct kvm_sev_launch_secret *secret = data;
    if (secret->trans_len > MAX_BLOB || secret->hdr_len > MAX_BLOB)
        return -EINVAL;
    if (secret->hdr_len != sizeof(CryptoSecretHeader) || secret->trans_len % BLOCK_SIZE != 0 ||
        secret->trans_len == 0 || secret->guest_len != secret->trans_len)
        return SEV_RET_INVALID_LEN;

    const CryptoSecretHeader *header = pointer(secret->hdr_uaddr);
    const uint8_t *payload = pointer(secret->trans_uaddr);
    if (!crypto_secret_is_authentic(guest->keys.tik, header, payload, secret->trans_len,
                                    secret->guest_len, guest->measure))
        return SEV_RET_BAD_MEASUREMENT;
    return crypto_ctr(guest->keys.tek, header->iv, payload, secret->trans_len,
                      (void *)(uintptr_t)secret->guest_uaddr)
               ? 0
               : SEV_RET_HWSEV_RET_UNSAFE;
}

int
steps_finish(const Config *config, Guest *guest, void *data)
{
    (void)config;
    (void)data;
    OPENSSL_cleanse(&guest->keys, sizeof(guest->keys));
    return 0;
}
