/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Recall the note of the last boot, write that of this one, then start: a
 * daemon killed half way leaves VMs off, never starts one twice. Each start is
 * an ordinary job, so the checks of capacity and technology are those of every
 * start, and everybody sees it.
 */

#include "autostart.h"

#include "action.h"
#include "log.h"

/* Name of the note that holds the boot id; others are named after VMs. */
#define NOTE "autostart"

typedef struct {
    Core *core;
    GPtrArray *uuids; /* (element-type utf8): by name of the VM */
    guint i;          /* the one being started */
} Autostart;

static SealPool
pool_of(const Vm *vm)
{
    return seal_technology_get_info(vm->technology)->pool;
}

/* libvirt tried since it began, and could not; a VM that anybody stopped has another reason. */
static gboolean
was_left_off(const Vm *vm)
{
    return vm->autostart && vm->state == VM_STATE_SHUTOFF && pool_of(vm) != SEAL_POOL_NONE &&
           g_strcmp0(vm->reason, "failed") == 0;
}

/* What became of the one at hand. */
static void
tell(const Autostart *autostart, const GError *error)
{
    const char *uuid = g_ptr_array_index(autostart->uuids, autostart->i);
    const Vm *vm = registry_find(autostart->core->registry, uuid);

    if (error)
        log_event(LOG_AUTOSTART_FAILED, "vm", vm ? vm->name : uuid, "reason", error->message, NULL);
    else
        log_event(LOG_AUTOSTARTED, "vm", vm ? vm->name : uuid, NULL);
}

static void
start(Autostart *autostart, ActionDone done)
{
    ActionCall call = {.operation = JOB_OPERATION_START, .uid = (guint32)-1};

    if (autostart->i == autostart->uuids->len) {
        g_ptr_array_unref(autostart->uuids);
        g_free(autostart);
        return;
    }
    call.uuid = g_ptr_array_index(autostart->uuids, autostart->i);
    call.done = done;
    call.data = autostart;
    action_start(autostart->core, &call);
}

/* The note of this boot is written: no later daemon comes back to them. */
static void
give_up(Autostart *autostart)
{
    g_autoptr(GError) error =
        g_error_new_literal(SEAL_ERROR, SEAL_ERROR_CANCELLED,
                            "the daemon ended before it came to this VM; start it by hand");

    for (; autostart->i < autostart->uuids->len; autostart->i++)
        tell(autostart, error);
}

static void
on_started(const GError *error, gpointer data)
{
    Autostart *autostart = data;

    tell(autostart, error);
    autostart->i++;
    /* Cancelled is what a daemon says that ends. */
    if (g_error_matches(error, SEAL_ERROR, SEAL_ERROR_CANCELLED))
        give_up(autostart);
    start(autostart, on_started);
}

static Autostart *
autostart_new(Core *core)
{
    g_autoptr(GPtrArray) vms = registry_list(core->registry);
    Autostart *autostart = g_new0(Autostart, 1);

    autostart->core = core;
    autostart->uuids = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < vms->len; i++) {
        const Vm *vm = g_ptr_array_index(vms, i);

        if (was_left_off(vm))
            g_ptr_array_add(autostart->uuids, g_strdup(vm->uuid));
    }
    return autostart;
}

static void
on_noted(const GError *error, gpointer data)
{
    Autostart *autostart = autostart_new(data);

    /* Without a note each daemon of this boot would start them again: none does. */
    if (error)
        for (; autostart->i < autostart->uuids->len; autostart->i++)
            tell(autostart, error);
    start(autostart, on_started);
}

static void
on_recalled(GHashTable *notes, gpointer data)
{
    Core *core = data;
    const char *boot = host_state_get_facts(core->host_state)->boot_id;
    const char *former = g_hash_table_lookup(notes, NOTE);

    if (boot && g_strcmp0(former, boot) != 0)
        core->host->class->note(core->host, NOTE, boot, on_noted, core);
}

void
autostart_run(Core *core)
{
    if (core->host->class->recall && core->host->class->note)
        core->host->class->recall(core->host, on_recalled, core);
}

/* How many VMs of a pool start with the host. */
static guint
count_autostarted(Core *core, SealPool pool)
{
    g_autoptr(GPtrArray) vms = registry_list(core->registry);
    guint n = 0;

    for (guint i = 0; i < vms->len; i++) {
        const Vm *vm = g_ptr_array_index(vms, i);

        n += vm->autostart && pool_of(vm) == pool;
    }
    return n;
}

void
autostart_warn(Core *core, const Vm *vm)
{
    SealPool pool = pool_of(vm);
    LedgerPool slots = host_state_get_capacity(core->host_state, pool);
    g_autofree char *text = NULL;
    guint n;

    if (!vm->autostart || pool == SEAL_POOL_NONE || !slots.known)
        return;
    n = count_autostarted(core, pool);
    if (n <= slots.total)
        return;
    text = g_strdup_printf("autostart-capacity: %u VMs start with the host, but the pool %s has %u "
                           "key slots; switch autostart off for those that can wait",
                           n, seal_technology_pool_to_string(pool), slots.total);
    log_event(LOG_WARNED, "name", vm->name, "vm", vm->uuid, "warning", text, NULL);
}
