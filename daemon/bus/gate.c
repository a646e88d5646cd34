/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The table, and the way of a call through it: read the whole body under a
 * budget, ask the authority, run the row's function. Arguments are copied
 * before the question, objects are looked up after it.
 */

#include "gate.h"

#include "call.h"
#include "error-bus.h"
#include "host-bus.h"
#include "job-bus.h"
#include "log-control.h"
#include "machine-slice.h"
#include "manager-bus.h"
#include "path-bus.h"
#include "variant.h"
#include "vm-attest-bus.h"
#include "vm-bus.h"
#include "vm-diagnose-bus.h"

#define ACTION(name) "org.sealvirt1." name

/* The body of one call: generous for 64 disks with every key, small for an attack. */
static const VariantBudget call_budget = {8192, 1024 * 1024};

/* Of one with a secret: twice what KVM takes, so that a longer one is refused with its own words.
 */
static const VariantBudget sensitive_budget = {256, 32768};

static const GateRow gate_rows[] = {
    {SERVICE_MANAGER_INTERFACE, "CreateVM", GATE_METHOD, ACTION("define"), manager_bus_create_needs,
     manager_bus_create},
    {SERVICE_MANAGER_INTERFACE, "PreviewVM", GATE_METHOD, NULL, NULL, manager_bus_preview},
    {SERVICE_MANAGER_INTERFACE, "FindVM", GATE_METHOD, NULL, NULL, manager_bus_find},
    {SERVICE_MANAGER_INTERFACE, "ListVMs", GATE_METHOD, NULL, NULL, manager_bus_list},
    {SERVICE_MANAGER_INTERFACE, "EncodePolicy", GATE_METHOD, NULL, NULL, manager_bus_encode_policy},
    {SERVICE_MANAGER_INTERFACE, "DecodePolicy", GATE_METHOD, NULL, NULL, manager_bus_decode_policy},
    {SERVICE_HOST_INTERFACE, "Check", GATE_METHOD, NULL, NULL, host_bus_check},
    {SERVICE_HOST_INTERFACE, "Refresh", GATE_METHOD, ACTION("configure"), NULL, host_bus_refresh},
    {SERVICE_HOST_INTERFACE, "GetCertificates", GATE_METHOD, ACTION("attest"), NULL,
     vm_attest_bus_certificates},
    {SERVICE_HOST_INTERFACE, "SetMemoryLimit", GATE_METHOD, ACTION("configure"), NULL,
     machine_slice_set_limit},
    {SERVICE_VM_INTERFACE, "Start", GATE_METHOD, ACTION("control"), NULL, vm_bus_start},
    {SERVICE_VM_INTERFACE, "Resume", GATE_METHOD, ACTION("control"), NULL, vm_bus_resume},
    {SERVICE_VM_INTERFACE, "Suspend", GATE_METHOD, ACTION("control"), NULL, vm_bus_suspend},
    {SERVICE_VM_INTERFACE, "Shutdown", GATE_METHOD, ACTION("control"), NULL, vm_bus_shutdown},
    {SERVICE_VM_INTERFACE, "Reboot", GATE_METHOD, ACTION("control"), NULL, vm_bus_reboot},
    {SERVICE_VM_INTERFACE, "Stop", GATE_METHOD, ACTION("control"), NULL, vm_bus_stop},
    {SERVICE_VM_INTERFACE, "Delete", GATE_METHOD, ACTION("delete"), NULL, vm_bus_delete},
    {SERVICE_VM_INTERFACE, "GetXML", GATE_METHOD, ACTION("view-private"), NULL, vm_bus_get_xml},
    {SERVICE_VM_INTERFACE, "Diagnose", GATE_METHOD, ACTION("view-private"), NULL,
     vm_diagnose_bus_diagnose},
    {SERVICE_VM_INTERFACE, "GetMeasurement", GATE_METHOD, ACTION("attest"), NULL,
     vm_attest_bus_measurement},
    {SERVICE_VM_INTERFACE, "InjectSecret", GATE_METHOD, ACTION("inject-secret"), NULL,
     vm_attest_bus_inject, .sensitive = TRUE},
    {SERVICE_VM_INTERFACE, "CheckOperation", GATE_METHOD, NULL, NULL,
     vm_attest_bus_check_operation},
    {SERVICE_VM_INTERFACE, "Autostart", GATE_PROPERTY, ACTION("configure"), NULL,
     vm_bus_set_autostart},
    {SERVICE_VM_INTERFACE, "Restart", GATE_PROPERTY, ACTION("configure"), NULL, vm_bus_set_restart},
    /* Whose job it is decides: job-bus asks for cancel-job when it is another user's. */
    {SERVICE_JOB_INTERFACE, "Cancel", GATE_METHOD, NULL, NULL, job_bus_cancel},
    {SERVICE_LOG_INTERFACE, "LogLevel", GATE_PROPERTY, ACTION("configure"), NULL,
     log_control_set_level},
    {SERVICE_LOG_INTERFACE, "LogTarget", GATE_PROPERTY, ACTION("configure"), NULL,
     log_control_set_target},
};

