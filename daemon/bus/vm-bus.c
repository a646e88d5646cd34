/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A VM speaks. Its properties are members of the registry's struct; its
 * methods hand plain values to core's actions and reply when those are done.
 */

#include "vm-bus.h"

#include <stddef.h>

#include "action.h"
#include "changed.h"
#include "options.h"
#include "path-bus.h"
#include "policy.h"
#include "sync.h"
#include "text.h"

/* Asks to wait longer than a day for a guest to power off are mistakes. */
#define MAX_SHUTDOWN_TIMEOUT 86400u

int
vm_bus_object(G_GNUC_UNUSED sd_bus *bus,
              const char *path,
              G_GNUC_UNUSED const char *interface,
              void *userdata,
              void **ret_found,
              G_GNUC_UNUSED sd_bus_error *ret_error)
{
    const Service *service = userdata;
    g_autofree char *uuid = path_bus_decode_vm(path);
    Vm *vm = registry_find(service->core->registry, uuid);

    *ret_found = vm;
    return vm != NULL;
}

int
vm_bus_nodes(G_GNUC_UNUSED sd_bus *bus,
             G_GNUC_UNUSED const char *prefix,
             void *userdata,
             char ***ret_nodes,
             G_GNUC_UNUSED sd_bus_error *ret_error)
{
    const Service *service = userdata;
    g_autoptr(GPtrArray) vms = registry_list(service->core->registry);
    char **nodes = g_new0(char *, vms->len + 1);

    for (guint i = 0; i < vms->len; i++)
        nodes[i] = path_bus_encode_vm(((const Vm *)g_ptr_array_index(vms, i))->uuid);
    *ret_nodes = nodes;
    return 1;
}

/* Every action ends here: options read into @action, VM still there, core does the rest. */
static void
begin(Call *call, JobOperation operation, ActionCall *action, const OptionRow *rows)
{
    g_autoptr(GVariant) options = g_variant_get_child_value(call->arguments, 0);
    g_autoptr(GError) error = NULL;

    if (!options_read(options, rows, &error)) {
        call_fail(call, error);
        return;
    }
    action->operation = operation;
    action->uuid = call->vm;
    action->uid = call->uid;
    action->done = call_finish;
    action->data = call;
    action_start(call->service->core, action);
}

void
vm_bus_start(Call *call)
{
    ActionCall action = {0};
    const OptionRow rows[] = {{"paused", "b", &action.paused}, {NULL}};

    begin(call, JOB_OPERATION_START, &action, rows);
}

static void
begin_plain(Call *call, JobOperation operation)
{
    ActionCall action = {0};
    const OptionRow rows[] = {{NULL}};

    begin(call, operation, &action, rows);
}

void
vm_bus_resume(Call *call)
{
    begin_plain(call, JOB_OPERATION_RESUME);
}

void
vm_bus_suspend(Call *call)
{
    begin_plain(call, JOB_OPERATION_SUSPEND);
}

void
vm_bus_reboot(Call *call)
{
    begin_plain(call, JOB_OPERATION_REBOOT);
}

void
vm_bus_stop(Call *call)
{
    begin_plain(call, JOB_OPERATION_STOP);
}

void
vm_bus_shutdown(Call *call)
{
    ActionCall action = {0};
    const OptionRow rows[] = {
        {"timeout", "u", &action.timeout},
        {"force", "b", &action.force},
        {NULL},
    };
    g_autoptr(GVariant) options = g_variant_get_child_value(call->arguments, 0);
    g_autoptr(GError) error = NULL;

    if (options_read(options, rows, &error) && action.timeout > MAX_SHUTDOWN_TIMEOUT)
        g_set_error(&error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT,
                    "timeout is %u seconds; wait at most %u", action.timeout, MAX_SHUTDOWN_TIMEOUT);
    else if (!error && action.force && action.timeout == 0)
        g_set_error_literal(&error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT,
                            "option \"force\" needs \"timeout\"; use Stop to power off at once");
    if (error)
        call_fail(call, error);
    else
        begin(call, JOB_OPERATION_SHUTDOWN, &action, rows);
}

void
vm_bus_delete(Call *call)
{
    ActionCall action = {.nvram = TRUE};
    const OptionRow rows[] = {
        {"nvram", "b", &action.nvram},
        {"volumes", "b", &action.volumes},
        {NULL},
    };

    begin(call, JOB_OPERATION_DELETE, &action, rows);
}

