/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * The patterns of the failure dictionary: fragments that must stand in one
 * line in this order. Regular expressions would have to escape what C messages
 * are full of, and backtrack over text that anybody may have written; this
 * walks each line once.
 */

#include <glib.h>

/**
 * SealDiagnosisHit - where a pattern was found
 *
 * @at: offset of the first fragment in the line, in bytes
 * @weight: bytes of the pattern that are not "*"; more is more specific
 */
typedef struct {
    gsize at;
    gsize weight;
} SealDiagnosisHit;

/**
 * seal_diagnosis_match - look for a pattern in one line
 * @pattern: fragments with "*" between them for anything; a "$" at the end ties the last
 *   fragment to the end of the line. A fragment that starts or ends with a digit matches
 *   whole numbers only, so that "rc -1" is not found in "rc -16".
 * @line: any bytes without a line end, need not end with NUL
 * @length: how many
 * @ret_hit: where to put what was found
 * Returns: FALSE, leaving @ret_hit alone, when it is not there. No errors. Linear in @length.
 */
gboolean seal_diagnosis_match(const char *pattern,
                              const char *line,
                              gsize length,
                              SealDiagnosisHit *ret_hit);
