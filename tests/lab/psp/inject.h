/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Faults on demand, and the one way in which a command of the simulated processor ends.
 *
 * A command NAME fails when the settings say so: NAME=7 is firmware status 7 (the ioctl then gives
 * EIO), NAME-errno=16 is a refusal by the kernel without a word from the firmware, and
 * NAME-delay-ms=500 makes the processor slow. Every end of a command goes to the lab's psp.log.
 */

#pragma once

#include <stdint.h>

#include "config.h"

/**
 * inject_fault - the fault that the settings ask for, after the delay that they ask for
 * @config: the settings
 * @name: command, for example "launch-start"
 * Returns: 0 for none, a positive firmware status, or a negative errno value.
 */
int inject_fault(const Config *config, const char *name);

/**
 * inject_answer - end a command: log it and turn its result into what an ioctl gives
 * @name: command
 * @result: 0, a positive firmware status, or a negative errno value
 * @ret_error: (out) (nullable) firmware status field of the caller's structure
 * Returns: 0, or -1 with errno set.
 */
int inject_answer(const char *name, int result, uint32_t *ret_error);
