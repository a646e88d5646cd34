/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The GUID table at the end of an OVMF image.
 *
 * The simulated processor sees the firmware as one of the blobs of LAUNCH_UPDATE_DATA and needs
 * one number of its table: where the secondary vCPUs of an SEV-ES guest begin, as that address
 * goes into their measured register pages. Layout: edk2
 * OvmfPkg/ResetVector/Ia16/ResetVectorVtf0.asm.
 */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * footer_find_reset_address - address at which secondary vCPUs start
 * @image: firmware image
 * @size: its length in bytes
 * @ret_address: (out) the address, set only when found
 * Returns: false when the image has no GUID table or no SEV-ES reset block in it.
 */
bool footer_find_reset_address(const uint8_t *image, size_t size, uint32_t *ret_address);
