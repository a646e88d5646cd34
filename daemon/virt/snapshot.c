/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One domain costs five calls; a thousand must not cost five thousand. What
 * libvirt can tell of all domains in one call (states through the bulk stats,
 * persistence and autostart through filtered lists) is asked once, and only
 * the XML is fetched domain by domain, by a few threads at once, because
 * libvirt answers the calls of one connection in parallel.
 */

#include "snapshot.h"

#include <stdlib.h>
#include <string.h>

#include "virt-error.h"
#include "virt-state.h"

/* libvirtd serves max_client_requests (5 by default) calls of a client at once. */
#define SNAPSHOT_THREADS 4

typedef struct {
    GHashTable *persistent; /* uuid -> itself */
    GHashTable *autostart;
} Marks;

typedef struct {
    virDomainStatsRecordPtr *records;
    VirtDomain **results;
    gint64 stamp;
    int n_records;
    int next;
    GError *lost; /* set once, by whichever thread finds that libvirt is gone */
} Batch;

static gboolean
read_xml(virDomainPtr domain, VirtDomain *snapshot, GError **error)
{
    char *xml = virDomainGetXMLDesc(domain, 0);

    if (!xml) {
        virt_error_take(error, SEAL_ERROR_BACKEND, "reading the domain's XML");
        return FALSE;
    }
    snapshot->domain = seal_domain_reader_parse(xml, SEAL_DOMAIN_SUMMARY, error);
    explicit_bzero(xml, strlen(xml));
    free(xml);
    return snapshot->domain != NULL;
}

guint
snapshot_run(virDomainPtr domain)
{
    guint id = virDomainGetID(domain);

    /* Of a domain that is off libvirt says -1. */
    return id == G_MAXUINT ? 0 : id;
}

VirtDomain *
snapshot_domain(virDomainPtr domain, GError **error)
{
    g_autoptr(VirtDomain) snapshot = g_new0(VirtDomain, 1);
    int state = 0, reason = 0, autostart = 0, persistent;

    snapshot->stamp = g_get_monotonic_time();
    persistent = virDomainIsPersistent(domain);
    if (virDomainGetState(domain, &state, &reason, 0) < 0 || persistent < 0 ||
        virDomainGetAutostart(domain, &autostart) < 0) {
        virt_error_take(error, SEAL_ERROR_BACKEND, "reading the domain's state");
        return NULL;
    }
    snapshot->state = virt_state_from_libvirt(state);
    snapshot->reason = virt_state_reason(state, reason);
    snapshot->persistent = persistent == 1;
    snapshot->autostart = autostart != 0;
    snapshot->run = snapshot_run(domain);
    if (!read_xml(domain, snapshot, error))
        return NULL;
    return g_steal_pointer(&snapshot);
}

VirtDomain *
snapshot_defined(SealDomain *domain, gboolean autostart)
{
    VirtDomain *snapshot = g_new0(VirtDomain, 1);

    snapshot->domain = domain;
    snapshot->stamp = g_get_monotonic_time();
    snapshot->state = virt_state_from_libvirt(VIR_DOMAIN_SHUTOFF);
    snapshot->reason = virt_state_reason(VIR_DOMAIN_SHUTOFF, VIR_DOMAIN_SHUTOFF_UNKNOWN);
    snapshot->persistent = TRUE;
    snapshot->autostart = autostart;
    return snapshot;
}

static GHashTable *
list_uuids(virConnectPtr connection, unsigned int filter, GError **error)
{
    g_autoptr(GHashTable) uuids = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    virDomainPtr *domains = NULL;
    int n = virConnectListAllDomains(connection, &domains, filter);

    if (n < 0) {
        virt_error_take(error, SEAL_ERROR_BACKEND, "listing the domains");
        return NULL;
    }
    for (int i = 0; i < n; i++) {
        char uuid[VIR_UUID_STRING_BUFLEN];

        if (virDomainGetUUIDString(domains[i], uuid) == 0)
            g_hash_table_add(uuids, g_strdup(uuid));
        virDomainFree(domains[i]);
    }
    free(domains);
    return g_steal_pointer(&uuids);
}

