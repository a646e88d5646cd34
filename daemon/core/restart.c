/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * QEMU says "guest-reset" before it ends, libvirt then reports a plain
 * shutdown. Both are needed here: the mark from the first, the state from the
 * second. The new start is an ordinary job of the daemon's own, so every
 * check of a start applies and everybody sees it. No second event comes: when
 * there is no room for the job (a host full of guests that reboot at once) it
 * is tried again a moment later.
 */

#include "restart.h"

#include "action.h"
#include "log.h"

/* Milliseconds before the next try of those for which there was no room. */
#define RETRY 500

typedef struct {
    Core *core;
    char uuid[VM_UUID_LENGTH + 1];
    char *name;
} Restart;

static void restart(Core *core, const Vm *vm);

static gboolean
on_retry(gpointer data)
{
    Core *core = data;
    g_autoptr(GPtrArray) vms = registry_list(core->registry);

    core->restart_timer = 0;
    for (guint i = 0; i < vms->len; i++) {
        Vm *vm = g_ptr_array_index(vms, i);

        if (!vm->restart_owed)
            continue;
        vm->restart_owed = FALSE;
        if (vm->restart_guest_reboot)
            restart(core, vm);
    }
    return G_SOURCE_REMOVE;
}

/* Too many jobs or calls run, or one on this VM: nothing is wrong with the start itself. */
static gboolean
is_owed(const GError *error)
{
    return g_error_matches(error, SEAL_ERROR, SEAL_ERROR_LIMITS_EXCEEDED) ||
           g_error_matches(error, SEAL_ERROR, SEAL_ERROR_BUSY);
}

static void
owe(Core *core, Vm *vm)
{
    vm->restart_owed = TRUE;
    if (!core->restart_timer)
        core->restart_timer = g_timeout_add(RETRY, on_retry, core);
}

static void
on_restarted(const GError *error, gpointer data)
{
    Restart *restart = data;
    Vm *vm = registry_find(restart->core->registry, restart->uuid);

    if (vm && is_owed(error))
        owe(restart->core, vm);
    else if (error)
        log_event(LOG_RESTART_FAILED, "vm", restart->name, "reason", error->message, NULL);
    else
        log_event(LOG_RESTARTED, "vm", restart->name, NULL);
    g_free(restart->name);
    g_free(restart);
}

static void
restart(Core *core, const Vm *vm)
{
    Restart *restart = g_new0(Restart, 1);
    const ActionCall call = {
        .operation = JOB_OPERATION_RESTART,
        .uuid = vm->uuid,
        .uid = (guint32)-1,
        /* Its owner gave it a secret, which is gone, after a look that no longer holds. */
        .paused = vm->measured,
        .done = on_restarted,
        .data = restart,
    };

    restart->core = core;
    restart->name = g_strdup(vm->name);
    g_strlcpy(restart->uuid, vm->uuid, sizeof restart->uuid);
    action_start(core, &call);
}

/* Somebody wants it off and waits for that: then a reboot is as good as a shutdown. */
static gboolean
is_to_be_off(Core *core, const Vm *vm)
{
    const Job *job = jobs_find_for_vm(core->jobs, vm->uuid);

    return job &&
           (job->operation == JOB_OPERATION_SHUTDOWN || job->operation == JOB_OPERATION_STOP);
}

void
restart_consider(Core *core, Vm *vm)
{
    gboolean rebooted = vm->guest_rebooted;

    if (vm->state == VM_STATE_RUNNING)
        vm->guest_rebooted = FALSE;
    if (vm->state == VM_STATE_STARTING)
        vm->measured = FALSE;
    if (vm->state != VM_STATE_SHUTOFF) {
        vm->restart_owed = FALSE;
        return;
    }
    vm->guest_rebooted = FALSE;
    if (rebooted && vm->restart_guest_reboot && !is_to_be_off(core, vm))
        restart(core, vm);
    else
        vm->measured = FALSE;
}
