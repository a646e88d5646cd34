/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Shutdown is the one action that waits for somebody who may never answer:
 * the guest. Its wait ends by the guest, the clock, a cancel, force or the end
 * of the daemon, and always exactly once.
 */

#include "world.h"

#include "error.h"

typedef struct {
    World *world;
    FakeDomain *domain;
    Outcome outcome;
} Setup;

static void
set_up(Setup *setup, gconstpointer data)
{
    setup->world = world_new();
    world_start(setup->world);
    setup->domain = world_add(setup->world, "a", SEAL_TECHNOLOGY_SEV, VIRT_STATE_RUNNING);
    world_forget_news(setup->world);
}

static void
tear_down(Setup *setup, gconstpointer data)
{
    world_free(setup->world);
}

static void
begin(Setup *setup, guint timeout, gboolean force)
{
    const ActionCall call = {
        .operation = JOB_OPERATION_SHUTDOWN,
        .uuid = setup->domain->uuid,
        .uid = 1000,
        .timeout = timeout,
        .force = force,
        .done = world_on_outcome,
        .data = &setup->outcome,
    };

    setup->outcome = (Outcome){0};
    action_start(setup->world->core, &call);
    world_settle();
}

static Job *
job_of(Setup *setup)
{
    return jobs_find_for_vm(setup->world->core->jobs, setup->domain->uuid);
}

/* The guest has powered off by itself. */
static void
power_off(Setup *setup)
{
    setup->domain->state = VIRT_STATE_SHUTOFF;
    setup->domain->reason = "shutdown";
    fake_virt_emit(setup->world->virt, setup->domain->uuid);
    world_settle();
}

static void
test_without_timeout(Setup *setup, gconstpointer data)
{
    begin(setup, 0, FALSE);
    world_expect(&setup->outcome, -1);
    g_assert_cmpint(world_vm(setup->world, "a")->state, ==, VM_STATE_RUNNING);
}

static void
test_guest_obeys_at_once(Setup *setup, gconstpointer data)
{
    setup->domain->shuts_down = TRUE;
    begin(setup, 30, FALSE);
    world_expect(&setup->outcome, -1);
    g_assert_cmpint(world_vm(setup->world, "a")->state, ==, VM_STATE_SHUTOFF);
}

static void
test_guest_obeys_later(Setup *setup, gconstpointer data)
{
    begin(setup, 30, FALSE);
    g_assert_cmpuint(setup->outcome.calls, ==, 0);
    g_assert_nonnull(job_of(setup)->cancel);
    g_assert_cmpint(world_find_news(setup->world, "job-changed shutdown cancelable"), >=, 0);
    power_off(setup);
    world_expect(&setup->outcome, -1);
    g_assert_cmpint(world_find_news(setup->world, "vm-changed a shutoff"), <,
                    world_find_news(setup->world, "job-removed shutdown done"));
}

/* A transient domain does not become shut off, it vanishes. */
static void
test_vanishes_while_waiting(Setup *setup, gconstpointer data)
{
    g_autofree char *uuid = g_strdup(setup->domain->uuid);

    begin(setup, 30, TRUE);
    fake_domains_remove(fake_virt_domains(setup->world->virt), uuid);
    fake_virt_emit(setup->world->virt, uuid);
    world_settle();
    world_expect(&setup->outcome, -1);
    g_assert_null(world_vm(setup->world, "a"));
    g_assert_null(jobs_find_for_vm(setup->world->core->jobs, uuid));
}

static void
test_time_passes(Setup *setup, gconstpointer data)
{
    begin(setup, 1, FALSE);
    world_wait(&setup->outcome.calls, 1);
    world_settle();
    world_expect(&setup->outcome, SEAL_ERROR_TIMEOUT);
    g_assert_cmpuint(fake_virt_count(setup->world->virt, VIRT_OP_DESTROY), ==, 0);
    g_assert_cmpint(world_vm(setup->world, "a")->state, ==, VM_STATE_RUNNING);
    g_assert_null(job_of(setup));
}

/* One that is still starting misses the first press. */
static void
test_asks_again(Setup *setup, gconstpointer data)
{
    begin(setup, 4, FALSE);
    g_assert_cmpuint(fake_virt_count(setup->world->virt, VIRT_OP_SHUTDOWN), ==, 1);
    setup->domain->shuts_down = TRUE;
    world_wait(&setup->outcome.calls, 1);
    world_settle();
    world_expect(&setup->outcome, -1);
    g_assert_cmpuint(fake_virt_count(setup->world->virt, VIRT_OP_SHUTDOWN), ==, 2);
    g_assert_cmpint(world_vm(setup->world, "a")->state, ==, VM_STATE_SHUTOFF);
}

/* The presses of a shutdown of 4 seconds are a second apart. */
static void
wait_for_presses(Setup *setup, guint wanted)
{
    while (fake_virt_count(setup->world->virt, VIRT_OP_SHUTDOWN) < wanted)
        g_main_context_iteration(NULL, TRUE);
}