const GateRow *
gate_get_rows(gsize *ret_n)
{
    *ret_n = G_N_ELEMENTS(gate_rows);
    return gate_rows;
}

const GateRow *
gate_find(const char *interface, const char *member, GateKind kind)
{
    for (gsize i = 0; i < G_N_ELEMENTS(gate_rows); i++) {
        const GateRow *row = &gate_rows[i];

        if (row->kind == kind && g_strcmp0(row->interface, interface) == 0 &&
            g_strcmp0(row->member, member) == 0)
            return row;
    }
    return NULL;
}

/* The action to ask for next, or NULL when all are granted. */
static const char *
next_action(const Call *call)
{
    if (call->next_action == 0)
        return call->row->action;
    if (call->next_action == 1 && call->row->more)
        return call->row->more(call->arguments);
    return NULL;
}

/* The name a polkit rule can look at: of the VM, or of the one to be made. */
static const char *
get_name(const Call *call)
{
    const Vm *vm = registry_find(call->service->core->registry, call->vm);
    const char *name = "";

    if (vm)
        return vm->name;
    if (g_variant_check_format_string(call->arguments, "(sa{sv}a{sv})", FALSE))
        g_variant_get_child(call->arguments, 0, "&s", &name);
    return name;
}

/* Ask for what is still to be granted, or do it. */
static void
advance(Call *call, AuthorityDone answered)
{
    Authority *authority = call->service->authority;
    const char *details[] = {"vm", call->vm ? call->vm : "", "name", get_name(call), NULL};
    const char *action = next_action(call);

    if (action)
        authority->class->check(authority, call->message, action, details, answered, call);
    else
        call->row->run(call);
}

static void
on_authorized(guint32 uid, const GError *error, gpointer data)
{
    Call *call = data;

    if (error) {
        call_deny(call, uid, error);
        return;
    }
    call->next_action++;
    advance(call, on_authorized);
}

/* A question to polkit may wait for a person, so whose it is must count before it is asked. */
static void
on_identified(guint32 uid, const GError *error, gpointer data)
{
    Call *call = data;
    g_autoptr(GError) limit = NULL;

    if (error)
        call_fail(call, error);
    else if (call_identified(call, uid, &limit))
        advance(call, on_authorized);
    else
        call_fail(call, limit);
}

static void
enter(Service *service, sd_bus_message *message, const GateRow *row, GVariant *arguments)
{
    const char *path = sd_bus_message_get_path(message);
    g_autoptr(GError) error = NULL;
    Call *call = call_new(service, message, row, arguments, &error);

    if (!call) {
        error_bus_reply(message, error);
        return;
    }
    call->vm = path_bus_decode_vm(path);
    call->job = path_bus_decode_job(path);
    if (row->action)
        service->authority->class->identify(service->authority, message, on_identified, call);
    else
        row->run(call);
}

