/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The steps of a create, each ending in the next or in finish(): read and
 * decide, look at the named files, write, define, start. A create that fails
 * to start undefines what it defined before it answers, so that the caller
 * finds all or nothing. A step that libvirt never answers for counts as done
 * and is taken back too; when that goes unanswered as well, recovery.c does it.
 */

#include "create.h"

#include <string.h>

#include "action.h"
#include "autostart.h"
#include "create-define.h"
#include "create-files.h"
#include "create-mtu.h"
#include "create-plan.h"
#include "launch-failure.h"
#include "log.h"
#include "making.h"
#include "sync.h"

typedef struct {
    Core *core;
    CreateCall call;
    SealSettings *settings;
    SealTechnology technology;
    guint64 policy;
    char uuid[VM_UUID_LENGTH + 1];
    Job *job;
    Making *making;
    gboolean makes_nvram; /* the start will make a file of firmware variables */
    gboolean started;     /* libvirt was asked to */
    CreateFiles files;    /* borrow from settings */
    char *xml;            /* written ahead, or why it could not be */
    GError *xml_error;
    GStrv warnings;  /* what works but leaks, or is not what it seems: id, colon, text */
    GError *failure; /* why it failed, while what was done is taken back */
} Create;

static void
create_free(gpointer data)
{
    Create *create = data;

    create_files_clear(&create->files);
    seal_settings_free(create->settings);
    making_free(create->making);
    /* It may hold the owner's session. */
    if (create->xml)
        explicit_bzero(create->xml, strlen(create->xml));
    g_free(create->xml);
    g_strfreev(create->warnings);
    g_clear_error(&create->xml_error);
    g_clear_error(&create->failure);
    g_free(create);
}

static void
conclude(Create *create, const GError *error)
{
    Vm *vm = registry_find(create->core->registry, create->uuid);

    if (create->job) {
        if (vm && vm->activity != VM_ACTIVITY_NONE)
            registry_set_activity(create->core->registry, vm, VM_ACTIVITY_NONE);
        host_state_update_capacity(create->core->host_state);
        jobs_close(create->core->jobs, create->job, error);
    }
    create->call.done(error ? NULL : create->uuid, error, create->call.data);
    /* Cancelled is what a backend says that ends: it takes no further request. */
    if (!g_error_matches(error, SEAL_ERROR, SEAL_ERROR_CANCELLED))
        sync_release(create->core->sync, create->uuid);
    create_free(create);
}

static void
on_tidied(const GError *error, gpointer data)
{
    Create *create = data;

    if (error)
        g_prefix_error(&create->failure, "(and something is left: %s) ", error->message);
    conclude(create, create->failure);
}

/* A create cut off by the daemon's own end leaves its note: the next daemon tidies up. */
static void
finish(Create *create, const GError *error)
{
    if (error != create->failure) {
        g_clear_error(&create->failure);
        create->failure = g_error_copy(error);
    }
    if (!create->making || g_error_matches(error, SEAL_ERROR, SEAL_ERROR_CANCELLED))
        conclude(create, create->failure);
    else
        making_end(create->making, FALSE, on_tidied, create);
}

/* Nothing can be taken back while libvirt does not answer. */
static void
leave(Create *create)
{
    g_prefix_error(&create->failure,
                   "(and libvirt did not answer when VM %s was to be taken back: what may be left "
                   "of it goes once libvirt answers again, so do not use it) ",
                   create->settings->name);
    making_leave(create->making, on_tidied, create);
}

static void
on_undone(G_GNUC_UNUSED VirtReply *reply, const GError *error, gpointer data)
{
    Create *create = data;

    /* To the next daemon it is as if this one had been killed: the note stays. */
    if (g_error_matches(error, SEAL_ERROR, SEAL_ERROR_CANCELLED)) {
        finish(create, error);
        return;
    }
    if (backend_is_unanswered(error)) {
        leave(create);
        return;
    }
    if (error && !g_error_matches(error, SEAL_ERROR, SEAL_ERROR_NOT_FOUND))
        g_prefix_error(&create->failure, "(and undefining the VM again failed: %s) ",
                       error->message);
    else
        registry_remove(create->core->registry, create->uuid);
    finish(create, create->failure);
}

