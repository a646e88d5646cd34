/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * One VM as the registry knows it. The members that clients read as
 * properties are kept ready to send; nothing here ever asks libvirt.
 */

#include "backend.h"

typedef enum {
    VM_STATE_SHUTOFF,
    VM_STATE_STARTING,
    VM_STATE_RUNNING,
    VM_STATE_PAUSED,
    VM_STATE_AWAITING_ATTESTATION,
    VM_STATE_STOPPING,
    VM_STATE_CRASHED,
    VM_STATE_INVALID,
} VmState;

/**
 * VmProperty - what can change, as bits of a mask; in the order of the contract
 */
typedef enum {
    VM_PROPERTY_NAME = 1 << 0,
    VM_PROPERTY_STATE = 1 << 1,
    VM_PROPERTY_STATE_REASON = 1 << 2,
    VM_PROPERTY_TECHNOLOGY = 1 << 3,
    VM_PROPERTY_POLICY = 1 << 4,
    VM_PROPERTY_MEMORY = 1 << 5,
    VM_PROPERTY_VCPUS = 1 << 6,
    VM_PROPERTY_AUTOSTART = 1 << 7,
    VM_PROPERTY_RESTART = 1 << 8,
    VM_PROPERTY_PERSISTENT = 1 << 9,
    VM_PROPERTY_ATTESTABLE = 1 << 10,
    VM_PROPERTY_MACHINE_TYPE = 1 << 11,
    VM_PROPERTY_FIRMWARE = 1 << 12,
} VmProperty;

#define VM_UUID_LENGTH 36

/**
 * VmActivity - what a job is doing to the VM, as far as its state shows it
 */
typedef enum {
    VM_ACTIVITY_NONE,
    VM_ACTIVITY_STARTING,
    VM_ACTIVITY_STOPPING,
} VmActivity;

/**
 * Vm - owned by the registry; find it again by UUID after any wait
 *
 * @uuid: lower case with dashes
 * @state, @reason: as clients see them; @reason is static
 * @memory: bytes
 * @machine, @firmware: shared GRefStrings
 * @last_failure: (nullable): libvirt's words on the last start, when that failed
 * @activity, @launched_paused, @guest_rebooted, @virt_state, @stamp: what @state is derived from
 * @restart_owed: to be started again after its guest's reboot, once there is room for the job
 * @measured: its run began with the wait for its guest's owner
 * @in_doubt: monotonic microseconds at which a start was given up that libvirt may still carry out;
 *   0 when there is none, or libvirt was looked at since
 */
typedef struct {
    char uuid[VM_UUID_LENGTH + 1];
    char *name;
    VmState state;
    const char *reason;
    SealTechnology technology;
    guint64 policy;
    guint64 memory;
    guint32 vcpus;
    gboolean autostart;
    gboolean restart_guest_reboot;
    gboolean persistent;
    gboolean attestable;
    char *machine;
    char *firmware;
    VmActivity activity;
    gboolean launched_paused;
    gboolean guest_rebooted;
    gboolean restart_owed;
    gboolean measured;
    VirtState virt_state;
    gint64 stamp;
    gint64 in_doubt;
    char *last_failure;
} Vm;

/**
 * vm_new - a VM for a snapshot
 * @snapshot: (transfer none)
 * Returns: (transfer full)
 */
Vm *vm_new(const VirtDomain *snapshot);

/**
 * vm_free - give it back
 * @vm: (nullable) (transfer full)
 */
void vm_free(Vm *vm);

/**
 * vm_apply - bring it up to a snapshot
 * @vm: the VM
 * @snapshot: of the same UUID; ignored when older than what is known
 * Returns: mask of VmProperty that changed, 0 for none.
 */
guint vm_apply(Vm *vm, const VirtDomain *snapshot);

/**
 * vm_set_activity - note what a job is doing
 * @vm: the VM
 * @activity: what the state is to show until libvirt says otherwise
 * Returns: mask of VmProperty that changed.
 */
guint vm_set_activity(Vm *vm, VmActivity activity);

/**
 * vm_is_active - whether it holds resources: QEMU runs, or a job is starting it
 * @vm: the VM
 * Returns: TRUE also for a paused or crashed guest whose QEMU is still there.
 */
gboolean vm_is_active(const Vm *vm);

/**
 * vm_state_to_string - the contract's word
 * @state: any value
 * Returns: (transfer none): static, NULL for INVALID.
 */
const char *vm_state_to_string(VmState state);

/**
 * vm_restart_to_string - the contract's word for the restart setting
 * @vm: the VM
 * Returns: (transfer none): "no" or "guest-reboot".
 */
const char *vm_restart_to_string(const Vm *vm);
