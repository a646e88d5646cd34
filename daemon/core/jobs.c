/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The running jobs in a hash table by id. There are never more than JOB_MAX,
 * so looking one up by VM or counting a user's is a walk.
 */

#include "jobs.h"

struct Jobs {
    GHashTable *by_id;
    const JobListener *listener;
    gpointer data;
};

static const char *const operation_names[] = {
    [JOB_OPERATION_CREATE] = "create",     [JOB_OPERATION_START] = "start",
    [JOB_OPERATION_RESUME] = "resume",     [JOB_OPERATION_SUSPEND] = "suspend",
    [JOB_OPERATION_SHUTDOWN] = "shutdown", [JOB_OPERATION_REBOOT] = "reboot",
    [JOB_OPERATION_STOP] = "stop",         [JOB_OPERATION_DELETE] = "delete",
    [JOB_OPERATION_RESTART] = "restart",
};

static const char *const result_names[] = {
    [JOB_RESULT_DONE] = "done",
    [JOB_RESULT_FAILED] = "failed",
    [JOB_RESULT_CANCELLED] = "cancelled",
};

static void
job_free(gpointer data)
{
    Job *job = data;

    if (job->abandon)
        job->abandon(job->data);
    g_free(job->vm);
    g_free(job);
}

Jobs *
jobs_new(const JobListener *listener, gpointer data)
{
    Jobs *jobs = g_new0(Jobs, 1);

    jobs->by_id = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, job_free);
    jobs->listener = listener;
    jobs->data = data;
    return jobs;
}

void
jobs_free(Jobs *jobs)
{
    if (!jobs)
        return;
    g_hash_table_unref(jobs->by_id);
    g_free(jobs);
}

static guint
count_for_user(Jobs *jobs, guint32 uid)
{
    GHashTableIter iter;
    gpointer value;
    guint n = 0;

    g_hash_table_iter_init(&iter, jobs->by_id);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        n += ((const Job *)value)->uid == uid;
    return n;
}

static gboolean
check_limits(Jobs *jobs, guint32 uid, GError **error)
{
    guint all = g_hash_table_size(jobs->by_id);
    guint own = count_for_user(jobs, uid);

    if (all >= JOB_MAX || (uid != 0 && own >= JOB_MAX_PER_USER)) {
        g_set_error(error, SEAL_ERROR, SEAL_ERROR_LIMITS_EXCEEDED,
                    "%u jobs run already, %u of them yours (at most %d, and %d for one user); wait "
                    "for one to end",
                    all, own, JOB_MAX, JOB_MAX_PER_USER);
        return FALSE;
    }
    return TRUE;
}

Job *
jobs_open(Jobs *jobs, JobOperation operation, const char *vm, guint32 uid, GError **error)
{
    const Job *other = jobs_find_for_vm(jobs, vm);
    Job *job;

    if (other) {
        g_set_error(error, SEAL_ERROR, SEAL_ERROR_BUSY,
                    "a %s job is already running on this VM; wait for it to end%s",
                    jobs_operation_to_string(other->operation),
                    other->cancel ? ", or cancel it" : "");
        return NULL;
    }
    if (!check_limits(jobs, uid, error))
        return NULL;
    job = g_new0(Job, 1);
    g_snprintf(job->id, sizeof job->id, "%08x%08x", g_random_int(), g_random_int());
    job->operation = operation;
    job->vm = g_strdup(vm);
    job->uid = uid;
    job->start_time = (guint64)g_get_real_time();
    g_hash_table_replace(jobs->by_id, job->id, job);
    jobs->listener->added(job, jobs->data);
    return job;
}

void
jobs_close(Jobs *jobs, Job *job, const GError *error)
{
    JobResult result = JOB_RESULT_DONE;

    if (error)
        result = g_error_matches(error, SEAL_ERROR, SEAL_ERROR_CANCELLED) ? JOB_RESULT_CANCELLED
                                                                          : JOB_RESULT_FAILED;
    job->abandon = NULL;
    jobs->listener->removed(job, result, error, jobs->data);
    g_hash_table_remove(jobs->by_id, job->id);
}

void
jobs_set_cancel(Jobs *jobs, Job *job, void (*cancel)(Job *job), gpointer data)
{
    job->cancel = cancel;
    job->data = data;
    jobs->listener->changed(job, jobs->data);
}

void
jobs_cancel_all(Jobs *jobs)
{
    g_autoptr(GPtrArray) list = jobs_list(jobs);

    for (guint i = 0; i < list->len; i++) {
        Job *job = g_ptr_array_index(list, i);

        if (job->cancel)
            job->cancel(job);
    }
}

void
jobs_set_progress(Jobs *jobs, Job *job, double progress)
{
    job->progress = CLAMP(progress, 0.0, 1.0);
    job->progress_valid = TRUE;
    jobs->listener->changed(job, jobs->data);
}

Job *
jobs_find(Jobs *jobs, const char *id)
{
    return id ? g_hash_table_lookup(jobs->by_id, id) : NULL;
}

Job *
jobs_find_for_vm(Jobs *jobs, const char *vm)
{
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init(&iter, jobs->by_id);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        if (g_str_equal(((const Job *)value)->vm, vm))
            return value;
    return NULL;
}

GPtrArray *
jobs_list(Jobs *jobs)
{
    GPtrArray *list = g_ptr_array_new();
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init(&iter, jobs->by_id);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        g_ptr_array_add(list, value);
    return list;
}

const char *
jobs_operation_to_string(JobOperation operation)
{
    return (gsize)operation < G_N_ELEMENTS(operation_names) ? operation_names[operation] : NULL;
}

const char *
jobs_result_to_string(JobResult result)
{
    return (gsize)result < G_N_ELEMENTS(result_names) ? result_names[result] : NULL;
}
