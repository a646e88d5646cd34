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

/**
 * vmsa_fill - write the page of one vCPU
 * @page: VMSA_SIZE bytes to fill
 * @boot_cpu: true for the first vCPU, which starts at the architectural reset vector
 * @reset_address: where the others start, from the firmware's table
 * @signature: CPUID(1).EAX of the vCPU's model
 */
void vmsa_fill(uint8_t page[VMSA_SIZE], bool boot_cpu, uint32_t reset_address, uint32_t signature);