static void
undefine(Create *create)
{
    VirtRequest *undo = backend_request_new(VIRT_OP_UNDEFINE, create->uuid);

    /* Before a start there is none but what an earlier VM of that name left on purpose. */
    undo->nvram = create->started && create->makes_nvram;
    create->core->virt->class->submit(create->core->virt, undo, on_undone, create);
}

static void
on_powered_off(G_GNUC_UNUSED VirtReply *reply, const GError *error, gpointer data)
{
    Create *create = data;

    if (g_error_matches(error, SEAL_ERROR, SEAL_ERROR_CANCELLED))
        finish(create, error);
    else if (backend_is_unanswered(error))
        leave(create);
    else
        undefine(create);
}

static void
power_off(Create *create)
{
    VirtBackend *virt = create->core->virt;

    virt->class->submit(virt, backend_request_new(VIRT_OP_DESTROY, create->uuid), on_powered_off,
                        create);
}

/* A backend that ends (cancelled) takes no further request. */
static void
take_back(Create *create, const GError *error)
{
    create->failure = launch_failure_explain(NULL, create->technology, error);
    if (g_error_matches(error, SEAL_ERROR, SEAL_ERROR_CANCELLED))
        finish(create, error);
    else if (backend_is_unanswered(error))
        /* The start may still succeed, and undefining a running domain would leave it running. */
        power_off(create);
    else
        undefine(create);
}

static void
on_kept(const GError *error, gpointer data)
{
    Create *create = data;

    if (!error) {
        conclude(create, NULL);
        return;
    }
    create->failure = g_error_copy(error);
    g_prefix_error(&create->failure, "VM %s was made and is taken back: ", create->settings->name);
    if (create->started)
        power_off(create);
    else
        undefine(create);
}

static void
succeed(Create *create)
{
    making_end(create->making, TRUE, on_kept, create);
}

static void
on_started(VirtReply *reply, const GError *error, gpointer data)
{
    Create *create = data;

    if (error) {
        take_back(create, error);
        return;
    }
    sync_apply(create->core->sync, reply);
    succeed(create);
}

static void
on_nvram_owned(const GError *error, gpointer data)
{
    Create *create = data;
    VirtRequest *request;

    if (error) {
        take_back(create, error);
        return;
    }
    request = backend_request_new(VIRT_OP_START, create->uuid);
    request->paused = create->call.paused;
    request->memory = create->settings->memory;
    create->started = TRUE;
    create->core->virt->class->submit(create->core->virt, request, on_started, create);
}

static void
start(Create *create, Vm *vm)
{
    g_autoptr(GError) error = NULL;

    /* Others may have started meanwhile: the slot is taken by whoever gets here first. */
    if (!host_state_check_capacity(create->core->host_state, create->technology, &error)) {
        take_back(create, error);
        return;
    }
    /* A start may take long: what else happens to the VM is to be seen meanwhile. */
    sync_release(create->core->sync, create->uuid);
    registry_set_activity(create->core->registry, vm, VM_ACTIVITY_STARTING);
    host_state_update_capacity(create->core->host_state);
    if (create->makes_nvram)
        making_own_nvram(create->making, on_nvram_owned, create);
    else
        on_nvram_owned(NULL, create);
}

static void
log_warnings(const Create *create)
{
    for (gsize i = 0; create->warnings && create->warnings[i]; i++)
        log_event(LOG_WARNED, "name", create->settings->name, "vm", create->uuid, "warning",
                  create->warnings[i], NULL);
}

