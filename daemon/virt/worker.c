/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The pool behind worker.h. A job record wanders from the main thread to a
 * worker and back in the idle source that ends it; everything the main thread
 * looks at (answered, timer) is touched by the main thread alone. A thread whose call hangs
 * keeps its slot until the call returns, so that a hung libvirt cannot make
 * us start threads without end.
 */

#include "worker.h"

#include "error.h"

struct Worker {
    GThreadPool *pool;
    guint max_tasks;
    guint running; /* slots taken, main thread only */
    GHashTable *jobs;
    int references;
};

typedef struct {
    Worker *worker;
    WorkerTask task;
    guint timer;
    gboolean answered;
    gpointer result;
    GError *error;
} Job;

static void
worker_unref(Worker *worker)
{
    if (!g_atomic_int_dec_and_test(&worker->references))
        return;
    g_hash_table_unref(worker->jobs);
    g_free(worker);
}

static void
job_free(Job *job)
{
    if (job->result)
        job->task.free_result(job->result);
    g_clear_error(&job->error);
    worker_unref(job->worker);
    g_free(job);
}

static void
job_answer(Job *job, gpointer result, const GError *error)
{
    job->answered = TRUE;
    g_clear_handle_id(&job->timer, g_source_remove);
    job->task.done(result, error, job->task.data);
}

static gboolean
on_finished(gpointer data)
{
    Job *job = data;

    job->worker->running--;
    g_hash_table_remove(job->worker->jobs, job);
    if (!job->answered)
        job_answer(job, g_steal_pointer(&job->result), job->error);
    return G_SOURCE_REMOVE;
}

static gboolean
on_deadline(gpointer data)
{
    Job *job = data;
    g_autoptr(GError) error = NULL;

    job->timer = 0;
    error = g_error_new(SEAL_ERROR, SEAL_ERROR_TIMEOUT,
                        "%s took longer than %u seconds and goes on unwatched; libvirt or QEMU may "
                        "hang: look at the libvirt log, then try again",
                        job->task.what, job->task.deadline / 1000);
    job_answer(job, NULL, error);
    return G_SOURCE_REMOVE;
}

static gboolean
on_refused(gpointer data)
{
    Job *job = data;
    g_autoptr(GError) error = NULL;

    g_hash_table_remove(job->worker->jobs, job);
    if (job->answered)
        return G_SOURCE_REMOVE;
    error = g_error_new(SEAL_ERROR, SEAL_ERROR_LIMITS_EXCEEDED,
                        "%u operations run or hang already; wait for one to finish, then try again",
                        job->worker->max_tasks);
    job_answer(job, NULL, error);
    return G_SOURCE_REMOVE;
}

static void
drop_input(WorkerTask *task)
{
    if (task->input && task->free_input)
        task->free_input(task->input);
    task->input = NULL;
}

static void
run_in_thread(gpointer data, G_GNUC_UNUSED gpointer pool_data)
{
    Job *job = data;

    job->result = job->task.run(job->task.input, &job->error);
    drop_input(&job->task);
    g_idle_add_full(G_PRIORITY_HIGH, on_finished, job, (GDestroyNotify)job_free);
}

Worker *
worker_new(guint max_tasks)
{
    Worker *worker = g_new0(Worker, 1);

    worker->references = 1;
    worker->max_tasks = max_tasks;
    worker->jobs = g_hash_table_new(NULL, NULL);
    worker->pool = g_thread_pool_new(run_in_thread, NULL, (int)max_tasks, FALSE, NULL);
    return worker;
}

void
worker_submit(Worker *worker, const WorkerTask *task)
{
    Job *job = g_new0(Job, 1);

    job->task = *task;
    job->worker = worker;
    g_atomic_int_inc(&worker->references);
    g_hash_table_add(worker->jobs, job);
    if (worker->running >= worker->max_tasks) {
        drop_input(&job->task);
        g_idle_add_full(G_PRIORITY_HIGH, on_refused, job, (GDestroyNotify)job_free);
        return;
    }
    if (task->deadline)
        job->timer = g_timeout_add(task->deadline, on_deadline, job);
    worker->running++;
    g_thread_pool_push(worker->pool, job, NULL);
}

void
worker_abandon(Worker *worker, const GError *error)
{
    g_autoptr(GList) jobs = g_hash_table_get_keys(worker->jobs);

    for (GList *link = jobs; link; link = link->next) {
        Job *job = link->data;

        if (!job->answered)
            job_answer(job, NULL, error);
    }
}

void
worker_free(Worker *worker)
{
    g_autoptr(GError) error = NULL;

    if (!worker)
        return;
    error = g_error_new_literal(SEAL_ERROR, SEAL_ERROR_CANCELLED,
                                "the daemon is stopping; the operation may still finish");
    worker_abandon(worker, error);
    g_thread_pool_free(worker->pool, FALSE, FALSE);
    worker_unref(worker);
}
