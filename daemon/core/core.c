/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Wiring: which news leads to what. A new connection means a probe and a
 * listing; a lost one changes nothing that clients read but BackendState,
 * because what was true a second ago is still the best answer.
 */

#include "core.h"

#include "action.h"
#include "autostart.h"
#include "recovery.h"
#include "restart.h"
#include "sync.h"
#include "text.h"

static void
on_vm_added(Vm *vm, gpointer data)
{
    Core *core = data;

    core->listener->vm_added(vm, core->listener_data);
}

static void
on_vm_removed(Vm *vm, gpointer data)
{
    Core *core = data;

    core->listener->vm_removed(vm, core->listener_data);
    action_vm_removed(core, vm);
}

static void
on_vm_changed(Vm *vm, guint mask, gpointer data)
{
    Core *core = data;

    core->listener->vm_changed(vm, mask, core->listener_data);
    if (mask & VM_PROPERTY_AUTOSTART)
        autostart_warn(core, vm);
    if (!(mask & VM_PROPERTY_STATE))
        return;
    /* First, for it looks at the job that ends then. */
    restart_consider(core, vm);
    action_vm_changed(core, vm);
}

static void
on_job_added(Job *job, gpointer data)
{
    Core *core = data;

    core->listener->job_added(job, core->listener_data);
}

static void
on_job_removed(Job *job, JobResult result, const GError *error, gpointer data)
{
    Core *core = data;

    core->listener->job_removed(job, result, error, core->listener_data);
}

static void
on_job_changed(Job *job, gpointer data)
{
    Core *core = data;

    core->listener->job_changed(job, core->listener_data);
}

/* Only with an answer of libvirt about this host: without one every start would be refused. */
static void
consider_autostart(Core *core)
{
    if (core->autostarted || core->connection != VIRT_CONNECTION_CONNECTED ||
        core->announced != VIRT_CONNECTION_CONNECTED ||
        !host_state_get_facts(core->host_state)->backend_connected)
        return;
    core->autostarted = TRUE;
    autostart_run(core);
}

static void
on_host_changed(guint mask, gpointer data)
{
    Core *core = data;

    core->listener->host_changed(mask, core->listener_data);
    consider_autostart(core);
}

static void
become_ready(Core *core)
{
    if (core->ready)
        return;
    core->ready = TRUE;
    core->listener->ready(core->listener_data);
}

static void
announce(Core *core, VirtConnection connection)
{
    if (core->announced == connection)
        return;
    core->announced = connection;
    core->listener->connection_changed(core->listener_data);
}

/* Who reads "connected" may act at once, so it is said when the VMs and the host are known. */
static void
on_probed(G_GNUC_UNUSED const GError *error, gpointer data)
{
    Core *core = data;

    announce(core, core->connection);
    become_ready(core);
    consider_autostart(core);
}

static void
on_listed(gpointer data)
{
    Core *core = data;

    if (core->connection == VIRT_CONNECTION_CONNECTED)
        recovery_run(core);
    host_state_probe(core->host_state, on_probed, core);
}

static void
on_connection_changed(VirtConnection connection, const char *reason, gpointer data)
{
    Core *core = data;

    core->connection = connection;
    g_free(core->connection_reason);
    core->connection_reason = g_strdup(reason);
    host_state_set_connected(core->host_state, connection == VIRT_CONNECTION_CONNECTED);
    if (connection == VIRT_CONNECTION_CONNECTED) {
        sync_list(core->sync, on_listed, core);
        sync_look_again(core->sync);
        return;
    }
    announce(core, connection);
    host_state_probe(core->host_state, on_probed, core);
}

static void
on_host_touched(gpointer data)
{
    host_state_probe(((Core *)data)->host_state, NULL, NULL);
}

static void
on_domain_changed(const char *uuid, gpointer data)
{
    sync_refresh(((Core *)data)->sync, uuid);
}

static void
on_guest_reboot(const char *uuid, gpointer data)
{
    Core *core = data;
    Vm *vm = registry_find(core->registry, uuid);

    if (vm)
        vm->guest_rebooted = TRUE;
}

static const RegistryListener registry_listener = {on_vm_added, on_vm_removed, on_vm_changed};
static const JobListener job_listener = {on_job_added, on_job_removed, on_job_changed};
static const VirtListener virt_listener = {on_connection_changed, on_domain_changed,
                                           on_guest_reboot};

Core *
core_new(VirtBackend *virt, HostBackend *host)
{
    Core *core = g_new0(Core, 1);

    core->virt = virt;
    core->host = host;
    core->registry = registry_new(&registry_listener, core);
    core->jobs = jobs_new(&job_listener, core);
    core->host_state = host_state_new(host, virt, core->registry, on_host_changed, core);
    core->sync = sync_new(core);
    core->owed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    core->connection = core->announced = VIRT_CONNECTION_CONNECTING;
    core->connection_reason = g_strdup("");
    return core;
}

void
core_start(Core *core, const CoreListener *listener, gpointer data)
{
    core->listener = listener;
    core->listener_data = data;
    core->virt->class->start(core->virt, &virt_listener, core);
    if (core->host->class->watch)
        core->host->class->watch(core->host, on_host_touched, core);
}

void
core_free(Core *core)
{
    if (!core)
        return;
    jobs_cancel_all(core->jobs);
    core->virt->class->free(core->virt);
    core->host->class->free(core->host);
    g_clear_handle_id(&core->restart_timer, g_source_remove);
    sync_free(core->sync);
    host_state_free(core->host_state);
    jobs_free(core->jobs);
    registry_free(core->registry);
    g_hash_table_unref(core->owed);
    g_free(core->connection_reason);
    g_free(core);
}

const char *
core_connection_to_string(VirtConnection connection)
{
    static const char *const names[] = {
        [VIRT_CONNECTION_CONNECTING] = "connecting",
        [VIRT_CONNECTION_CONNECTED] = "connected",
        [VIRT_CONNECTION_UNAVAILABLE] = "unavailable",
    };

    return names[connection];
}

Vm *
core_find_vm(Core *core, const char *id, GError **error)
{
    g_autofree char *uuid = g_ascii_strdown(id, -1);
    Vm *vm = registry_find_by_name(core->registry, id);

    if (!vm)
        vm = registry_find(core->registry, uuid);
    if (!vm) {
        g_autofree char *shown = seal_text_show(id);

        g_set_error(error, SEAL_ERROR, SEAL_ERROR_NOT_FOUND,
                    "there is no VM \"%s\"; \"sealctl list\" or ListVMs shows those that are",
                    shown);
    }
    return vm;
}
