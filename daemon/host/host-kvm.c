/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Linux's headers of an older release lack the newer names, but the numbers
 * are the kernel's ABI and never change, so they stand here with their names.
 */

#include "host-kvm.h"

#include <fcntl.h>
#include <linux/kvm.h>
#include <sys/ioctl.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "host-file.h"

/* Linux, Documentation/admin-guide/devices.txt: KVM is a misc device. */
#define MISC_MAJOR 10
#define KVM_MINOR 232

/* Linux, arch/x86/include/uapi/asm/kvm.h: group KVM_X86_GRP_SEV, KVM_X86_SNP_POLICY_BITS. */
#define GROUP_SEV 1
#define SNP_POLICY_BITS 1

gboolean
host_kvm_ask_policy(int fd, HostKvmAsk ask, guint64 *ret_bits)
{
    guint64 bits = 0;
    struct kvm_device_attr attribute = {
        .group = GROUP_SEV,
        .attr = SNP_POLICY_BITS,
        .addr = (guint64)(guintptr)&bits,
    };

    if (ask(fd, KVM_HAS_DEVICE_ATTR, &attribute) != 0 ||
        ask(fd, KVM_GET_DEVICE_ATTR, &attribute) != 0)
        return FALSE;
    *ret_bits = bits;
    return TRUE;
}

static int
ask_kernel(int fd, unsigned long request, gpointer argument)
{
    return ioctl(fd, request, argument);
}

void
host_kvm_read(const char *root, SealFacts *facts)
{
    int fd = host_file_open(root, "/dev/kvm", O_RDONLY);
    struct stat st;

    facts->snp_policy = (SealFactsPolicy){0};
    if (fd < 0)
        return;
    if (fstat(fd, &st) == 0 && S_ISCHR(st.st_mode) && st.st_rdev == makedev(MISC_MAJOR, KVM_MINOR))
        facts->snp_policy.known = host_kvm_ask_policy(fd, ask_kernel, &facts->snp_policy.bits);
    close(fd);
}
