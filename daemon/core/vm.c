/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A VM's state is derived, never set: from what libvirt says, from what a job
 * is about to do, and from whether an attestable guest has run yet since it
 * was started paused. That leaves one place to get it right.
 */

#include "vm.h"

#include <string.h>

static const char *const state_names[] = {
    [VM_STATE_SHUTOFF] = "shutoff",
    [VM_STATE_STARTING] = "starting",
    [VM_STATE_RUNNING] = "running",
    [VM_STATE_PAUSED] = "paused",
    [VM_STATE_AWAITING_ATTESTATION] = "awaiting-attestation",
    [VM_STATE_STOPPING] = "stopping",
    [VM_STATE_CRASHED] = "crashed",
};

/* The word of virt-state.c for libvirt's VIR_DOMAIN_PAUSED_STARTING_UP. */
#define STARTING_UP "starting-up"

static VmState
derive_state(const Vm *vm)
{
    switch (vm->virt_state) {
    case VIRT_STATE_RUNNING:
        return vm->activity == VM_ACTIVITY_STOPPING ? VM_STATE_STOPPING : VM_STATE_RUNNING;
    case VIRT_STATE_PAUSED:
        if (vm->activity == VM_ACTIVITY_STARTING && !vm->launched_paused)
            return VM_STATE_STARTING;
        if (vm->launched_paused && vm->attestable &&
            seal_technology_get_info(vm->technology)->measured_start)
            return VM_STATE_AWAITING_ATTESTATION;
        return VM_STATE_PAUSED;
    case VIRT_STATE_STOPPING:
        return VM_STATE_STOPPING;
    case VIRT_STATE_CRASHED:
        return VM_STATE_CRASHED;
    case VIRT_STATE_SHUTOFF:
    case VIRT_STATE_INVALID:
        break;
    }
    return vm->activity == VM_ACTIVITY_STARTING ? VM_STATE_STARTING : VM_STATE_SHUTOFF;
}

static guint
update_state(Vm *vm, const char *reason)
{
    VmState state = derive_state(vm);
    guint changed = 0;

    if (state != vm->state)
        changed |= VM_PROPERTY_STATE;
    if (!vm->reason || !g_str_equal(vm->reason, reason))
        changed |= VM_PROPERTY_STATE_REASON;
    vm->state = state;
    vm->reason = reason;
    vm->measured |= state == VM_STATE_AWAITING_ATTESTATION;
    return changed;
}

/* libvirt shows "paused, starting up" for a moment during every start; that is no launch yet. */
static void
note_launch(Vm *vm, const VirtDomain *snapshot)
{
    gboolean was_starting =
        vm->virt_state == VIRT_STATE_PAUSED && g_strcmp0(vm->reason, STARTING_UP) == 0;

    if (snapshot->state != VIRT_STATE_PAUSED)
        vm->launched_paused = FALSE;
    else if (snapshot->domain->launch_waits)
        vm->launched_paused = TRUE;
    else if ((vm->virt_state == VIRT_STATE_SHUTOFF || was_starting) &&
             !g_str_equal(snapshot->reason, STARTING_UP))
        vm->launched_paused = TRUE;
}

static guint
set_shared(char **member, const char *value, guint property)
{
    if (*member && g_str_equal(*member, value))
        return 0;
    g_clear_pointer(member, g_ref_string_release);
    *member = g_ref_string_new_intern(value);
    return property;
}

static guint
set_name(Vm *vm, const char *name)
{
    if (vm->name && g_str_equal(vm->name, name))
        return 0;
    g_free(vm->name);
    vm->name = g_strdup(name);
    return VM_PROPERTY_NAME;
}

#define SET_NUMBER(member, value, property)                                                        \
    ((member) == (value) ? 0u : ((member) = (value), (guint)(property)))

static guint
apply_domain(Vm *vm, const SealDomain *domain)
{
    guint changed = set_name(vm, domain->name);

    changed |= SET_NUMBER(vm->technology, domain->technology, VM_PROPERTY_TECHNOLOGY);
    changed |= SET_NUMBER(vm->policy, domain->policy, VM_PROPERTY_POLICY);
    changed |= SET_NUMBER(vm->memory, domain->memory, VM_PROPERTY_MEMORY);
    changed |= SET_NUMBER(vm->vcpus, domain->vcpus, VM_PROPERTY_VCPUS);
    changed |= SET_NUMBER(vm->attestable, domain->attestable, VM_PROPERTY_ATTESTABLE);
    changed |=
        SET_NUMBER(vm->restart_guest_reboot, domain->restart_guest_reboot, VM_PROPERTY_RESTART);
    changed |= set_shared(&vm->machine, domain->machine, VM_PROPERTY_MACHINE_TYPE);
    changed |= set_shared(&vm->firmware, domain->firmware, VM_PROPERTY_FIRMWARE);
    return changed;
}

guint
vm_apply(Vm *vm, const VirtDomain *snapshot)
{
    guint changed;

    if (snapshot->stamp < vm->stamp)
        return 0;
    vm->stamp = snapshot->stamp;
    changed = apply_domain(vm, snapshot->domain);
    changed |= SET_NUMBER(vm->autostart, snapshot->autostart, VM_PROPERTY_AUTOSTART);
    changed |= SET_NUMBER(vm->persistent, snapshot->persistent, VM_PROPERTY_PERSISTENT);
    note_launch(vm, snapshot);
    vm->virt_state = snapshot->state;
    if (snapshot->stamp >= vm->in_doubt)
        vm->in_doubt = 0;
    if (vm->virt_state == VIRT_STATE_RUNNING)
        g_clear_pointer(&vm->last_failure, g_free);
    return changed | update_state(vm, snapshot->reason);
}

Vm *
vm_new(const VirtDomain *snapshot)
{
    Vm *vm = g_new0(Vm, 1);

    g_strlcpy(vm->uuid, snapshot->domain->uuid, sizeof vm->uuid);
    vm->virt_state = snapshot->state;
    vm_apply(vm, snapshot);
    return vm;
}

void
vm_free(Vm *vm)
{
    if (!vm)
        return;
    g_free(vm->name);
    g_free(vm->last_failure);
    g_clear_pointer(&vm->machine, g_ref_string_release);
    g_clear_pointer(&vm->firmware, g_ref_string_release);
    g_free(vm);
}

guint
vm_set_activity(Vm *vm, VmActivity activity)
{
    vm->activity = activity;
    return update_state(vm, vm->reason);
}

gboolean
vm_is_active(const Vm *vm)
{
    return vm->virt_state != VIRT_STATE_SHUTOFF || vm->activity == VM_ACTIVITY_STARTING;
}

const char *
vm_state_to_string(VmState state)
{
    return (gsize)state < G_N_ELEMENTS(state_names) ? state_names[state] : NULL;
}

const char *
vm_restart_to_string(const Vm *vm)
{
    return vm->restart_guest_reboot ? "guest-reboot" : "no";
}