static void
on_xml(VirtReply *reply, const GError *error, gpointer data)
{
    if (error)
        call_fail(data, error);
    else
        call_reply(data, g_variant_new("(s)", reply->xml));
}

static void
submit(Call *call, VirtRequest *request, VirtDone done)
{
    VirtBackend *virt = call->service->core->virt;

    virt->class->submit(virt, request, done, call);
}

void
vm_bus_get_xml(Call *call)
{
    g_autoptr(GVariant) options = g_variant_get_child_value(call->arguments, 0);
    const OptionRow rows[] = {{NULL}};
    g_autoptr(GError) error = NULL;

    if (options_read(options, rows, &error) && call_find_vm(call, &error))
        submit(call, backend_request_new(VIRT_OP_GET_XML, call->vm), on_xml);
    else
        call_fail(call, error);
}

static void
on_property_set(VirtReply *reply, const GError *error, gpointer data)
{
    Call *call = data;

    if (reply)
        sync_apply(call->service->core->sync, reply);
    /* Who wrote it reads the new value from the signal before the reply. */
    if (!error)
        changed_flush(call->service->changed);
    call_finish(error, call);
}

static gboolean
check_value(Call *call, const char *type, GError **error)
{
    g_autoptr(GVariant) value = g_variant_get_child_value(call->arguments, 0);

    if (g_variant_is_of_type(value, G_VARIANT_TYPE(type)))
        return call_find_vm(call, error) != NULL;
    g_set_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT,
                "property %s has type %s, the value sent has type %s", call->row->member, type,
                g_variant_get_type_string(value));
    return FALSE;
}

void
vm_bus_set_autostart(Call *call)
{
    g_autoptr(GError) error = NULL;
    VirtRequest *request;

    if (!check_value(call, "b", &error)) {
        call_fail(call, error);
        return;
    }
    request = backend_request_new(VIRT_OP_SET_AUTOSTART, call->vm);
    g_variant_get_child(call->arguments, 0, "b", &request->autostart);
    submit(call, request, on_property_set);
}

void
vm_bus_set_restart(Call *call)
{
    g_autoptr(GError) error = NULL;
    VirtRequest *request;
    const char *word = NULL;

    if (!check_value(call, "s", &error)) {
        call_fail(call, error);
        return;
    }
    g_variant_get_child(call->arguments, 0, "&s", &word);
    if (!g_str_equal(word, "no") && !g_str_equal(word, "guest-reboot")) {
        g_autofree char *shown = seal_text_show(word);

        error = g_error_new(SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT,
                            "Restart is \"%s\"; use \"no\" or \"guest-reboot\"", shown);
        call_fail(call, error);
        return;
    }
    request = backend_request_new(VIRT_OP_SET_RESTART, call->vm);
    request->restart_guest_reboot = g_str_equal(word, "guest-reboot");
    submit(call, request, on_property_set);
}

static int
get_uuid(sd_bus *bus,
         const char *path,
         const char *interface,
         const char *property,
         sd_bus_message *reply,
         void *userdata,
         sd_bus_error *error)
{
    return sd_bus_message_append_basic(reply, 's', ((const Vm *)userdata)->uuid);
}

static int
get_state(sd_bus *bus,
          const char *path,
          const char *interface,
          const char *property,
          sd_bus_message *reply,
          void *userdata,
          sd_bus_error *error)
{
    return sd_bus_message_append_basic(reply, 's',
                                       vm_state_to_string(((const Vm *)userdata)->state));
}

static int
get_technology(sd_bus *bus,
               const char *path,
               const char *interface,
               const char *property,
               sd_bus_message *reply,
               void *userdata,
               sd_bus_error *error)
{
    return sd_bus_message_append_basic(reply, 's',
                                       path_bus_technology(((const Vm *)userdata)->technology));
}

static int
get_policy_flags(sd_bus *bus,
                 const char *path,
                 const char *interface,
                 const char *property,
                 sd_bus_message *reply,
                 void *userdata,
                 sd_bus_error *error)
{
    const Vm *vm = userdata;
    g_auto(GStrv) flags = NULL;

    if (vm->technology >= SEAL_TECHNOLOGY_INVALID ||
        seal_technology_get_info(vm->technology)->policy_bits == 0)
        return sd_bus_message_append_strv(reply, NULL);
    flags = seal_policy_decode(vm->technology, vm->policy);
    return sd_bus_message_append_strv(reply, flags);
}