static void
on_defined(VirtReply *reply, const GError *error, gpointer data)
{
    Create *create = data;
    Vm *vm;

    if (backend_is_unanswered(error)) {
        create->failure = g_error_copy(error);
        undefine(create);
        return;
    }
    if (error) {
        finish(create, error);
        return;
    }
    log_warnings(create);
    create->makes_nvram = reply->makes_nvram;
    sync_apply(create->core->sync, reply);
    vm = registry_find(create->core->registry, create->uuid);
    if (vm)
        autostart_warn(create->core, vm);
    if (create->call.start && vm)
        start(create, vm);
    else
        succeed(create);
}

static void
define(Create *create, char *xml)
{
    VirtRequest *request =
        create_define_request(create->core, create->settings, xml, create->files.unseen);

    request->ask_nvram = create->call.start;
    sync_hold(create->core->sync, create->uuid);
    create->core->virt->class->submit(create->core->virt, request, on_defined, create);
}

static void
on_made(const GError *error, gpointer data)
{
    Create *create = data;

    if (error)
        finish(create, error);
    else
        define(create, g_steal_pointer(&create->xml));
}

static char *
write_xml(Create *create, const HostInspection *inspection, GError **error)
{
    const SealPlan plan = {
        .settings = create->settings,
        .technology = create->technology,
        .policy = create->policy,
        .uuid = create->uuid,
    };

    return create_plan_write(create->core, &plan, inspection, &create->warnings, error);
}

static void
on_inspected(const HostInspection *inspection, gpointer data)
{
    Create *create = data;
    g_autoptr(GError) error = NULL;

    if (!create_files_check(&create->files, inspection, &error)) {
        finish(create, error);
        return;
    }
    if (create->settings->firmware)
        create->xml = write_xml(create, inspection, &create->xml_error);
    if (create->xml)
        making_begin(create->making, create->job, on_made, create);
    else
        finish(create, create->xml_error);
}

/* The files were named, and no network leaves its MTU to a bridge any more. */
static void
look(Create *create)
{
    HostBackend *host = create->core->host;

    host->class->inspect(host, (const char *const *)create->files.paths->pdata,
                         create->settings->firmware, on_inspected, create);
    /* Meanwhile, when it does not depend on what the firmware image looks like. */
    if (!create->settings->firmware)
        create->xml = write_xml(create, NULL, &create->xml_error);
}

static void
on_mtus(const GError *error, gpointer data)
{
    Create *create = data;

    if (error)
        finish(create, error);
    else
        look(create);
}

static gboolean
decide(Create *create, GError **error)
{
    Core *core = create->core;
    const SealSettings *settings = create->settings;

    if (!create_plan_technology(core, settings, FALSE, &create->technology, error))
        return FALSE;
    if (!seal_settings_resolve_policy(settings, create->technology, &create->policy, error))
        return FALSE;
    if (registry_find_by_name(core->registry, settings->name)) {
        g_set_error(error, SEAL_ERROR, SEAL_ERROR_EXISTS,
                    "a VM named \"%s\" exists already; delete it or choose another name",
                    settings->name);
        return FALSE;
    }
    if (create->call.start &&
        !host_state_check_capacity(core->host_state, create->technology, error))
        return FALSE;
    create->job =
        jobs_open(core->jobs, JOB_OPERATION_CREATE, create->uuid, create->call.uid, error);
    if (!create->job)
        return FALSE;
    /* A host that ends answers no more; see HostBackendClass.free. */
    create->job->data = create;
    create->job->abandon = create_free;
    return TRUE;
}

void
create_begin(Core *core, const CreateCall *call)
{
    Create *create = g_new0(Create, 1);
    g_autofree char *uuid = g_uuid_string_random();
    g_autoptr(GError) error = NULL;

    create->core = core;
    create->call = *call;
    g_strlcpy(create->uuid, uuid, sizeof create->uuid);
    create->settings = seal_settings_parse(call->name, call->settings, &error);
    if (!create->settings || !decide(create, &error)) {
        finish(create, error);
    } else {
        create_files_init(&create->files, create->settings);
        create->making = making_new(core, create->uuid, create->settings, call->start);
        if (!create_mtu_ask(core, create->settings, on_mtus, create))
            look(create);
    }
}
