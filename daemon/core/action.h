/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * What can be done to an existing VM. One table says for each operation in
 * which states it is allowed, what else must hold, and what libvirt is asked;
 * one path runs them all as jobs.
 */

#include "core.h"

/**
 * ActionDone - the operation is over
 * @error: (nullable): why it failed
 */
typedef void (*ActionDone)(const GError *error, gpointer data);

/**
 * ActionCall - what is asked for; copied
 *
 * @operation: START to DELETE, or RESTART for the daemon's own new start
 * @uuid: which VM; @uid: for whom
 * @paused: START: do not run the guest yet
 * @timeout: SHUTDOWN: seconds to wait for the guest to power off, 0 does not wait
 * @force: SHUTDOWN: power it off when the timeout passes
 * @nvram, @volumes: DELETE: remove the NVRAM file, the disks' volumes
 * @done, @data: called exactly once, maybe before action_start() returns
 */
typedef struct {
    JobOperation operation;
    const char *uuid;
    guint32 uid;
    gboolean paused;
    guint timeout;
    gboolean force;
    gboolean nvram;
    gboolean volumes;
    ActionDone done;
    gpointer data;
} ActionCall;

/**
 * action_start - check and begin
 * @core: the core
 * @call: what
 * Errors handed to done: SEAL_ERROR_NOT_FOUND, BUSY, INVALID_STATE (names the
 * state and the way out of it), TECHNOLOGY_UNAVAILABLE, CAPACITY_EXHAUSTED,
 * OPERATION_BLOCKED, LIMITS_EXCEEDED, LAUNCH_FAILED, TIMEOUT, CANCELLED, BACKEND
 * and BACKEND_UNAVAILABLE.
 */
void action_start(Core *core, const ActionCall *call);

/**
 * action_check_start - whether a VM of this technology may start now
 * @core: the core
 * @technology: the VM's
 * Returns: FALSE with SEAL_ERROR_TECHNOLOGY_UNAVAILABLE or CAPACITY_EXHAUSTED. Never
 * offers a weaker start instead.
 */
gboolean action_check_start(Core *core, SealTechnology technology, GError **error);

/**
 * action_vm_changed - a VM's state changed: end the job that waited for it
 * @core: the core
 * @vm: the VM
 */
void action_vm_changed(Core *core, const Vm *vm);

/**
 * action_vm_removed - a VM is gone, as transient ones are when they power off: end the job
 * that waited for it
 * @core: the core
 * @vm: the VM
 */
void action_vm_removed(Core *core, const Vm *vm);
