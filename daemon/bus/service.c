/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The object tree as one table, and core's news as signals. Objects are added
 * and removed on the bus in the moment the registry changes, so that a client
 * that listens and a client that asks always see the same.
 */

#include "service.h"

#include <errno.h>

#include "call.h"
#include "changed.h"
#include "error-bus.h"
#include "host-bus.h"
#include "inventory.h"
#include "job-bus.h"
#include "log-control.h"
#include "log.h"
#include "manager-bus.h"
#include "path-bus.h"
#include "vm-bus.h"

typedef struct {
    const char *path;
    const char *interface;
    const sd_bus_vtable *vtable;
    sd_bus_object_find_t find; /* NULL: one object, else all below path */
    sd_bus_node_enumerator_t nodes;
} TreeRow;

static const TreeRow tree[] = {
    {SERVICE_PATH, SERVICE_MANAGER_INTERFACE, manager_bus_vtable, NULL, NULL},
    {SERVICE_HOST_PATH, SERVICE_HOST_INTERFACE, host_bus_vtable, NULL, NULL},
    {SERVICE_VM_PATH, SERVICE_VM_INTERFACE, vm_bus_vtable, vm_bus_object, vm_bus_nodes},
    {SERVICE_JOB_PATH, SERVICE_JOB_INTERFACE, job_bus_vtable, job_bus_object, job_bus_nodes},
    {SERVICE_LOG_PATH, SERVICE_LOG_INTERFACE, log_control_vtable, NULL, NULL},
};

static void
free_slot(gpointer slot)
{
    sd_bus_slot_unref(slot);
}

static int
keep(Service *service, int r, sd_bus_slot *slot)
{
    if (r >= 0)
        g_ptr_array_add(service->slots, slot);
    return r;
}

static int
add_row(Service *service, const TreeRow *row)
{
    sd_bus_slot *slot = NULL;
    int r;

    if (row->find)
        r = sd_bus_add_fallback_vtable(service->bus, &slot, row->path, row->interface, row->vtable,
                                       row->find, service);
    else
        r = sd_bus_add_object_vtable(service->bus, &slot, row->path, row->interface, row->vtable,
                                     service);
    r = keep(service, r, slot);
    if (r < 0 || !row->nodes)
        return r;
    slot = NULL;
    r = sd_bus_add_node_enumerator(service->bus, &slot, row->path, row->nodes, service);
    return keep(service, r, slot);
}

static int
add_filter(Service *service, sd_bus_message_handler_t filter)
{
    sd_bus_slot *slot = NULL;
    int r = sd_bus_add_filter(service->bus, &slot, filter, service);

    return keep(service, r, slot);
}

static int
add_tree(Service *service)
{
    sd_bus_slot *slot = NULL;
    int r = sd_bus_add_object_manager(service->bus, &slot, SERVICE_PATH);

    r = keep(service, r, slot);
    for (gsize i = 0; r >= 0 && i < G_N_ELEMENTS(tree); i++)
        r = add_row(service, &tree[i]);
    if (r < 0)
        return r;
    r = add_filter(service, gate_filter);
    return r < 0 ? r : add_filter(service, inventory_filter);
}

static void
on_ready(gpointer data)
{
    Service *service = data;

    service->ready(service->ready_data);
}

static void
on_connection_changed(gpointer data)
{
    Service *service = data;
    const Core *core = service->core;

    if (core->announced == VIRT_CONNECTION_CONNECTED)
        log_event(LOG_BACKEND_CONNECTED, "uri", core->virt->class->get_uri(core->virt), NULL);
    else
        log_event(LOG_BACKEND_LOST, "reason", core->connection_reason, NULL);
    changed_manager(service, "BackendState", NULL);
}

static void
on_vm_added(Vm *vm, gpointer data)
{
    Service *service = data;

    /* Before there is a bus name there is nobody to tell, and no need to tell it a thousand times.
     */
    if (service->core->ready)
        inventory_vm_added(service, vm);
}

static void
on_vm_removed(Vm *vm, gpointer data)
{
    Service *service = data;
    g_autofree char *path = path_bus_encode_vm(vm->uuid);

    /* What happened to it comes before its end, whoever sends the rest on meanwhile. */
    changed_flush(service->changed);
    inventory_removed(service, path, SERVICE_VM_INTERFACE);
}