static int
get_restart(sd_bus *bus,
            const char *path,
            const char *interface,
            const char *property,
            sd_bus_message *reply,
            void *userdata,
            sd_bus_error *error)
{
    return sd_bus_message_append_basic(reply, 's', vm_restart_to_string(userdata));
}

/* Writes never come here: gate_filter() takes them. If one does, nobody may. */
static int
refuse_set(sd_bus *bus,
           const char *path,
           const char *interface,
           const char *property,
           sd_bus_message *value,
           void *userdata,
           sd_bus_error *error)
{
    return sd_bus_error_set(error, SD_BUS_ERROR_ACCESS_DENIED, "this write did not pass the gate");
}

#define EMITS SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE
#define METHOD(name)                                                                               \
    SD_BUS_METHOD_WITH_ARGS(name, SD_BUS_ARGS("a{sv}", options), SD_BUS_NO_RESULT, gate_dispatch,  \
                            SD_BUS_VTABLE_UNPRIVILEGED)

const sd_bus_vtable vm_bus_vtable[] = {
    SD_BUS_VTABLE_START(0),
    METHOD("Start"),
    METHOD("Resume"),
    METHOD("Suspend"),
    METHOD("Shutdown"),
    METHOD("Reboot"),
    METHOD("Stop"),
    METHOD("Delete"),
    SD_BUS_METHOD_WITH_ARGS("GetXML",
                            SD_BUS_ARGS("a{sv}", options),
                            SD_BUS_RESULT("s", xml),
                            gate_dispatch,
                            SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD_WITH_ARGS("GetMeasurement",
                            SD_BUS_ARGS("a{sv}", options),
                            SD_BUS_RESULT("a{sv}", measurement),
                            gate_dispatch,
                            SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD_WITH_ARGS("InjectSecret",
                            SD_BUS_ARGS("ay", header, "ay", secret, "a{sv}", options),
                            SD_BUS_NO_RESULT,
                            gate_dispatch,
                            SD_BUS_VTABLE_UNPRIVILEGED | SD_BUS_VTABLE_SENSITIVE),
    SD_BUS_METHOD_WITH_ARGS("Diagnose",
                            SD_BUS_ARGS("a{sv}", options),
                            SD_BUS_RESULT("a(sssss)", diagnoses),
                            gate_dispatch,
                            SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD_WITH_ARGS("CheckOperation",
                            SD_BUS_ARGS("s", operation, "a{sv}", options),
                            SD_BUS_RESULT("b", possible, "s", reason),
                            gate_dispatch,
                            SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_PROPERTY("Name", "s", NULL, offsetof(Vm, name), EMITS),
    SD_BUS_PROPERTY("UUID", "s", get_uuid, 0, SD_BUS_VTABLE_PROPERTY_CONST),
    SD_BUS_PROPERTY("State", "s", get_state, 0, EMITS),
    SD_BUS_PROPERTY("StateReason", "s", NULL, offsetof(Vm, reason), EMITS),
    SD_BUS_PROPERTY("Technology", "s", get_technology, 0, EMITS),
    SD_BUS_PROPERTY("Policy", "t", NULL, offsetof(Vm, policy), EMITS),
    SD_BUS_PROPERTY("PolicyFlags", "as", get_policy_flags, 0, EMITS),
    SD_BUS_PROPERTY("Memory", "t", NULL, offsetof(Vm, memory), EMITS),
    SD_BUS_PROPERTY("VCPUs", "u", NULL, offsetof(Vm, vcpus), EMITS),
    SD_BUS_WRITABLE_PROPERTY("Autostart",
                             "b",
                             NULL,
                             refuse_set,
                             offsetof(Vm, autostart),
                             EMITS | SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_WRITABLE_PROPERTY(
        "Restart", "s", get_restart, refuse_set, 0, EMITS | SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_PROPERTY("Persistent", "b", NULL, offsetof(Vm, persistent), EMITS),
    SD_BUS_PROPERTY("Attestable", "b", NULL, offsetof(Vm, attestable), EMITS),
    SD_BUS_PROPERTY("MachineType", "s", NULL, offsetof(Vm, machine), EMITS),
    SD_BUS_PROPERTY("Firmware", "s", NULL, offsetof(Vm, firmware), EMITS),
    SD_BUS_VTABLE_END,
};