/* Nobody knows when a libvirt that hangs comes to it, so one is enough. */
static void
test_presses_do_not_pile_up(Setup *setup, gconstpointer data)
{
    begin(setup, 4, FALSE);
    fake_virt_hold(setup->world->virt, VIRT_OP_SHUTDOWN, TRUE);
    wait_for_presses(setup, 2);
    world_wait(&setup->outcome.calls, 1);
    world_expect(&setup->outcome, SEAL_ERROR_TIMEOUT);
    g_assert_cmpuint(fake_virt_count(setup->world->virt, VIRT_OP_SHUTDOWN), ==, 2);
    fake_virt_release(setup->world->virt, VIRT_OP_SHUTDOWN, 0);
    world_settle();
}

/* Each press names the run that is to end; one that comes late finds another. */
static void
test_press_is_for_one_run(Setup *setup, gconstpointer data)
{
    begin(setup, 4, FALSE);
    g_assert_cmpuint(fake_virt_last(setup->world->virt, VIRT_OP_SHUTDOWN)->run, ==, 0);
    fake_virt_hold(setup->world->virt, VIRT_OP_SHUTDOWN, TRUE);
    wait_for_presses(setup, 2);
    g_assert_cmpuint(fake_virt_last(setup->world->virt, VIRT_OP_SHUTDOWN)->run, ==,
                     setup->domain->run);
    fake_virt_hold(setup->world->virt, VIRT_OP_SHUTDOWN, FALSE);
    fake_virt_release(setup->world->virt, VIRT_OP_SHUTDOWN, 0);
    setup->domain->shuts_down = TRUE;
    setup->domain->run++;
    wait_for_presses(setup, 3);
    world_settle();
    g_assert_cmpint(setup->domain->state, ==, VIRT_STATE_RUNNING);
    power_off(setup);
    world_expect(&setup->outcome, -1);
}

static void
test_force(Setup *setup, gconstpointer data)
{
    begin(setup, 1, TRUE);
    world_wait(&setup->outcome.calls, 1);
    world_settle();
    world_expect(&setup->outcome, -1);
    g_assert_cmpuint(fake_virt_count(setup->world->virt, VIRT_OP_DESTROY), ==, 1);
    g_assert_cmpint(world_vm(setup->world, "a")->state, ==, VM_STATE_SHUTOFF);
    g_assert_cmpint(world_find_news(setup->world, "vm-changed a stopping"), >=, 0);
    g_assert_cmpint(world_find_news(setup->world, "job-changed shutdown fixed"), >=, 0);
}

static void
test_cancel(Setup *setup, gconstpointer data)
{
    Job *job;

    begin(setup, 30, TRUE);
    job = job_of(setup);
    job->cancel(job);
    world_expect(&setup->outcome, SEAL_ERROR_CANCELLED);
    g_assert_null(job_of(setup));
    g_assert_cmpint(world_find_news(setup->world, "job-removed shutdown cancelled"), >=, 0);
    power_off(setup);
    g_assert_cmpuint(setup->outcome.calls, ==, 0);
    g_assert_cmpuint(fake_virt_count(setup->world->virt, VIRT_OP_DESTROY), ==, 0);
}

static void
test_not_cancelable_while_libvirt_works(Setup *setup, gconstpointer data)
{
    fake_virt_hold(setup->world->virt, VIRT_OP_SHUTDOWN, TRUE);
    begin(setup, 30, FALSE);
    g_assert_null(job_of(setup)->cancel);
    fake_virt_release(setup->world->virt, VIRT_OP_SHUTDOWN, 0);
    g_assert_nonnull(job_of(setup)->cancel);
    power_off(setup);
    world_expect(&setup->outcome, -1);
}

static void
test_end_of_the_daemon(void)
{
    Setup setup;

    set_up(&setup, NULL);
    begin(&setup, 30, FALSE);
    world_free(setup.world);
    world_expect(&setup.outcome, SEAL_ERROR_CANCELLED);
}

static void
test_refused_by_libvirt(Setup *setup, gconstpointer data)
{
    fake_virt_fail(setup->world->virt, VIRT_OP_SHUTDOWN, SEAL_ERROR_BACKEND, 1);
    begin(setup, 30, FALSE);
    world_expect(&setup->outcome, SEAL_ERROR_BACKEND);
    g_assert_null(job_of(setup));
}

#define ADD(path, function) g_test_add(path, Setup, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("/action-shutdown/without-timeout", test_without_timeout);
    ADD("/action-shutdown/guest-obeys-at-once", test_guest_obeys_at_once);
    ADD("/action-shutdown/guest-obeys-later", test_guest_obeys_later);
    ADD("/action-shutdown/vanishes-while-waiting", test_vanishes_while_waiting);
    ADD("/action-shutdown/time-passes", test_time_passes);
    ADD("/action-shutdown/asks-again", test_asks_again);
    ADD("/action-shutdown/presses-do-not-pile-up", test_presses_do_not_pile_up);
    ADD("/action-shutdown/press-is-for-one-run", test_press_is_for_one_run);
    ADD("/action-shutdown/force", test_force);
    ADD("/action-shutdown/cancel", test_cancel);
    ADD("/action-shutdown/not-cancelable-while-libvirt-works",
        test_not_cancelable_while_libvirt_works);
    ADD("/action-shutdown/refused-by-libvirt", test_refused_by_libvirt);
    g_test_add_func("/action-shutdown/end-of-the-daemon", test_end_of_the_daemon);
    return g_test_run();
}
