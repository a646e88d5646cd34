/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * What every fuzz target offers: libFuzzer calls it with bytes that it makes
 * up, replay-main.c with those of the corpus, so that each crash ever found
 * stays an ordinary test.
 */

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

/**
 * LLVMFuzzerTestOneInput - feed the target once
 * @data: any bytes
 * @size: how many
 * Returns: 0 always; what must not be ends the program.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
