/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * At most MAX_IN_FLIGHT snapshots run at once, however many events come in;
 * the rest wait as UUIDs in a set, which also merges a storm of events on one
 * VM into a single snapshot. Waiting costs nothing but time: nobody's call
 * depends on it.
 */

#include "sync.h"

#include "error.h"

#define MAX_IN_FLIGHT 4

struct Sync {
    Core *core;
    GHashTable *waiting;   /* uuid -> itself */
    GHashTable *in_flight; /* uuid -> itself */
};

typedef struct {
    Sync *sync;
    char *uuid;
    SyncDone done;
    gpointer data;
} Request;

Sync *
sync_new(Core *core)
{
    Sync *sync = g_new0(Sync, 1);

    sync->core = core;
    sync->waiting = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    sync->in_flight = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return sync;
}

void
sync_free(Sync *sync)
{
    if (!sync)
        return;
    g_hash_table_unref(sync->waiting);
    g_hash_table_unref(sync->in_flight);
    g_free(sync);
}

static char *
take_waiting(Sync *sync)
{
    GHashTableIter iter;
    gpointer uuid;

    if (g_hash_table_size(sync->in_flight) >= MAX_IN_FLIGHT)
        return NULL;
    g_hash_table_iter_init(&iter, sync->waiting);
    while (g_hash_table_iter_next(&iter, &uuid, NULL)) {
        if (g_hash_table_contains(sync->in_flight, uuid))
            continue;
        g_hash_table_iter_steal(&iter);
        return uuid;
    }
    return NULL;
}

static void
submit_snapshot(Sync *sync, char *uuid, VirtDone done)
{
    Request *request = g_new0(Request, 1);

    request->sync = sync;
    request->uuid = uuid;
    g_hash_table_add(sync->in_flight, g_strdup(uuid));
    sync->core->virt->class->submit(sync->core->virt, backend_request_new(VIRT_OP_SNAPSHOT, uuid),
                                    done, request);
}

static void
finish_snapshot(Request *request, VirtReply *reply)
{
    Sync *sync = request->sync;

    g_hash_table_remove(sync->in_flight, request->uuid);
    if (reply && reply->domains->len == 0)
        registry_remove(sync->core->registry, request->uuid);
    else if (reply)
        registry_apply(sync->core->registry, g_ptr_array_index(reply->domains, 0), NULL);
    host_state_update_capacity(sync->core->host_state);
}

static void
on_snapshot(VirtReply *reply, const GError *error, gpointer data)
{
    Request *request = data;
    Sync *sync = request->sync;
    char *next;

    if (!g_error_matches(error, SEAL_ERROR, SEAL_ERROR_CANCELLED)) {
        finish_snapshot(request, reply);
        while ((next = take_waiting(sync)))
            submit_snapshot(sync, next, on_snapshot);
    }
    g_free(request->uuid);
    g_free(request);
}

void
sync_refresh(Sync *sync, const char *uuid)
{
    char *next;

    g_hash_table_add(sync->waiting, g_strdup(uuid));
    while ((next = take_waiting(sync)))
        submit_snapshot(sync, next, on_snapshot);
}

void
sync_apply(Sync *sync, const VirtReply *reply)
{
    for (guint i = 0; i < reply->domains->len; i++) {
        gboolean added = FALSE;
        const Vm *vm =
            registry_apply(sync->core->registry, g_ptr_array_index(reply->domains, i), &added);

        if (added)
            sync_refresh(sync, vm->uuid);
    }
    host_state_update_capacity(sync->core->host_state);
}

static void
on_list(VirtReply *reply, const GError *error, gpointer data)
{
    g_autofree Request *request = data;
    Sync *sync = request->sync;

    if (g_error_matches(error, SEAL_ERROR, SEAL_ERROR_CANCELLED))
        return;
    if (reply) {
        for (guint i = 0; i < reply->domains->len; i++)
            registry_apply(sync->core->registry, g_ptr_array_index(reply->domains, i), NULL);
        registry_retain(sync->core->registry, reply->domains);
        host_state_update_capacity(sync->core->host_state);
    }
    if (request->done)
        request->done(request->data);
}

void
sync_list(Sync *sync, SyncDone done, gpointer data)
{
    Request *request = g_new0(Request, 1);

    *request = (Request){sync, NULL, done, data};
    sync->core->virt->class->submit(sync->core->virt, backend_request_new(VIRT_OP_LIST, NULL),
                                    on_list, request);
}
