/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * systemd owns the control groups, so it is asked over D-Bus
 * (SetUnitProperties of org.freedesktop.systemd1(5)); a polkit rule lets the
 * daemon's user do that for machine.slice alone. A cap below what running
 * guests have pinned would get them killed at once and is refused.
 */

#include "machine-slice.h"

#include "options.h"
#include "variant.h"

#define SLICE "machine.slice"
#define SYSTEMD_NAME "org.freedesktop.systemd1"
#define SYSTEMD_PATH "/org/freedesktop/systemd1"
#define SYSTEMD_INTERFACE "org.freedesktop.systemd1.Manager"
/* systemd's word for "no limit" (systemd.resource-control(5), infinity). */
#define NO_LIMIT UINT64_MAX
/* QEMU's own share beside guest memory, libvirt's rule of thumb. */
#define EXTRA_PER_VM (G_GUINT64_CONSTANT(256) << 20)
#define MIB (G_GUINT64_CONSTANT(1) << 20)

typedef struct {
    guint64 bytes;
    gboolean soft;
    gboolean runtime;
} Limit;

static guint64
count_needed(Registry *registry)
{
    g_autoptr(GPtrArray) vms = registry_list(registry);
    guint64 needed = 0;

    for (guint i = 0; i < vms->len; i++) {
        const Vm *vm = g_ptr_array_index(vms, i);

        if (vm_is_active(vm))
            needed += vm->memory + EXTRA_PER_VM;
    }
    return needed;
}

static gboolean
check_limit(const Call *call, const Limit *limit, GError **error)
{
    guint64 needed = count_needed(call->service->core->registry);

    if (limit->bytes == 0 || limit->bytes >= MAX(needed, EXTRA_PER_VM))
        return TRUE;
    g_set_error(
        error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT,
        "a limit of %" G_GUINT64_FORMAT " MiB is below what running VMs need (%" G_GUINT64_FORMAT
        " MiB) and would get them killed; raise it, stop some of them, or use 0 for no limit",
        limit->bytes / MIB, MAX(needed, EXTRA_PER_VM) / MIB);
    return FALSE;
}

/* What a refusal of systemd means to our caller. */
static GError *
translate(const sd_bus_error *failure)
{
    if (sd_bus_error_has_names(failure, SD_BUS_ERROR_SERVICE_UNKNOWN,
                               SD_BUS_ERROR_NAME_HAS_NO_OWNER))
        return g_error_new_literal(SEAL_ERROR, SEAL_ERROR_NOT_SUPPORTED,
                                   "systemd is not on the bus, so machine.slice cannot be limited; "
                                   "set memory.max of libvirt's control group by hand");
    return g_error_new(SEAL_ERROR, SEAL_ERROR_BACKEND,
                       "systemd refused to limit " SLICE ": %s; check that the polkit rule "
                       "60-sealvirt-systemd.rules is installed",
                       failure->message ? failure->message : failure->name);
}

static int
on_set(sd_bus_message *reply, void *data, G_GNUC_UNUSED sd_bus_error *ret_error)
{
    const sd_bus_error *failure = sd_bus_message_get_error(reply);
    g_autoptr(GError) error = failure ? translate(failure) : NULL;

    call_finish(error, data);
    return 1;
}

static int
ask_systemd(Call *call, const Limit *limit)
{
    g_autoptr(sd_bus_message) request = NULL;
    const char *property = limit->soft ? "MemoryHigh" : "MemoryMax";
    sd_bus *bus = call->service->bus;
    int r = sd_bus_message_new_method_call(bus, &request, SYSTEMD_NAME, SYSTEMD_PATH,
                                           SYSTEMD_INTERFACE, "SetUnitProperties");

    /* systemd is there or it is not; the bus cannot start it. */
    if (r >= 0)
        r = sd_bus_message_set_auto_start(request, FALSE);
    if (r >= 0)
        r = sd_bus_message_append(request, "sba(sv)", SLICE, limit->runtime, 1, property, "t",
                                  limit->bytes ? limit->bytes : NO_LIMIT);
    if (r >= 0)
        r = sd_bus_call_async(bus, NULL, request, on_set, call, 0);
    return r;
}

void
machine_slice_set_limit(Call *call)
{
    g_autoptr(GVariant) options = g_variant_get_child_value(call->arguments, 1);
    g_autoptr(GError) error = NULL;
    Limit limit = {0};
    const OptionRow rows[] = {
        {"soft", "b", &limit.soft},
        {"runtime", "b", &limit.runtime},
        {NULL},
    };

    g_variant_get_child(call->arguments, 0, "t", &limit.bytes);
    if (options_read(options, rows, &error) && check_limit(call, &limit, &error) &&
        ask_systemd(call, &limit) < 0)
        error = g_error_new_literal(SEAL_ERROR, SEAL_ERROR_BACKEND, "systemd could not be asked");
    if (error)
        call_fail(call, error);
}
