/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The Manager speaks: arguments to core's plain values, core's answers to
 * replies. Everything but CreateVM is answered from memory at once.
 */

#include "manager-bus.h"

#include <stdlib.h>

#include "create-preview.h"
#include "create.h"
#include "options.h"
#include "path-bus.h"
#include "policy.h"
#include "text.h"
#include "version.h"

static void
on_created(const char *result, const GError *error, gpointer data)
{
    g_autofree char *path = NULL;

    if (error) {
        call_fail(data, error);
        return;
    }
    path = path_bus_encode_vm(result);
    call_reply(data, g_variant_new("(o)", path));
}

const char *
manager_bus_create_needs(GVariant *arguments)
{
    g_autoptr(GVariant) options = g_variant_get_child_value(arguments, 2);
    gboolean start = FALSE;

    return g_variant_lookup(options, "start", "b", &start) && start ? "org.sealvirt1.control"
                                                                    : NULL;
}

void
manager_bus_create(Call *call)
{
    g_autoptr(GVariant) settings = g_variant_get_child_value(call->arguments, 1);
    g_autoptr(GVariant) options = g_variant_get_child_value(call->arguments, 2);
    g_autoptr(GError) error = NULL;
    CreateCall create = {.settings = settings, .uid = call->uid, .done = on_created, .data = call};
    const OptionRow rows[] = {
        {"start", "b", &create.start},
        {"paused", "b", &create.paused},
        {NULL},
    };

    g_variant_get_child(call->arguments, 0, "&s", &create.name);
    if (!options_read(options, rows, &error)) {
        call_fail(call, error);
        return;
    }
    if (create.paused && !create.start) {
        error = g_error_new_literal(SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT,
                                    "option \"paused\" needs \"start\"; set both or neither");
        call_fail(call, error);
        return;
    }
    create_begin(call->service->core, &create);
}

void
manager_bus_preview(Call *call)
{
    g_autoptr(GVariant) settings = g_variant_get_child_value(call->arguments, 1);
    g_autoptr(GVariant) options = g_variant_get_child_value(call->arguments, 2);
    g_autoptr(GError) error = NULL;
    g_autofree char *xml = NULL;
    const OptionRow rows[] = {{NULL}};
    const char *name;

    g_variant_get_child(call->arguments, 0, "&s", &name);
    if (options_read(options, rows, &error))
        xml = create_preview(call->service->core, name, settings, &error);
    if (xml)
        call_reply(call, g_variant_new("(s)", xml));
    else
        call_fail(call, error);
}

void
manager_bus_find(Call *call)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = NULL;
    const char *id;
    const Vm *vm;

    g_variant_get_child(call->arguments, 0, "&s", &id);
    vm = core_find_vm(call->service->core, id, &error);
    if (!vm) {
        call_fail(call, error);
        return;
    }
    path = path_bus_encode_vm(vm->uuid);
    call_reply(call, g_variant_new("(o)", path));
}

void
manager_bus_list(Call *call)
{
    g_autoptr(GPtrArray) vms = registry_list(call->service->core->registry);
    GVariantBuilder builder;

    g_variant_builder_init(&builder, G_VARIANT_TYPE("a(sssso)"));
    for (guint i = 0; i < vms->len; i++) {
        const Vm *vm = g_ptr_array_index(vms, i);
        g_autofree char *path = path_bus_encode_vm(vm->uuid);

        g_variant_builder_add(&builder, "(sssso)", vm->name, vm->uuid,
                              vm_state_to_string(vm->state), path_bus_technology(vm->technology),
                              path);
    }
    call_reply(call, g_variant_new("(a(sssso))", &builder));
}

static gboolean
read_technology(const char *name, SealTechnology *ret_technology, GError **error)
{
    SealTechnology technology = seal_technology_from_string(name);

    if (technology >= SEAL_TECHNOLOGY_INVALID ||
        seal_technology_get_info(technology)->policy_bits == 0) {
        g_autofree char *shown = seal_text_show(name);

        g_set_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT,
                    "\"%s\" has no guest policy; technologies with one are sev, sev-es, sev-snp "
                    "and tdx",
                    shown);
        return FALSE;
    }
    *ret_technology = technology;
    return TRUE;
}

void
manager_bus_encode_policy(Call *call)
{
    g_autofree const char **flags = NULL;
    g_autoptr(GError) error = NULL;
    SealTechnology technology;
    const char *name;
    guint64 policy;

    g_variant_get(call->arguments, "(&s^a&s)", &name, &flags);
    if (read_technology(name, &technology, &error) &&
        seal_policy_encode(technology, flags, &policy, &error))
        call_reply(call, g_variant_new("(t)", policy));
    else
        call_fail(call, error);
}

