/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Virtual machines of the kinds that only a host with encryption can make.
 *
 * Since Linux 6.10 a guest's kind is said when its virtual machine is created, and since 6.11 (SNP)
 * and 6.16 (TDX) its private memory is a file of its own. Here every virtual machine is a plain one
 * and its private memory the same as the shared: the kernel of this machine need not know any of
 * it.
 */

#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "config.h"

/**
 * vm_kinds - the kinds of virtual machine that the host can make
 * @config: settings of the platform: vm-types (the kernel knows kinds at all), snp, tdx
 * Returns: a bit for each kind (1 << NEW_VM_...), or 0 when the kernel does not know them.
 */
uint32_t vm_kinds(const Config *config);

/**
 * vm_kind - the kind that this process asked for
 * Returns: NEW_VM_...; NEW_VM_PLAIN before a virtual machine was made, and for one of the old way.
 */
uint32_t vm_kind(void);

/**
 * vm_request - answer an ioctl that is about virtual machines and their memory
 * @config: settings of the platform
 * @fd: /dev/kvm or the virtual machine
 * @request: number of the ioctl
 * @argument: its argument
 * @ret_result: (out) result of the ioctl, with errno set when it is -1
 * Returns: true when it was answered, false when it is for the kernel.
 */
bool
vm_request(const Config *config, int fd, unsigned long request, void *argument, int *ret_result);
