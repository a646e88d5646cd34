/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the simulated hardware knows of each launch and no host could ask it.
 *
 * On real hardware the launch digest of an SNP guest leaves the processor only in a report to the
 * guest. Tests have no guest that could fetch it, so the lab writes it down where `lab-psp status`
 * finds it: one file for each QEMU, named by its process number.
 */

#pragma once

#include <stddef.h>
#include <stdint.h>

#include "config.h"

#define RECORD_DIR CONFIG_RUNTIME_DIR "/launches"

/**
 * record_bytes - write down a value of this process's launch
 * @key: its name, one word
 * @bytes: the value; it is shown in hexadecimal
 * @size: number of bytes, at most 64
 * A record that cannot be written is not there; nothing else comes of it.
 */
void record_bytes(const char *key, const uint8_t *bytes, size_t size);

/**
 * record_clear - forget what was written down by this process
 */
void record_clear(void);

/**
 * record_number - write down a number of this process's launch
 * @key: its name, one word
 * @value: the number, shown in hexadecimal
 */
void record_number(const char *key, uint64_t value);
