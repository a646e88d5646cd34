/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * Finding firmware: QEMU's descriptors in their directories, with masking by
 * file name (docs/interop/firmware.json in QEMU), and the images behind them.
 */

#include "facts.h"

/**
 * host_firmware_read - fill the firmware half of the facts
 * @root: directory that stands for "/"
 * @facts: firmwares and firmware_errors are replaced
 * A file in /etc/qemu/firmware masks one of the same name in
 * /usr/share/qemu/firmware; an empty one disables it. Order is by file name.
 */
void host_firmware_read(const char *root, SealFacts *facts);

/**
 * host_firmware_read_image - what an image says of itself
 * @root: directory that stands for "/"
 * @path: absolute path
 * @ret_image: what was found
 * Returns: FALSE when the file cannot be read.
 */
gboolean host_firmware_read_image(const char *root, const char *path, SealOvmf *ret_image);
