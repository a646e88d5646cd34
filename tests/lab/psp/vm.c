/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Answers for KVM where it would need hardware that is not there (see vm.h).
 *
 * Only a host that has kinds of virtual machines is touched at all, so that a QEMU and a kernel of
 * before that time meet nothing of this. What is not in the tables goes to the kernel.
 */

#include "vm.h"

#include <errno.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/kvm.h>

#include "inject.h"
#include "kvm-new.h"
#include "launch.h"
#include "memory.h"

#define BIT(kind) (1u << (kind))
#define PRIVATE_KINDS (BIT(NEW_VM_SNP) | BIT(NEW_VM_TDX))
/* Features of a register page that this platform would offer: all that SNP guests ask for. */
#define OFFERED_VMSA_FEATURES 0x3f
#define TDX_CLOCK_UNIT_KHZ 25000

typedef int (*Handler)(const Config *config, int fd, void *argument);

typedef struct {
    unsigned long request;
    Handler handler;
} Row;

static atomic_uint created_kind;

static int
pass(int fd, unsigned long request, void *argument)
{
    return (int)syscall(SYS_ioctl, fd, request, argument);
}

static int
refuse(int number)
{
    errno = number;
    return -1;
}

uint32_t
vm_kinds(const Config *config)
{
    uint32_t kinds = BIT(NEW_VM_PLAIN);
    if (config_get(config, "vm-types", 0) == 0)
        return 0;
    if (config_get(config, "sev", 0) != 0)
        kinds |= BIT(NEW_VM_SEV);
    if (config_get(config, "sev-es", 0) != 0)
        kinds |= BIT(NEW_VM_SEV_ES);
    if (config_get(config, "snp", 0) != 0)
        kinds |= BIT(NEW_VM_SNP);
    if (config_get(config, "tdx", 0) != 0)
        kinds |= BIT(NEW_VM_TDX);
    return kinds;
}

uint32_t
vm_kind(void)
{
    return atomic_load(&created_kind);
}

static bool
has_private_memory(const Config *config)
{
    return (vm_kinds(config) & PRIVATE_KINDS) != 0;
}

static int
check_extension(const Config *config, int fd, void *argument)
{
    bool private = has_private_memory(config);
    switch ((long)(intptr_t)argument) {
    case NEW_CAP_VM_TYPES:
        return (int)vm_kinds(config);
    case NEW_CAP_GUEST_MEMFD:
    case NEW_CAP_USER_MEMORY2:
        return private;
    case NEW_CAP_MEMORY_ATTRIBUTES:
        return private ? NEW_MEMORY_PRIVATE : 0;
    case NEW_CAP_GUEST_MEMFD_FLAGS:
        return 0;
    case NEW_CAP_APIC_BUS_CYCLES:
        return (vm_kinds(config) & BIT(NEW_VM_TDX)) != 0 ? 1
                                                         : pass(fd, KVM_CHECK_EXTENSION, argument);
    case NEW_CAP_EXIT_HYPERCALL: {
        int offered = pass(fd, KVM_CHECK_EXTENSION, argument);
        return private && offered >= 0 ? offered | 1 << NEW_HC_MAP_GPA_RANGE : offered;
    }
    default:
        return pass(fd, KVM_CHECK_EXTENSION, argument);
    }
}

static int
create(const Config *config, int fd, void *argument)
{
    uint32_t kind = (uint32_t)(uintptr_t)argument;
    if (kind > NEW_VM_TDX || (vm_kinds(config) & BIT(kind)) == 0)
        return kind == NEW_VM_PLAIN ? pass(fd, KVM_CREATE_VM, argument) : refuse(EINVAL);
    int fault = inject_fault(config, "create-vm");
    if (fault != 0)
        return inject_answer("create-vm", fault, NULL);
    atomic_store(&created_kind, kind);
    launch_forget();
    return pass(fd, KVM_CREATE_VM, (void *)(uintptr_t)NEW_VM_PLAIN);
}

/* What is to be switched on has to do with leaving the guest for the host: nothing does here. */
static int
enable_capability(const Config *config, int fd, void *argument)
{
    const struct kvm_enable_cap *wanted = argument;
    (void)config;
    bool simulated = wanted->cap == NEW_CAP_EXIT_HYPERCALL ||
                     (wanted->cap == NEW_CAP_APIC_BUS_CYCLES && vm_kind() == NEW_VM_TDX);
    return simulated && vm_kind() != NEW_VM_PLAIN ? 0 : pass(fd, KVM_ENABLE_CAP, argument);
}

