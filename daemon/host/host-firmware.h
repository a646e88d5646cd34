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
 * @facts: firmwares, firmware_files and firmware_errors are replaced
 * A file in /etc/qemu/firmware masks one of the same name in
 * /usr/share/qemu/firmware; an empty one disables it. Order is by file name. Where there is no
 * descriptor at all, images in their usual places are taken instead.
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

/**
 * host_firmware_note_session - list a user's own descriptors
 * @dir: that user's directory, usually ~/.config/qemu/firmware
 * @facts: firmware_files is added to; none of them is used, for libvirt reads them only for
 *   qemu:///session, and this is about qemu:///system
 */
void host_firmware_note_session(const char *dir, SealFacts *facts);
