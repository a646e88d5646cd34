/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The initial register page (VMSA) of an SEV-ES vCPU.
 *
 * LAUNCH_UPDATE_VMSA measures one such page for each vCPU, in the order of their creation. On real
 * hardware KVM fills it from the reset state; here it is written from the recipe that libvirt's
 * validation tool uses as well (AMD APM volume 2, appendix B, for the offsets).
 */

#pragma once

#include <stdbool.h>
#include <stdint.h>

#define VMSA_SIZE 4096

/** What the pages of vCPUs differ in. */
typedef struct {
    /** True for the first vCPU, which starts at the architectural reset vector. */
    bool boot_cpu;
    /** True for a guest made by SEV_INIT2, whose floating-point state is measured too. */
    bool with_fpu;
    /** Where the other vCPUs start, from the firmware's table. */
    uint32_t reset_address;
    /** CPUID(1).EAX of the vCPU's model. */
    uint32_t signature;
    /** Features of SEV that the page asks for; bit 0 is SNP. */
    uint64_t features;
} VmsaCpu;

/**
 * vmsa_fill - write the page of one vCPU
 * @page: VMSA_SIZE bytes to fill
 * @cpu: (nonnull) what is particular to this vCPU
 */
void vmsa_fill(uint8_t page[VMSA_SIZE], const VmsaCpu *cpu);
