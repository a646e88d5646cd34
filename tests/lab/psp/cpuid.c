/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * CPUID of the lab's host (see cpuid.h).
 *
 * QEMU calls its own host_cpuid() directly, not through the linker's tables, so its first bytes are
 * replaced by a jump before main() runs. Debian's build exports the symbol for its modules; in a
 * build that does not, the C-bit is whatever the real processor says.
 */

#include "cpuid.h"

#include <cpuid.h>
#include <dlfcn.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linux/kvm.h>

#define LEAF_ENCRYPTION 0x8000001fu
#define EAX_SME (1u << 0)
#define EAX_SEV (1u << 1)
#define EAX_PAGE_FLUSH (1u << 2)
#define EAX_ES (1u << 3)
#define EAX_SNP (1u << 4)
#define EAX_VMPL (1u << 5)
#define EBX_VMPL_COUNT (4u << 12)
#define LEAF_FEATURES 7u
#define EDX_ARCH_CAPABILITIES (1u << 29)
#define JUMP_SIZE 12

static CpuidRegisters
encryption_leaf(const Config *config)
{
    CpuidRegisters leaf = {0, 0, 0, 0};
    if (config_get(config, "sev", 0) == 0)
        return leaf;
    leaf.eax = EAX_SME | EAX_SEV | EAX_PAGE_FLUSH;
    if (config_get(config, "sev-es", 0) != 0)
        leaf.eax |= EAX_ES;
    leaf.ebx = (uint32_t)config_get(config, "cbit", 51) |
               (uint32_t)config_get(config, "reduced-phys-bits", 1) << 6;
    if (config_get(config, "snp", 0) != 0) {
        leaf.eax |= EAX_SNP | EAX_VMPL;
        leaf.ebx |= EBX_VMPL_COUNT;
    }
    leaf.ecx = (uint32_t)config_get(config, "max-asid", 0);
    leaf.edx = (uint32_t)config_get(config, "min-sev-asid", 1);
    return leaf;
}

CpuidRegisters
cpuid_read(const Config *config, uint32_t leaf, uint32_t subleaf)
{
    if (config != NULL && leaf == LEAF_ENCRYPTION)
        return encryption_leaf(config);
    CpuidRegisters regs;
    __cpuid_count(leaf, subleaf, regs.eax, regs.ebx, regs.ecx, regs.edx);
    return regs;
}

void
cpuid_answer(uint32_t leaf,
             uint32_t subleaf,
             uint32_t *ret_eax,
             uint32_t *ret_ebx,
             uint32_t *ret_ecx,
             uint32_t *ret_edx)
{
    CpuidRegisters regs = cpuid_read(config_active(), leaf, subleaf);
    uint32_t *out[] = {ret_eax, ret_ebx, ret_ecx, ret_edx};
    const uint32_t in[] = {regs.eax, regs.ebx, regs.ecx, regs.edx};
    for (size_t i = 0; i < 4; i++)
        if (out[i] != NULL)
            *out[i] = in[i];
}

void
cpuid_filter_supported(const Config *config, struct kvm_cpuid2 *offer)
{
    if (config_get(config, "arch-capabilities", 0) != 0)
        return;
    for (uint32_t i = 0; i < offer->nent; i++)
        if (offer->entries[i].function == LEAF_FEATURES && offer->entries[i].index == 0)
            offer->entries[i].edx &= ~EDX_ARCH_CAPABILITIES;
}

uint32_t
cpuid_signature(const struct kvm_cpuid2 *table)
{
    for (uint32_t i = 0; i < table->nent; i++)
        if (table->entries[i].function == 1)
            return table->entries[i].eax;
    return 0;
}

uint32_t
cpuid_hide_encryption(struct kvm_cpuid2 *table, uint32_t eax)
{
    for (uint32_t i = 0; i < table->nent; i++) {
        if (table->entries[i].function != LEAF_ENCRYPTION)
            continue;
        uint32_t before = table->entries[i].eax;
        table->entries[i].eax = eax;
        return before;
    }
    return 0;
}

__attribute__((constructor)) static void
patch_qemu(void)
{
    uint8_t *target = config_active() != NULL ? dlsym(RTLD_DEFAULT, "host_cpuid") : NULL;
    if (target == NULL)
        return;

    uintptr_t page_size = (uintptr_t)sysconf(_SC_PAGESIZE);
    uintptr_t start = (uintptr_t)target & ~(page_size - 1);
    size_t length = (uintptr_t)target + JUMP_SIZE - start;
    if (mprotect((void *)start, length, PROT_READ | PROT_WRITE | PROT_EXEC) != 0)
        return;
    uint8_t jump[JUMP_SIZE] = {0x48, 0xb8, [10] = 0xff, 0xe0}; /* mov $address,%rax; jmp *%rax */
    uint64_t address = (uint64_t)(uintptr_t)cpuid_answer;
    memcpy(jump + 2, &address, sizeof(address));
    memcpy(target, jump, sizeof(jump));
    mprotect((void *)start, length, PROT_READ | PROT_EXEC);
}
