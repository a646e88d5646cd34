/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * Jobs: what is being done right now, to which VM, for whom. One job a VM and
 * a bound on all of them and on each user's share; nothing is queued.
 */

#include <glib.h>

#include "error.h"

typedef enum {
    JOB_OPERATION_CREATE,
    JOB_OPERATION_START,
    JOB_OPERATION_RESUME,
    JOB_OPERATION_SUSPEND,
    JOB_OPERATION_SHUTDOWN,
    JOB_OPERATION_REBOOT,
    JOB_OPERATION_STOP,
    JOB_OPERATION_DELETE,
    JOB_OPERATION_RESTART,
    JOB_OPERATION_INVALID,
} JobOperation;

typedef enum {
    JOB_RESULT_DONE,
    JOB_RESULT_FAILED,
    JOB_RESULT_CANCELLED,
} JobResult;

/* Bounds: all running jobs, and those of one user other than root. */
#define JOB_MAX 32
#define JOB_MAX_PER_USER 16
/* Hexadecimal digits of a job's random id. */
#define JOB_ID_LENGTH 16

typedef struct Job Job;

/**
 * Job - owned by Jobs
 *
 * @id: random, so that nobody can guess another's
 * @vm: UUID of the VM it works on
 * @uid: user on whose behalf it runs, (guint32)-1 for the daemon itself
 * @start_time: microseconds since 1970, CLOCK_REALTIME
 * @progress: 0 to 1, meaningful when @progress_valid
 * @cancel: (nullable): ends it early with SEAL_ERROR_CANCELLED; NULL when it cannot be
 * @data: for @cancel and @abandon
 * @abandon: (nullable): frees @data when the daemon ends with the job unfinished and nobody
 *   left to finish it
 */
struct Job {
    char id[JOB_ID_LENGTH + 1];
    JobOperation operation;
    char *vm;
    guint32 uid;
    guint64 start_time;
    double progress;
    gboolean progress_valid;
    void (*cancel)(Job *job);
    gpointer data;
    GDestroyNotify abandon;
};

/**
 * JobListener - told on the main thread
 * @added: @job has begun
 * @removed: @job is over but not freed yet; @error is NULL when it was done
 * @changed: whether @job can be cancelled, or its progress, has changed
 */
typedef struct {
    void (*added)(Job *job, gpointer data);
    void (*removed)(Job *job, JobResult result, const GError *error, gpointer data);
    void (*changed)(Job *job, gpointer data);
} JobListener;

typedef struct Jobs Jobs;

/**
 * jobs_new - no jobs yet
 * @listener: (transfer none): lives as long as the jobs
 * @data: for the listener
 * Returns: (transfer full)
 */
Jobs *jobs_new(const JobListener *listener, gpointer data);

/**
 * jobs_free - give them back, telling nobody
 * @jobs: (nullable) (transfer full)
 */
void jobs_free(Jobs *jobs);

/**
 * jobs_open - begin a job
 * @jobs: the jobs
 * @operation: what
 * @vm: UUID, copied
 * @uid: for whom
 * Returns: (transfer none): or NULL with SEAL_ERROR_BUSY when the VM has a job,
 * SEAL_ERROR_LIMITS_EXCEEDED when too many run.
 */
Job *jobs_open(Jobs *jobs, JobOperation operation, const char *vm, guint32 uid, GError **error);

/**
 * jobs_close - end a job
 * @jobs: the jobs
 * @job: (transfer full): freed
 * @error: (nullable): why it failed; SEAL_ERROR_CANCELLED makes the result "cancelled"
 */
void jobs_close(Jobs *jobs, Job *job, const GError *error);

/**
 * jobs_set_cancel - let a job be cancelled from now on, or no longer
 * @jobs: the jobs
 * @job: (transfer none): the job
 * @cancel: (nullable): see Job
 * @data: for @cancel
 */
void jobs_set_cancel(Jobs *jobs, Job *job, void (*cancel)(Job *job), gpointer data);

/**
 * jobs_cancel_all - cancel every job that can be cancelled
 * @jobs: the jobs
 */
void jobs_cancel_all(Jobs *jobs);

/**
 * jobs_set_progress - how far a job has come
 * @jobs: the jobs
 * @job: the job
 * @progress: 0 to 1; from the first call on it is valid
 */
void jobs_set_progress(Jobs *jobs, Job *job, double progress);

/**
 * jobs_find - by id
 * @jobs: the jobs
 * @id: (nullable): as in Job
 * Returns: (transfer none) (nullable)
 */
Job *jobs_find(Jobs *jobs, const char *id);

/**
 * jobs_find_for_vm - the job that works on a VM
 * @jobs: the jobs
 * @vm: UUID
 * Returns: (transfer none) (nullable)
 */
Job *jobs_find_for_vm(Jobs *jobs, const char *vm);

/**
 * jobs_list - all running jobs
 * @jobs: the jobs
 * Returns: (transfer container) (element-type Job)
 */
GPtrArray *jobs_list(Jobs *jobs);

/**
 * jobs_operation_to_string - the contract's word
 * @operation: any value
 * Returns: (transfer none): static, "create", "start", ...; NULL for INVALID.
 */
const char *jobs_operation_to_string(JobOperation operation);

/**
 * jobs_result_to_string - the contract's word
 * @result: any value
 * Returns: (transfer none): static: "done", "failed", "cancelled".
 */
const char *jobs_result_to_string(JobResult result);
