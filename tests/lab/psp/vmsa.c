/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Fills the initial register page of an SEV-ES vCPU (see vmsa.h).
 *
 * Two tables hold what every vCPU has in common; only the code segment, the instruction pointer
 * and the CPU signature differ. The floating-point fields stay zero for the virtual machine type
 * that KVM_SEV_ES_INIT makes; KVM_SEV_INIT2 brought a type whose pages have them.
 */

#include "vmsa.h"

#include <stddef.h>
#include <string.h>

#define OFFSET_CS 0x010
#define OFFSET_RIP 0x178
#define OFFSET_RDX 0x310
#define OFFSET_FEATURES 0x3b0
#define BOOT_CS_BASE 0xffff0000u
#define BOOT_RIP 0xfff0u

typedef struct {
    uint16_t offset;
    uint16_t selector;
    uint16_t attributes;
} Segment;

typedef struct {
    uint16_t offset;
    uint64_t value;
} Register;

static const Segment segments[] = {
    {0x000, 0, 0x93},          /* es */
    {OFFSET_CS, 0xf000, 0x9b}, /* cs */
    {0x020, 0, 0x93},          /* ss */
    {0x030, 0, 0x93},          /* ds */
    {0x040, 0, 0x93},          /* fs */
    {0x050, 0, 0x93},          /* gs */
    {0x060, 0, 0},             /* gdtr */
    {0x070, 0, 0x82},          /* ldtr */
    {0x080, 0, 0},             /* idtr */
    {0x090, 0, 0x8b},          /* tr */
};

static const Register registers[] = {
    {0x0d0, 0x1000},             /* efer: SVME */
    {0x148, 0x40},               /* cr4: MCE */
    {0x158, 0x10},               /* cr0: ET */
    {0x160, 0x400},              /* dr7 */
    {0x168, 0xffff0ff0},         /* dr6 */
    {0x170, 0x2},                /* rflags */
    {0x268, 0x0007040600070406}, /* g_pat */
    {0x3e8, 0x1},                /* xcr0 */
};

static const Register fpu_registers[] = {
    {0x408, 0x1f80}, /* mxcsr */
    {0x410, 0x37f},  /* x87 control word */
};

static void
put(uint8_t *page, size_t offset, uint64_t value, size_t size)
{
    for (size_t i = 0; i < size; i++)
        page[offset + i] = (uint8_t)(value >> (8 * i));
}

static void
put_registers(uint8_t *page, const Register *table, size_t count)
{
    for (size_t i = 0; i < count; i++)
        put(page, table[i].offset, table[i].value, 8);
}

void
vmsa_fill(uint8_t page[VMSA_SIZE], const VmsaCpu *cpu)
{
    memset(page, 0, VMSA_SIZE);
    for (size_t i = 0; i < sizeof(segments) / sizeof(segments[0]); i++) {
        put(page, segments[i].offset, segments[i].selector, 2);
        put(page, segments[i].offset + 2u, segments[i].attributes, 2);
        put(page, segments[i].offset + 4u, 0xffff, 4);
    }
    put_registers(page, registers, sizeof(registers) / sizeof(registers[0]));
    if (cpu->with_fpu)
        put_registers(page, fpu_registers, sizeof(fpu_registers) / sizeof(fpu_registers[0]));

    put(page, OFFSET_CS + 8, cpu->boot_cpu ? BOOT_CS_BASE : cpu->reset_address & 0xffff0000u, 8);
    put(page, OFFSET_RIP, cpu->boot_cpu ? BOOT_RIP : cpu->reset_address & 0xffffu, 8);
    put(page, OFFSET_RDX, cpu->signature, 8);
    put(page, OFFSET_FEATURES, cpu->features, 8);
}
