/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The pool with real threads: results, errors, deadlines, the bound, threads
 * that hang, and an end while all of that goes on. Each task is answered
 * exactly once.
 */

#include "worker.h"

#include "error.h"

/* Time for threads and timers of a slow machine, in microseconds. */
#define PATIENCE (10 * G_USEC_PER_SEC)

/* A door that holds threads back until it is opened. */
typedef struct {
    GMutex mutex;
    GCond cond;
    gboolean open;
    guint inside;
} Door;

typedef struct {
    Worker *worker;
    Door door;
    guint answers;
    guint results;
    guint errors[SEAL_ERROR_N_CODES];
} Setup;

/* Counted across threads. */
static int inputs_freed;
static int results_freed;

static gboolean
on_tick(gpointer data)
{
    return G_SOURCE_CONTINUE;
}

static void
wait_until(const guint *number, guint wanted)
{
    gint64 end = g_get_monotonic_time() + PATIENCE;
    guint timer = g_timeout_add(20, on_tick, NULL);

    while (*(const volatile guint *)number < wanted && g_get_monotonic_time() < end)
        g_main_context_iteration(NULL, TRUE);
    g_source_remove(timer);
    g_assert_cmpuint(*number, ==, wanted);
}

static void
wait_for_count(int *number, int wanted)
{
    gint64 end = g_get_monotonic_time() + PATIENCE;

    while (g_atomic_int_get(number) < wanted && g_get_monotonic_time() < end) {
        g_main_context_iteration(NULL, FALSE);
        g_usleep(1000);
    }
    g_assert_cmpint(g_atomic_int_get(number), ==, wanted);
}

static void
open_door(Door *door)
{
    g_mutex_lock(&door->mutex);
    door->open = TRUE;
    g_cond_broadcast(&door->cond);
    g_mutex_unlock(&door->mutex);
}

static void
wait_inside(Door *door, guint wanted)
{
    gint64 end = g_get_monotonic_time() + PATIENCE;

    g_mutex_lock(&door->mutex);
    while (door->inside < wanted)
        g_assert_true(g_cond_wait_until(&door->cond, &door->mutex, end));
    g_mutex_unlock(&door->mutex);
}

static gpointer
run_through_door(gpointer data, GError **error)
{
    Door *door = *(Door **)data;

    g_mutex_lock(&door->mutex);
    door->inside++;
    g_cond_broadcast(&door->cond);
    while (!door->open)
        g_cond_wait(&door->cond, &door->mutex);
    g_mutex_unlock(&door->mutex);
    return g_strdup("through");
}

static gpointer
run_at_once(gpointer data, GError **error)
{
    return g_strdup("done");
}

static gpointer
run_failing(gpointer data, GError **error)
{
    g_set_error_literal(error, SEAL_ERROR, SEAL_ERROR_BACKEND, "no");
    return NULL;
}

static void
free_input(gpointer data)
{
    g_free(data);
    g_atomic_int_inc(&inputs_freed);
}

static void
free_result(gpointer data)
{
    g_free(data);
    g_atomic_int_inc(&results_freed);
}

static void
on_done(gpointer result, const GError *error, gpointer data)
{
    Setup *setup = data;

    g_assert_true((result == NULL) != (error == NULL));
    setup->answers++;
    if (error)
        setup->errors[error->code]++;
    else
        setup->results++;
    g_free(result);
}

static void
submit(Setup *setup, WorkerRun run, guint deadline)
{
    Door **input = g_new(Door *, 1);
    const WorkerTask task = {
        .run = run,
        .done = on_done,
        .data = setup,
        .input = input,
        .free_input = free_input,
        .free_result = free_result,
        .deadline = deadline,
        .what = "testing",
    };

    *input = &setup->door;
    worker_submit(setup->worker, &task);
}

static void
set_up(Setup *setup, gconstpointer data)
{
    setup->worker = worker_new(4);
    g_mutex_init(&setup->door.mutex);
    g_cond_init(&setup->door.cond);
    g_atomic_int_set(&inputs_freed, 0);
    g_atomic_int_set(&results_freed, 0);
}

static void
tear_down(Setup *setup, gconstpointer data)
{
    worker_free(setup->worker);
    g_mutex_clear(&setup->door.mutex);
    g_cond_clear(&setup->door.cond);
}

static void
test_result(Setup *setup, gconstpointer data)
{
    submit(setup, run_at_once, 0);
    g_assert_cmpuint(setup->answers, ==, 0);
    wait_until(&setup->answers, 1);
    g_assert_cmpuint(setup->results, ==, 1);
    wait_for_count(&inputs_freed, 1);
    g_assert_cmpint(results_freed, ==, 0);
}

static void
test_error(Setup *setup, gconstpointer data)
{
    submit(setup, run_failing, 1000);
    wait_until(&setup->answers, 1);
    g_assert_cmpuint(setup->errors[SEAL_ERROR_BACKEND], ==, 1);
}

static void
test_many(Setup *setup, gconstpointer data)
{
    for (guint i = 1; i <= 500; i++) {
        submit(setup, i % 2 ? run_at_once : run_failing, 5000);
        wait_until(&setup->answers, i);
    }
    g_assert_cmpuint(setup->results, ==, 250);
    g_assert_cmpuint(setup->errors[SEAL_ERROR_BACKEND], ==, 250);
    wait_for_count(&inputs_freed, 500);
}

