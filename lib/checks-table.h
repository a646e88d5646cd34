/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * The rows of the check table, inside lib/ only. A row says what is looked at,
 * which technologies it decides about, what must hold before looking makes
 * sense, and what each outcome means; how to look is one of the probes. The
 * words that rows are written with stand at the end.
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
typedef SealCheckState SealCheckProbe(const SealCheckRow *row,
                                      const SealFacts *facts,
                                      char **ret_value,
                                      char **ret_remedy);

/**
 * SealCheckRow - one check
 * @id: stable
 * @technology: what it is about; NONE when about all
 * @decides: bit set of 1 << SealTechnology whose verdict depends on it; 0 for mere information
 * @lenient: n/a for want of knowledge is no obstacle: a later row would fail if it mattered
 * @gates: SealCheckGate bits
 * @needs: SealFactsPart bits of the host without which there is nothing to look at
 * @title: what is looked at
 * @probe: how
 * @module, @parameter: kernel module parameter, for the probes that look at one
 * @item: which of several, for the probes that serve several
 * @summaries: what each state means; NULL for states it never has
 * @remedy: (nullable): what to do when it warns or fails
 * @unknown: (nullable): what would let it know, or make it apply, when it is n/a
 */
struct SealCheckRow {
    const char *id;
    SealTechnology technology;
    guint decides;
    gboolean lenient;
    guint gates;
    guint needs;
    const char *title;
    SealCheckProbe *probe;
    const char *module;
    const char *parameter;
    int item;
    const char *summaries[SEAL_CHECK_INVALID];
    const char *remedy;
    const char *unknown;
};

/* What lets a small file be read. */
#define READ_FILE(path) "let the daemon read " path ", or copy it into the captured tree"
#define READ_AS_ROOT(path)                                                                         \
    "only root may read " path ": sealctl check --root / as root, or copy it into the captured "   \
    "tree"

/**
 * SealCheckRows - some rows that belong together
 * @rows: the first; @n: how many
 */
typedef struct {
    const SealCheckRow *rows;
    gsize n;
} SealCheckRows;

/**
 * seal_checks_table_get - a row
 * @index: from 0
 * Returns: (transfer none) (nullable): in the order of cause: silicon, kernel, device, libvirt
 * and QEMU, capacity, firmware, and what is mere information; so the first that does not pass is
 * the root of the trouble. NULL behind the last.
 */
const SealCheckRow *seal_checks_table_get(gsize index);

/* The parts of the table, each in a file of its own. */
extern const SealCheckRows seal_checks_table_silicon;
extern const SealCheckRows seal_checks_table_kernel;
extern const SealCheckRows seal_checks_table_device;
extern const SealCheckRows seal_checks_table_libvirt;
extern const SealCheckRows seal_checks_table_capacity;
extern const SealCheckRows seal_checks_table_host;

#define BIT(technology) (1u << SEAL_TECHNOLOGY_##technology)
#define AMD (BIT(SEV) | BIT(SEV_ES) | BIT(SEV_SNP))
#define ES_AND_SNP (BIT(SEV_ES) | BIT(SEV_SNP))
#define ALL (AMD | BIT(TDX))

#define HOST_GATES SEAL_CHECK_GATE_SILICON
#define LIBVIRT_GATES (SEAL_CHECK_GATE_SILICON | SEAL_CHECK_GATE_LIBVIRT)
#define DOMCAPS_GATES (LIBVIRT_GATES | SEAL_CHECK_GATE_DOMCAPS)

/* Summaries by state: pass, warn, fail, n/a. */
#define SUMMARIES(pass, warn, fail, na)                                                            \
    {                                                                                              \
        [SEAL_CHECK_PASS] = (pass), [SEAL_CHECK_WARN] = (warn), [SEAL_CHECK_FAIL] = (fail),        \
        [SEAL_CHECK_NA] = (na),                                                                    \
    }
#define GATED "Not looked at, because an earlier check decides"

/* One row for each technology: its enum name, its contract name, its label. */
#define FOR_EACH(row)                                                                              \
    row(SEV, "sev", "SEV") row(SEV_ES, "sev-es", "SEV-ES") row(SEV_SNP, "sev-snp", "SEV-SNP")      \
        row(TDX, "tdx", "TDX")

/* What tells the version of the secure processor's API. */
#define READ_API                                                                                   \
    "as root: dmesg | grep -E \"SEV(-SNP)? API\"; for a captured tree: dmesg > "                   \
    "TREE/var/log/dmesg"

/* A file's rows as the table takes them. */
#define TABLE(rows_)                                                                               \
    {                                                                                              \
        .rows = (rows_), .n = G_N_ELEMENTS(rows_)                                                  \
    }
