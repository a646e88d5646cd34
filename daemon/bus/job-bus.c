/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A job speaks. Whose job it is decides whether polkit is asked about a
 * cancel, so this is the one place outside the gate that talks to the
 * authority.
 */

#include "job-bus.h"

#include <stddef.h>

#include "options.h"
#include "path-bus.h"

int
job_bus_object(G_GNUC_UNUSED sd_bus *bus,
               const char *path,
               G_GNUC_UNUSED const char *interface,
               void *userdata,
               void **ret_found,
               G_GNUC_UNUSED sd_bus_error *ret_error)
{
    const Service *service = userdata;
    g_autofree char *id = path_bus_decode_job(path);
    Job *job = jobs_find(service->core->jobs, id);

    *ret_found = job;
    return job != NULL;
}

int
job_bus_nodes(G_GNUC_UNUSED sd_bus *bus,
              G_GNUC_UNUSED const char *prefix,
              void *userdata,
              char ***ret_nodes,
              G_GNUC_UNUSED sd_bus_error *ret_error)
{
    const Service *service = userdata;
    g_autoptr(GPtrArray) jobs = jobs_list(service->core->jobs);
    char **nodes = g_new0(char *, jobs->len + 1);

    for (guint i = 0; i < jobs->len; i++)
        nodes[i] = path_bus_encode_job(((const Job *)g_ptr_array_index(jobs, i))->id);
    *ret_nodes = nodes;
    return 1;
}

static void
cancel(Call *call)
{
    Job *job = jobs_find(call->service->core->jobs, call->job);
    g_autoptr(GError) error = NULL;

    if (!job)
        error = g_error_new_literal(SEAL_ERROR, SEAL_ERROR_NOT_FOUND, "the job is over already");
    else if (!job->cancel)
        error = g_error_new(SEAL_ERROR, SEAL_ERROR_INVALID_STATE,
                            "a %s job cannot be cancelled once libvirt works on it; wait for it",
                            jobs_operation_to_string(job->operation));
    else
        job->cancel(job);
    call_finish(error, call);
}

static void
on_allowed(guint32 uid, const GError *error, gpointer data)
{
    if (error)
        call_deny(data, uid, error);
    else
        cancel(data);
}

static void
ask(Call *call, const Job *job)
{
    Authority *authority = call->service->authority;
    const Vm *vm = registry_find(call->service->core->registry, job->vm);
    const char *const details[] = {"vm", job->vm, "name", vm ? vm->name : "", NULL};

    authority->class->check(authority, call->message, "org.sealvirt1.cancel-job", details,
                            on_allowed, call);
}

static void
on_identified(guint32 uid, const GError *error, gpointer data)
{
    Call *call = data;
    const Job *job = jobs_find(call->service->core->jobs, call->job);
    g_autoptr(GError) limit = NULL;

    if (error)
        call_fail(call, error);
    else if (!call_identified(call, uid, &limit))
        call_fail(call, limit);
    else if (!job || job->uid == uid)
        cancel(call);
    else
        ask(call, job);
}

void
job_bus_cancel(Call *call)
{
    Authority *authority = call->service->authority;
    g_autoptr(GVariant) options = g_variant_get_child_value(call->arguments, 0);
    g_autoptr(GError) error = NULL;
    const OptionRow rows[] = {{NULL}};

    if (options_read(options, rows, &error))
        authority->class->identify(authority, call->message, on_identified, call);
    else
        call_fail(call, error);
}

static int
get_operation(sd_bus *bus,
              const char *path,
              const char *interface,
              const char *property,
              sd_bus_message *reply,
              void *userdata,
              sd_bus_error *error)
{
    const Job *job = userdata;

    return sd_bus_message_append(reply, "s", jobs_operation_to_string(job->operation));
}

static int
get_vm(sd_bus *bus,
       const char *path,
       const char *interface,
       const char *property,
       sd_bus_message *reply,
       void *userdata,
       sd_bus_error *error)
{
    g_autofree char *vm = path_bus_encode_vm(((const Job *)userdata)->vm);

    return sd_bus_message_append(reply, "o", vm);
}

static int
get_cancelable(sd_bus *bus,
               const char *path,
               const char *interface,
               const char *property,
               sd_bus_message *reply,
               void *userdata,
               sd_bus_error *error)
{
    return sd_bus_message_append(reply, "b", ((const Job *)userdata)->cancel != NULL);
}

const sd_bus_vtable job_bus_vtable[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_METHOD_WITH_ARGS("Cancel",
                            SD_BUS_ARGS("a{sv}", options),
                            SD_BUS_NO_RESULT,
                            gate_dispatch,
                            SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_PROPERTY("Operation", "s", get_operation, 0, SD_BUS_VTABLE_PROPERTY_CONST),
    SD_BUS_PROPERTY("VM", "o", get_vm, 0, SD_BUS_VTABLE_PROPERTY_CONST),
    SD_BUS_PROPERTY(
        "Progress", "d", NULL, offsetof(Job, progress), SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("ProgressValid",
                    "b",
                    NULL,
                    offsetof(Job, progress_valid),
                    SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY(
        "StartTime", "t", NULL, offsetof(Job, start_time), SD_BUS_VTABLE_PROPERTY_CONST),
    SD_BUS_PROPERTY("StartedByUID", "u", NULL, offsetof(Job, uid), SD_BUS_VTABLE_PROPERTY_CONST),
    SD_BUS_PROPERTY("Cancelable", "b", get_cancelable, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_VTABLE_END,
};
