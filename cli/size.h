/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * Sizes and numbers as people write them. What size_format() prints,
 * size_parse() reads back as the same number of bytes: a value can be copied
 * from `sealctl list` into `sealctl create` without loss.
 */

#include <glib.h>

/**
 * size_parse - read a size or a plain number
 * @text: digits, or 0x and hexadecimal digits, with an optional unit behind
 *   decimal ones: K, M, G, T (or KiB, MiB, GiB, TiB) are powers of 1024,
 *   KB, MB, GB, TB powers of 1000, as in virsh; in either case of letters
 * @ret_value: the number, in bytes when it is a size
 * Returns: FALSE with SEAL_ERROR_INVALID_ARGUMENT that shows the text and a
 * valid example: empty, signed, fractional, unknown unit, more than 64 bits.
 */
gboolean size_parse(const char *text, guint64 *ret_value, GError **error);

/**
 * size_format - write a size exactly, with the largest unit that divides it
 * @bytes: any number
 * Returns: (transfer full): "4G", "1536M", "1000" and the like; "0" for none.
 */
char *size_format(guint64 bytes);
