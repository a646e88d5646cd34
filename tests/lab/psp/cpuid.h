/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the processor says about itself, as the lab's host wants it said.
 *
 * Leaf 8000001f tells libvirt how many guests fit and QEMU which physical address bit marks an
 * encrypted page. Both read it with the CPUID instruction, which nobody can intercept: libvirt's
 * private helper is therefore overridden and QEMU's is patched in memory at its start.
 */

#pragma once

#include <stdint.h>

#include "config.h"

struct kvm_cpuid2;

typedef struct {
    uint32_t eax, ebx, ecx, edx;
} CpuidRegisters;

/**
 * cpuid_read - one CPUID leaf, with leaf 8000001f as the settings describe the host
 * @config: (nullable) the settings; NULL reads the real processor throughout
 * @leaf: EAX of the question
 * @subleaf: ECX of the question
 * Returns: the four registers of the answer.
 */
CpuidRegisters cpuid_read(const Config *config, uint32_t leaf, uint32_t subleaf);

/**
 * cpuid_answer - cpuid_read() with the settings of this process, in the shape of QEMU's
 * host_cpuid(), which jumps here once it is patched
 * @leaf: EAX of the question
 * @subleaf: ECX of the question
 * @ret_eax: (out) (nullable) first register of the answer
 * @ret_ebx: (out) (nullable) second register
 * @ret_ecx: (out) (nullable) third register
 * @ret_edx: (out) (nullable) fourth register
 */
void cpuid_answer(uint32_t leaf,
                  uint32_t subleaf,
                  uint32_t *ret_eax,
                  uint32_t *ret_ebx,
                  uint32_t *ret_ecx,
                  uint32_t *ret_edx);

/**
 * cpuid_filter_supported - take out of KVM's offer what this machine's KVM cannot keep
 * @config: settings; arch-capabilities=on leaves the offer alone
 * @offer: answer of KVM_GET_SUPPORTED_CPUID, changed in place
 */
void cpuid_filter_supported(const Config *config, struct kvm_cpuid2 *offer);

/**
 * cpuid_signature - the CPU signature that a vCPU's table gives the guest
 * @table: argument of KVM_SET_CPUID2
 * Returns: EAX of leaf 1, or 0 when the table has none.
 */
uint32_t cpuid_signature(const struct kvm_cpuid2 *table);

/**
 * cpuid_hide_encryption - exchange EAX of leaf 8000001f in a vCPU's table
 * @table: argument of KVM_SET_CPUID2, changed in place
 * @eax: value to put there; 0 hides memory encryption, which is not there after all: a guest that
 * believed in it would read a register that this processor does not have
 * Returns: the value that was there, to be put back after the ioctl.
 */
uint32_t cpuid_hide_encryption(struct kvm_cpuid2 *table, uint32_t eax);
