/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * The registry: every VM libvirt knows, in memory, the truth that clients
 * read. It is kept fresh from libvirt's events and from a full listing at
 * each connection, and tells one listener of every change.
 */

#include "vm.h"

typedef struct Registry Registry;

/**
 * RegistryListener - told on the main thread, in the middle of the change
 * @added: @vm has just been put in
 * @removed: @vm is still in, and is taken out directly after
 * @changed: @mask of VmProperty
 */
typedef struct {
    void (*added)(Vm *vm, gpointer data);
    void (*removed)(Vm *vm, gpointer data);
    void (*changed)(Vm *vm, guint mask, gpointer data);
} RegistryListener;

/**
 * registry_new - an empty registry
 * @listener: (transfer none): lives as long as the registry
 * @data: for the listener
 * Returns: (transfer full)
 */
Registry *registry_new(const RegistryListener *listener, gpointer data);

/**
 * registry_free - give it back, telling nobody
 * @registry: (nullable) (transfer full)
 */
void registry_free(Registry *registry);

/**
 * registry_find - by UUID
 * @registry: the registry
 * @uuid: (nullable): lower case with dashes
 * Returns: (transfer none) (nullable)
 */
Vm *registry_find(Registry *registry, const char *uuid);

/**
 * registry_find_by_name - by libvirt's name
 * @registry: the registry
 * @name: (nullable): exact
 * Returns: (transfer none) (nullable)
 */
Vm *registry_find_by_name(Registry *registry, const char *name);

/**
 * registry_apply - put a snapshot in, adding the VM if it is new
 * @registry: the registry
 * @snapshot: (transfer none)
 * @ret_added: (nullable): whether the VM was new
 * Returns: (transfer none): the VM
 */
Vm *registry_apply(Registry *registry, const VirtDomain *snapshot, gboolean *ret_added);

/**
 * registry_remove - take a VM out
 * @registry: the registry
 * @uuid: which; nothing happens when it is not in
 */
void registry_remove(Registry *registry, const char *uuid);

/**
 * registry_retain - take every VM out that a complete listing does not hold
 * @registry: the registry
 * @snapshots: (element-type VirtDomain): the listing
 * @stamp: monotonic microseconds before the listing was made
 * VMs seen since then stay, whatever an older listing says.
 */
void registry_retain(Registry *registry, GPtrArray *snapshots, gint64 stamp);

/**
 * registry_set_activity - see vm_set_activity(); tells the listener
 * @registry: the registry
 * @vm: the VM
 * @activity: what a job does
 */
void registry_set_activity(Registry *registry, Vm *vm, VmActivity activity);

/**
 * registry_doubt - a start was given up, and libvirt may still carry it out
 * @registry: the registry
 * @vm: the VM, which keeps its key slot until libvirt has been looked at again
 */
void registry_doubt(Registry *registry, Vm *vm);

/**
 * registry_list - all VMs
 * @registry: the registry
 * Returns: (transfer container) (element-type Vm): sorted by name; g_ptr_array_unref() it
 * before returning to the main loop.
 */
GPtrArray *registry_list(Registry *registry);

/**
 * registry_is_starting - whether any guest is on its way into a key slot right now
 * @registry: the registry
 * Returns: TRUE from the decision to start until libvirt's answer, and while that is in doubt.
 */
gboolean registry_is_starting(Registry *registry);

/**
 * registry_count_active - how many running guests hold a slot of a pool
 * @registry: the registry
 * @pool: which
 * Returns: the number, those being started included.
 */
guint registry_count_active(Registry *registry, SealPool pool);

/**
 * registry_count_moves - how often a guest has taken a key slot or given one back
 * @registry: the registry
 * Returns: a number that rises; the same again means that no guest came and none went.
 */
guint64 registry_count_moves(Registry *registry);

/**
 * registry_count_ends - how often a guest has given a key slot of a pool back
 * @registry: the registry
 * @pool: which
 * Returns: a number that rises, and wraps.
 */
guint registry_count_ends(Registry *registry, SealPool pool);
