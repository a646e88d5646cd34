/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * The daemon on the bus: the object tree, its signals, and what every handler
 * needs at hand. It listens to core and speaks for it.
 */

#include <systemd/sd-bus.h>

#include "authority.h"
#include "core.h"
#include "log.h"

#define SERVICE_BUS_NAME "org.sealvirt1"
#define SERVICE_PATH "/org/sealvirt1"
#define SERVICE_HOST_PATH "/org/sealvirt1/host"
#define SERVICE_VM_PATH "/org/sealvirt1/vm"
#define SERVICE_JOB_PATH "/org/sealvirt1/job"
#define SERVICE_LOG_PATH "/org/freedesktop/LogControl1"

#define SERVICE_MANAGER_INTERFACE "org.sealvirt1.Manager"
#define SERVICE_HOST_INTERFACE "org.sealvirt1.Host"
#define SERVICE_VM_INTERFACE "org.sealvirt1.VM"
#define SERVICE_JOB_INTERFACE "org.sealvirt1.Job"
#define SERVICE_LOG_INTERFACE "org.freedesktop.LogControl1"

typedef struct Changed Changed;

/**
 * Service - what handlers work with; main thread only
 * @core: (transfer none); @authority: (transfer none)
 * @calls: calls not answered yet; @calls_of_user: uid -> how many of them
 * @changed: property changes not signalled yet
 * @log: (transfer none): what LogControl1 changes
 * @version: of the daemon, static
 */
typedef struct {
    sd_bus *bus;
    Core *core;
    Authority *authority;
    GHashTable *calls;
    GHashTable *calls_of_user;
    Changed *changed;
    Log *log;
    const char *version;
    GPtrArray *slots;
    void (*ready)(gpointer data);
    gpointer ready_data;
} Service;

/**
 * service_new - put the object tree on a bus and listen to a core
 * @bus: (transfer none): referenced
 * @core, @authority: (transfer none): not started yet; see service_free() for their end
 * @log: (transfer none): outlives the service
 * @version: static version text
 * Returns: (transfer full): or NULL, with @ret_error set to a negative errno.
 */
Service *service_new(
    sd_bus *bus, Core *core, Authority *authority, Log *log, const char *version, int *ret_error);

/**
 * service_start - start the core, and call @ready once when everything is known
 * @service: the service
 * @ready: told that it is time to take the bus name
 * @data: for @ready
 */
void service_start(Service *service, void (*ready)(gpointer data), gpointer data);

/**
 * service_free - answer what is still out and take the tree off the bus
 * @service: (nullable) (transfer full): core and authority are freed before it, for they
 *   answer what they know better
 */
void service_free(Service *service);
