/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * Firmware in words: what an image says of itself, how it is mapped and what
 * became of a descriptor. English and stable, for people and scripts alike.
 */

#include "firmware.h"

/**
 * firmware_words_name - how a firmware is called
 * @firmware: any
 * Returns: (transfer none): its descriptor's file name, else its image.
 */
const char *firmware_words_name(const SealFirmware *firmware);

/**
 * firmware_words_mapping - how QEMU maps it
 * @mapping: any
 * Returns: (transfer none): "flash with variables", "rom" and so on.
 */
const char *firmware_words_mapping(SealFirmwareMapping mapping);

/**
 * firmware_words_state - what became of a descriptor
 * @state: any
 * Returns: (transfer none): "used", "masked" and so on.
 */
const char *firmware_words_state(SealFirmwareFileState state);

/**
 * firmware_words_image - what the image says of itself
 * @firmware: any
 * Returns: (transfer full): NULL-terminated clauses, at least one.
 */
GStrv firmware_words_image(const SealFirmware *firmware);
