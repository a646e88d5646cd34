/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The functions of libc and libvirt that the lab's preload library takes over.
 *
 * libvirtd and QEMU run unchanged and believe in a secure processor because the few calls by which
 * they would meet it end up here. Each hook has a name of its own in this file and the name of what
 * it replaces only as a symbol. Outside a lab, and for every other file or request, the call goes
 * straight to the kernel.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/kvm.h>
#include <linux/psp-sev.h>

#include "config.h"
#include "cpuid.h"
#include "launch.h"
#include "platform.h"
#include "vm.h"

#define HOOK(symbol) __asm__(symbol) __attribute__((visibility("default")))
#define SAME_AS(symbol) __attribute__((alias(symbol)))

/*
 * Prototypes only attach the symbol; nobody calls these by their own names. On this architecture
 * the "64" forms are the same functions.
 */
int hooks_open(const char *path, int flags, ...) HOOK("open");
int hooks_open64(const char *path, int flags, ...) HOOK("open64") SAME_AS("open");
int hooks_open_2(const char *path, int flags) HOOK("__open_2");
int hooks_open64_2(const char *path, int flags) HOOK("__open64_2") SAME_AS("__open_2");
int hooks_openat(int dir, const char *path, int flags, ...) HOOK("openat");
int hooks_openat64(int dir, const char *path, int flags, ...) HOOK("openat64") SAME_AS("openat");
int hooks_ioctl(int fd, unsigned long request, ...) HOOK("ioctl");
int hooks_mlockall(int flags) HOOK("mlockall");
int hooks_setrlimit(int what, const struct rlimit *limit) HOOK("setrlimit");
int hooks_setrlimit64(int what, const struct rlimit *limit) HOOK("setrlimit64")
    SAME_AS("setrlimit");
int hooks_prlimit(pid_t pid, int what, const struct rlimit *limit, struct rlimit *ret_old)
    HOOK("prlimit");
int hooks_prlimit64(pid_t pid, int what, const struct rlimit *limit, struct rlimit *ret_old)
    HOOK("prlimit64") SAME_AS("prlimit");
int hooks_libvirt_cpuid(uint32_t leaf,
                        uint32_t subleaf,
                        uint32_t *ret_eax,
                        uint32_t *ret_ebx,
                        uint32_t *ret_ecx,
                        uint32_t *ret_edx) HOOK("virHostCPUX86GetCPUID");

static int
open_any(int dir, const char *path, int flags, mode_t mode)
{
    const Config *config = config_active();
    if (config != NULL && path != NULL && strcmp(path, PLATFORM_DEVICE) == 0)
        return platform_open(config);
    return (int)syscall(SYS_openat, dir, path, flags, mode);
}

static mode_t
mode_argument(int flags, va_list arguments)
{
    bool creates = (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE;
    return creates ? va_arg(arguments, mode_t) : 0;
}

int
hooks_open(const char *path, int flags, ...)
{
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = mode_argument(flags, arguments);
    va_end(arguments);
    return open_any(AT_FDCWD, path, flags, mode);
}

int
hooks_open_2(const char *path, int flags)
{
    return open_any(AT_FDCWD, path, flags, 0);
}

int
hooks_openat(int dir, const char *path, int flags, ...)
{
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = mode_argument(flags, arguments);
    va_end(arguments);
    return open_any(dir, path, flags, mode);
}

static int
set_cpuid(int fd, struct kvm_cpuid2 *table)
{
    launch_note_signature(cpuid_signature(table));
    uint32_t before = cpuid_hide_encryption(table, 0);
    int result = (int)syscall(SYS_ioctl, fd, KVM_SET_CPUID2, table);
    int saved = errno;
    cpuid_hide_encryption(table, before);
    errno = saved;
    return result;
}

static int
ioctl_in_lab(const Config *config, int fd, unsigned long request, void *argument)
{
    int result = 0;
    if (vm_request(config, fd, request, argument, &result))
        return result;
    switch (request) {
    case SEV_ISSUE_CMD:
        return platform_command(config, argument);
    case KVM_MEMORY_ENCRYPT_OP:
        return launch_command(config, argument);
    case KVM_MEMORY_ENCRYPT_REG_REGION:
        return launch_region(config, true);
    case KVM_MEMORY_ENCRYPT_UNREG_REGION:
        return launch_region(config, false);
    case KVM_SET_CPUID2:
        return set_cpuid(fd, argument);
    case KVM_CREATE_VCPU:
        result = (int)syscall(SYS_ioctl, fd, request, argument);
        if (result >= 0)
            launch_note_vcpu();
        return result;
    case KVM_GET_SUPPORTED_CPUID:
        result = (int)syscall(SYS_ioctl, fd, request, argument);
        if (result >= 0)
            cpuid_filter_supported(config, argument);
        return result;
    default:
        return (int)syscall(SYS_ioctl, fd, request, argument);
    }
}

int
hooks_ioctl(int fd, unsigned long request, ...)
{
    va_list arguments;
    va_start(arguments, request);
    void *argument = va_arg(arguments, void *);
    va_end(arguments);
    /* QEMU keeps requests in an int, whose sign then fills the upper half. */
    request = (uint32_t)request;
    const Config *config = config_active();
    if (config == NULL)
        return (int)syscall(SYS_ioctl, fd, request, argument);
    return ioctl_in_lab(config, fd, request, argument);
}

/*
 * Locked memory: libvirt raises the limit before it starts an encrypted guest, which a container
 * may not allow. Nothing is pinned in the lab, so the answer is yes and nothing is done.
 */
static int
limit_any(pid_t pid, int what, const struct rlimit *limit, struct rlimit *ret_old)
{
    if (config_active() != NULL && what == RLIMIT_MEMLOCK && limit != NULL)
        limit = NULL;
    return (int)syscall(SYS_prlimit64, pid, what, limit, ret_old);
}

int
hooks_setrlimit(int what, const struct rlimit *limit)
{
    return limit_any(0, what, limit, NULL);
}

int
hooks_prlimit(pid_t pid, int what, const struct rlimit *limit, struct rlimit *ret_old)
{
    return limit_any(pid, what, limit, ret_old);
}

int
hooks_mlockall(int flags)
{
    return config_active() != NULL ? 0 : (int)syscall(SYS_mlockall, flags);
}

int
hooks_libvirt_cpuid(uint32_t leaf,
                    uint32_t subleaf,
                    uint32_t *ret_eax,
                    uint32_t *ret_ebx,
                    uint32_t *ret_ecx,
                    uint32_t *ret_edx)
{
    cpuid_answer(leaf, subleaf, ret_eax, ret_ebx, ret_ecx, ret_edx);
    return 0;
}
