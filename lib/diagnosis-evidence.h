/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * Lines as evidence: which line of an unknown failure tells most, and how a
 * line of a foreign program is quoted so that it can go onto the bus, into a
 * log and onto a terminal.
 */

#include <glib.h>

/* Evidence has at most as many characters, what was cut counted. */
#define SEAL_DIAGNOSIS_MAX_EVIDENCE 300

/**
 * seal_diagnosis_evidence_quote - make a line fit for showing
 * @line: any bytes without a line end, need not end with NUL
 * @length: how many
 * @at: offset in bytes of what matters most in it, at most @length
 * Returns: (transfer full): valid UTF-8 of at most SEAL_DIAGNOSIS_MAX_EVIDENCE characters, what
 * does not print as \u{hex}, "..." for what was cut at either end; without QEMU's time and
 * program name in front, when @at is behind them.
 */
char *seal_diagnosis_evidence_quote(const char *line, gsize length, gsize at);

/**
 * seal_diagnosis_evidence_is_qemu - whether QEMU's program name stands in front
 * @line: any bytes without a line end, need not end with NUL
 * @at: how many of them to look at
 * Returns: TRUE for a line that QEMU printed, also when libvirt quotes it. No errors.
 */
gboolean seal_diagnosis_evidence_is_qemu(const char *line, gsize at);

/**
 * seal_diagnosis_evidence_score - how much a line seems to tell about a failure
 * @line: any bytes without a line end, need not end with NUL
 * @length: how many
 * Returns: 0 for nothing (blank), higher for more: words such as "error" or "failed", numbers
 * such as "ret=-5".
 */
guint seal_diagnosis_evidence_score(const char *line, gsize length);
