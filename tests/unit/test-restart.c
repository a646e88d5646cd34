/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The restart guard starts again after a guest's reboot that QEMU could only
 * end, and after nothing else.
 */

#include "world.h"

typedef struct {
    World *world;
    FakeDomain *domain;
} Setup;

static void
set_up(Setup *setup, gconstpointer data)
{
    setup->world = world_new();
    world_start(setup->world);
    setup->domain = world_add(setup->world, "a", SEAL_TECHNOLOGY_SEV_ES, VIRT_STATE_RUNNING);
    setup->domain->restart_guest_reboot = TRUE;
    fake_virt_emit(setup->world->virt, setup->domain->uuid);
    world_settle();
    world_forget_news(setup->world);
}

static void
tear_down(Setup *setup, gconstpointer data)
{
    world_free(setup->world);
}

static void
power_off(Setup *setup)
{
    setup->domain->state = VIRT_STATE_SHUTOFF;
    setup->domain->reason = "shutdown";
    fake_virt_emit(setup->world->virt, setup->domain->uuid);
    world_settle();
}

static guint
starts(Setup *setup)
{
    return fake_virt_count(setup->world->virt, VIRT_OP_START);
}

static void
wait_for_starts(Setup *setup, guint wanted)
{
    gint64 end = g_get_monotonic_time() + 10 * G_USEC_PER_SEC;

    while (starts(setup) < wanted && g_get_monotonic_time() < end) {
        g_main_context_iteration(NULL, FALSE);
        g_usleep(1000);
    }
    g_assert_cmpuint(starts(setup), ==, wanted);
}

static void
test_reboot(Setup *setup, gconstpointer data)
{
    for (guint round = 1; round <= 3; round++) {
        fake_virt_emit_reboot(setup->world->virt, setup->domain->uuid);
        power_off(setup);
        g_assert_cmpuint(starts(setup), ==, round);
        g_assert_cmpint(world_vm(setup->world, "a")->state, ==, VM_STATE_RUNNING);
    }
    g_assert_cmpuint(world_count_news(setup->world, "job-removed restart done"), ==, 3);
}

static void
test_shutdown(Setup *setup, gconstpointer data)
{
    power_off(setup);
    g_assert_cmpuint(starts(setup), ==, 0);
}

static void
test_not_wanted(Setup *setup, gconstpointer data)
{
    setup->domain->restart_guest_reboot = FALSE;
    fake_virt_emit(setup->world->virt, setup->domain->uuid);
    world_settle();
    fake_virt_emit_reboot(setup->world->virt, setup->domain->uuid);
    power_off(setup);
    g_assert_cmpuint(starts(setup), ==, 0);
}

/* A mark that was seen once does not wait for the next shutdown. */
static void
test_mark_wears_off(Setup *setup, gconstpointer data)
{
    fake_virt_emit_reboot(setup->world->virt, setup->domain->uuid);
    setup->domain->state = VIRT_STATE_PAUSED;
    fake_virt_emit(setup->world->virt, setup->domain->uuid);
    world_settle();
    setup->domain->state = VIRT_STATE_RUNNING;
    fake_virt_emit(setup->world->virt, setup->domain->uuid);
    world_settle();
    power_off(setup);
    g_assert_cmpuint(starts(setup), ==, 0);
}

static void
test_failure_is_not_repeated(Setup *setup, gconstpointer data)
{
    fake_virt_fail(setup->world->virt, VIRT_OP_START, SEAL_ERROR_LAUNCH_FAILED, 9);
    fake_virt_emit_reboot(setup->world->virt, setup->domain->uuid);
    power_off(setup);
    g_assert_cmpuint(starts(setup), ==, 1);
    g_assert_cmpint(world_vm(setup->world, "a")->state, ==, VM_STATE_SHUTOFF);
    g_assert_cmpint(world_find_news(setup->world, "job-removed restart failed"), >=, 0);
}

/* No slot is left: the guard is bound by every check of a start. */
static void
test_checks_apply(Setup *setup, gconstpointer data)
{
    fake_virt_set_pools(setup->world->virt, 100, 0);
    host_state_probe(setup->world->core->host_state, NULL, NULL);
    world_settle();
    fake_virt_emit_reboot(setup->world->virt, setup->domain->uuid);
    power_off(setup);
    g_assert_cmpuint(starts(setup), ==, 0);
}

/* As after an update that all guests make at once: there is no room for so many jobs. */
static void
test_many_at_once(Setup *setup, gconstpointer data)
{
    World *world = setup->world;
    FakeDomain *domains[2 * JOB_MAX_PER_USER];

    for (guint i = 0; i < G_N_ELEMENTS(domains); i++) {
        g_autofree char *name = g_strdup_printf("guest%u", i);

        domains[i] = world_add(world, name, SEAL_TECHNOLOGY_SEV_ES, VIRT_STATE_RUNNING);
        domains[i]->restart_guest_reboot = TRUE;
        fake_virt_emit(world->virt, domains[i]->uuid);
    }
    world_settle();
    fake_virt_hold(world->virt, VIRT_OP_START, TRUE);
    for (guint i = 0; i < G_N_ELEMENTS(domains); i++) {
        fake_virt_emit_reboot(world->virt, domains[i]->uuid);
        domains[i]->state = VIRT_STATE_SHUTOFF;
        domains[i]->reason = "shutdown";
        fake_virt_emit(world->virt, domains[i]->uuid);
    }
    world_settle();
    g_assert_cmpuint(starts(setup), ==, JOB_MAX_PER_USER);
    fake_virt_hold(world->virt, VIRT_OP_START, FALSE);
    while (fake_virt_held(world->virt, VIRT_OP_START) > 0)
        fake_virt_release(world->virt, VIRT_OP_START, 0);
    wait_for_starts(setup, G_N_ELEMENTS(domains));
    world_settle();
    g_assert_cmpuint(world_count_news(world, "job-removed restart done"), ==,
                     G_N_ELEMENTS(domains));
}

