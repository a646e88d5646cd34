/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Objects are written straight from their structs by the vtables, so that they
 * have the same properties in the same order as in Properties.GetAll. What
 * sd-bus does besides is left out: it collects all paths in a set, decodes each
 * of them again to find its object, and lists three interfaces of D-Bus itself
 * with every object. Those are implemented by every object of every service
 * and have no properties, so no client learns anything from them.
 */

#include "inventory.h"

#include "host-bus.h"
#include "job-bus.h"
#include "path-bus.h"
#include "variant.h"
#include "vm-bus.h"

#define OBJECT_MANAGER "org.freedesktop.DBus.ObjectManager"

typedef struct {
    sd_bus_message *message;
    const char *interface;
    const sd_bus_vtable *vtable;
} Writer;

static gboolean
is_property(const sd_bus_vtable *row)
{
    return row->type == _SD_BUS_VTABLE_PROPERTY || row->type == _SD_BUS_VTABLE_WRITABLE_PROPERTY;
}

/* As sd-bus reads them: by the getter, or straight from the member of the object. */
static int
append_value(const Writer *writer, const char *path, const sd_bus_vtable *row, void *object)
{
    const char *type = row->x.property.signature;
    guint8 *member = (guint8 *)object + row->x.property.offset;

    if (row->x.property.get)
        return row->x.property.get(sd_bus_message_get_bus(writer->message), path, writer->interface,
                                   row->x.property.member, writer->message, member, NULL);
    if (type[0] != SD_BUS_TYPE_STRING)
        return sd_bus_message_append_basic(writer->message, type[0], member);
    return sd_bus_message_append_basic(writer->message, type[0], *(const char *const *)member);
}

static int
append_property(const Writer *writer, const char *path, const sd_bus_vtable *row, void *object)
{
    sd_bus_message *message = writer->message;
    int r = sd_bus_message_open_container(message, SD_BUS_TYPE_DICT_ENTRY, "sv");

    if (r >= 0)
        r = sd_bus_message_append_basic(message, SD_BUS_TYPE_STRING, row->x.property.member);
    if (r >= 0)
        r = sd_bus_message_open_container(message, SD_BUS_TYPE_VARIANT, row->x.property.signature);
    if (r >= 0)
        r = append_value(writer, path, row, object);
    if (r >= 0)
        r = sd_bus_message_close_container(message);
    return r < 0 ? r : sd_bus_message_close_container(message);
}

static int
append_properties(const Writer *writer, const char *path, void *object)
{
    int r = sd_bus_message_open_container(writer->message, SD_BUS_TYPE_ARRAY, "{sv}");

    for (const sd_bus_vtable *row = writer->vtable; r >= 0 && row->type != _SD_BUS_VTABLE_END;
         row++)
        if (is_property(row))
            r = append_property(writer, path, row, object);
    return r < 0 ? r : sd_bus_message_close_container(writer->message);
}

static int
append_interface(const Writer *writer, const char *path, void *object)
{
    sd_bus_message *message = writer->message;
    int r = sd_bus_message_open_container(message, SD_BUS_TYPE_ARRAY, "{sa{sv}}");

    if (r >= 0)
        r = sd_bus_message_open_container(message, SD_BUS_TYPE_DICT_ENTRY, "sa{sv}");
    if (r >= 0)
        r = sd_bus_message_append_basic(message, SD_BUS_TYPE_STRING, writer->interface);
    if (r >= 0)
        r = append_properties(writer, path, object);
    if (r >= 0)
        r = sd_bus_message_close_container(message);
    return r < 0 ? r : sd_bus_message_close_container(message);
}

static int
append_object(const Writer *writer, const char *path, void *object)
{
    int r = sd_bus_message_open_container(writer->message, SD_BUS_TYPE_DICT_ENTRY, "oa{sa{sv}}");

    if (r >= 0)
        r = sd_bus_message_append_basic(writer->message, SD_BUS_TYPE_OBJECT_PATH, path);
    if (r >= 0)
        r = append_interface(writer, path, object);
    return r < 0 ? r : sd_bus_message_close_container(writer->message);
}

