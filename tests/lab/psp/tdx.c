/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Answers for the TDX module (see tdx.h).
 *
 * The list of configurable CPUID bits stays empty: the guest then gets what KVM offers anyway. A
 * fault NAME=N is a status of the module, which KVM gives beside EIO; NAME-errno=N is KVM's own.
 */

#include "tdx.h"

#include <errno.h>
#include <string.h>

#include <linux/kvm.h>

#include "asid.h"
#include "inject.h"
#include "kvm-new.h"
#include "memory.h"
#include "record.h"

#define SEPT_VE_DISABLE (1ull << 28)
#define PAGE_SIZE 4096u
#define OFFERED_XFAM 0x602e7ull

typedef int (*Step)(const Config *config, void *data);

typedef struct {
    uint32_t id;
    const char *name;
    Step step;
} Command;

static uint64_t
offered_attributes(const Config *config)
{
    return (uint64_t)config_get(config, "tdx-attributes", (long)SEPT_VE_DISABLE);
}

static int
say_capabilities(const Config *config, void *data)
{
    NewTdxCapabilities *capabilities = data;
    memset(capabilities, 0, sizeof(*capabilities));
    capabilities->supported_attributes = offered_attributes(config);
    capabilities->supported_xfam = OFFERED_XFAM;
    return 0;
}

static int
init_vm(const Config *config, void *data)
{
    const NewTdxInit *init = data;
    if ((init->attributes & ~offered_attributes(config)) != 0 || (init->xfam & ~OFFERED_XFAM) != 0)
        return -EINVAL;
    if (asid_take(asid_keys(config)) == 0)
        return -ENOSPC;
    record_number("tdx-attributes", init->attributes);
    record_bytes("tdx-mrconfigid", (const uint8_t *)init->mrconfigid, sizeof(init->mrconfigid));
    record_bytes("tdx-mrowner", (const uint8_t *)init->mrowner, sizeof(init->mrowner));
    record_bytes("tdx-mrownerconfig", (const uint8_t *)init->mrownerconfig,
                 sizeof(init->mrownerconfig));
    return 0;
}

static int
say_cpuid(const Config *config, void *data)
{
    struct kvm_cpuid2 *list = data;
    (void)config;
    list->nent = 0;
    return 0;
}

static int
add_memory(const Config *config, void *data)
{
    const NewTdxRegion *region = data;
    uint64_t size = region->n_pages * PAGE_SIZE;
    void *memory = memory_find(region->address, size);
    (void)config;
    if (memory == NULL)
        return -EINVAL;
    memmove(memory, (const void *)(uintptr_t)region->source, size);
    return 0;
}

static int
accept(const Config *config, void *data)
{
    (void)config;
    (void)data;
    return 0;
}

static const Command commands[] = {
    {NEW_TDX_CAPABILITIES, "tdx-capabilities", say_capabilities},
    {NEW_TDX_INIT_VM, "tdx-init-vm", init_vm},
    {NEW_TDX_INIT_VCPU, "tdx-init-vcpu", accept},
    {NEW_TDX_INIT_MEM_REGION, "tdx-init-mem-region", add_memory},
    {NEW_TDX_FINALIZE_VM, "tdx-finalize-vm", accept},
    {NEW_TDX_GET_CPUID, "tdx-get-cpuid", say_cpuid},
};

int
tdx_command(const Config *config, void *command)
{
    NewTdxCommand *asked = command;
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        if (commands[i].id != asked->id)
            continue;
        int result = inject_fault(config, commands[i].name);
        if (result == 0)
            result = commands[i].step(config, (void *)(uintptr_t)asked->data);
        uint32_t error = 0;
        int answer = inject_answer(commands[i].name, result, &error);
        asked->hw_error = error;
        return answer;
    }
    errno = EINVAL;
    return -1;
}
