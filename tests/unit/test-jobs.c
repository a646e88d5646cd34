/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Jobs: one a VM, sixteen a user, thirty-two in all, and everybody is told of
 * each beginning and end.
 */

#include "jobs.h"

#include <string.h>

typedef struct {
    Jobs *jobs;
    guint added;
    guint removed;
    JobResult result;
    gboolean had_error;
} Setup;

static void
on_added(Job *job, gpointer data)
{
    Setup *setup = data;

    g_assert_true(jobs_find(setup->jobs, job->id) == job);
    setup->added++;
}

static void
on_removed(Job *job, JobResult result, const GError *error, gpointer data)
{
    Setup *setup = data;

    g_assert_true(jobs_find(setup->jobs, job->id) == job);
    setup->removed++;
    setup->result = result;
    setup->had_error = error != NULL;
}

static void
on_changed(G_GNUC_UNUSED Job *job, G_GNUC_UNUSED gpointer data)
{
}

static const JobListener listener = {on_added, on_removed, on_changed};

static void
set_up(Setup *setup, gconstpointer data)
{
    setup->jobs = jobs_new(&listener, setup);
}

static void
tear_down(Setup *setup, gconstpointer data)
{
    jobs_free(setup->jobs);
}

static Job *
open_job(Setup *setup, guint vm, guint32 uid, int code)
{
    g_autofree char *uuid = g_strdup_printf("vm-%u", vm);
    g_autoptr(GError) error = NULL;
    Job *job = jobs_open(setup->jobs, JOB_OPERATION_START, uuid, uid, &error);

    if (code < 0)
        g_assert_no_error(error);
    else
        g_assert_error(error, SEAL_ERROR, code);
    g_assert_cmpint(job != NULL, ==, code < 0);
    return job;
}

static void
ignore_cancel(G_GNUC_UNUSED Job *job)
{
}

/* Whoever wants to power a VM off that is being shut down learns how to get there. */
static void
test_busy_says_the_way_out(Setup *setup, gconstpointer data)
{
    Job *job = open_job(setup, 1, 1000, -1);
    g_autoptr(GError) fixed = NULL;
    g_autoptr(GError) cancelable = NULL;

    jobs_open(setup->jobs, JOB_OPERATION_STOP, "vm-1", 0, &fixed);
    g_assert_true(g_str_has_suffix(fixed->message, "wait for it to end"));
    jobs_set_cancel(setup->jobs, job, ignore_cancel, NULL);
    jobs_open(setup->jobs, JOB_OPERATION_STOP, "vm-1", 0, &cancelable);
    g_assert_true(g_str_has_suffix(cancelable->message, "or cancel it"));
    jobs_close(setup->jobs, job, NULL);
}

static void
test_life(Setup *setup, gconstpointer data)
{
    gint64 now = g_get_real_time();
    Job *job = open_job(setup, 1, 1000, -1);

    g_assert_cmpuint(setup->added, ==, 1);
    g_assert_cmpuint(strlen(job->id), ==, JOB_ID_LENGTH);
    g_assert_cmpstr(job->vm, ==, "vm-1");
    g_assert_cmpuint(job->uid, ==, 1000);
    g_assert_cmpuint(job->start_time, >=, (guint64)now);
    g_assert_false(job->progress_valid);
    g_assert_true(jobs_find_for_vm(setup->jobs, "vm-1") == job);
    g_assert_null(jobs_find_for_vm(setup->jobs, "vm-2"));
    jobs_close(setup->jobs, job, NULL);
    g_assert_cmpuint(setup->removed, ==, 1);
    g_assert_cmpint(setup->result, ==, JOB_RESULT_DONE);
    g_assert_false(setup->had_error);
    g_assert_null(jobs_find_for_vm(setup->jobs, "vm-1"));
}

