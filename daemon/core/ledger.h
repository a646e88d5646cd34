/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * The ledger of key slots: how many guests each pool of ASIDs or key ids can
 * hold, how many it does hold, and whether one more fits. The kernel's own
 * count is taken where it keeps one; else libvirt's total and our running VMs.
 */

#include "facts.h"
#include "registry.h"

/**
 * LedgerPool - one pool
 * @known: its size is known
 * @total, @used, @free: guests; @free is 0 when more run than fit
 */
typedef struct {
    gboolean known;
    guint32 total;
    guint32 used;
    guint32 free;
} LedgerPool;

typedef struct Ledger Ledger;

/**
 * ledger_new - a ledger that knows no pool yet
 * @registry: (transfer none): whose VMs fill the pools
 * Returns: (transfer full)
 */
Ledger *ledger_new(Registry *registry);

/**
 * ledger_free - give it back
 * @ledger: (nullable) (transfer full)
 */
void ledger_free(Ledger *ledger);

/**
 * ledger_mark - facts are about to be read
 * @ledger: the ledger
 * Notes which guests run, so that ledger_take_facts() can tell whether the kernel's count and
 * ours are of the same moment.
 */
void ledger_mark(Ledger *ledger);

/**
 * ledger_take_facts - learn the sizes, and what others than libvirt use
 * @ledger: the ledger
 * @facts: the facts
 */
void ledger_take_facts(Ledger *ledger, const SealFacts *facts);

/**
 * ledger_wants_facts - whether the kernel's count should be read again
 * @ledger: the ledger
 * Returns: TRUE when guests came or went since it was about to be read last, and none is on its way
 * now.
 */
gboolean ledger_wants_facts(const Ledger *ledger);

/**
 * ledger_recount - count again after VMs or facts changed
 * @ledger: the ledger
 * Returns: whether a number changed.
 */
gboolean ledger_recount(Ledger *ledger);

/**
 * ledger_get - one pool as last counted
 * @ledger: the ledger
 * @pool: sev, sev-es or tdx
 * Returns: by value
 */
LedgerPool ledger_get(const Ledger *ledger, SealPool pool);

/**
 * ledger_check - whether one more guest fits
 * @ledger: the ledger
 * @technology: of the guest to start
 * Returns: FALSE with SEAL_ERROR_CAPACITY_EXHAUSTED that names the pool, its size and the cure.
 * Pools of unknown size always fit one more.
 */
gboolean ledger_check(const Ledger *ledger, SealTechnology technology, GError **error);