static VirtDomain *
snapshot_record(virDomainStatsRecordPtr record, gint64 stamp, GError **error)
{
    g_autoptr(VirtDomain) snapshot = g_new0(VirtDomain, 1);
    int state = VIR_DOMAIN_SHUTOFF, reason = 0;

    snapshot->stamp = stamp;
    virTypedParamsGetInt(record->params, record->nparams, "state.state", &state);
    virTypedParamsGetInt(record->params, record->nparams, "state.reason", &reason);
    snapshot->state = virt_state_from_libvirt(state);
    snapshot->reason = virt_state_reason(state, reason);
    snapshot->run = snapshot_run(record->dom);
    if (!read_xml(record->dom, snapshot, error))
        return NULL;
    return g_steal_pointer(&snapshot);
}

/* One odd domain is left out, but a libvirt that goes in the middle says nothing of the others. */
static void
note_lost(Batch *batch, GError *error)
{
    if (!g_error_matches(error, SEAL_ERROR, SEAL_ERROR_BACKEND_UNAVAILABLE) ||
        !g_atomic_pointer_compare_and_exchange(&batch->lost, NULL, error))
        g_clear_error(&error);
}

static gpointer
read_batch(gpointer data)
{
    Batch *batch = data;

    for (;;) {
        int i = g_atomic_int_add(&batch->next, 1);
        GError *error = NULL;

        if (i >= batch->n_records)
            return NULL;
        batch->results[i] = snapshot_record(batch->records[i], batch->stamp, &error);
        if (error)
            note_lost(batch, error);
    }
}

static void
read_in_parallel(Batch *batch)
{
    GThread *threads[SNAPSHOT_THREADS - 1] = {NULL};

    for (gsize i = 0; i < G_N_ELEMENTS(threads) && batch->n_records > SNAPSHOT_THREADS; i++)
        threads[i] = g_thread_try_new("snapshot", read_batch, batch, NULL);
    read_batch(batch);
    for (gsize i = 0; i < G_N_ELEMENTS(threads); i++)
        if (threads[i])
            g_thread_join(threads[i]);
}

static void
collect(Batch *batch, const Marks *marks, GPtrArray *domains)
{
    for (int i = 0; i < batch->n_records; i++) {
        VirtDomain *snapshot = batch->results[i];

        if (!snapshot)
            continue;
        snapshot->persistent = g_hash_table_contains(marks->persistent, snapshot->domain->uuid);
        snapshot->autostart = g_hash_table_contains(marks->autostart, snapshot->domain->uuid);
        g_ptr_array_add(domains, snapshot);
    }
}

gboolean
snapshot_all(virConnectPtr connection, GPtrArray *domains, GError **error)
{
    g_autoptr(GHashTable) persistent = NULL;
    g_autoptr(GHashTable) autostart = NULL;
    g_autofree VirtDomain **results = NULL;
    Batch batch = {.stamp = g_get_monotonic_time()};
    Marks marks;

    persistent = list_uuids(connection, VIR_CONNECT_LIST_DOMAINS_PERSISTENT, error);
    if (!persistent)
        return FALSE;
    autostart = list_uuids(connection, VIR_CONNECT_LIST_DOMAINS_AUTOSTART, error);
    if (!autostart)
        return FALSE;
    batch.n_records =
        virConnectGetAllDomainStats(connection, VIR_DOMAIN_STATS_STATE, &batch.records, 0);
    if (batch.n_records < 0) {
        virt_error_take(error, SEAL_ERROR_BACKEND, "reading the domains' states");
        return FALSE;
    }
    batch.results = results = g_new0(VirtDomain *, batch.n_records + 1);
    read_in_parallel(&batch);
    marks = (Marks){persistent, autostart};
    collect(&batch, &marks, domains);
    virDomainStatsRecordListFree(batch.records);
    /* Such an error may be about one domain too, whose XML is too long to be sent. */
    if (!batch.lost || virConnectIsAlive(connection) == 1) {
        g_clear_error(&batch.lost);
        return TRUE;
    }
    g_propagate_error(error, batch.lost);
    return FALSE;
}
