/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * QEMU says "guest-reset" before it ends, libvirt then reports a plain
 * shutdown. Both are needed here: the mark from the first, the state from the
 * second. The new start is an ordinary job of the daemon's own, so every
 * check of a start applies and everybody sees it.
 */

#include "restart.h"

#include "action.h"
#include "log.h"

static void
on_restarted(const GError *error, gpointer data)
{
    g_autofree char *name = data;

    if (error)
        log_event(LOG_RESTART_FAILED, "vm", name, "reason", error->message, NULL);
    else
        log_event(LOG_RESTARTED, "vm", name, NULL);
}

void
restart_consider(Core *core, Vm *vm)
{
    ActionCall call = {.operation = JOB_OPERATION_RESTART, .uid = (guint32)-1};
    gboolean rebooted = vm->guest_rebooted;

    if (vm->state == VM_STATE_RUNNING)
        vm->guest_rebooted = FALSE;
    if (vm->state != VM_STATE_SHUTOFF)
        return;
    vm->guest_rebooted = FALSE;
    if (!rebooted || !vm->restart_guest_reboot)
        return;
    call.uuid = vm->uuid;
    call.done = on_restarted;
    call.data = g_strdup(vm->name);
    action_start(core, &call);
}
