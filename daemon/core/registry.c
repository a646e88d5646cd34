/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Two hash tables over the same VMs. Both borrow their keys from the VM, so a
 * VM costs one allocation for itself and one for its name. The running guests
 * of each pool are counted as they come and go, for capacity is asked for at
 * every step of every job.
 */

#include "registry.h"

#include <string.h>

struct Registry {
    GHashTable *by_uuid;
    GHashTable *by_name;
    guint active[SEAL_POOL_INVALID];
    guint64 moves;
    guint ends[SEAL_POOL_INVALID];
    const RegistryListener *listener;
    gpointer data;
};

Registry *
registry_new(const RegistryListener *listener, gpointer data)
{
    Registry *registry = g_new0(Registry, 1);

    registry->by_uuid =
        g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)vm_free);
    registry->by_name = g_hash_table_new(g_str_hash, g_str_equal);
    registry->listener = listener;
    registry->data = data;
    return registry;
}

void
registry_free(Registry *registry)
{
    if (!registry)
        return;
    g_hash_table_unref(registry->by_name);
    g_hash_table_unref(registry->by_uuid);
    g_free(registry);
}

Vm *
registry_find(Registry *registry, const char *uuid)
{
    return uuid ? g_hash_table_lookup(registry->by_uuid, uuid) : NULL;
}

Vm *
registry_find_by_name(Registry *registry, const char *name)
{
    return name ? g_hash_table_lookup(registry->by_name, name) : NULL;
}

static void
forget_name(Registry *registry, const Vm *vm)
{
    if (g_hash_table_lookup(registry->by_name, vm->name) == vm)
        g_hash_table_remove(registry->by_name, vm->name);
}

/* In which pool it holds a slot; SEAL_POOL_NONE when it holds none. */
static SealPool
pool_of(const Vm *vm)
{
    return vm_is_active(vm) || vm->in_doubt ? seal_technology_get_info(vm->technology)->pool
                                            : SEAL_POOL_NONE;
}

/* After each change of a VM. */
static void
move(Registry *registry, SealPool from, SealPool to)
{
    if (from == to)
        return;
    if (from != SEAL_POOL_NONE) {
        registry->active[from]--;
        registry->ends[from]++;
    }
    if (to != SEAL_POOL_NONE)
        registry->active[to]++;
    registry->moves++;
}

static void
update(Registry *registry, Vm *vm, const VirtDomain *snapshot)
{
    SealPool former = pool_of(vm);
    guint changed;

    /* An older look may show a name that is another VM's by now. */
    if (snapshot->stamp < vm->stamp)
        return;
    /* The name is a key: out before it may change, in again after. */
    forget_name(registry, vm);
    changed = vm_apply(vm, snapshot);
    move(registry, former, pool_of(vm));
    g_hash_table_replace(registry->by_name, vm->name, vm);
    if (changed)
        registry->listener->changed(vm, changed, registry->data);
}

Vm *
registry_apply(Registry *registry, const VirtDomain *snapshot, gboolean *ret_added)
{
    Vm *vm = registry_find(registry, snapshot->domain->uuid);

    if (ret_added)
        *ret_added = vm == NULL;
    if (vm) {
        update(registry, vm, snapshot);
        return vm;
    }
    vm = vm_new(snapshot);
    move(registry, SEAL_POOL_NONE, pool_of(vm));
    g_hash_table_replace(registry->by_uuid, vm->uuid, vm);
    g_hash_table_replace(registry->by_name, vm->name, vm);
    registry->listener->added(vm, registry->data);
    return vm;
}

void
registry_remove(Registry *registry, const char *uuid)
{
    Vm *vm = registry_find(registry, uuid);

    if (!vm)
        return;
    registry->listener->removed(vm, registry->data);
    forget_name(registry, vm);
    move(registry, pool_of(vm), SEAL_POOL_NONE);
    g_hash_table_remove(registry->by_uuid, vm->uuid);
}

void
registry_retain(Registry *registry, GPtrArray *snapshots, gint64 stamp)
{
    g_autoptr(GHashTable) listed = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GPtrArray) all = registry_list(registry);

    for (guint i = 0; i < snapshots->len; i++) {
        const VirtDomain *snapshot = g_ptr_array_index(snapshots, i);

        g_hash_table_add(listed, snapshot->domain->uuid);
    }
    for (guint i = 0; i < all->len; i++) {
        Vm *vm = g_ptr_array_index(all, i);

        if (!g_hash_table_contains(listed, vm->uuid) && vm->stamp <= stamp)
            registry_remove(registry, vm->uuid);
    }
}

void
registry_set_activity(Registry *registry, Vm *vm, VmActivity activity)
{
    SealPool former = pool_of(vm);
    guint changed = vm_set_activity(vm, activity);

    move(registry, former, pool_of(vm));
    if (changed)
        registry->listener->changed(vm, changed, registry->data);
}

void
registry_doubt(Registry *registry, Vm *vm)
{
    SealPool former = pool_of(vm);

    vm->in_doubt = g_get_monotonic_time();
    move(registry, former, pool_of(vm));
}

static int
compare_names(gconstpointer a, gconstpointer b)
{
    const Vm *const *left = a;
    const Vm *const *right = b;

    return strcmp((*left)->name, (*right)->name);
}

GPtrArray *
registry_list(Registry *registry)
{
    GPtrArray *list = g_ptr_array_sized_new(g_hash_table_size(registry->by_uuid));
    GHashTableIter iter;
    gpointer vm;

    g_hash_table_iter_init(&iter, registry->by_uuid);
    while (g_hash_table_iter_next(&iter, NULL, &vm))
        g_ptr_array_add(list, vm);
    g_ptr_array_sort(list, compare_names);
    return list;
}

guint
registry_count_active(Registry *registry, SealPool pool)
{
    return registry->active[pool];
}

gboolean
registry_is_starting(Registry *registry)
{
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init(&iter, registry->by_uuid);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        const Vm *vm = value;

        if ((vm->activity == VM_ACTIVITY_STARTING || vm->in_doubt) && pool_of(vm) != SEAL_POOL_NONE)
            return TRUE;
    }
    return FALSE;
}

guint64
registry_count_moves(Registry *registry)
{
    return registry->moves;
}

guint
registry_count_ends(Registry *registry, SealPool pool)
{
    return registry->ends[pool];
}
