/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * At most MAX_IN_FLIGHT snapshots run at once, however many events come in;
 * the rest wait as UUIDs in a set, which also merges a storm of events on one
 * VM into a single snapshot. Waiting costs nothing but time: nobody's call
 * depends on it. That is why a look has no deadline: one that libvirt is slow
 * to answer still brings the truth, while to ask again would only be slow as
 * well and take another worker. It merely stops holding up the others. A listing
 * is old by as much as it takes to make: what changed meanwhile is looked at
 * once more after it.
 */

#include "sync.h"

#include "error.h"

#define MAX_IN_FLIGHT 4
/*
 * Seconds after which a look counts as slow and makes room for another, and how many may be so:
 * more than the 5 calls of one client that libvirtd serves at once (max_client_requests).
 */
#define SLOW_AFTER 2
#define MAX_SLOW 8
/* Milliseconds before asking again when every worker was taken. */
#define RETRY 250
/* Milliseconds before a listing that failed is asked for again, and how often: each may hang. */
#define LIST_PAUSE 1000
#define LIST_TRIES 12
/* Milliseconds that a caller has its answer before what it made is looked at again. */
#define SETTLE 20

/*
 * Pauses in seconds between looks at guests that run, after libvirt was reached. A libvirtd that
 * has just begun has them as it last knew them until it has found their QEMU again, and of one
 * whose QEMU is gone it says nothing then (qemuProcessReconnect() in its qemu driver).
 */
static const guint second_looks[] = {1, 4, 25};

struct Sync {
    Core *core;
    GHashTable *waiting;   /* uuid -> itself */
    GHashTable *in_flight; /* uuid -> itself */
    guint slow;            /* how many of them are */
    GHashTable *held;      /* uuid -> itself: not looked at for now */
    GHashTable *touched;   /* uuid -> itself: told to have changed during a listing */
    guint listings;        /* under way */
    gboolean list_again;   /* at the next retry */
    guint list_tries;      /* that failed, since one came */
    guint list_timer;
    guint retry;
    guint settle;
    guint look; /* the next of second_looks */
    guint look_timer;
};

typedef struct {
    Sync *sync;
    char *uuid;
    SyncDone done;
    gpointer data;
    gint64 stamp; /* of a listing: monotonic microseconds before it was asked for */
    guint timer;  /* of a snapshot that is not slow yet */
} Request;

