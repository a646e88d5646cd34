/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The action table and its one path: find, check, open a job, ask libvirt in
 * a worker, put the answer in the registry, close the job. Nothing is kept
 * across the wait but the UUID; the VM is found again after it.
 */

#include "action.h"

#include "launch-failure.h"
#include "operation-guard.h"
#include "sync.h"

#define STATE(name) (1u << VM_STATE_##name)
/* How often the power button is pressed while a shutdown waits, and seconds between at most. */
#define PRESSES 4
#define PRESS_PAUSE 15

typedef struct {
    VirtOp op;
    guint states; /* allowed VmStates */
    VmActivity activity;
    const char *way_out; /* what to do in another state */
    gboolean (*check)(Core *core, const Vm *vm, GError **error);
} ActionRow;

typedef struct Action Action;

/* One press of the power button that libvirt has not answered. */
typedef struct {
    Core *core;
    Action *action; /* NULL once the job is over */
} Press;

struct Action {
    Core *core;
    ActionCall call;
    char uuid[VM_UUID_LENGTH + 1];
    Job *job;
    GError *failure; /* libvirt's, while the VM is looked at once more */
    guint timer;
    guint run;        /* SHUTDOWN: the one to end, and no later one */
    guint press;      /* timer for the next time */
    Press *pressed;   /* (nullable): not answered yet, and of libvirt's to free */
    gboolean waiting; /* SHUTDOWN: the guest was asked, now it is its turn */
};

gboolean
action_check_start(Core *core, SealTechnology technology, GError **error)
{
    return host_state_check_technology(core->host_state, technology, error) &&
           host_state_check_capacity(core->host_state, technology, error);
}

static gboolean
check_start(Core *core, const Vm *vm, GError **error)
{
    return action_check_start(core, vm->technology, error);
}

static gboolean
check_reboot(Core *core, const Vm *vm, GError **error)
{
    guint64 qemu = host_state_get_facts(core->host_state)->qemu_version;
    g_autofree char *reason = NULL;

    if (!seal_operation_guard_check("reboot", vm->technology, qemu, &reason, error))
        return FALSE;
    if (!reason)
        return TRUE;
    g_set_error(error, SEAL_ERROR, SEAL_ERROR_OPERATION_BLOCKED, "cannot reboot VM %s: %s",
                vm->name, reason);
    return FALSE;
}

static gboolean
check_delete(G_GNUC_UNUSED Core *core, const Vm *vm, GError **error)
{
    if (vm->persistent)
        return TRUE;
    g_set_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_STATE,
                "VM %s is transient: it goes away by itself once it is stopped", vm->name);
    return FALSE;
}

static const ActionRow action_rows[] = {
    /* Crashed is a guest whose QEMU is kept (on_crash preserve), so it is not off. */
    [JOB_OPERATION_START] = {VIRT_OP_START, STATE(SHUTOFF), VM_ACTIVITY_STARTING,
                             "stop it first, or resume it when it is paused", check_start},
    [JOB_OPERATION_RESTART] = {VIRT_OP_START, STATE(SHUTOFF), VM_ACTIVITY_STARTING,
                               "nothing needs to be done", check_start},
    [JOB_OPERATION_RESUME] = {VIRT_OP_RESUME, STATE(PAUSED) | STATE(AWAITING_ATTESTATION),
                              VM_ACTIVITY_NONE,
                              "only a paused VM can be resumed; start it when "
                              "it is shut off",
                              NULL},
    [JOB_OPERATION_SUSPEND] = {VIRT_OP_SUSPEND, STATE(RUNNING), VM_ACTIVITY_NONE,
                               "only a running VM can be paused", NULL},
    [JOB_OPERATION_SHUTDOWN] = {VIRT_OP_SHUTDOWN, STATE(RUNNING), VM_ACTIVITY_NONE,
                                "only a running guest can be asked to shut down; stop powers off "
                                "a paused one",
                                NULL},
    [JOB_OPERATION_REBOOT] = {VIRT_OP_REBOOT, STATE(RUNNING), VM_ACTIVITY_NONE,
                              "only a running guest can be asked to reboot", check_reboot},
    [JOB_OPERATION_STOP] = {VIRT_OP_DESTROY,
                            STATE(RUNNING) | STATE(PAUSED) | STATE(AWAITING_ATTESTATION) |
                                STATE(STOPPING) | STATE(CRASHED),
                            VM_ACTIVITY_STOPPING, "it is not running", NULL},
    [JOB_OPERATION_DELETE] = {VIRT_OP_UNDEFINE, STATE(SHUTOFF), VM_ACTIVITY_NONE, "stop it first",
                              check_delete},
};