void
manager_bus_decode_policy(Call *call)
{
    g_autoptr(GError) error = NULL;
    g_auto(GStrv) flags = NULL;
    SealTechnology technology;
    const char *name;
    guint64 policy;

    g_variant_get(call->arguments, "(&st)", &name, &policy);
    if (!read_technology(name, &technology, &error)) {
        call_fail(call, error);
        return;
    }
    flags = seal_policy_decode(technology, policy);
    call_reply(call, g_variant_new("(^as)", flags));
}

static int
get_version(sd_bus *bus,
            const char *path,
            const char *interface,
            const char *property,
            sd_bus_message *reply,
            void *userdata,
            sd_bus_error *error)
{
    return sd_bus_message_append(reply, "s", ((const Service *)userdata)->version);
}

static int
get_backend_state(sd_bus *bus,
                  const char *path,
                  const char *interface,
                  const char *property,
                  sd_bus_message *reply,
                  void *userdata,
                  sd_bus_error *error)
{
    const Core *core = ((const Service *)userdata)->core;

    return sd_bus_message_append(reply, "s", core_connection_to_string(core->announced));
}

static int
get_backend_uri(sd_bus *bus,
                const char *path,
                const char *interface,
                const char *property,
                sd_bus_message *reply,
                void *userdata,
                sd_bus_error *error)
{
    const Core *core = ((const Service *)userdata)->core;

    return sd_bus_message_append(reply, "s", core->virt->class->get_uri(core->virt));
}

static int
append_version(sd_bus_message *reply, guint64 version)
{
    g_autofree char *text = version ? seal_version_format(version) : g_strdup("");

    return sd_bus_message_append(reply, "s", text);
}

static int
get_libvirt_version(sd_bus *bus,
                    const char *path,
                    const char *interface,
                    const char *property,
                    sd_bus_message *reply,
                    void *userdata,
                    sd_bus_error *error)
{
    const Core *core = ((const Service *)userdata)->core;

    return append_version(reply, host_state_get_facts(core->host_state)->libvirt_version);
}

static int
get_qemu_version(sd_bus *bus,
                 const char *path,
                 const char *interface,
                 const char *property,
                 sd_bus_message *reply,
                 void *userdata,
                 sd_bus_error *error)
{
    const Core *core = ((const Service *)userdata)->core;

    return append_version(reply, host_state_get_facts(core->host_state)->qemu_version);
}

const sd_bus_vtable manager_bus_vtable[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_METHOD_WITH_ARGS("CreateVM",
                            SD_BUS_ARGS("s", name, "a{sv}", settings, "a{sv}", options),
                            SD_BUS_RESULT("o", vm),
                            gate_dispatch,
                            SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD_WITH_ARGS("PreviewVM",
                            SD_BUS_ARGS("s", name, "a{sv}", settings, "a{sv}", options),
                            SD_BUS_RESULT("s", xml),
                            gate_dispatch,
                            SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD_WITH_ARGS("FindVM",
                            SD_BUS_ARGS("s", id),
                            SD_BUS_RESULT("o", vm),
                            gate_dispatch,
                            SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD_WITH_ARGS("ListVMs",
                            SD_BUS_NO_ARGS,
                            SD_BUS_RESULT("a(sssso)", vms),
                            gate_dispatch,
                            SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD_WITH_ARGS("EncodePolicy",
                            SD_BUS_ARGS("s", technology, "as", flags),
                            SD_BUS_RESULT("t", policy),
                            gate_dispatch,
                            SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD_WITH_ARGS("DecodePolicy",
                            SD_BUS_ARGS("s", technology, "t", policy),
                            SD_BUS_RESULT("as", flags),
                            gate_dispatch,
                            SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_SIGNAL_WITH_ARGS(
        "JobRemoved",
        SD_BUS_ARGS("o", job, "s", operation, "s", vm_uuid, "s", result, "s", error),
        0),
    SD_BUS_PROPERTY("Version", "s", get_version, 0, SD_BUS_VTABLE_PROPERTY_CONST),
    SD_BUS_PROPERTY("BackendState", "s", get_backend_state, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("BackendURI", "s", get_backend_uri, 0, SD_BUS_VTABLE_PROPERTY_CONST),
    SD_BUS_PROPERTY(
        "LibvirtVersion", "s", get_libvirt_version, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("QEMUVersion", "s", get_qemu_version, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_VTABLE_END,
};
