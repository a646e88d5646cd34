/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Address space identifiers (ASIDs), the scarce resource of an SEV host.
 *
 * Every encrypted guest holds one for its life: SEV-ES guests from 1 up to below the platform's
 * minimum SEV ASID, SEV guests from that minimum up to the maximum. The lab keeps the account in
 * byte-range locks on one file, so that the kernel gives an ASID back whatever way its QEMU died.
 */

#pragma once

#include <stdint.h>

#include "config.h"

#define ASID_FILE CONFIG_RUNTIME_DIR "/asid.lock"

typedef struct {
    uint32_t first;
    uint32_t last;
} AsidPool;

/**
 * asid_pool - the range of ASIDs for one kind of guest
 * @config: settings of the platform (max-asid, min-sev-asid)
 * @encrypted_state: true for SEV-ES
 * Returns: the range; it is empty when first is above last.
 */
AsidPool asid_pool(const Config *config, bool encrypted_state);

/**
 * asid_keys - the range of private key numbers of TDX guests, which are accounted alike
 * @config: settings of the platform (tdx-keys)
 * Returns: the range; it is empty when first is above last.
 */
AsidPool asid_keys(const Config *config);

/**
 * asid_release - give up what this process holds, because its guest is taken down
 */
void asid_release(void);

/**
 * asid_take - hold a free ASID of @pool until this process ends; it gives up what it held before
 * @pool: range to choose from
 * Returns: the ASID, 0 when none is free.
 */
uint32_t asid_take(AsidPool pool);

/**
 * asid_count - ASIDs of @pool that any process of the lab holds, this one's own not counted
 * @pool: range to look at
 * Returns: their number.
 */
uint32_t asid_count(AsidPool pool);
