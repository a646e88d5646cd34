/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The launch of one encrypted guest, as KVM_MEMORY_ENCRYPT_OP drives it.
 *
 * A QEMU process has one virtual machine at a time, so a process has one launch. Every command is
 * checked against the state that the guest is in, as the firmware does (AMD 55766, guest state
 * table): a caller that calls out of order gets INVALID_GUEST_STATE here as it would on a real
 * host.
 */

#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "config.h"

/**
 * launch_command - answer KVM_MEMORY_ENCRYPT_OP
 * @config: settings of the platform
 * @command: (nullable) the caller's struct kvm_sev_cmd, its buffers and error field are written;
 * NULL asks whether the host can encrypt at all. Of a TDX guest it is a NewTdxCommand.
 * Returns: 0, or -1 with errno set and the firmware status in @command.
 */
int launch_command(const Config *config, void *command);

/**
 * launch_region - answer KVM_MEMORY_ENCRYPT_REG_REGION and its counterpart
 * @config: settings; reg-region-errno makes registration fail
 * @add: true to register
 * Returns: 0, or -1 with errno set.
 */
int launch_region(const Config *config, bool add);

/**
 * launch_forget - a virtual machine is made: whatever was launched before is no more
 *
 * Since QEMU 11.0 a guest whose registers cannot be reset is made anew, by the same process.
 */
void launch_forget(void);

/**
 * launch_note_vcpu - a vCPU was created; each has a register page of its own in an SEV-ES guest
 */
void launch_note_vcpu(void);

/**
 * launch_note_signature - a vCPU's model was set
 * @signature: CPUID(1).EAX that the guest will see
 */
void launch_note_signature(uint32_t signature);