static int
append_vms(sd_bus_message *reply, Registry *registry)
{
    const Writer writer = {reply, SERVICE_VM_INTERFACE, vm_bus_vtable};
    g_autoptr(GPtrArray) vms = registry_list(registry);
    int r = 0;

    for (guint i = 0; r >= 0 && i < vms->len; i++) {
        Vm *vm = g_ptr_array_index(vms, i);
        g_autofree char *path = path_bus_encode_vm(vm->uuid);

        r = append_object(&writer, path, vm);
    }
    return r;
}

static int
append_jobs(sd_bus_message *reply, Jobs *running)
{
    const Writer writer = {reply, SERVICE_JOB_INTERFACE, job_bus_vtable};
    g_autoptr(GPtrArray) jobs = jobs_list(running);
    int r = 0;

    for (guint i = 0; r >= 0 && i < jobs->len; i++) {
        Job *job = g_ptr_array_index(jobs, i);
        g_autofree char *path = path_bus_encode_job(job->id);

        r = append_object(&writer, path, job);
    }
    return r;
}

static int
append_all(sd_bus_message *reply, Service *service)
{
    const Writer host = {reply, SERVICE_HOST_INTERFACE, host_bus_vtable};
    int r = sd_bus_message_open_container(reply, SD_BUS_TYPE_ARRAY, "{oa{sa{sv}}}");

    if (r >= 0)
        r = append_object(&host, SERVICE_HOST_PATH, service);
    if (r >= 0)
        r = append_vms(reply, service->core->registry);
    if (r >= 0)
        r = append_jobs(reply, service->core->jobs);
    return r < 0 ? r : sd_bus_message_close_container(reply);
}

int
inventory_filter(sd_bus_message *message, void *userdata, G_GNUC_UNUSED sd_bus_error *ret_error)
{
    g_autoptr(sd_bus_message) reply = NULL;
    int r;

    if (!sd_bus_message_is_method_call(message, OBJECT_MANAGER, "GetManagedObjects") ||
        !g_str_equal(sd_bus_message_get_path(message), SERVICE_PATH) ||
        !sd_bus_message_has_signature(message, ""))
        return 0;
    r = sd_bus_message_new_method_return(message, &reply);
    if (r >= 0)
        r = append_all(reply, userdata);
    if (r >= 0)
        r = sd_bus_send(NULL, reply, NULL);
    return r < 0 ? r : 1;
}

static int
new_signal(Service *service, const char *member, const char *path, sd_bus_message **ret_signal)
{
    int r =
        sd_bus_message_new_signal(service->bus, ret_signal, SERVICE_PATH, OBJECT_MANAGER, member);

    return r < 0 ? r : sd_bus_message_append_basic(*ret_signal, SD_BUS_TYPE_OBJECT_PATH, path);
}

static void
emit_added(Service *service, Writer *writer, const char *path, void *object)
{
    g_autoptr(sd_bus_message) signal = NULL;
    int r = new_signal(service, "InterfacesAdded", path, &signal);

    writer->message = signal;
    if (r >= 0)
        r = append_interface(writer, path, object);
    if (r >= 0)
        sd_bus_send(service->bus, signal, NULL);
}

void
inventory_vm_added(Service *service, Vm *vm)
{
    Writer writer = {NULL, SERVICE_VM_INTERFACE, vm_bus_vtable};
    g_autofree char *path = path_bus_encode_vm(vm->uuid);

    emit_added(service, &writer, path, vm);
}

void
inventory_job_added(Service *service, Job *job)
{
    Writer writer = {NULL, SERVICE_JOB_INTERFACE, job_bus_vtable};
    g_autofree char *path = path_bus_encode_job(job->id);

    emit_added(service, &writer, path, job);
}

void
inventory_removed(Service *service, const char *path, const char *interface)
{
    g_autoptr(sd_bus_message) signal = NULL;
    int r = new_signal(service, "InterfacesRemoved", path, &signal);

    if (r >= 0)
        r = sd_bus_message_append(signal, "as", 1, interface);
    if (r >= 0)
        sd_bus_send(service->bus, signal, NULL);
}
