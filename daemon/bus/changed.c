/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Masks wait in a hash table by UUID until the main loop has handled what is
 * due; then each becomes one signal whose values sd-bus reads through the
 * getters. A VM that went away meanwhile has no object any more and is passed
 * over.
 */

#include "changed.h"

#include "path-bus.h"

struct Changed {
    Service *service;
    GHashTable *vms; /* uuid -> mask */
    guint host;
    guint idle;
};

typedef struct {
    guint bit;
    const char *name;
} PropertyRow;

static const PropertyRow vm_rows[] = {
    {VM_PROPERTY_NAME, "Name"},
    {VM_PROPERTY_STATE, "State"},
    {VM_PROPERTY_STATE_REASON, "StateReason"},
    {VM_PROPERTY_TECHNOLOGY, "Technology"},
    {VM_PROPERTY_POLICY, "Policy"},
    {VM_PROPERTY_POLICY | VM_PROPERTY_TECHNOLOGY, "PolicyFlags"},
    {VM_PROPERTY_MEMORY, "Memory"},
    {VM_PROPERTY_VCPUS, "VCPUs"},
    {VM_PROPERTY_AUTOSTART, "Autostart"},
    {VM_PROPERTY_RESTART, "Restart"},
    {VM_PROPERTY_PERSISTENT, "Persistent"},
    {VM_PROPERTY_ATTESTABLE, "Attestable"},
    {VM_PROPERTY_MACHINE_TYPE, "MachineType"},
    {VM_PROPERTY_FIRMWARE, "Firmware"},
};

static const PropertyRow host_rows[] = {
    {HOST_STATE_TECHNOLOGIES, "Technologies"},
    {HOST_STATE_VERDICTS, "Verdicts"},
    {HOST_STATE_CAPACITY, "Capacity"},
};

static void
emit(Changed *changed,
     const char *path,
     const char *interface,
     guint mask,
     const PropertyRow *rows,
     gsize n_rows)
{
    char *names[G_N_ELEMENTS(vm_rows) + 1] = {NULL};
    gsize n = 0;

    for (gsize i = 0; i < n_rows; i++)
        if (mask & rows[i].bit)
            names[n++] = (char *)rows[i].name;
    if (n > 0)
        sd_bus_emit_properties_changed_strv(changed->service->bus, path, interface, names);
}

void
changed_flush(Changed *changed)
{
    guint host = changed->host;
    GHashTableIter iter;
    gpointer uuid, mask;

    g_clear_handle_id(&changed->idle, g_source_remove);
    g_hash_table_iter_init(&iter, changed->vms);
    while (g_hash_table_iter_next(&iter, &uuid, &mask)) {
        g_autofree char *path = path_bus_encode_vm(uuid);

        if (registry_find(changed->service->core->registry, uuid))
            emit(changed, path, SERVICE_VM_INTERFACE, GPOINTER_TO_UINT(mask), vm_rows,
                 G_N_ELEMENTS(vm_rows));
        g_hash_table_iter_remove(&iter);
    }
    changed->host = 0;
    emit(changed, SERVICE_HOST_PATH, SERVICE_HOST_INTERFACE, host, host_rows,
         G_N_ELEMENTS(host_rows));
}

static gboolean
on_idle(gpointer data)
{
    Changed *changed = data;

    changed->idle = 0;
    changed_flush(changed);
    return G_SOURCE_REMOVE;
}

static void
schedule(Changed *changed)
{
    if (!changed->idle)
        changed->idle = g_idle_add_full(G_PRIORITY_DEFAULT, on_idle, changed, NULL);
}

void
changed_vm(Changed *changed, const char *uuid, guint mask)
{
    guint before = GPOINTER_TO_UINT(g_hash_table_lookup(changed->vms, uuid));

    g_hash_table_replace(changed->vms, g_strdup(uuid), GUINT_TO_POINTER(before | mask));
    schedule(changed);
}

void
changed_host(Changed *changed, guint mask)
{
    changed->host |= mask;
    schedule(changed);
}

void
changed_manager(Service *service, ...)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    const char *name;
    va_list list;

    va_start(list, service);
    while ((name = va_arg(list, const char *)))
        g_ptr_array_add(names, (gpointer)name);
    va_end(list);
    g_ptr_array_add(names, NULL);
    sd_bus_emit_properties_changed_strv(service->bus, SERVICE_PATH, SERVICE_MANAGER_INTERFACE,
                                        (char **)names->pdata);
}

Changed *
changed_new(Service *service)
{
    Changed *changed = g_new0(Changed, 1);

    changed->service = service;
    changed->vms = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return changed;
}

void
changed_free(Changed *changed)
{
    if (!changed)
        return;
    g_clear_handle_id(&changed->idle, g_source_remove);
    g_hash_table_unref(changed->vms);
    g_free(changed);
}
