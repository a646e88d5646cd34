/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * org.sealvirt1.Job on /org/sealvirt1/job/...: the vtable, how its objects are
 * found, and Cancel.
 */

#include "call.h"

/** job_bus_vtable - the vtable; userdata is the Job that job_bus_object() found */
extern const sd_bus_vtable job_bus_vtable[];

/**
 * job_bus_object - sd_bus_object_find_t of the jobs
 * @bus, @path, @interface, @ret_error: as sd-bus gives them
 * @userdata: the Service
 * @ret_found: the Job
 * Returns: 1 when there is such a job, else 0.
 */
int job_bus_object(sd_bus *bus,
                   const char *path,
                   const char *interface,
                   void *userdata,
                   void **ret_found,
                   sd_bus_error *ret_error);

/**
 * job_bus_nodes - sd_bus_node_enumerator_t of the jobs
 * @bus, @prefix, @ret_error: as sd-bus gives them
 * @userdata: the Service
 * @ret_nodes: (transfer full): paths of all jobs
 * Returns: 1
 */
int job_bus_nodes(
    sd_bus *bus, const char *prefix, void *userdata, char ***ret_nodes, sd_bus_error *ret_error);

/**
 * job_bus_cancel - Cancel: open to the job's own user, others need cancel-job
 * @call: (transfer full): the call
 */
void job_bus_cancel(Call *call);
