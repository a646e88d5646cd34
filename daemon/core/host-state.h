/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * What this host can do, as last evaluated: the check results, a verdict for
 * each technology, what "auto" means, and the ledger of key slots. Facts come
 * from both backends; a probe replaces all of it at once.
 */

#include "backend.h"
#include "checks.h"
#include "host.h"
#include "ledger.h"
#include "registry.h"

/**
 * HostStateProperty - what can change, as bits of a mask
 */
typedef enum {
    HOST_STATE_TECHNOLOGIES = 1 << 0,
    HOST_STATE_VERDICTS = 1 << 1,
    HOST_STATE_CAPACITY = 1 << 2,
    HOST_STATE_VERSIONS = 1 << 3, /* libvirt's or QEMU's, shown by the Manager */
} HostStateProperty;

typedef struct HostState HostState;

/**
 * HostStateChanged - @mask of HostStateProperty
 */
typedef void (*HostStateChanged)(guint mask, gpointer data);

/**
 * HostStateDone - a probe is over and its results are in place
 * @error: (nullable): why libvirt could not be asked; what it said before counts on, or nothing
 */
typedef void (*HostStateDone)(const GError *error, gpointer data);

/**
 * host_state_new - nothing known yet
 * @host, @virt: (transfer none): where facts come from
 * @registry: (transfer none): whose VMs fill the pools
 * @changed, @data: told of changes
 * Returns: (transfer full)
 */
HostState *host_state_new(HostBackend *host,
                          VirtBackend *virt,
                          Registry *registry,
                          HostStateChanged changed,
                          gpointer data);

/**
 * host_state_free - give it back
 * @state: (nullable) (transfer full): no probe may be under way
 */
void host_state_free(HostState *state);

/**
 * host_state_probe - ask everything again
 * @state: the state
 * @done: (nullable): called when the results are in place; several probes asked for
 *   while one runs share the next
 * @data: for @done
 */
void host_state_probe(HostState *state, HostStateDone done, gpointer data);

/**
 * host_state_set_connected - whether there is a libvirt to ask
 * @state: the state
 * @connected: while it is, a probe that libvirt is too busy for leaves what it said last
 */
void host_state_set_connected(HostState *state, gboolean connected);

/**
 * host_state_update_capacity - count the pools again after VMs changed
 * @state: the state
 */
void host_state_update_capacity(HostState *state);

/**
 * host_state_get_facts - the facts behind it
 * @state: the state
 * Returns: (transfer none): valid until the next probe ends.
 */
const SealFacts *host_state_get_facts(const HostState *state);

/**
 * host_state_get_results - the check results
 * @state: the state
 * Returns: (transfer none) (element-type SealCheckResult): valid until the next probe ends.
 */
GPtrArray *host_state_get_results(const HostState *state);

/**
 * host_state_get_verdict - the verdict on a technology
 * @state: the state
 * @technology: sev, sev-es, sev-snp, tdx or s390-pv
 * Returns: by value
 */
SealVerdict host_state_get_verdict(const HostState *state, SealTechnology technology);

/**
 * host_state_get_best - what auto means
 * @state: the state
 * Returns: SEAL_TECHNOLOGY_INVALID when no technology is usable.
 */
SealTechnology host_state_get_best(const HostState *state);

/**
 * host_state_get_capacity - how full a pool is
 * @state: the state
 * @pool: sev, sev-es or tdx
 * Returns: by value
 */
LedgerPool host_state_get_capacity(const HostState *state, SealPool pool);

/**
 * host_state_check_technology - whether a VM of this technology can run here at all
 * @state: the state
 * @technology: none, s390-pv and unknown types are not judged here
 * Returns: FALSE with SEAL_ERROR_TECHNOLOGY_UNAVAILABLE and the deciding check, or
 * SEAL_ERROR_BACKEND_UNAVAILABLE while libvirt cannot be reached.
 */
gboolean
host_state_check_technology(const HostState *state, SealTechnology technology, GError **error);

/**
 * host_state_check_capacity - whether one more guest fits
 * @state: the state
 * @technology: of the guest to start
 * Returns: FALSE with SEAL_ERROR_CAPACITY_EXHAUSTED that names the pool and its size.
 */
gboolean
host_state_check_capacity(const HostState *state, SealTechnology technology, GError **error);
