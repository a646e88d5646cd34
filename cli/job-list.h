/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * The running jobs, from one GetManagedObjects call, with the names of the
 * VMs they work on. Shared by the verbs that show them and the one that
 * cancels one, so that what the first print is what the other takes.
 */

#include "bus.h"

/**
 * JobItem - one job
 * @id: as people see and type it
 * @path: its object; @properties: a{sv} of org.sealvirt1.Job
 * @vm: name of the VM; "" while that is being created
 * @vm_uuid: its UUID, likewise
 */
typedef struct {
    char *id;
    char *path;
    GVariant *properties;
    char *vm;
    char *vm_uuid;
} JobItem;

/**
 * job_list_decode - a job's id
 * @path: its object
 * Returns: (transfer full): what people see and type; the path itself from a daemon that has
 * others.
 */
char *job_list_decode(const char *path);

/**
 * job_list_get - all jobs that run now
 * @bus: the connection
 * Returns: (transfer full) (element-type JobItem): oldest first; NULL with the
 * error of the peer.
 */
GPtrArray *job_list_get(Bus *bus, GError **error);

/**
 * job_list_find - the job that a word means
 * @jobs: from job_list_get()
 * @word: a job's id, or name or UUID of the VM it works on
 * Returns: (transfer none): NULL with SEAL_ERROR_NOT_FOUND.
 */
const JobItem *job_list_find(const GPtrArray *jobs, const char *word, GError **error);
