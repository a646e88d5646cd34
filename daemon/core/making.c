/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The order is what makes it safe: volumes are looked for, then noted, then
 * made, so that a note never names a volume that was somebody's before; the
 * file of firmware variables likewise, which the first start makes. The
 * note goes last, after the create has been answered for in libvirt; until
 * then a daemon that comes back takes everything away that the note names.
 * A volume of which libvirt never said whether it was made counts as made.
 */

#include "making.h"

#include "error.h"
#include "recovery.h"

struct Making {
    Core *core;
    char *uuid;
    GPtrArray *volumes; /* VirtVolume */
    gboolean guarded;
    gboolean noted;
    gboolean own_nvram; /* firmware variables are the create's too */
    gboolean keep;      /* the create succeeded */
    guint made;
    guint i; /* the volume of the step under way */
    Job *job;
    GError *failure;
    MakingDone done;
    gpointer data;
};

static const char *const formats[] = {
    [SEAL_DISK_FORMAT_AUTO] = "raw",
    [SEAL_DISK_FORMAT_RAW] = "raw",
    [SEAL_DISK_FORMAT_QCOW2] = "qcow2",
};

Making *
making_new(Core *core, const char *uuid, const SealSettings *settings, gboolean guarded)
{
    Making *making = g_new0(Making, 1);

    making->core = core;
    making->uuid = g_strdup(uuid);
    making->volumes = g_ptr_array_new_with_free_func((GDestroyNotify)backend_volume_free);
    for (guint i = 0; i < settings->disks->len; i++) {
        const SealDisk *disk = g_ptr_array_index(settings->disks, i);

        if (disk->size)
            g_ptr_array_add(making->volumes, backend_volume_new(disk->pool, disk->volume,
                                                                formats[disk->format], disk->size));
    }
    making->guarded = guarded || making->volumes->len > 0;
    return making;
}

void
making_free(Making *making)
{
    if (!making)
        return;
    g_free(making->uuid);
    g_ptr_array_unref(making->volumes);
    g_clear_error(&making->failure);
    g_free(making);
}

static void
finish(Making *making, const GError *error)
{
    MakingDone done = making->done;

    making->done = NULL;
    done(error, making->data);
}

static void
submit(Making *making, VirtOp op, const VirtVolume *volume, VirtDone done)
{
    VirtRequest *request = backend_request_new(op, NULL);

    request->volume = backend_volume_new(volume->pool, volume->name, volume->format, volume->size);
    making->core->virt->class->submit(making->core->virt, request, done, making);
}

static char *
write_note(const Making *making)
{
    g_autoptr(GVariant) note = NULL;
    GVariantBuilder volumes;

    g_variant_builder_init(&volumes, G_VARIANT_TYPE("a(ss)"));
    for (guint i = 0; i < making->volumes->len; i++) {
        const VirtVolume *volume = g_ptr_array_index(making->volumes, i);

        g_variant_builder_add(&volumes, "(ss)", volume->pool, volume->name);
    }
    note =
        g_variant_ref_sink(g_variant_new(RECOVERY_NOTE, making->uuid, making->own_nvram, &volumes));
    return g_variant_print(note, FALSE);
}

static void
on_forgotten(const GError *error, gpointer data)
{
    Making *making = data;

    making->noted = error != NULL;
    /* The next daemon would take away what is kept. When all is gone, it finds nothing. */
    finish(making, making->keep ? error : making->failure);
}

static void
forget(Making *making)
{
    HostBackend *host = making->core->host;

    host->class->note(host, making->uuid, NULL, on_forgotten, making);
}

static void
tell_left(Making *making, const GError *error)
{
    const VirtVolume *volume = g_ptr_array_index(making->volumes, making->made - 1);
    const char *left =
        backend_is_unanswered(error) ? "may be left until libvirt answers" : "is left";

    if (making->failure)
        g_prefix_error(&making->failure, "(and volume %s of pool %s %s: %s) ", volume->name,
                       volume->pool, left, error->message);
    else
        making->failure = g_error_new(error->domain, error->code, "volume %s of pool %s %s: %s",
                                      volume->name, volume->pool, left, error->message);
}

/* The note stays, for whoever hears of libvirt again. */
static void
owe(Making *making)
{
    making->made = 0;
    making->noted = FALSE;
    recovery_owe(making->core, making->uuid);
    finish(making, making->failure);
}