static GHashTable *
uuid_set_new(void)
{
    return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

Sync *
sync_new(Core *core)
{
    Sync *sync = g_new0(Sync, 1);

    sync->core = core;
    sync->waiting = uuid_set_new();
    sync->in_flight = uuid_set_new();
    sync->held = uuid_set_new();
    sync->touched = uuid_set_new();
    return sync;
}

void
sync_free(Sync *sync)
{
    if (!sync)
        return;
    g_clear_handle_id(&sync->retry, g_source_remove);
    g_clear_handle_id(&sync->settle, g_source_remove);
    g_clear_handle_id(&sync->look_timer, g_source_remove);
    g_clear_handle_id(&sync->list_timer, g_source_remove);
    g_hash_table_unref(sync->waiting);
    g_hash_table_unref(sync->in_flight);
    g_hash_table_unref(sync->held);
    g_hash_table_unref(sync->touched);
    g_free(sync);
}

static char *
take_waiting(Sync *sync)
{
    GHashTableIter iter;
    gpointer uuid;

    if (g_hash_table_size(sync->in_flight) - MIN(sync->slow, MAX_SLOW) >= MAX_IN_FLIGHT)
        return NULL;
    g_hash_table_iter_init(&iter, sync->waiting);
    while (g_hash_table_iter_next(&iter, &uuid, NULL)) {
        if (g_hash_table_contains(sync->in_flight, uuid) || g_hash_table_contains(sync->held, uuid))
            continue;
        g_hash_table_iter_steal(&iter);
        return uuid;
    }
    return NULL;
}

static void submit_waiting(Sync *sync);

static gboolean
on_slow(gpointer data)
{
    Request *request = data;

    request->timer = 0;
    request->sync->slow++;
    submit_waiting(request->sync);
    return G_SOURCE_REMOVE;
}

static void
submit_snapshot(Sync *sync, char *uuid, VirtDone done)
{
    Request *request = g_new0(Request, 1);
    VirtRequest *snapshot = backend_request_new(VIRT_OP_SNAPSHOT, uuid);

    request->sync = sync;
    request->uuid = uuid;
    request->timer = g_timeout_add_seconds(SLOW_AFTER, on_slow, request);
    snapshot->patient = TRUE;
    g_hash_table_add(sync->in_flight, g_strdup(uuid));
    sync->core->virt->class->submit(sync->core->virt, snapshot, done, request);
}

static void
end_flight(Request *request)
{
    if (!request->timer)
        request->sync->slow--;
    g_clear_handle_id(&request->timer, g_source_remove);
    g_hash_table_remove(request->sync->in_flight, request->uuid);
}

static void
finish_snapshot(Request *request, VirtReply *reply)
{
    Sync *sync = request->sync;
    Registry *registry = sync->core->registry;
    gboolean owed = g_hash_table_contains(sync->waiting, request->uuid);

    if (reply && reply->domains->len == 0)
        registry_remove(registry, request->uuid);
    /* Unknown, and something happened since: it may be deleted, so the next look decides. */
    else if (reply && (!owed || registry_find(registry, request->uuid)))
        registry_apply(registry, g_ptr_array_index(reply->domains, 0), NULL);
    host_state_update_capacity(sync->core->host_state);
}

static gboolean
on_retry(gpointer data)
{
    Sync *sync = data;

    sync->retry = 0;
    if (sync->list_again && sync->core->connection == VIRT_CONNECTION_CONNECTED)
        sync_list(sync, NULL, NULL);
    sync->list_again = FALSE;
    submit_waiting(sync);
    return G_SOURCE_REMOVE;
}

static void
retry_soon(Sync *sync)
{
    if (!sync->retry)
        sync->retry = g_timeout_add(RETRY, on_retry, sync);
}

/* No event comes twice: a look that was refused for want of a worker is owed. */
static gboolean
is_refused(const GError *error)
{
    return g_error_matches(error, SEAL_ERROR, SEAL_ERROR_LIMITS_EXCEEDED);
}

static void
on_snapshot(VirtReply *reply, const GError *error, gpointer data)
{
    Request *request = data;
    Sync *sync = request->sync;

    end_flight(request);
    if (is_refused(error)) {
        g_hash_table_add(sync->waiting, g_strdup(request->uuid));
        retry_soon(sync);
    } else if (!g_error_matches(error, SEAL_ERROR, SEAL_ERROR_CANCELLED)) {
        finish_snapshot(request, reply);
        submit_waiting(sync);
    }
    g_free(request->uuid);
    g_free(request);
}

static void
submit_waiting(Sync *sync)
{
    char *next;

    while (!sync->retry && (next = take_waiting(sync)))
        submit_snapshot(sync, next, on_snapshot);
}

void
sync_refresh(Sync *sync, const char *uuid)
{
    if (sync->listings > 0)
        g_hash_table_add(sync->touched, g_strdup(uuid));
    g_hash_table_add(sync->waiting, g_strdup(uuid));
    submit_waiting(sync);
}

static void
await_look(Sync *sync, GSourceFunc look)
{
    if (sync->look < G_N_ELEMENTS(second_looks))
        sync->look_timer = g_timeout_add_seconds(second_looks[sync->look++], look, sync);
}

static gboolean
on_look(gpointer data)
{
    Sync *sync = data;
    g_autoptr(GPtrArray) vms = registry_list(sync->core->registry);

    sync->look_timer = 0;
    if (sync->core->connection != VIRT_CONNECTION_CONNECTED)
        return G_SOURCE_REMOVE;
    for (guint i = 0; i < vms->len; i++) {
        const Vm *vm = g_ptr_array_index(vms, i);

        if (vm_is_active(vm))
            sync_refresh(sync, vm->uuid);
    }
    await_look(sync, on_look);
    return G_SOURCE_REMOVE;
}

void
sync_look_again(Sync *sync)
{
    g_clear_handle_id(&sync->look_timer, g_source_remove);
    sync->look = 0;
    await_look(sync, on_look);
}

void
sync_hold(Sync *sync, const char *uuid)
{
    g_hash_table_add(sync->held, g_strdup(uuid));
}

static gboolean
on_settled(gpointer data)
{
    Sync *sync = data;

    sync->settle = 0;
    submit_waiting(sync);
    return G_SOURCE_REMOVE;
}

void
sync_release(Sync *sync, const char *uuid)
{
    if (g_hash_table_remove(sync->held, uuid) && !sync->settle)
        sync->settle = g_timeout_add(SETTLE, on_settled, sync);
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
take_listing(const Request *request, const VirtReply *reply)
{
    Registry *registry = request->sync->core->registry;

    for (guint i = 0; i < reply->domains->len; i++)
        registry_apply(registry, g_ptr_array_index(reply->domains, i), NULL);
    registry_retain(registry, reply->domains, request->stamp);
    host_state_update_capacity(request->sync->core->host_state);
}

static void
refresh_touched(Sync *sync)
{
    g_autoptr(GHashTable) touched = g_steal_pointer(&sync->touched);
    GHashTableIter iter;
    gpointer uuid;

    sync->touched = uuid_set_new();
    g_hash_table_iter_init(&iter, touched);
    while (g_hash_table_iter_next(&iter, &uuid, NULL))
        sync_refresh(sync, uuid);
}

static gboolean
on_list_again(gpointer data)
{
    Sync *sync = data;

    sync->list_timer = 0;
    if (sync->core->connection == VIRT_CONNECTION_CONNECTED)
        sync_list(sync, NULL, NULL);
    return G_SOURCE_REMOVE;
}

/* A connection that stands brings no second listing by itself: what the first missed is owed. */
static void
take_failure(Sync *sync, const GError *error)
{
    if (is_refused(error)) {
        sync->list_again = TRUE;
        retry_soon(sync);
    } else if (!sync->list_timer && sync->list_tries++ < LIST_TRIES) {
        sync->list_timer = g_timeout_add(LIST_PAUSE, on_list_again, sync);
    }
}

static void
on_list(VirtReply *reply, const GError *error, gpointer data)
{
    g_autofree Request *request = data;
    Sync *sync = request->sync;

    sync->listings--;
    if (g_error_matches(error, SEAL_ERROR, SEAL_ERROR_CANCELLED))
        return;
    if (reply) {
        sync->list_tries = 0;
        take_listing(request, reply);
    } else {
        take_failure(sync, error);
    }
    if (sync->listings == 0)
        refresh_touched(sync);
    if (request->done)
        request->done(request->data);
}

void
sync_list(Sync *sync, SyncDone done, gpointer data)
{
    Request *request = g_new0(Request, 1);

    *request = (Request){sync, NULL, done, data, g_get_monotonic_time()};
    /* Who wants to know has a new connection. */
    if (done)
        sync->list_tries = 0;
    sync->listings++;
    sync->core->virt->class->submit(sync->core->virt, backend_request_new(VIRT_OP_LIST, NULL),
                                    on_list, request);
}