static void
on_vm_changed(Vm *vm, guint mask, gpointer data)
{
    changed_vm(((Service *)data)->changed, vm->uuid, mask);
}

static void
on_job_added(Job *job, gpointer data)
{
    inventory_job_added(data, job);
}

static void
log_job(const Job *job, const GError *error)
{
    g_autofree char *uid = g_strdup_printf("%u", job->uid);
    const char *operation = jobs_operation_to_string(job->operation);

    if (error)
        log_event(LOG_JOB_FAILED, "operation", operation, "vm", job->vm, "uid", uid, "error",
                  error_bus_get_name(error), "reason", error->message, NULL);
    else
        log_event(LOG_JOB_DONE, "operation", operation, "vm", job->vm, "uid", uid, NULL);
}

static void
on_job_removed(Job *job, JobResult result, const GError *error, gpointer data)
{
    Service *service = data;
    g_autofree char *path = path_bus_encode_job(job->id);

    log_job(job, error);
    changed_flush(service->changed);
    inventory_removed(service, path, SERVICE_JOB_INTERFACE);
    sd_bus_emit_signal(service->bus, SERVICE_PATH, SERVICE_MANAGER_INTERFACE, "JobRemoved", "ossss",
                       path, jobs_operation_to_string(job->operation), job->vm,
                       jobs_result_to_string(result), error_bus_get_name(error));
}

static void
on_job_changed(Job *job, gpointer data)
{
    Service *service = data;
    g_autofree char *path = path_bus_encode_job(job->id);

    sd_bus_emit_properties_changed(service->bus, path, SERVICE_JOB_INTERFACE, "Cancelable",
                                   "Progress", "ProgressValid", NULL);
}

static void
on_host_changed(guint mask, gpointer data)
{
    Service *service = data;

    if (mask & HOST_STATE_VERSIONS)
        changed_manager(service, "LibvirtVersion", "QEMUVersion", NULL);
    changed_host(service->changed, mask);
}

static const CoreListener core_listener = {
    .ready = on_ready,
    .connection_changed = on_connection_changed,
    .vm_added = on_vm_added,
    .vm_removed = on_vm_removed,
    .vm_changed = on_vm_changed,
    .job_added = on_job_added,
    .job_removed = on_job_removed,
    .job_changed = on_job_changed,
    .host_changed = on_host_changed,
};

Service *
service_new(
    sd_bus *bus, Core *core, Authority *authority, Log *log, const char *version, int *ret_error)
{
    Service *service = g_new0(Service, 1);
    int r;

    service->bus = sd_bus_ref(bus);
    service->core = core;
    service->authority = authority;
    service->log = log;
    service->version = version;
    service->calls = g_hash_table_new(NULL, NULL);
    service->calls_of_user = g_hash_table_new(NULL, NULL);
    service->slots = g_ptr_array_new_with_free_func(free_slot);
    service->changed = changed_new(service);
    r = add_tree(service);
    if (r >= 0)
        return service;
    *ret_error = r;
    service_free(service);
    return NULL;
}

void
service_start(Service *service, void (*ready)(gpointer data), gpointer data)
{
    service->ready = ready;
    service->ready_data = data;
    core_start(service->core, &core_listener, service);
}

/* Whoever would have answered is gone by now, for example a thread that looked at files. */
static void
answer_rest(Service *service)
{
    g_autoptr(GList) calls = g_hash_table_get_keys(service->calls);
    g_autoptr(GError) error = g_error_new_literal(
        SEAL_ERROR, SEAL_ERROR_CANCELLED, "the daemon is stopping; try again when it is back");

    for (GList *link = calls; link; link = link->next)
        call_fail(link->data, error);
}

void
service_free(Service *service)
{
    if (!service)
        return;
    answer_rest(service);
    g_ptr_array_unref(service->slots);
    changed_free(service->changed);
    g_hash_table_unref(service->calls);
    g_hash_table_unref(service->calls_of_user);
    sd_bus_unref(service->bus);
    g_free(service);
}
