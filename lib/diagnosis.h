/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * Why a launch failed and what to do about it, from the words of those who
 * know: libvirt's error, QEMU's log, the kernel's log. The dictionary behind
 * it is data (diagnosis-table.h); what it does not know it says so and quotes
 * the line that tells most.
 */

#include <glib.h>

#include "technology.h"

/* Of longer texts only as many bytes from the end are read. */
#define SEAL_DIAGNOSIS_MAX_TEXT (256 * 1024)

/* At most as many diagnoses of one text. */
#define SEAL_DIAGNOSIS_MAX_RESULTS 8

/**
 * SealDiagnosis - one explanation
 *
 * @id: stable name such as "sev.asids-exhausted", or "unknown"
 * @cause: one clause; @remedy: what to do; neither ends with a full stop, both are fixed for an id
 * @evidence: the line that it follows from, printable UTF-8 of at most 300 characters
 * @confidence: "certain", "likely" or "possible"
 * @source: who wrote the line: "libvirt", "QEMU", "kernel", or "" when unknown
 */
typedef struct {
    const char *id;
    char *cause;
    char *remedy;
    char *evidence;
    const char *confidence;
    const char *source;
} SealDiagnosis;

/**
 * seal_diagnosis_explain - find out why
 * @text: (nullable): messages of libvirt, QEMU and the kernel in any order, one a line; any bytes
 * @technology: of the VM, so that what cannot concern it is left out; NONE, AUTO and INVALID
 *   leave nothing out
 *
 * Numbers are read by the rules of seal_sev_reply_read(). Rows that only follow from other
 * failures, such as "failed to initialize kvm: Operation not permitted", are left out when
 * there is anything better.
 *
 * Returns: (transfer full) (element-type SealDiagnosis): 1 to SEAL_DIAGNOSIS_MAX_RESULTS
 * different ones, the most specific first; "unknown" when nothing fits. No errors.
 */
GPtrArray *seal_diagnosis_explain(const char *text, SealTechnology technology);

/**
 * seal_diagnosis_message - the first diagnosis as one message for people
 * @diagnoses: (nullable) (element-type SealDiagnosis): of seal_diagnosis_explain()
 * @fallback: (nullable): what to quote when the diagnosis has no evidence, such as libvirt's error
 * Returns: (transfer full): "CAUSE; REMEDY (SOURCE: EVIDENCE) [ID]" in one line of valid UTF-8;
 * @fallback alone, made printable, when there is no diagnosis.
 */
char *seal_diagnosis_message(GPtrArray *diagnoses, const char *fallback);

/**
 * seal_diagnosis_list - the whole dictionary, for documents and tests
 * Returns: (transfer full) (element-type SealDiagnosis): every row once, with empty evidence;
 * "unknown" last.
 */
GPtrArray *seal_diagnosis_list(void);
