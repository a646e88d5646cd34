/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The slots of guest memory that are private (see memory.h).
 *
 * QEMU changes slots and launches the guest under one lock of its own, so none is needed here. The
 * number of a slot is its index; slots of system management have larger ones and are never private.
 */

#include "memory.h"

#include <stddef.h>
#include <string.h>
#include <sys/mman.h>

#define MAX_SLOTS 512

typedef struct {
    NewMemoryRegion region;
    void *memory;
} Slot;

static Slot slots[MAX_SLOTS];

static void
forget(Slot *slot)
{
    if (slot->memory != NULL)
        munmap(slot->memory, slot->region.memory_size);
    memset(slot, 0, sizeof(*slot));
}

/* A slot whose flags alone change has to keep its address. */
static int
is_same(const NewMemoryRegion *a, const NewMemoryRegion *b)
{
    return a->memory_size == b->memory_size && a->guest_memfd == b->guest_memfd &&
           a->guest_memfd_offset == b->guest_memfd_offset && a->userspace_addr == b->userspace_addr;
}

uint64_t
memory_back(const NewMemoryRegion *region)
{
    if (region->slot >= MAX_SLOTS)
        return region->userspace_addr;
    Slot *slot = &slots[region->slot];
    if (slot->memory != NULL && is_same(&slot->region, region)) {
        slot->region = *region;
        return (uint64_t)(uintptr_t)slot->memory;
    }
    forget(slot);
    if (region->memory_size == 0 || (region->flags & NEW_MEM_GUEST_MEMFD) == 0)
        return region->userspace_addr;
    void *memory = mmap(NULL, region->memory_size, PROT_READ | PROT_WRITE, MAP_SHARED,
                        (int)region->guest_memfd, (off_t)region->guest_memfd_offset);
    if (memory == MAP_FAILED)
        return 0;
    *slot = (Slot){.region = *region, .memory = memory};
    return (uint64_t)(uintptr_t)memory;
}

void *
memory_find(uint64_t address, uint64_t size)
{
    for (size_t i = 0; i < MAX_SLOTS; i++) {
        const NewMemoryRegion *region = &slots[i].region;
        uint64_t offset = address - region->guest_phys_addr;
        if (slots[i].memory != NULL && address >= region->guest_phys_addr &&
            offset <= region->memory_size && size <= region->memory_size - offset)
            return (uint8_t *)slots[i].memory + offset;
    }
    return NULL;
}
