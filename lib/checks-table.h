/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * The rows of the check table, inside lib/ only. A row says what is looked at,
 * which technologies it decides about, what must hold before looking makes
 * sense, and what each outcome means; how to look is one of the probes.
 */

#include "checks.h"

/**
 * SealCheckGate - what a row needs before its probe is asked at all
 */
typedef enum {
    SEAL_CHECK_GATE_SILICON = 1 << 0, /* the processor has the technology of the row */
    SEAL_CHECK_GATE_LIBVIRT = 1 << 1, /* libvirt answered */
    SEAL_CHECK_GATE_DOMCAPS = 1 << 2, /* libvirt told its domain capabilities */
} SealCheckGate;

typedef struct SealCheckRow SealCheckRow;

/**
 * SealCheckProbe - look at one thing
 * @row: the row it is asked for
 * @facts: the facts
 * @ret_value: what was seen; set to a new text in any case
 * @ret_remedy: set to a new text only where the row's own would not do
 * Returns: the state.
 */
typedef SealCheckState (*SealCheckProbe)(const SealCheckRow *row,
                                         const SealFacts *facts,
                                         char **ret_value,
                                         char **ret_remedy);

/**
 * SealCheckRow - one check
 * @id: stable
 * @technology: what it is about; NONE when about all
 * @decides: bit set of 1 << SealTechnology whose verdict depends on it; 0 for mere information
 * @gates: SealCheckGate bits
 * @title: what is looked at
 * @probe: how
 * @module, @parameter: kernel module parameter, for the probes that look at one
 * @summaries: what each state means; NULL for states it never has
 * @remedy: what to do when it does not pass, "" for nothing
 */
struct SealCheckRow {
    const char *id;
    SealTechnology technology;
    guint decides;
    guint gates;
    const char *title;
    SealCheckProbe probe;
    const char *module;
    const char *parameter;
    const char *summaries[SEAL_CHECK_INVALID];
    const char *remedy;
};

/**
 * seal_checks_table_get - the rows
 * @ret_n: number of rows
 * Returns: (transfer none): the first, in the order of cause: silicon, kernel, device, libvirt
 * and QEMU, capacity, firmware; so the first that does not pass is the root of the trouble.
 */
const SealCheckRow *seal_checks_table_get(gsize *ret_n);
