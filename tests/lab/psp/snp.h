/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The commands of an SEV-SNP launch, in the shape of steps.h.
 *
 * A policy is judged twice, as on a real host: by the kernel, whose refusals carry no word of the
 * firmware, and then by the firmware. The digest is the real one (digest.h), so an owner's tools
 * can be asked whether they expect the same.
 */

#pragma once

#include "steps.h"

/**
 * snp_start - SNP_LAUNCH_START: judge the policy and begin the digest
 * @config: settings; snp-policy-bits is what a newer kernel lets through beside the firmware
 * @guest: the guest
 * @data: NewSnpStart
 * Returns: 0, -EINVAL from the kernel, POLICY_FAILURE from the firmware.
 */
int snp_start(const Config *config, Guest *guest, void *data);

/**
 * snp_update - SNP_LAUNCH_UPDATE: add pages to the digest
 * @config: settings of the platform
 * @guest: the guest
 * @data: NewSnpUpdate; it is advanced to its end
 * Returns: 0, or -EINVAL for what are not whole pages.
 */
int snp_update(const Config *config, Guest *guest, void *data);

/**
 * snp_finish - SNP_LAUNCH_FINISH: add the register pages, compare with the owner's ID block
 * @config: settings of the platform
 * @guest: the guest
 * @data: NewSnpFinish
 * Returns: 0, or BAD_MEASUREMENT or POLICY_FAILURE when the ID block says otherwise. The signature
 * of the ID block is not verified.
 */
int snp_finish(const Config *config, Guest *guest, void *data);