/* One volume after the other, the last made first; what cannot be deleted is named. */
static void
on_deleted(G_GNUC_UNUSED VirtReply *reply, const GError *error, gpointer data)
{
    Making *making = data;

    if (g_error_matches(error, SEAL_ERROR, SEAL_ERROR_CANCELLED)) {
        finish(making, error);
        return;
    }
    if (error)
        tell_left(making, error);
    if (backend_is_unanswered(error)) {
        owe(making);
        return;
    }
    making->made--;
    if (making->made > 0)
        submit(making, VIRT_OP_VOLUME_DELETE, g_ptr_array_index(making->volumes, making->made - 1),
               on_deleted);
    else
        forget(making);
}

static void
settle(Making *making)
{
    if (making->made > 0 && !making->keep)
        submit(making, VIRT_OP_VOLUME_DELETE, g_ptr_array_index(making->volumes, making->made - 1),
               on_deleted);
    else if (making->noted)
        forget(making);
    else
        finish(making, making->failure);
}

static void
show_progress(Making *making)
{
    guint steps = making->volumes->len + 1;

    if (making->job && making->volumes->len > 0)
        jobs_set_progress(making->core->jobs, making->job, (double)making->made / steps);
}

static void
on_made(G_GNUC_UNUSED VirtReply *reply, const GError *error, gpointer data)
{
    Making *making = data;

    if (g_error_matches(error, SEAL_ERROR, SEAL_ERROR_CANCELLED)) {
        finish(making, error);
        return;
    }
    if (error) {
        making->failure = g_error_copy(error);
        making->made += backend_is_unanswered(error) ? 1 : 0;
        settle(making);
        return;
    }
    making->made++;
    show_progress(making);
    if (making->made < making->volumes->len)
        submit(making, VIRT_OP_VOLUME_CREATE, g_ptr_array_index(making->volumes, making->made),
               on_made);
    else
        finish(making, NULL);
}

static void
on_noted(const GError *error, gpointer data)
{
    Making *making = data;

    if (error) {
        finish(making, error);
        return;
    }
    making->noted = making->core->host->class->note != NULL;
    show_progress(making);
    if (making->volumes->len > 0)
        submit(making, VIRT_OP_VOLUME_CREATE, g_ptr_array_index(making->volumes, 0), on_made);
    else
        finish(making, NULL);
}

static void
note(Making *making)
{
    HostBackend *host = making->core->host;
    g_autofree char *text = write_note(making);

    if (host->class->note)
        host->class->note(host, making->uuid, text, on_noted, making);
    else
        on_noted(NULL, making);
}

static void
on_absent(G_GNUC_UNUSED VirtReply *reply, const GError *error, gpointer data)
{
    Making *making = data;

    if (error) {
        finish(making, error);
        return;
    }
    making->i++;
    if (making->i < making->volumes->len)
        submit(making, VIRT_OP_VOLUME_ABSENT, g_ptr_array_index(making->volumes, making->i),
               on_absent);
    else
        note(making);
}

void
making_begin(Making *making, Job *job, MakingDone done, gpointer data)
{
    making->job = job;
    making->done = done;
    making->data = data;
    if (!making->guarded)
        finish(making, NULL);
    else if (making->volumes->len > 0)
        submit(making, VIRT_OP_VOLUME_ABSENT, g_ptr_array_index(making->volumes, 0), on_absent);
    else
        note(making);
}

static void
on_owned(const GError *error, gpointer data)
{
    finish(data, error);
}

void
making_own_nvram(Making *making, MakingDone done, gpointer data)
{
    HostBackend *host = making->core->host;
    g_autofree char *text = NULL;

    making->done = done;
    making->data = data;
    making->own_nvram = TRUE;
    text = write_note(making);
    if (making->noted)
        host->class->note(host, making->uuid, text, on_owned, making);
    else
        finish(making, NULL);
}

void
making_end(Making *making, gboolean keep, MakingDone done, gpointer data)
{
    making->done = done;
    making->data = data;
    g_clear_error(&making->failure);
    making->keep = keep;
    settle(making);
}

static void
on_left(const GError *error, gpointer data)
{
    Making *making = data;

    if (error)
        finish(making, error);
    else
        owe(making);
}

void
making_leave(Making *making, MakingDone done, gpointer data)
{
    HostBackend *host = making->core->host;
    g_autofree char *text = write_note(making);

    making->done = done;
    making->data = data;
    g_clear_error(&making->failure);
    if (!making->noted && host->class->note)
        host->class->note(host, making->uuid, text, on_left, making);
    else
        owe(making);
}
