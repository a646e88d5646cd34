/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * The check table: can this host run encrypted guests, and if not, why and
 * what would cure it (docs/checks.md has all of it beside other tools). Each check is a row
 * evaluated as a pure function over SealFacts. Ids are stable: clients and translations key on
 * them. Silicon that the processor does not have is n/a, never fail.
 */

#include "facts.h"

typedef enum {
    SEAL_CHECK_PASS,
    SEAL_CHECK_WARN,
    SEAL_CHECK_FAIL,
    SEAL_CHECK_NA,
    SEAL_CHECK_INVALID,
} SealCheckState;

/**
 * SealCheckResult - one line of the answer
 * @id: stable id, for example "kernel.kvm-amd-sev-es" (transfer none, static)
 * @technology: what it decides about; NONE when it concerns all of them
 * @decides: bit set of 1 << SealTechnology whose verdict depends on it
 * @neutral: it is n/a for want of knowledge, which is no obstacle
 * @value: what was seen, never NULL; @summary: what it means, static per state of an id
 * @remedy: what to do, "" when nothing is to be done
 */
typedef struct {
    const char *id;
    SealTechnology technology;
    SealCheckState state;
    guint decides;
    gboolean neutral;
    char *value;
    char *summary;
    char *remedy;
} SealCheckResult;

/**
 * SealVerdict - what follows for one technology
 * @usable: every check that decides it passes or warns
 * @degraded: usable, but a check warns
 * @check: static id of the deciding check: of an unusable technology the first, in table
 *   order, that fails or is n/a (for want of silicon, of what an earlier row decides, or of a
 *   part of the host that was not captured); of a
 *   usable one the first that warns; else ""
 */
typedef struct {
    gboolean usable;
    gboolean degraded;
    const char *check;
} SealVerdict;

/**
 * seal_checks_state_to_string - the contract's word
 * @state: any value
 * Returns: (transfer none): "pass", "warn", "fail" or "n/a".
 */
const char *seal_checks_state_to_string(SealCheckState state);

/**
 * seal_checks_verdict_to_string - the contract's word
 * @verdict: a verdict
 * Returns: (transfer none): "usable", "degraded" or "unavailable".
 */
const char *seal_checks_verdict_to_string(const SealVerdict *verdict);

/**
 * seal_checks_evaluate - run the table
 * @facts: the facts
 * @only: one technology, or AUTO for all
 * Returns: (transfer full) (element-type SealCheckResult): in table order.
 */
GPtrArray *seal_checks_evaluate(const SealFacts *facts, SealTechnology only);

/**
 * seal_checks_verdict - the verdict on one technology
 * @results: (element-type SealCheckResult): from seal_checks_evaluate() with AUTO or @technology
 * @technology: sev, sev-es, sev-snp or tdx
 * Returns: by value; a technology without any passing check is not usable.
 */
SealVerdict seal_checks_verdict(GPtrArray *results, SealTechnology technology);

/**
 * seal_checks_best - what "auto" means on this host
 * @results: (element-type SealCheckResult): of all technologies
 * Returns: the usable and creatable technology of the highest rank, or
 * SEAL_TECHNOLOGY_INVALID when none is usable.
 */
SealTechnology seal_checks_best(GPtrArray *results);

/**
 * seal_checks_explain - why a technology cannot be used, for error texts
 * @results: (element-type SealCheckResult)
 * @technology: an unusable one
 * Returns: (transfer full): one message: technology, deciding check, value seen and remedy.
 */
char *seal_checks_explain(GPtrArray *results, SealTechnology technology);

/**
 * SealCheckInfo - the fixed part of a row, for help texts, docs and tests
 * @id: stable id; @technology: as in the result; @title: what is looked at, one English line
 */
typedef struct {
    const char *id;
    SealTechnology technology;
    const char *title;
} SealCheckInfo;

/**
 * seal_checks_list - the rows
 * @ret_n: number of rows
 * Returns: (transfer full): array of @ret_n rows of static strings; g_free() it.
 */
SealCheckInfo *seal_checks_list(gsize *ret_n);