static void
test_deadline(Setup *setup, gconstpointer data)
{
    submit(setup, run_through_door, 50);
    wait_until(&setup->answers, 1);
    g_assert_cmpuint(setup->errors[SEAL_ERROR_TIMEOUT], ==, 1);
    g_assert_cmpint(g_atomic_int_get(&inputs_freed), ==, 0);
    open_door(&setup->door);
    wait_for_count(&results_freed, 1);
    g_assert_cmpuint(setup->answers, ==, 1);
}

static void
test_result_before_deadline(Setup *setup, gconstpointer data)
{
    submit(setup, run_at_once, 50);
    wait_until(&setup->answers, 1);
    g_usleep(100000);
    g_main_context_iteration(NULL, FALSE);
    g_assert_cmpuint(setup->answers, ==, 1);
    g_assert_cmpuint(setup->results, ==, 1);
}

/* Nothing is queued: the fifth is refused at once, without waiting for a deadline. */
static void
test_bound(Setup *setup, gconstpointer data)
{
    for (guint i = 0; i < 4; i++)
        submit(setup, run_through_door, 0);
    wait_inside(&setup->door, 4);
    submit(setup, run_at_once, 0);
    g_assert_cmpuint(setup->answers, ==, 0);
    wait_until(&setup->answers, 1);
    g_assert_cmpuint(setup->errors[SEAL_ERROR_LIMITS_EXCEEDED], ==, 1);
    g_assert_cmpint(g_atomic_int_get(&inputs_freed), ==, 1);
    open_door(&setup->door);
    wait_until(&setup->answers, 5);
    g_assert_cmpuint(setup->results, ==, 4);
    submit(setup, run_at_once, 0);
    wait_until(&setup->answers, 6);
    g_assert_cmpuint(setup->results, ==, 5);
}

/* A thread that hangs keeps its place after its deadline; when it ends the place is free. */
static void
test_hung_threads_count(Setup *setup, gconstpointer data)
{
    for (guint i = 0; i < 4; i++)
        submit(setup, run_through_door, 50);
    wait_until(&setup->answers, 4);
    g_assert_cmpuint(setup->errors[SEAL_ERROR_TIMEOUT], ==, 4);
    submit(setup, run_at_once, 0);
    wait_until(&setup->answers, 5);
    g_assert_cmpuint(setup->errors[SEAL_ERROR_LIMITS_EXCEEDED], ==, 1);
    open_door(&setup->door);
    wait_for_count(&results_freed, 4);
    submit(setup, run_at_once, 0);
    wait_until(&setup->answers, 6);
    g_assert_cmpuint(setup->results, ==, 1);
}

/* Three hang, the fourth thread serves on. */
static void
test_one_thread_is_enough(Setup *setup, gconstpointer data)
{
    for (guint i = 0; i < 3; i++)
        submit(setup, run_through_door, 0);
    wait_inside(&setup->door, 3);
    for (guint i = 1; i <= 20; i++) {
        submit(setup, run_at_once, 0);
        wait_until(&setup->answers, i);
    }
    g_assert_cmpuint(setup->results, ==, 20);
    open_door(&setup->door);
    wait_until(&setup->answers, 23);
}

static void
test_free_answers_all(Setup *setup, gconstpointer data)
{
    for (guint i = 0; i < 4; i++)
        submit(setup, run_through_door, 10000);
    wait_inside(&setup->door, 4);
    submit(setup, run_at_once, 0);
    worker_free(g_steal_pointer(&setup->worker));
    g_assert_cmpuint(setup->answers, ==, 5);
    g_assert_cmpuint(setup->errors[SEAL_ERROR_CANCELLED], ==, 5);
    open_door(&setup->door);
    wait_for_count(&results_freed, 4);
    g_assert_cmpint(g_atomic_int_get(&inputs_freed), ==, 5);
    g_assert_cmpuint(setup->answers, ==, 5);
}

/* Refused, and before it heard of that given up with the others: it must not be answered again. */
static void
test_refused_and_abandoned(Setup *setup, gconstpointer data)
{
    g_autoptr(GError) error = g_error_new_literal(SEAL_ERROR, SEAL_ERROR_BACKEND, "given up");

    for (guint i = 0; i < 4; i++)
        submit(setup, run_through_door, 0);
    wait_inside(&setup->door, 4);
    submit(setup, run_at_once, 0);
    worker_abandon(setup->worker, error);
    g_assert_cmpuint(setup->errors[SEAL_ERROR_BACKEND], ==, 5);
    while (g_main_context_iteration(NULL, FALSE))
        ;
    worker_abandon(setup->worker, error);
    g_assert_cmpuint(setup->answers, ==, 5);
    open_door(&setup->door);
    wait_for_count(&results_freed, 4);
}

#define ADD(path, function) g_test_add(path, Setup, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("/worker/result", test_result);
    ADD("/worker/error", test_error);
    ADD("/worker/many", test_many);
    ADD("/worker/deadline", test_deadline);
    ADD("/worker/result-before-deadline", test_result_before_deadline);
    ADD("/worker/bound", test_bound);
    ADD("/worker/hung-threads-count", test_hung_threads_count);
    ADD("/worker/one-thread-is-enough", test_one_thread_is_enough);
    ADD("/worker/free-answers-all", test_free_answers_all);
    ADD("/worker/refused-and-abandoned", test_refused_and_abandoned);
    return g_test_run();
}
