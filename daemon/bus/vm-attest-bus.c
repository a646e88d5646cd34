/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A VM speaks of its launch. InjectSecret is the one member that carries a
 * secret: its message is marked sensitive, so that sd-bus wipes its buffers,
 * and the bytes go straight from there into memory that is wiped as well.
 */

#include "vm-attest-bus.h"

#include "attest.h"
#include "operation-guard.h"
#include "options.h"
#include "variant.h"

static void
on_values(GVariant *values, const GError *error, gpointer data)
{
    if (error)
        call_fail(data, error);
    else
        call_reply(data, values ? g_variant_new("(@a{sv})", values) : NULL);
}

static gboolean
read_no_options(Call *call, gsize index)
{
    g_autoptr(GVariant) options = g_variant_get_child_value(call->arguments, index);
    const OptionRow rows[] = {{NULL}};
    g_autoptr(GError) error = NULL;

    if (options_read(options, rows, &error))
        return TRUE;
    call_fail(call, error);
    return FALSE;
}

void
vm_attest_bus_certificates(Call *call)
{
    if (read_no_options(call, 0))
        attest_get_certificates(call->service->core, on_values, call);
}

void
vm_attest_bus_measurement(Call *call)
{
    if (read_no_options(call, 0))
        attest_get_measurement(call->service->core, call->vm, on_values, call);
}

static GBytes *
read_secret(sd_bus_message *message)
{
    const void *data = NULL;
    size_t length = 0;

    if (sd_bus_message_read_array(message, 'y', &data, &length) < 0)
        return NULL;
    return backend_secret_new(length ? data : "", length);
}

static gboolean
read_packet(sd_bus_message *message, GBytes **ret_header, GBytes **ret_secret, GError **error)
{
    const VariantBudget budget = {256, 4096};
    const OptionRow rows[] = {{NULL}};
    g_autoptr(GBytes) header = read_secret(message);
    g_autoptr(GBytes) secret = header ? read_secret(message) : NULL;
    g_autoptr(GVariant) rest = secret ? variant_read_body(message, budget, error) : NULL;
    g_autoptr(GVariant) options = rest ? g_variant_get_child_value(rest, 0) : NULL;

    if (!options || !options_read(options, rows, error)) {
        if (error && !*error)
            g_set_error_literal(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT,
                                "the packet cannot be read; send header and secret as byte arrays");
        return FALSE;
    }
    *ret_header = g_steal_pointer(&header);
    *ret_secret = g_steal_pointer(&secret);
    return TRUE;
}

void
vm_attest_bus_inject(Call *call)
{
    g_autoptr(GError) error = NULL;
    GBytes *header, *secret;

    if (read_packet(call->message, &header, &secret, &error))
        attest_inject_secret(call->service->core, call->vm, header, secret, on_values, call);
    else
        call_fail(call, error);
}

void
vm_attest_bus_check_operation(Call *call)
{
    const HostState *state = call->service->core->host_state;
    g_autoptr(GError) error = NULL;
    g_autofree char *reason = NULL;
    const char *operation;
    const Vm *vm;

    if (!read_no_options(call, 1))
        return;
    g_variant_get_child(call->arguments, 0, "&s", &operation);
    vm = call_find_vm(call, &error);
    if (vm &&
        seal_operation_guard_check(operation, vm->technology,
                                   host_state_get_facts(state)->qemu_version, &reason, &error))
        call_reply(call, g_variant_new("(bs)", reason == NULL, reason ? reason : ""));
    else
        call_fail(call, error);
}
