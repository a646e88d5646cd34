/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * What only KVM itself can tell of this host. Its system device answers
 * questions without making a VM; nothing but attributes is asked of it.
 */

#include "facts.h"

/**
 * HostKvmAsk - ioctl() with one argument, so that tests can stand in for the kernel
 */
typedef int (*HostKvmAsk)(int fd, unsigned long request, gpointer argument);

/**
 * host_kvm_ask_policy - which policy bits KVM accepts of SEV-SNP guests
 * @fd: the system device
 * @ask: how to ask
 * @ret_bits: the bits
 * Source: Linux, Documentation/virt/kvm/api.rst, KVM_GET_DEVICE_ATTR on the system device;
 * arch/x86/include/uapi/asm/kvm.h, KVM_X86_SNP_POLICY_BITS.
 * Returns: FALSE when this KVM does not tell: it is older, or has no SEV-SNP.
 */
gboolean host_kvm_ask_policy(int fd, HostKvmAsk ask, guint64 *ret_bits);

/**
 * host_kvm_read - fill KVM's part of the facts
 * @root: directory that stands for "/"; only a real /dev/kvm is asked
 * @facts: snp_policy is replaced
 */
void host_kvm_read(const char *root, SealFacts *facts);