static void
test_results(Setup *setup, gconstpointer data)
{
    static const struct {
        SealError code;
        JobResult result;
    } cases[] = {
        {SEAL_ERROR_BACKEND, JOB_RESULT_FAILED},
        {SEAL_ERROR_TIMEOUT, JOB_RESULT_FAILED},
        {SEAL_ERROR_CANCELLED, JOB_RESULT_CANCELLED},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = g_error_new_literal(SEAL_ERROR, (int)cases[i].code, "x");

        jobs_close(setup->jobs, open_job(setup, 1, 0, -1), error);
        g_assert_cmpint(setup->result, ==, cases[i].result);
        g_assert_true(setup->had_error);
    }
}

static void
test_one_a_vm(Setup *setup, gconstpointer data)
{
    Job *job = open_job(setup, 1, 1000, -1);

    open_job(setup, 1, 1000, SEAL_ERROR_BUSY);
    open_job(setup, 1, 0, SEAL_ERROR_BUSY);
    jobs_close(setup->jobs, job, NULL);
    open_job(setup, 1, 0, -1);
}

static void
test_bound_of_a_user(Setup *setup, gconstpointer data)
{
    Job *first = NULL;

    for (guint i = 0; i < JOB_MAX_PER_USER; i++) {
        Job *job = open_job(setup, i, 1000, -1);

        first = first ? first : job;
    }
    open_job(setup, 100, 1000, SEAL_ERROR_LIMITS_EXCEEDED);
    open_job(setup, 101, 1001, -1);
    jobs_close(setup->jobs, first, NULL);
    open_job(setup, 100, 1000, -1);
    open_job(setup, 102, 1000, SEAL_ERROR_LIMITS_EXCEEDED);
}

static void
test_bound_of_all(Setup *setup, gconstpointer data)
{
    g_autoptr(GPtrArray) all = NULL;

    for (guint i = 0; i < JOB_MAX; i++)
        open_job(setup, i, 0, -1);
    open_job(setup, 100, 0, SEAL_ERROR_LIMITS_EXCEEDED);
    open_job(setup, 100, 1000, SEAL_ERROR_LIMITS_EXCEEDED);
    g_assert_cmpuint(setup->added, ==, JOB_MAX);
    all = jobs_list(setup->jobs);
    g_assert_cmpuint(all->len, ==, JOB_MAX);
    jobs_close(setup->jobs, g_ptr_array_index(all, 0), NULL);
    open_job(setup, 100, 1000, -1);
}

static void
test_ids_differ(Setup *setup, gconstpointer data)
{
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (guint i = 0; i < 1000; i++) {
        Job *job = open_job(setup, 1, 0, -1);

        g_assert_true(g_hash_table_add(seen, g_strdup(job->id)));
        jobs_close(setup->jobs, job, NULL);
    }
}

static void
test_words(void)
{
    for (int operation = 0; operation < JOB_OPERATION_INVALID; operation++)
        g_assert_nonnull(jobs_operation_to_string((JobOperation)operation));
    g_assert_null(jobs_operation_to_string(JOB_OPERATION_INVALID));
    g_assert_cmpstr(jobs_result_to_string(JOB_RESULT_DONE), ==, "done");
    g_assert_cmpstr(jobs_result_to_string(JOB_RESULT_FAILED), ==, "failed");
    g_assert_cmpstr(jobs_result_to_string(JOB_RESULT_CANCELLED), ==, "cancelled");
}

#define ADD(path, function) g_test_add(path, Setup, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("/jobs/life", test_life);
    ADD("/jobs/results", test_results);
    ADD("/jobs/one-a-vm", test_one_a_vm);
    ADD("/jobs/bound-of-a-user", test_bound_of_a_user);
    ADD("/jobs/bound-of-all", test_bound_of_all);
    ADD("/jobs/ids-differ", test_ids_differ);
    g_test_add_func("/jobs/words", test_words);
    ADD("/jobs/busy-says-the-way-out", test_busy_says_the_way_out);
    return g_test_run();
}