/* A job that has nothing to do with it is waited for. */
static void
test_busy(Setup *setup, gconstpointer data)
{
    Outcome outcome = {0};

    fake_virt_hold(setup->world->virt, VIRT_OP_SUSPEND, TRUE);
    world_act(setup->world, JOB_OPERATION_SUSPEND, "a", &outcome);
    setup->domain->state = VIRT_STATE_RUNNING;
    fake_virt_emit_reboot(setup->world->virt, setup->domain->uuid);
    power_off(setup);
    g_assert_cmpuint(starts(setup), ==, 0);
    fake_virt_release(setup->world->virt, VIRT_OP_SUSPEND, 0);
    world_settle();
    wait_for_starts(setup, 1);
    world_settle();
    g_assert_cmpint(world_vm(setup->world, "a")->state, ==, VM_STATE_RUNNING);
    g_clear_error(&outcome.error);
}

/* Started by hand or not wanted any more, before its turn came. */
static void
test_owed_no_longer(Setup *setup, gconstpointer data)
{
    Vm *vm = world_vm(setup->world, "a");

    fake_virt_emit_reboot(setup->world->virt, setup->domain->uuid);
    setup->domain->state = VIRT_STATE_SHUTOFF;
    fake_virt_fail(setup->world->virt, VIRT_OP_START, SEAL_ERROR_LIMITS_EXCEEDED, 1);
    fake_virt_emit(setup->world->virt, setup->domain->uuid);
    world_settle();
    g_assert_cmpuint(starts(setup), ==, 1);
    g_assert_true(vm->restart_owed);
    world_act_and_settle(setup->world, JOB_OPERATION_START, "a", -1);
    g_assert_false(vm->restart_owed);
    world_act_and_settle(setup->world, JOB_OPERATION_STOP, "a", -1);
    g_usleep(G_USEC_PER_SEC * 3 / 4);
    world_settle();
    g_assert_cmpuint(starts(setup), ==, 2);
}

/* Somebody asked for a shutdown and waits: when they are told that it is off, it is. */
static void
test_reboot_while_shutting_down(Setup *setup, gconstpointer data)
{
    World *world = setup->world;
    Outcome outcome = {0};
    const ActionCall call = {
        .operation = JOB_OPERATION_SHUTDOWN,
        .uuid = setup->domain->uuid,
        .uid = 1000,
        .timeout = 60,
        .done = world_on_outcome,
        .data = &outcome,
    };

    action_start(world->core, &call);
    world_settle();
    setup->domain->state = VIRT_STATE_RUNNING;
    fake_virt_emit_reboot(world->virt, setup->domain->uuid);
    power_off(setup);
    world_expect(&outcome, -1);
    g_assert_cmpuint(starts(setup), ==, 0);
    g_assert_cmpint(world_vm(world, "a")->state, ==, VM_STATE_SHUTOFF);
}

static void
start_paused(Setup *setup)
{
    Outcome outcome = {0};
    const ActionCall call = {
        .operation = JOB_OPERATION_START,
        .uuid = setup->domain->uuid,
        .uid = 1000,
        .paused = TRUE,
        .done = world_on_outcome,
        .data = &outcome,
    };

    action_start(setup->world->core, &call);
    world_settle();
    world_expect(&outcome, -1);
}

/* The owner's secret is gone with the run, and nobody has looked at the new one yet. */
static void
test_measured(Setup *setup, gconstpointer data)
{
    const Vm *vm = world_vm(setup->world, "a");

    setup->domain->attestable = TRUE;
    power_off(setup);
    start_paused(setup);
    for (guint round = 2; round <= 4; round++) {
        g_assert_cmpint(vm->state, ==, VM_STATE_AWAITING_ATTESTATION);
        world_act_and_settle(setup->world, JOB_OPERATION_RESUME, "a", -1);
        fake_virt_emit_reboot(setup->world->virt, setup->domain->uuid);
        power_off(setup);
        g_assert_cmpuint(starts(setup), ==, round);
    }
    g_assert_cmpint(vm->state, ==, VM_STATE_AWAITING_ATTESTATION);
    world_act_and_settle(setup->world, JOB_OPERATION_STOP, "a", -1);
    world_act_and_settle(setup->world, JOB_OPERATION_START, "a", -1);
    fake_virt_emit_reboot(setup->world->virt, setup->domain->uuid);
    power_off(setup);
    g_assert_cmpint(vm->state, ==, VM_STATE_RUNNING);
}

static void
test_unknown_domain(Setup *setup, gconstpointer data)
{
    fake_virt_emit_reboot(setup->world->virt, "00000000-0000-4000-8000-ffffffffffff");
    world_settle();
    g_assert_cmpuint(starts(setup), ==, 0);
}

#define ADD(path, function) g_test_add(path, Setup, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    world_quieten();
    ADD("/restart/reboot", test_reboot);
    ADD("/restart/shutdown", test_shutdown);
    ADD("/restart/not-wanted", test_not_wanted);
    ADD("/restart/mark-wears-off", test_mark_wears_off);
    ADD("/restart/failure-is-not-repeated", test_failure_is_not_repeated);
    ADD("/restart/checks-apply", test_checks_apply);
    ADD("/restart/many-at-once", test_many_at_once);
    ADD("/restart/busy", test_busy);
    ADD("/restart/owed-no-longer", test_owed_no_longer);
    ADD("/restart/reboot-while-shutting-down", test_reboot_while_shutting_down);
    ADD("/restart/measured", test_measured);
    ADD("/restart/unknown-domain", test_unknown_domain);
    return g_test_run();
}