static gboolean
check_state(const Vm *vm, const ActionRow *row, JobOperation operation, GError **error)
{
    if (row->states & (1u << vm->state))
        return TRUE;
    g_set_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_STATE, "cannot %s VM %s: it is %s; %s",
                jobs_operation_to_string(operation), vm->name, vm_state_to_string(vm->state),
                row->way_out);
    return FALSE;
}

static void
set_activity(const Action *action, VmActivity activity)
{
    Vm *vm = registry_find(action->core->registry, action->uuid);

    if (vm && vm->activity != activity)
        registry_set_activity(action->core->registry, vm, activity);
    host_state_update_capacity(action->core->host_state);
}

static void
finish(Action *action, const GError *error)
{
    g_clear_handle_id(&action->timer, g_source_remove);
    g_clear_handle_id(&action->press, g_source_remove);
    if (action->pressed)
        action->pressed->action = NULL;
    set_activity(action, VM_ACTIVITY_NONE);
    jobs_close(action->core->jobs, action->job, error);
    action->call.done(error, action->call.data);
    g_free(action);
}

static void
submit(Action *action, VirtOp op, VirtDone done)
{
    VirtRequest *request = backend_request_new(op, action->uuid);
    const Vm *vm = registry_find(action->core->registry, action->uuid);

    request->memory = vm ? vm->memory : 0;
    request->paused = action->call.paused;
    request->nvram = action->call.nvram;
    request->volumes = action->call.volumes;
    action->core->virt->class->submit(action->core->virt, request, done, action);
}

/* Cancelled is what a backend says that ends: it takes no further request. */
static gboolean
is_ending(const GError *error)
{
    return g_error_matches(error, SEAL_ERROR, SEAL_ERROR_CANCELLED);
}

/* A reply without a domain: there is none any more. */
static void
take_reply(const Action *action, const VirtReply *reply)
{
    if (reply->domains->len == 0)
        registry_remove(action->core->registry, action->uuid);
    else
        sync_apply(action->core->sync, reply);
}

/* Whoever is told of the failure may have more to ask of a backend, so one that ends goes first. */
static void
on_looked(VirtReply *reply, const GError *error, gpointer data)
{
    Action *action = data;
    g_autoptr(GError) failure = g_steal_pointer(&action->failure);

    if (reply)
        take_reply(action, reply);
    else if (!is_ending(error))
        sync_refresh(action->core->sync, action->uuid);
    finish(action, is_ending(error) ? error : failure);
}

/* What an event showed meanwhile was the attempt: a failure is answered with the state after it. */
static void
fail(Action *action, const GError *error)
{
    Vm *vm = registry_find(action->core->registry, action->uuid);

    action->failure = vm ? launch_failure_explain(vm, vm->technology, error) : g_error_copy(error);
    /* Who did not answer may be in the middle of it, and would not answer now either. */
    if (!backend_is_unanswered(error)) {
        submit(action, VIRT_OP_SNAPSHOT, on_looked);
        return;
    }
    /* Given up is not undone. */
    if (vm && action_rows[action->call.operation].op == VIRT_OP_START)
        registry_doubt(action->core->registry, vm);
    on_looked(NULL, error, action);
}

static void
on_replied(VirtReply *reply, const GError *error, gpointer data)
{
    Action *action = data;

    if (error && !is_ending(error)) {
        fail(action, error);
        return;
    }
    if (reply)
        take_reply(action, reply);
    finish(action, error);
}

static void
cancel_wait(Job *job)
{
    Action *action = job->data;
    g_autoptr(GError) error = g_error_new_literal(
        SEAL_ERROR, SEAL_ERROR_CANCELLED, "waiting was cancelled; the guest may still shut down");

    finish(action, error);
}

static gboolean
on_wait_over(gpointer data)
{
    Action *action = data;
    g_autoptr(GError) error = NULL;

    action->timer = 0;
    action->waiting = FALSE;
    g_clear_handle_id(&action->press, g_source_remove);
    jobs_set_cancel(action->core->jobs, action->job, NULL, NULL);
    if (action->call.force) {
        set_activity(action, VM_ACTIVITY_STOPPING);
        submit(action, VIRT_OP_DESTROY, on_replied);
        return G_SOURCE_REMOVE;
    }
    error = g_error_new(SEAL_ERROR, SEAL_ERROR_TIMEOUT,
                        "the guest did not power off within %u seconds; it may ignore ACPI: shut "
                        "it down from inside, or use stop",
                        action->call.timeout);
    finish(action, error);
    return G_SOURCE_REMOVE;
}

