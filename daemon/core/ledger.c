/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A guest counts from the moment its start is decided, long before the kernel
 * charges it, so that two starts for the last slot cannot both pass. What the
 * kernel counts beyond our own running VMs belongs to others (a QEMU outside
 * of libvirt, another runtime) and is added. That difference is only taken
 * when no VM was started or stopped from before the kernel's number was read
 * until it is used: a guest on its way may or may not be in it already. And it
 * is taken anew after every VM that comes or goes: the kernel knows of it before
 * libvirt tells, so the number that was read last may have had it or not. Until
 * then a stranger that seemed gone in the number read last is not believed to be:
 * it may have been one of ours that went, of which libvirt told later.
 */

#include "ledger.h"

#include <string.h>

#include "error.h"

struct Ledger {
    Registry *registry;
    LedgerPool pools[SEAL_POOL_INVALID];
    gboolean known[SEAL_POOL_INVALID];
    guint32 total[SEAL_POOL_INVALID];
    guint32 others[SEAL_POOL_INVALID];
    guint32 former[SEAL_POOL_INVALID]; /* others, as taken before */
    guint ends[SEAL_POOL_INVALID];     /* registry_count_ends() when others were taken */
    gboolean marked; /* no guest was on its way when the facts were about to be read */
    gboolean stale;
    gboolean counted; /* the kernel keeps a count */
    guint64 moves;    /* registry_count_moves() at the mark */
};

/* What frees a slot in each pool, beside stopping a VM. */
static const char *const cures[] = {
    [SEAL_POOL_SEV] = "raise the number of ASIDs of SEV in the firmware setup (SEV-ES ASID Space "
                      "Limit lower)",
    [SEAL_POOL_SEV_ES] = "give SEV-ES and SNP more ASIDs in the firmware setup (SEV-ES ASID Space "
                         "Limit higher)",
    [SEAL_POOL_TDX] = "give TDX more key ids in the firmware setup (TME-MT and TDX key split)",
};

Ledger *
ledger_new(Registry *registry)
{
    Ledger *ledger = g_new0(Ledger, 1);

    ledger->registry = registry;
    return ledger;
}

void
ledger_free(Ledger *ledger)
{
    g_free(ledger);
}

void
ledger_mark(Ledger *ledger)
{
    ledger->marked = !registry_is_starting(ledger->registry);
    ledger->moves = registry_count_moves(ledger->registry);
}

static void
take_total(Ledger *ledger, const SealFacts *facts, SealPool pool)
{
    ledger->known[pool] = TRUE;
    if (facts->slots_total.known[pool])
        ledger->total[pool] = facts->slots_total.count[pool];
    else if (!facts->domcaps ||
             !seal_domcaps_pool_total(facts->domcaps, pool, &ledger->total[pool]))
        ledger->known[pool] = FALSE;
}

static gboolean
has_moved(const Ledger *ledger)
{
    return registry_count_moves(ledger->registry) != ledger->moves;
}

static void
take_others(Ledger *ledger, const SealFacts *facts, SealPool pool)
{
    guint own = registry_count_active(ledger->registry, pool);
    guint used = facts->slots_used.count[pool];

    if (!facts->slots_used.known[pool]) {
        ledger->others[pool] = ledger->former[pool] = 0;
    } else if (!ledger->stale) {
        ledger->former[pool] = ledger->others[pool];
        ledger->others[pool] = used > own ? used - own : 0;
        ledger->ends[pool] = registry_count_ends(ledger->registry, pool);
    }
    ledger->counted |= facts->slots_used.known[pool];
}

/* At most as many as there were, and at most one more for each of ours that has ended since. */
static guint32
count_others(const Ledger *ledger, SealPool pool)
{
    guint32 others = ledger->others[pool];
    guint ended = registry_count_ends(ledger->registry, pool) - ledger->ends[pool];

    return MIN(others + ended, MAX(others, ledger->former[pool]));
}

void
ledger_take_facts(Ledger *ledger, const SealFacts *facts)
{
    ledger->counted = FALSE;
    ledger->stale = !ledger->marked || has_moved(ledger) || registry_is_starting(ledger->registry);
    for (int pool = SEAL_POOL_NONE + 1; pool < SEAL_POOL_INVALID; pool++) {
        take_total(ledger, facts, (SealPool)pool);
        take_others(ledger, facts, (SealPool)pool);
    }
}

gboolean
ledger_wants_facts(const Ledger *ledger)
{
    return ledger->counted && (ledger->stale || has_moved(ledger)) &&
           !registry_is_starting(ledger->registry);
}

static LedgerPool
count_pool(const Ledger *ledger, SealPool pool)
{
    LedgerPool count = {0};

    count.used = registry_count_active(ledger->registry, pool) + count_others(ledger, pool);
    if (!ledger->known[pool])
        return count;
    count.known = TRUE;
    count.total = ledger->total[pool];
    count.free = count.total > count.used ? count.total - count.used : 0;
    return count;
}

gboolean
ledger_recount(Ledger *ledger)
{
    gboolean changed = FALSE;

    for (int pool = SEAL_POOL_NONE + 1; pool < SEAL_POOL_INVALID; pool++) {
        LedgerPool count = count_pool(ledger, (SealPool)pool);

        changed |= memcmp(&count, &ledger->pools[pool], sizeof count) != 0;
        ledger->pools[pool] = count;
    }
    return changed;
}

LedgerPool
ledger_get(const Ledger *ledger, SealPool pool)
{
    LedgerPool unknown = {0};

    return (gsize)pool < SEAL_POOL_INVALID ? ledger->pools[pool] : unknown;
}

gboolean
ledger_check(const Ledger *ledger, SealTechnology technology, GError **error)
{
    SealPool pool = seal_technology_get_info(technology)->pool;
    LedgerPool count = ledger_get(ledger, pool);
    g_autofree char *outside = NULL;
    guint32 others;

    if (pool == SEAL_POOL_NONE || !count.known || count.free > 0)
        return TRUE;
    others = count_others(ledger, pool);
    if (count.total == 0) {
        g_set_error(error, SEAL_ERROR, SEAL_ERROR_CAPACITY_EXHAUSTED,
                    "this host has no key slots in the pool %s; %s",
                    seal_technology_pool_to_string(pool), cures[pool]);
        return FALSE;
    }
    if (others)
        outside = g_strdup_printf(" (%u of them by guests outside of libvirt)", others);
    g_set_error(error, SEAL_ERROR, SEAL_ERROR_CAPACITY_EXHAUSTED,
                "all %u key slots of the pool %s are taken%s; stop one of the guests, or %s",
                count.total, seal_technology_pool_to_string(pool), outside ? outside : "",
                cures[pool]);
    return FALSE;
}