static void
refuse_unknown(sd_bus_message *message)
{
    g_autoptr(GError) error =
        g_error_new_literal(SEAL_ERROR, SEAL_ERROR_ACCESS_DENIED,
                            "nobody may use this member: it has no row in the gate table");

    error_bus_reply(message, error);
}

/*
 * The message is kept while polkit asks, so one that its row reads later is bounded beforehand as
 * well. Byte arrays are measured where they lie: they hold the secret.
 */
static gboolean
check_size(sd_bus_message *message, GError **error)
{
    g_autoptr(GVariant) rest = NULL;
    const void *bytes = NULL;
    size_t length = 0, all = 0;
    const char *contents = NULL;
    char type = 0;

    while (sd_bus_message_peek_type(message, &type, &contents) > 0 && type == SD_BUS_TYPE_ARRAY &&
           g_str_equal(contents, "y") &&
           sd_bus_message_read_array(message, SD_BUS_TYPE_BYTE, &bytes, &length) >= 0)
        all += length;
    if (all > sensitive_budget.bytes) {
        g_set_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT,
                    "the message carries %zu bytes, more than the %zu that any secret takes; send "
                    "the packet as the owner's tool made it",
                    all, sensitive_budget.bytes);
        return FALSE;
    }
    rest = variant_read_body(message, sensitive_budget, error);
    return rest && sd_bus_message_rewind(message, TRUE) >= 0;
}

static GVariant *
read_arguments(sd_bus_message *message, const GateRow *row, GError **error)
{
    if (!row->sensitive)
        return variant_read_body(message, call_budget, error);
    if (!check_size(message, error))
        return NULL;
    return g_variant_ref_sink(g_variant_new_tuple(NULL, 0));
}

int
gate_dispatch(sd_bus_message *message,
              G_GNUC_UNUSED void *userdata,
              G_GNUC_UNUSED sd_bus_error *ret_error)
{
    sd_bus *bus = sd_bus_message_get_bus(message);
    Service *service = sd_bus_slot_get_userdata(sd_bus_get_current_slot(bus));
    const GateRow *row = gate_find(sd_bus_message_get_interface(message),
                                   sd_bus_message_get_member(message), GATE_METHOD);
    g_autoptr(GError) error = NULL;
    GVariant *arguments;

    if (!row) {
        refuse_unknown(message);
        return 1;
    }
    arguments = read_arguments(message, row, &error);
    if (arguments)
        enter(service, message, row, arguments);
    else
        error_bus_reply(message, error);
    return 1;
}

static gboolean
object_exists(Service *service, const char *path, const char *interface)
{
    g_autofree char *uuid = path_bus_decode_vm(path);

    if (g_str_equal(interface, SERVICE_LOG_INTERFACE))
        return g_strcmp0(path, SERVICE_LOG_PATH) == 0;
    return registry_find(service->core->registry, uuid) != NULL;
}

int
gate_filter(sd_bus_message *message, void *userdata, G_GNUC_UNUSED sd_bus_error *ret_error)
{
    Service *service = userdata;
    g_autoptr(GVariant) body = NULL;
    g_autoptr(GVariant) value = NULL;
    g_autoptr(GError) error = NULL;
    const char *interface = NULL, *member = NULL;
    const GateRow *row;

    if (!sd_bus_message_is_method_call(message, "org.freedesktop.DBus.Properties", "Set") ||
        !sd_bus_message_has_signature(message, "ssv"))
        return 0;
    sd_bus_message_read(message, "ss", &interface, &member);
    sd_bus_message_rewind(message, TRUE);
    row = gate_find(interface, member, GATE_PROPERTY);
    if (!row || !object_exists(service, sd_bus_message_get_path(message), interface))
        return 0;
    body = variant_read_body(message, call_budget, &error);
    if (!body) {
        error_bus_reply(message, error);
        return 1;
    }
    g_variant_get_child(body, 2, "v", &value);
    enter(service, message, row, g_variant_ref_sink(g_variant_new_tuple(&value, 1)));
    return 1;
}
