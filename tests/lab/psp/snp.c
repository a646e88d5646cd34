/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Launches SEV-SNP guests (see snp.h).
 *
 * Pages go into private memory as they are added. The register pages are added at the end and at an
 * address that no guest has, as KVM does it. What a test wants to know of the launch goes to the
 * record: digest, policy and the owner's host data.
 */

#include "snp.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include <linux/psp-sev.h>

#include "digest.h"
#include "footer.h"
#include "kvm-new.h"
#include "memory.h"
#include "record.h"
#include "vmsa.h"

#define POLICY_SMT (1ull << 16)
#define POLICY_RESERVED_ONE (1ull << 17)
#define POLICY_DEBUG (1ull << 19)
#define POLICY_API 0xffffull
#define VMSA_ADDRESS 0xfffffffff000ull

/** The head of the owner's ID block, which says what the guest must be (96 bytes in all). */
typedef struct {
    uint8_t digest[DIGEST_SIZE];
    uint8_t family_id[16];
    uint8_t image_id[16];
    uint32_t version;
    uint32_t guest_svn;
    uint64_t policy;
} IdBlock;

_Static_assert(sizeof(IdBlock) == 96, "layout of the specification");

/* Bits that the kernel lets through; Linux 6.12 knew these and later ones ask the firmware. */
static bool
kernel_accepts(const Config *config, uint64_t policy)
{
    uint64_t known = POLICY_API | POLICY_SMT | POLICY_RESERVED_ONE | POLICY_DEBUG;
    uint64_t required = POLICY_SMT | POLICY_RESERVED_ONE;
    uint64_t more = (uint64_t)config_get(config, "snp-policy-bits", 0);
    if (more != 0) {
        known = more;
        required = POLICY_RESERVED_ONE;
    }
    return (policy & ~known) == 0 && (policy & required) == required;
}

static bool
firmware_accepts(const Config *config, uint64_t policy)
{
    uint64_t minor = policy & 0xff, major = (policy >> 8) & 0xff;
    uint64_t own_major = (uint64_t)config_get(config, "api-major", 1);
    uint64_t own_minor = (uint64_t)config_get(config, "api-minor", 0);
    bool smt_is_met = (policy & POLICY_SMT) != 0 || config_get(config, "smt", 1) == 0;
    return smt_is_met && (major < own_major || (major == own_major && minor <= own_minor));
}

int
snp_start(const Config *config, Guest *guest, void *data)
{
    const NewSnpStart *start = data;
    if (!guest->is_snp || !kernel_accepts(config, start->policy))
        return -EINVAL;
    if (!firmware_accepts(config, start->policy))
        return SEV_RET_POLICY_FAILURE;
    guest->snp_policy = start->policy;
    memset(guest->snp_digest, 0, sizeof(guest->snp_digest));
    return 0;
}

int
snp_update(const Config *config, Guest *guest, void *data)
{
    NewSnpUpdate *update = data;
    const uint8_t *memory = (const uint8_t *)(uintptr_t)update->uaddr;
    (void)config;
    if (update->len == 0 || update->len % DIGEST_PAGE_SIZE != 0)
        return -EINVAL;
    void *private = memory_find(update->gfn_start * DIGEST_PAGE_SIZE, update->len);
    if (private == NULL)
        return -EINVAL;
    memmove(private, memory, update->len);
    for (uint64_t at = 0; at < update->len; at += DIGEST_PAGE_SIZE)
        if (!digest_extend(guest->snp_digest, update->type, memory + at,
                           update->gfn_start * DIGEST_PAGE_SIZE + at))
            return SEV_RET_HWSEV_RET_UNSAFE;
    if (!guest->has_reset_address && update->type == NEW_SNP_PAGE_NORMAL)
        guest->has_reset_address =
            footer_find_reset_address(memory, update->len, &guest->reset_address);
    update->gfn_start += update->len / DIGEST_PAGE_SIZE;
    update->uaddr += update->len;
    update->len = 0;
    return 0;
}

static bool
add_register_pages(Guest *guest)
{
    bool ok = true;
    for (uint32_t i = 0; ok && i < guest->n_vcpus; i++) {
        uint8_t page[VMSA_SIZE];
        steps_fill_registers(guest, i, page);
        ok = digest_extend(guest->snp_digest, NEW_SNP_PAGE_VMSA, page, VMSA_ADDRESS);
    }
    return ok;
}

static int
compare_identity(const Guest *guest, const IdBlock *expected)
{
    if (expected->policy != guest->snp_policy)
        return SEV_RET_POLICY_FAILURE;
    return memcmp(expected->digest, guest->snp_digest, DIGEST_SIZE) == 0 ? 0
                                                                         : SEV_RET_BAD_MEASUREMENT;
}

int
snp_finish(const Config *config, Guest *guest, void *data)
{
    const NewSnpFinish *finish = data;
    (void)config;
    if (!add_register_pages(guest))
        return SEV_RET_HWSEV_RET_UNSAFE;
    record_bytes("snp-digest", guest->snp_digest, DIGEST_SIZE);
    record_number("snp-policy", guest->snp_policy);
    record_bytes("snp-host-data", finish->host_data, sizeof(finish->host_data));
    record_number("snp-vcek-disabled", finish->vcek_disabled);
    record_number("cpu-signature", guest->signature);
    if (finish->id_block_en == 0)
        return 0;
    return compare_identity(guest, (const IdBlock *)(uintptr_t)finish->id_block_uaddr);
}