static int
set_region(const Config *config, int fd, void *argument)
{
    const NewMemoryRegion *wanted = argument;
    struct kvm_userspace_memory_region region = {
        .slot = wanted->slot,
        .flags = wanted->flags & ~NEW_MEM_GUEST_MEMFD,
        .guest_phys_addr = wanted->guest_phys_addr,
        .memory_size = wanted->memory_size,
        .userspace_addr = memory_back(wanted),
    };
    (void)config;
    return region.userspace_addr != 0 || region.memory_size == 0
               ? pass(fd, KVM_SET_USER_MEMORY_REGION, &region)
               : refuse(ENOMEM);
}

static int
set_attributes(const Config *config, int fd, void *argument)
{
    (void)fd;
    (void)argument;
    return inject_answer("private-memory", inject_fault(config, "private-memory"), NULL);
}

static int
create_memory(const Config *config, int fd, void *argument)
{
    const NewGuestMemfd *wanted = argument;
    int fault = inject_fault(config, "guest-memfd");
    (void)fd;
    if (fault != 0)
        return inject_answer("guest-memfd", fault, NULL);
    int memory = memfd_create("simulated-private-memory", MFD_CLOEXEC);
    if (memory >= 0 && ftruncate(memory, (off_t)wanted->size) != 0) {
        close(memory);
        return -1;
    }
    return memory;
}

/* The clock of a host with TDX is a multiple of 25 MHz, of which the module counts a guest's. */
static int
get_clock_rate(const Config *config, int fd, void *argument)
{
    int rate = pass(fd, KVM_GET_TSC_KHZ, argument);
    (void)config;
    return rate > 0 && vm_kind() == NEW_VM_TDX ? rate - rate % TDX_CLOCK_UNIT_KHZ : rate;
}

/* What the kernel says of SEV: features of register pages; since 6.19 or so, bits of a policy. */
static bool
find_attribute(const Config *config, uint64_t attribute, uint64_t *ret_value)
{
    if (attribute == NEW_SEV_VMSA_FEATURES) {
        *ret_value = OFFERED_VMSA_FEATURES;
        return true;
    }
    *ret_value = (uint64_t)config_get(config, "snp-policy-bits", 0);
    return attribute == NEW_SNP_POLICY_BITS && *ret_value != 0;
}

static int
has_attribute(const Config *config, int fd, void *argument)
{
    const struct kvm_device_attr *wanted = argument;
    uint64_t value = 0;
    if (wanted->group != NEW_GROUP_SEV || config_get(config, "sev", 0) == 0)
        return pass(fd, KVM_HAS_DEVICE_ATTR, argument);
    return find_attribute(config, wanted->attr, &value) ? 0 : refuse(ENXIO);
}

static int
get_attribute(const Config *config, int fd, void *argument)
{
    const struct kvm_device_attr *wanted = argument;
    uint64_t value = 0;
    if (wanted->group != NEW_GROUP_SEV || config_get(config, "sev", 0) == 0)
        return pass(fd, KVM_GET_DEVICE_ATTR, argument);
    if (!find_attribute(config, wanted->attr, &value))
        return refuse(ENXIO);
    memcpy((void *)(uintptr_t)wanted->addr, &value, sizeof(value));
    return 0;
}

static const Row rows[] = {
    {KVM_CHECK_EXTENSION, check_extension},      {KVM_CREATE_VM, create},
    {KVM_ENABLE_CAP, enable_capability},         {NEW_SET_USER_MEMORY_REGION2, set_region},
    {NEW_SET_MEMORY_ATTRIBUTES, set_attributes}, {NEW_CREATE_GUEST_MEMFD, create_memory},
    {KVM_HAS_DEVICE_ATTR, has_attribute},        {KVM_GET_DEVICE_ATTR, get_attribute},
    {KVM_GET_TSC_KHZ, get_clock_rate},
};

bool
vm_request(const Config *config, int fd, unsigned long request, void *argument, int *ret_result)
{
    if (vm_kinds(config) == 0)
        return false;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (rows[i].request != request)
            continue;
        *ret_result = rows[i].handler(config, fd, argument);
        return true;
    }
    return false;
}
