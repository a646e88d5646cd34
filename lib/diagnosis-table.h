/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * The failure dictionary: one row for each failure that is known, in tables by
 * subject. Ids are part of the contract: they are never renamed, and what one
 * means does not change. A further failure is a row, a text in
 * tests/data/diagnosis that hits it, and a line in docs/diagnosis.md.
 */

#include <glib.h>

#include "sev-reply.h"
#include "technology.h"

/* For SealDiagnosisRow.applies. */
#define SEAL_DIAGNOSIS_SEV (1u << SEAL_TECHNOLOGY_SEV)
#define SEAL_DIAGNOSIS_ES (1u << SEAL_TECHNOLOGY_SEV_ES)
#define SEAL_DIAGNOSIS_SNP (1u << SEAL_TECHNOLOGY_SEV_SNP)
#define SEAL_DIAGNOSIS_TDX (1u << SEAL_TECHNOLOGY_TDX)
#define SEAL_DIAGNOSIS_S390 (1u << SEAL_TECHNOLOGY_S390_PV)
#define SEAL_DIAGNOSIS_LEGACY (SEAL_DIAGNOSIS_SEV | SEAL_DIAGNOSIS_ES)
#define SEAL_DIAGNOSIS_AMD (SEAL_DIAGNOSIS_LEGACY | SEAL_DIAGNOSIS_SNP)
#define SEAL_DIAGNOSIS_PRIVATE (SEAL_DIAGNOSIS_SNP | SEAL_DIAGNOSIS_TDX)
#define SEAL_DIAGNOSIS_X86 (SEAL_DIAGNOSIS_AMD | SEAL_DIAGNOSIS_TDX)
#define SEAL_DIAGNOSIS_ANY (SEAL_DIAGNOSIS_X86 | SEAL_DIAGNOSIS_S390)

#define SEAL_DIAGNOSIS_MAX_PATTERNS 5

/* For SealDiagnosisRow.number: any that seal_sev_status_find() does not know. */
#define SEAL_DIAGNOSIS_OTHER G_MAXINT64

/* Who wrote the line. */
typedef enum {
    SEAL_DIAGNOSIS_LIBVIRT,
    SEAL_DIAGNOSIS_QEMU,
    SEAL_DIAGNOSIS_KERNEL,
    SEAL_DIAGNOSIS_UNKNOWN,
} SealDiagnosisSource;

/**
 * SealDiagnosisRank - how much a row explains, best first
 *
 * @SEAL_DIAGNOSIS_CAUSE: the line names its cause; it claims the line from STATUS and STEP
 * @SEAL_DIAGNOSIS_STATUS: all that is known is the number with which it was refused
 * @SEAL_DIAGNOSIS_STEP: all that is known is what was being done
 * @SEAL_DIAGNOSIS_CONSEQUENCE: follows other failures; counts when there is no other
 */
typedef enum {
    SEAL_DIAGNOSIS_CAUSE,
    SEAL_DIAGNOSIS_STATUS,
    SEAL_DIAGNOSIS_STEP,
    SEAL_DIAGNOSIS_CONSEQUENCE,
} SealDiagnosisRank;

typedef enum {
    SEAL_DIAGNOSIS_CERTAIN,
    SEAL_DIAGNOSIS_LIKELY,
    SEAL_DIAGNOSIS_POSSIBLE,
} SealDiagnosisConfidence;

/**
 * SealDiagnosisRow - one known failure
 *
 * @id: "subject.failure"; @applies: bits of the technologies that it can hit
 * @source: who wrote the line; @rank, @confidence: how much to believe it
 * @when: who must have refused, NONE for no matter; @number: with which number
 * @patterns: for seal_diagnosis_match(), any of them, up to the first NULL
 * @cause: one clause, NULL to say what seal_sev_status_find() knows of @number
 * @remedy: what to do, one sentence without full stop
 */
typedef struct {
    const char *id;
    guint applies;
    SealDiagnosisSource source;
    SealDiagnosisRank rank;
    SealDiagnosisConfidence confidence;
    SealSevReplyKind when;
    gint64 number;
    const char *patterns[SEAL_DIAGNOSIS_MAX_PATTERNS];
    const char *cause;
    const char *remedy;
} SealDiagnosisRow;

/**
 * seal_diagnosis_table_get - walk all tables
 * @index: from 0
 * Returns: (transfer none) (nullable): a static row, NULL behind the last.
 */
const SealDiagnosisRow *seal_diagnosis_table_get(guint index);

/**
 * seal_diagnosis_table_unknown - the row for what no other row explains
 * Returns: (transfer none): a static row without patterns, also the last of the walk.
 */
const SealDiagnosisRow *seal_diagnosis_table_unknown(void);

/**
 * seal_diagnosis_table_status_rows, seal_diagnosis_table_sev_rows,
 * seal_diagnosis_table_launch_rows, seal_diagnosis_table_snp_rows,
 * seal_diagnosis_table_tdx_rows, seal_diagnosis_table_host_amd_rows,
 * seal_diagnosis_table_host_tdx_rows, seal_diagnosis_table_general_rows - one table
 * @ret_n: where to put the number of rows
 * Returns: (transfer none): static rows; use seal_diagnosis_table_get() instead.
 */
const SealDiagnosisRow *seal_diagnosis_table_status_rows(gsize *ret_n);
const SealDiagnosisRow *seal_diagnosis_table_sev_rows(gsize *ret_n);
const SealDiagnosisRow *seal_diagnosis_table_launch_rows(gsize *ret_n);
const SealDiagnosisRow *seal_diagnosis_table_snp_rows(gsize *ret_n);
const SealDiagnosisRow *seal_diagnosis_table_tdx_rows(gsize *ret_n);
const SealDiagnosisRow *seal_diagnosis_table_host_amd_rows(gsize *ret_n);
const SealDiagnosisRow *seal_diagnosis_table_host_tdx_rows(gsize *ret_n);
const SealDiagnosisRow *seal_diagnosis_table_general_rows(gsize *ret_n);
