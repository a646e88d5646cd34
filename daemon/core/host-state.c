/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A probe asks the host and libvirt one after the other and then swaps the
 * whole result in, so that readers never see facts of two moments. Verdicts
 * of technologies are compared with the former ones to tell what changed. Guests
 * that come and go are looked at a moment later, many with one look.
 */

#include "host-state.h"

#include <string.h>

#include "error.h"

#define N_TECHNOLOGIES (SEAL_TECHNOLOGY_LAST + 1)
/* Milliseconds before asking again what nobody answered. */
#define RETRY 1000
/* Milliseconds that a look may be put off by guests that keep coming and going. */
#define LOOK_LATEST 1000

typedef struct {
    HostStateDone done;
    gpointer data;
} Waiter;

/* A probe that is due later. */
typedef struct {
    HostState *state;
    guint source;
} Delay;

struct HostState {
    HostBackend *host;
    VirtBackend *virt;
    HostStateChanged changed;
    gpointer data;
    SealFacts *facts;
    SealFacts *pending; /* host half of the probe under way */
    GPtrArray *results;
    SealVerdict verdicts[N_TECHNOLOGIES];
    SealTechnology best;
    Ledger *ledger;
    gboolean connected;
    gboolean probing;
    Delay retry;
    Delay look;        /* guests came or went */
    gint64 look_asked; /* monotonic microseconds at which the first of them did */
    GArray *waiters;   /* for the probe under way */
    GArray *next;      /* asked while it was already running */
};

static gboolean
verdicts_equal(const SealVerdict *a, const SealVerdict *b)
{
    return a->usable == b->usable && a->degraded == b->degraded &&
           g_strcmp0(a->check, b->check) == 0;
}

/* Of key slots the ledger knows more than the last probe: guests may have come and gone since. */
static void
count_running(HostState *state)
{
    state->facts->has_running = TRUE;
    for (int pool = 0; pool < SEAL_POOL_INVALID; pool++)
        state->facts->running[pool] = ledger_get(state->ledger, (SealPool)pool).used;
}

static guint
reevaluate(HostState *state)
{
    guint changed = 0;

    count_running(state);
    g_clear_pointer(&state->results, g_ptr_array_unref);
    state->results = seal_checks_evaluate(state->facts, SEAL_TECHNOLOGY_AUTO);
    for (int t = SEAL_TECHNOLOGY_FIRST; t < N_TECHNOLOGIES; t++) {
        SealVerdict verdict = seal_checks_verdict(state->results, (SealTechnology)t);

        if (verdict.usable != state->verdicts[t].usable)
            changed |= HOST_STATE_TECHNOLOGIES;
        if (!verdicts_equal(&verdict, &state->verdicts[t]))
            changed |= HOST_STATE_VERDICTS;
        state->verdicts[t] = verdict;
    }
    state->best = seal_checks_best(state->results);
    return changed;
}

static void
adopt(HostState *state, SealFacts *facts)
{
    guint changed = 0;

    if (facts->libvirt_version != state->facts->libvirt_version ||
        facts->qemu_version != state->facts->qemu_version)
        changed |= HOST_STATE_VERSIONS;
    seal_facts_free(state->facts);
    state->facts = facts;
    ledger_take_facts(state->ledger, facts);
    if (ledger_recount(state->ledger))
        changed |= HOST_STATE_CAPACITY;
    changed |= reevaluate(state);
    if (changed)
        state->changed(changed, state->data);
}

static void
take_probe(SealFacts *facts, VirtBackend *virt, const VirtProbe *probe)
{
    seal_facts_take_libvirt(facts, virt->class->get_uri(virt), probe->libvirt_version,
                            probe->qemu_version, probe->domcaps_xml, probe->domcaps_error);
}

/* What libvirt and QEMU are does not change by libvirt's being away; previews go on. */
static void
keep_versions(SealFacts *facts, const SealFacts *former, const char *uri)
{
    facts->backend_uri = g_strdup(uri);
    facts->libvirt_version = former->libvirt_version;
    facts->qemu_version = former->qemu_version;
}

/* Too much to do, which is no answer: what libvirt said last still holds. */
static gboolean
is_busy(const GError *error)
{
    return g_error_matches(error, SEAL_ERROR, SEAL_ERROR_LIMITS_EXCEEDED) ||
           g_error_matches(error, SEAL_ERROR, SEAL_ERROR_TIMEOUT);
}

/* Nothing else would ask again until something changes: for want of a worker, or of any answer. */
static gboolean
is_owed(const HostState *state, const GError *error)
{
    return g_error_matches(error, SEAL_ERROR, SEAL_ERROR_LIMITS_EXCEEDED) ||
           (state->connected && !state->facts->backend_connected && is_busy(error));
}

static void
keep_libvirt(SealFacts *facts, SealFacts *former)
{
    facts->backend_connected = former->backend_connected;
    facts->domcaps = g_steal_pointer(&former->domcaps);
    facts->domcaps_error = g_steal_pointer(&former->domcaps_error);
}

static gboolean
on_due(gpointer data)
{
    Delay *delay = data;

    delay->source = 0;
    host_state_probe(delay->state, NULL, NULL);
    return G_SOURCE_REMOVE;
}

static void
probe_after(HostState *state, Delay *delay, guint milliseconds)
{
    g_clear_handle_id(&delay->source, g_source_remove);
    delay->state = state;
    delay->source = g_timeout_add(milliseconds, on_due, delay);
}

