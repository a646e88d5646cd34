/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One chain of requests a note: power off, undefine, delete each volume,
 * forget. That a step finds nothing to do is the usual case, since the daemon
 * may have been killed before it had made anything.
 */

#include "recovery.h"

#include "error.h"
#include "log.h"
#include "sync.h"

typedef struct {
    Core *core;
    char *uuid;
    gboolean own_nvram;
    GVariant *volumes; /* a(ss) */
    gsize i;
    gboolean left; /* something could not be taken away */
} Recovery;

static void
recovery_free(Recovery *recovery)
{
    g_free(recovery->uuid);
    g_variant_unref(recovery->volumes);
    g_free(recovery);
}

static void
on_forgotten(G_GNUC_UNUSED const GError *error, gpointer data)
{
    Recovery *recovery = data;

    log_event(LOG_RECOVERED, "vm", recovery->uuid, NULL);
    sync_refresh(recovery->core->sync, recovery->uuid);
    recovery_free(recovery);
}

static void
end(Recovery *recovery)
{
    HostBackend *host = recovery->core->host;

    if (recovery->left)
        recovery_free(recovery);
    else
        host->class->note(host, recovery->uuid, NULL, on_forgotten, recovery);
}

/* TRUE when the chain may go on. Nothing found is as good as taken away, and off as powered off. */
static gboolean
accept(Recovery *recovery, const GError *error, gboolean is_power)
{
    if (g_error_matches(error, SEAL_ERROR, SEAL_ERROR_CANCELLED)) {
        recovery_free(recovery);
        return FALSE;
    }
    if (!error || g_error_matches(error, SEAL_ERROR, SEAL_ERROR_NOT_FOUND) ||
        (is_power && g_error_matches(error, SEAL_ERROR, SEAL_ERROR_INVALID_STATE)))
        return TRUE;
    recovery->left = TRUE;
    if (backend_is_unanswered(error))
        recovery_owe(recovery->core, recovery->uuid);
    log_event(LOG_RECOVERY_FAILED, "vm", recovery->uuid, "reason", error->message, NULL);
    return TRUE;
}

static void
submit_delete(Recovery *recovery, VirtDone done)
{
    VirtRequest *request = backend_request_new(VIRT_OP_VOLUME_DELETE, NULL);
    const char *pool, *name;

    g_variant_get_child(recovery->volumes, recovery->i, "(&s&s)", &pool, &name);
    request->volume = backend_volume_new(pool, name, "raw", 0);
    recovery->core->virt->class->submit(recovery->core->virt, request, done, recovery);
}

static void
on_deleted(G_GNUC_UNUSED VirtReply *reply, const GError *error, gpointer data)
{
    Recovery *recovery = data;

    if (!accept(recovery, error, FALSE))
        return;
    recovery->i++;
    if (recovery->i < g_variant_n_children(recovery->volumes))
        submit_delete(recovery, on_deleted);
    else
        end(recovery);
}

static void
on_undefined(G_GNUC_UNUSED VirtReply *reply, const GError *error, gpointer data)
{
    Recovery *recovery = data;

    if (!accept(recovery, error, FALSE))
        return;
    if (g_variant_n_children(recovery->volumes) > 0)
        submit_delete(recovery, on_deleted);
    else
        end(recovery);
}

static void
on_powered_off(G_GNUC_UNUSED VirtReply *reply, const GError *error, gpointer data)
{
    Recovery *recovery = data;
    VirtRequest *request;

    if (!accept(recovery, error, TRUE))
        return;
    request = backend_request_new(VIRT_OP_UNDEFINE, recovery->uuid);
    request->nvram = recovery->own_nvram;
    recovery->core->virt->class->submit(recovery->core->virt, request, on_undefined, recovery);
}

static void
recover(Core *core, const char *text)
{
    g_autoptr(GVariant) note =
        g_variant_parse(G_VARIANT_TYPE(RECOVERY_NOTE), text, NULL, NULL, NULL);
    Recovery *recovery;

    if (!note) {
        log_event(LOG_RECOVERY_FAILED, "reason", "a note cannot be read", NULL);
        return;
    }
    recovery = g_new0(Recovery, 1);
    recovery->core = core;
    g_variant_get(note, "(sb@a(ss))", &recovery->uuid, &recovery->own_nvram, &recovery->volumes);
    core->virt->class->submit(core->virt, backend_request_new(VIRT_OP_DESTROY, recovery->uuid),
                              on_powered_off, recovery);
}

static void
on_recalled(GHashTable *notes, gpointer data)
{
    Core *core = data;
    gboolean all = !core->recovered;
    GHashTableIter iter;
    gpointer name, text;

    core->recovered = TRUE;
    g_hash_table_iter_init(&iter, notes);
    /* Notes of creates are named after the VM. */
    while (g_hash_table_iter_next(&iter, &name, &text))
        if ((g_hash_table_remove(core->owed, name) || all) && g_uuid_string_is_valid(name))
            recover(core, text);
}

void
recovery_owe(Core *core, const char *uuid)
{
    g_hash_table_add(core->owed, g_strdup(uuid));
}

void
recovery_run(Core *core)
{
    if (core->host->class->recall && (!core->recovered || g_hash_table_size(core->owed) > 0))
        core->host->class->recall(core->host, on_recalled, core);
}