/* Whether this one was heard shows in the VM's state; the job does not wait for it. */
static void
on_pressed(VirtReply *reply, G_GNUC_UNUSED const GError *error, gpointer data)
{
    g_autofree Press *press = data;

    if (press->action)
        press->action->pressed = NULL;
    if (reply)
        sync_apply(press->core->sync, reply);
}

/*
 * A guest that is still starting misses the power button, and nobody tells. Presses do not pile up
 * before a libvirt that hangs, and one that it comes to late must not end the guest's next run.
 */
static gboolean
on_press(gpointer data)
{
    Action *action = data;
    VirtBackend *virt = action->core->virt;
    VirtRequest *request;

    if (action->pressed)
        return G_SOURCE_CONTINUE;
    action->pressed = g_new0(Press, 1);
    *action->pressed = (Press){action->core, action};
    request = backend_request_new(VIRT_OP_SHUTDOWN, action->uuid);
    request->run = action->run;
    virt->class->submit(virt, request, on_pressed, action->pressed);
    return G_SOURCE_CONTINUE;
}

static void
on_shutdown_sent(VirtReply *reply, const GError *error, gpointer data)
{
    Action *action = data;
    const Vm *vm;

    if (reply)
        sync_apply(action->core->sync, reply);
    vm = registry_find(action->core->registry, action->uuid);
    if (error || !vm || !vm_is_active(vm) || action->call.timeout == 0) {
        finish(action, error);
        return;
    }
    if (reply->domains->len > 0)
        action->run = ((const VirtDomain *)g_ptr_array_index(reply->domains, 0))->run;
    action->waiting = TRUE;
    jobs_set_cancel(action->core->jobs, action->job, cancel_wait, action);
    action->timer = g_timeout_add_seconds(action->call.timeout, on_wait_over, action);
    action->press = g_timeout_add_seconds(CLAMP(action->call.timeout / PRESSES, 1, PRESS_PAUSE),
                                          on_press, action);
}

static Action *
find_waiting(Core *core, const Vm *vm)
{
    const Job *job = jobs_find_for_vm(core->jobs, vm->uuid);
    Action *action = job && job->cancel == cancel_wait ? job->data : NULL;

    return action && action->waiting ? action : NULL;
}

void
action_vm_changed(Core *core, const Vm *vm)
{
    Action *action = find_waiting(core, vm);

    if (action && !vm_is_active(vm))
        finish(action, NULL);
}

void
action_vm_removed(Core *core, const Vm *vm)
{
    Action *action = find_waiting(core, vm);

    if (action)
        finish(action, NULL);
}

static Job *
open_job(Core *core, const ActionCall *call, GError **error)
{
    const ActionRow *row = &action_rows[call->operation];
    const Vm *vm = registry_find(core->registry, call->uuid);

    if (!vm) {
        g_set_error(error, SEAL_ERROR, SEAL_ERROR_NOT_FOUND,
                    "the VM is gone; somebody deleted it meanwhile");
        return NULL;
    }
    /* A VM at work is busy, whatever its state says meanwhile. */
    if (!jobs_find_for_vm(core->jobs, vm->uuid)) {
        if (!check_state(vm, row, call->operation, error))
            return NULL;
        if (row->check && !row->check(core, vm, error))
            return NULL;
    }
    return jobs_open(core->jobs, call->operation, vm->uuid, call->uid, error);
}

void
action_start(Core *core, const ActionCall *call)
{
    const ActionRow *row = &action_rows[call->operation];
    g_autoptr(GError) error = NULL;
    Job *job = open_job(core, call, &error);
    Action *action;

    if (!job) {
        call->done(error, call->data);
        return;
    }
    action = g_new0(Action, 1);
    action->core = core;
    action->call = *call;
    action->call.uuid = NULL;
    action->job = job;
    g_strlcpy(action->uuid, job->vm, sizeof action->uuid);
    set_activity(action, row->activity);
    submit(action, row->op,
           call->operation == JOB_OPERATION_SHUTDOWN ? on_shutdown_sent : on_replied);
}
