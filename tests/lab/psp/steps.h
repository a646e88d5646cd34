/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The commands of a launch, one function each, without regard to their order.
 *
 * Each takes the guest as it is, does what the firmware would do with it, and returns 0, a positive
 * firmware status or a negative errno value (a refusal that on a real host comes from the kernel).
 * Structures behind @data are the kernel's (linux/kvm.h). launch.c decides when each may run.
 */

#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "config.h"
#include "crypto.h"
#include "vmsa.h"

#define STEPS_HANDLE 1u

typedef struct {
    bool encrypted_state;
    bool has_reset_address;
    bool is_measured;
    bool is_snp;
    bool has_fpu_pages;
    uint32_t policy;
    uint32_t reset_address;
    uint32_t signature;
    uint32_t n_vcpus;
    void *digest;
    CryptoKeys keys;
    uint8_t nonce[16];
    uint8_t measure[CRYPTO_MAC_SIZE];
    uint64_t features;
    uint64_t snp_policy;
    uint8_t snp_digest[48];
} Guest;

typedef int (*Step)(const Config *config, Guest *guest, void *data);

/**
 * steps_init - SEV_INIT: take an ASID for an SEV guest
 * @config: settings of the platform
 * @guest: the guest
 * @data: unused
 * Returns: 0, -EBUSY when every ASID is held, -ENOTTY when the host has none.
 */
int steps_init(const Config *config, Guest *guest, void *data);

/**
 * steps_init_es - SEV_ES_INIT: take an ASID for an SEV-ES guest
 * @config: settings of the platform
 * @guest: the guest
 * @data: unused
 * Returns: as steps_init().
 */
int steps_init_es(const Config *config, Guest *guest, void *data);

/**
 * steps_init_kind - SEV_INIT2: take an ASID for a guest of the kind that its virtual machine has
 * @config: settings of the platform
 * @guest: the guest
 * @data: NewSevInit
 * Returns: as steps_init(); -EINVAL for a virtual machine that is not of such a kind.
 */
int steps_init_kind(const Config *config, Guest *guest, void *data);

/**
 * steps_fill_registers - the register page with which a vCPU begins
 * @guest: the guest
 * @index: number of the vCPU, in the order of their creation
 * @page: (out) the page
 */
void steps_fill_registers(const Guest *guest, uint32_t index, uint8_t page[VMSA_SIZE]);

/**
 * steps_start - LAUNCH_START: take the owner's session, or make keys that nobody knows
 * @config: settings of the platform
 * @guest: the guest
 * @data: struct kvm_sev_launch_start
 * Returns: 0, POLICY_FAILURE, INVALID_LEN, INVALID_CERTIFICATE, or BAD_MEASUREMENT for a session
 * that was made for another platform or another policy.
 */
int steps_start(const Config *config, Guest *guest, void *data);

/**
 * steps_update - LAUNCH_UPDATE_DATA: add memory to the launch digest
 * @config: settings of the platform
 * @guest: the guest
 * @data: struct kvm_sev_launch_update_data
 * Returns: 0, or INVALID_ADDRESS when address or length is not a multiple of 16.
 */
int steps_update(const Config *config, Guest *guest, void *data);

/**
 * steps_update_vmsa - LAUNCH_UPDATE_VMSA: add the register page of every vCPU to the digest
 * @config: settings of the platform
 * @guest: the guest
 * @data: unused
 * Returns: 0, or -ENOTTY for a guest without encrypted state.
 */
int steps_update_vmsa(const Config *config, Guest *guest, void *data);

/**
 * steps_measure - LAUNCH_MEASURE: close the digest and hand out its MAC and nonce
 * @config: settings of the platform
 * @guest: the guest
 * @data: struct kvm_sev_launch_measure; its length is set
 * Returns: 0, or INVALID_LEN when the buffer is too short.
 */
int steps_measure(const Config *config, Guest *guest, void *data);

/**
 * steps_secret - LAUNCH_SECRET: verify a packet of the owner and decrypt it into the guest
 * @config: settings of the platform
 * @guest: the guest
 * @data: struct kvm_sev_launch_secret
 * Returns: 0, INVALID_LEN, BAD_MEASUREMENT, or -EINVAL above 16 KiB.
 */
int steps_secret(const Config *config, Guest *guest, void *data);

/**
 * steps_finish - LAUNCH_FINISH: the guest may run
 * @config: settings of the platform
 * @guest: the guest
 * @data: unused
 * Returns: 0.
 */
int steps_finish(const Config *config, Guest *guest, void *data);