static void
call_waiters(HostState *state, const GError *error)
{
    g_autoptr(GArray) waiters = g_steal_pointer(&state->waiters);

    state->waiters = g_steal_pointer(&state->next);
    state->next = g_array_new(FALSE, FALSE, sizeof(Waiter));
    for (guint i = 0; i < waiters->len; i++) {
        const Waiter *waiter = &g_array_index(waiters, Waiter, i);

        if (waiter->done)
            waiter->done(error, waiter->data);
    }
}

/* The kernel may still count a guest of whose end libvirt has told. */
static void
look_when_settled(HostState *state)
{
    gint64 now = g_get_monotonic_time();

    if (state->probing || !ledger_wants_facts(state->ledger))
        return;
    if (state->host->settle == 0) {
        host_state_probe(state, NULL, NULL);
        return;
    }
    if (!state->look.source)
        state->look_asked = now;
    else if (now - state->look_asked > LOOK_LATEST * G_TIME_SPAN_MILLISECOND)
        return;
    probe_after(state, &state->look, state->host->settle);
}

static void
on_probe(VirtReply *reply, const GError *error, gpointer data)
{
    HostState *state = data;
    SealFacts *facts = g_steal_pointer(&state->pending);

    if (reply && reply->probe)
        take_probe(facts, state->virt, reply->probe);
    else
        keep_versions(facts, state->facts, state->virt->class->get_uri(state->virt));
    if (state->connected && is_busy(error))
        keep_libvirt(facts, state->facts);
    if (is_owed(state, error) && !state->retry.source)
        probe_after(state, &state->retry, RETRY);
    adopt(state, facts);
    state->probing = FALSE;
    call_waiters(state, error);
    if (state->waiters->len > 0 && !state->probing)
        host_state_probe(state, NULL, NULL);
    look_when_settled(state);
}

static void
on_facts(SealFacts *facts, gpointer data)
{
    HostState *state = data;

    state->pending = facts;
    state->virt->class->submit(state->virt, backend_request_new(VIRT_OP_PROBE, NULL), on_probe,
                               state);
}

void
host_state_probe(HostState *state, HostStateDone done, gpointer data)
{
    Waiter waiter = {done, data};

    if (state->probing) {
        g_array_append_val(state->next, waiter);
        return;
    }
    if (done)
        g_array_append_val(state->waiters, waiter);
    state->probing = TRUE;
    ledger_mark(state->ledger);
    state->host->class->read_facts(state->host, on_facts, state);
}

void
host_state_set_connected(HostState *state, gboolean connected)
{
    state->connected = connected;
}

void
host_state_update_capacity(HostState *state)
{
    if (ledger_recount(state->ledger))
        state->changed(HOST_STATE_CAPACITY | reevaluate(state), state->data);
    look_when_settled(state);
}

HostState *
host_state_new(HostBackend *host,
               VirtBackend *virt,
               Registry *registry,
               HostStateChanged changed,
               gpointer data)
{
    HostState *state = g_new0(HostState, 1);

    state->host = host;
    state->virt = virt;
    state->ledger = ledger_new(registry);
    state->changed = changed;
    state->data = data;
    state->facts = seal_facts_new();
    state->waiters = g_array_new(FALSE, FALSE, sizeof(Waiter));
    state->next = g_array_new(FALSE, FALSE, sizeof(Waiter));
    reevaluate(state);
    return state;
}

void
host_state_free(HostState *state)
{
    if (!state)
        return;
    g_clear_handle_id(&state->retry.source, g_source_remove);
    g_clear_handle_id(&state->look.source, g_source_remove);
    ledger_free(state->ledger);
    seal_facts_free(state->facts);
    seal_facts_free(state->pending);
    g_ptr_array_unref(state->results);
    g_array_unref(state->waiters);
    g_array_unref(state->next);
    g_free(state);
}

const SealFacts *
host_state_get_facts(const HostState *state)
{
    return state->facts;
}

GPtrArray *
host_state_get_results(const HostState *state)
{
    return state->results;
}

SealVerdict
host_state_get_verdict(const HostState *state, SealTechnology technology)
{
    SealVerdict unknown = {FALSE, FALSE, ""};

    return (gsize)technology < N_TECHNOLOGIES ? state->verdicts[technology] : unknown;
}

SealTechnology
host_state_get_best(const HostState *state)
{
    return state->best;
}

LedgerPool
host_state_get_capacity(const HostState *state, SealPool pool)
{
    return ledger_get(state->ledger, pool);
}

/* s390-pv and types of a newer libvirt are passed through: whether they run is not ours to say. */
static gboolean
is_judged(SealTechnology technology)
{
    return technology >= SEAL_TECHNOLOGY_FIRST && technology < SEAL_TECHNOLOGY_S390_PV;
}

gboolean
host_state_check_technology(const HostState *state, SealTechnology technology, GError **error)
{
    g_autofree char *reason = NULL;

    if (!is_judged(technology) || host_state_get_verdict(state, technology).usable)
        return TRUE;
    if (!state->facts->backend_connected) {
        g_set_error_literal(error, SEAL_ERROR, SEAL_ERROR_BACKEND_UNAVAILABLE,
                            "libvirt cannot be reached; check that libvirtd or virtqemud runs, "
                            "then try again: the connection comes back by itself");
        return FALSE;
    }
    reason = seal_checks_explain(state->results, technology);
    g_set_error_literal(error, SEAL_ERROR, SEAL_ERROR_TECHNOLOGY_UNAVAILABLE, reason);
    return FALSE;
}

gboolean
host_state_check_capacity(const HostState *state, SealTechnology technology, GError **error)
{
    return ledger_check(state->ledger, technology, error);
}
