/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Private memory of guests, by guest-physical address.
 *
 * A guest with private memory runs in that alone: what QEMU has mapped as the guest's memory is the
 * shared side, of which a launch copies the first pages and QEMU may then throw it away. Here the
 * private side is the file that stands for it, mapped into QEMU without its knowledge.
 */

#pragma once

#include <stdint.h>

#include "kvm-new.h"

/**
 * memory_back - find the memory in which a guest will run
 * @region: a slot as QEMU wants it; one without private memory stays as it is
 * Returns: address in this process for the slot, 0 when the private memory cannot be mapped.
 */
uint64_t memory_back(const NewMemoryRegion *region);

/**
 * memory_find - where some private guest memory is mapped
 * @address: guest-physical address in bytes
 * @size: length in bytes
 * Returns: (nullable) (unowned) the memory, NULL when no slot has all of it.
 */
void *memory_find(uint64_t address, uint64_t size);
