/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * Blocking work off the main thread. A task is a function over plain values;
 * its result comes back on the main loop exactly once, or the deadline does,
 * whichever is first. No task ever waits for another: when every thread is
 * taken, a further task is refused at once rather than queued.
 */

#include <glib.h>

typedef struct Worker Worker;

/**
 * WorkerRun - the blocking part, in a thread of the pool
 * @input: (transfer none): as submitted; only this thread touches it now
 * @error: set it and return NULL on failure
 * Returns: (transfer full): the result
 */
typedef gpointer (*WorkerRun)(gpointer input, GError **error);

/**
 * WorkerDone - the answer, on the main loop
 * @result: (transfer full) (nullable): NULL with @error
 * @error: (nullable): SEAL_ERROR_TIMEOUT when the deadline came first
 * @data: as submitted
 */
typedef void (*WorkerDone)(gpointer result, const GError *error, gpointer data);

/**
 * WorkerTask - what to run
 * @run, @done, @data: see above
 * @input: (transfer full): freed with @free_input after the run, in the worker;
 *   without @free_input the run itself takes it over
 * @free_result: for a result that comes after the deadline
 * @deadline: in milliseconds from now, 0 for none
 * @what: static: words for the timeout message, "starting the domain"
 */
typedef struct {
    WorkerRun run;
    WorkerDone done;
    gpointer data;
    gpointer input;
    GDestroyNotify free_input;
    GDestroyNotify free_result;
    guint deadline;
    const char *what;
} WorkerTask;

/**
 * worker_new - a pool
 * @max_tasks: how many may run at once, hung ones included
 * Returns: (transfer full)
 */
Worker *worker_new(guint max_tasks);

/**
 * worker_submit - run a task
 * @worker: the pool
 * @task: copied; its input is taken over
 * Calls done later in every case: with SEAL_ERROR_LIMITS_EXCEEDED when all
 * threads are taken. Main thread only.
 */
void worker_submit(Worker *worker, const WorkerTask *task);

/**
 * worker_abandon - wait for nothing that runs now
 * @worker: the pool
 * @error: the answer to everything that is still out
 * Their threads keep their slots until they come back; what they bring is dropped.
 * Main thread only.
 */
void worker_abandon(Worker *worker, const GError *error);

/**
 * worker_free - stop
 * @worker: (nullable) (transfer full)
 * Answers what is still out with SEAL_ERROR_CANCELLED; threads that hang are
 * left to finish on their own. Main thread only.
 */
void worker_free(Worker *worker);
