/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * The daemon's mind: everything it knows, in one struct, on the main thread
 * only. The bus speaks for it and listens to it; it does not know the bus.
 */

#include "backend.h"
#include "host-state.h"
#include "host.h"
#include "jobs.h"
#include "registry.h"

typedef struct Sync Sync;

/**
 * CoreListener - what the bus wants to hear; all members set
 * @ready: once: the first listing is in, or libvirt cannot be reached yet
 * @connection_changed: Core.announced changed
 * @vm_added, @vm_removed, @vm_changed: as in RegistryListener
 * @job_added, @job_removed, @job_changed: as in JobListener
 * @host_changed: mask of HostStateProperty
 */
typedef struct {
    void (*ready)(gpointer data);
    void (*connection_changed)(gpointer data);
    void (*vm_added)(Vm *vm, gpointer data);
    void (*vm_removed)(Vm *vm, gpointer data);
    void (*vm_changed)(Vm *vm, guint mask, gpointer data);
    void (*job_added)(Job *job, gpointer data);
    void (*job_removed)(Job *job, JobResult result, const GError *error, gpointer data);
    void (*job_changed)(Job *job, gpointer data);
    void (*host_changed)(guint mask, gpointer data);
} CoreListener;

/**
 * Core - read its members, change them only through the functions of core
 * @ready, @recovered, @autostarted: done once
 * @connection, @connection_reason: whether libvirt can be reached, and why not
 * @owed: (element-type utf8): UUIDs of VMs whose note is to be acted on once libvirt answers
 * @restart_timer: of restart.c
 * @announced: what clients are told of it: connected only once VMs and host are known again
 */
typedef struct {
    VirtBackend *virt;
    HostBackend *host;
    Registry *registry;
    Jobs *jobs;
    HostState *host_state;
    Sync *sync;
    VirtConnection connection;
    VirtConnection announced;
    char *connection_reason;
    gboolean ready;
    gboolean recovered;
    GHashTable *owed;
    gboolean autostarted;
    guint restart_timer;
    const CoreListener *listener;
    gpointer listener_data;
} Core;

/**
 * core_new - put the mind together; nothing happens before core_start()
 * @virt, @host: (transfer full): the hands
 * Returns: (transfer full)
 */
Core *core_new(VirtBackend *virt, HostBackend *host);

/**
 * core_start - connect, probe and list
 * @core: the core
 * @listener: (transfer none): lives as long as the core
 * @data: for the listener
 */
void core_start(Core *core, const CoreListener *listener, gpointer data);

/**
 * core_free - stop; requests still out are answered with SEAL_ERROR_CANCELLED first
 * @core: (nullable) (transfer full)
 */
void core_free(Core *core);

/**
 * core_connection_to_string - the contract's BackendState
 * @connection: any value
 * Returns: (transfer none): static: "connecting", "connected", "unavailable".
 */
const char *core_connection_to_string(VirtConnection connection);

/**
 * core_find_vm - by name or UUID, as people type them
 * @core: the core
 * @id: name or UUID in any case
 * Returns: (transfer none): or NULL with SEAL_ERROR_NOT_FOUND. A name wins over a UUID.
 */
Vm *core_find_vm(Core *core, const char *id, GError **error);
