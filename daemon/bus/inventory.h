/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * The ObjectManager: GetManagedObjects, the one call that a client of many VMs
 * begins with, and the signals that keep its answer true. sd-bus can do both
 * by itself; this takes about half the time and three quarters of the bytes,
 * which matters with a thousand VMs.
 */

#include "service.h"

/**
 * inventory_filter - answer GetManagedObjects of the service's root object
 * @message: any message; others than this call are left alone
 * @userdata: the Service
 * @ret_error: unused, as errors are answered by sd-bus from the return value
 * Returns: 1 when it was answered, 0 to let others have it, a negative errno.
 */
int inventory_filter(sd_bus_message *message, void *userdata, sd_bus_error *ret_error);

/**
 * inventory_vm_added - emit InterfacesAdded for a VM, with all its properties
 * @service: the service
 * @vm: (transfer none)
 */
void inventory_vm_added(Service *service, Vm *vm);

/**
 * inventory_job_added - emit InterfacesAdded for a job, with all its properties
 * @service: the service
 * @job: (transfer none)
 */
void inventory_job_added(Service *service, Job *job);

/**
 * inventory_removed - emit InterfacesRemoved for an object
 * @service: the service
 * @path: the object
 * @interface: the one it has
 */
void inventory_removed(Service *service, const char *path, const char *interface);
