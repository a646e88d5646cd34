/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What may be done in which state, written down apart from the code's table;
 * what else must hold; and what happens to a VM that changes while libvirt
 * works on it.
 */

#include "world.h"

#include "error.h"
#include "sync.h"
#include "test-hosts.h"

#define OK(operation) (1u << JOB_OPERATION_##operation)

/* Each row: the state as libvirt shows it, and which operations it allows. */
static const struct {
    VirtState state;
    guint allowed;
} state_rows[] = {
    {VIRT_STATE_SHUTOFF, OK(START) | OK(RESTART) | OK(DELETE)},
    {VIRT_STATE_RUNNING, OK(SUSPEND) | OK(SHUTDOWN) | OK(REBOOT) | OK(STOP)},
    {VIRT_STATE_PAUSED, OK(RESUME) | OK(STOP)},
    {VIRT_STATE_STOPPING, OK(STOP)},
    {VIRT_STATE_CRASHED, OK(STOP)},
};

static void
try_in_state(World *world, VirtState state, JobOperation operation, gboolean allowed)
{
    static guint n = 0;
    g_autofree char *name = g_strdup_printf("vm%u", n++);
    guint acts = 0;
    Outcome outcome;

    world_add(world, name, SEAL_TECHNOLOGY_SEV, state);
    acts = fake_virt_count_acts(world->virt);
    world_act(world, operation, name, &outcome);
    world_settle();
    if (!allowed) {
        g_assert_nonnull(strstr(outcome.error->message, name));
        g_assert_nonnull(strstr(outcome.error->message, "; "));
    }
    world_expect(&outcome, allowed ? -1 : SEAL_ERROR_INVALID_STATE);
    g_assert_cmpuint(fake_virt_count_acts(world->virt), ==, acts + (allowed ? 1 : 0));
    g_assert_null(jobs_find_for_vm(world->core->jobs, name));
}

static void
test_state_table(World **world, gconstpointer data)
{
    for (gsize i = 0; i < G_N_ELEMENTS(state_rows); i++)
        for (int operation = JOB_OPERATION_START; operation < JOB_OPERATION_INVALID; operation++)
            try_in_state(*world, state_rows[i].state, (JobOperation)operation,
                         state_rows[i].allowed & (1u << operation));
    g_assert_cmpuint(world_count_news(*world, "job-added"), ==,
                     world_count_news(*world, "job-removed"));
}

static void
test_awaiting_attestation(World **world, gconstpointer data)
{
    FakeDomain *domain = world_add(*world, "a", SEAL_TECHNOLOGY_SEV, VIRT_STATE_SHUTOFF);

    domain->attestable = TRUE;
    domain->state = VIRT_STATE_PAUSED;
    fake_virt_emit((*world)->virt, domain->uuid);
    world_settle();
    g_assert_cmpint(world_vm(*world, "a")->state, ==, VM_STATE_AWAITING_ATTESTATION);
    world_act_and_settle(*world, JOB_OPERATION_START, "a", SEAL_ERROR_INVALID_STATE);
    world_act_and_settle(*world, JOB_OPERATION_RESUME, "a", -1);
    g_assert_cmpint(world_vm(*world, "a")->state, ==, VM_STATE_RUNNING);
}

static void
test_order_of_news(World **world, gconstpointer data)
{
    world_add(*world, "a", SEAL_TECHNOLOGY_SEV, VIRT_STATE_SHUTOFF);
    world_forget_news(*world);
    world_act_and_settle(*world, JOB_OPERATION_START, "a", -1);
    g_assert_cmpint(world_find_news(*world, "job-added start"), ==, 0);
    g_assert_cmpint(world_find_news(*world, "vm-changed a starting"), <,
                    world_find_news(*world, "vm-changed a running"));
    g_assert_cmpint(world_find_news(*world, "vm-changed a running"), <,
                    world_find_news(*world, "job-removed start done"));
    g_assert_cmpuint(world_count_news(*world, "vm-changed a"), ==, 2);
    world_forget_news(*world);
    world_act_and_settle(*world, JOB_OPERATION_STOP, "a", -1);
    g_assert_cmpint(world_find_news(*world, "vm-changed a stopping"), <,
                    world_find_news(*world, "vm-changed a shutoff"));
    world_forget_news(*world);
    world_act_and_settle(*world, JOB_OPERATION_DELETE, "a", -1);
    g_assert_cmpint(world_find_news(*world, "vm-removed a"), <,
                    world_find_news(*world, "job-removed delete done"));
}

static void
test_busy(World **world, gconstpointer data)
{
    Outcome first;

    world_add(*world, "a", SEAL_TECHNOLOGY_SEV, VIRT_STATE_SHUTOFF);
    fake_virt_hold((*world)->virt, VIRT_OP_START, TRUE);
    world_act(*world, JOB_OPERATION_START, "a", &first);
    for (int operation = JOB_OPERATION_START; operation < JOB_OPERATION_INVALID; operation++)
        world_act_and_settle(*world, (JobOperation)operation, "a", SEAL_ERROR_BUSY);
    g_assert_cmpuint(first.calls, ==, 0);
    fake_virt_release((*world)->virt, VIRT_OP_START, 0);
    world_expect(&first, -1);
}

static void
test_failure_of_libvirt(World **world, gconstpointer data)
{
    static const SealError codes[] = {SEAL_ERROR_LAUNCH_FAILED, SEAL_ERROR_BACKEND,
                                      SEAL_ERROR_TIMEOUT, SEAL_ERROR_BACKEND_UNAVAILABLE,
                                      SEAL_ERROR_LIMITS_EXCEEDED};

    world_add(*world, "a", SEAL_TECHNOLOGY_SEV, VIRT_STATE_SHUTOFF);
    for (gsize i = 0; i < G_N_ELEMENTS(codes); i++) {
        guint looks = fake_virt_count((*world)->virt, VIRT_OP_SNAPSHOT);

        fake_virt_fail((*world)->virt, VIRT_OP_START, codes[i], 1);
        world_act_and_settle(*world, JOB_OPERATION_START, "a", (int)codes[i]);
        g_assert_cmpint(world_vm(*world, "a")->state, ==, VM_STATE_SHUTOFF);
        g_assert_cmpuint(fake_virt_count((*world)->virt, VIRT_OP_SNAPSHOT), ==, looks + 1);
    }
    g_assert_cmpuint(world_count_news(*world, "job-removed start failed"), ==, G_N_ELEMENTS(codes));
}

/* An event in the middle of an attempt shows a paused guest that is soon no more. */
static void
test_state_after_a_failure(World **world, gconstpointer data)
{
    FakeDomain *domain = world_add(*world, "a", SEAL_TECHNOLOGY_SEV, VIRT_STATE_SHUTOFF);
    FakeVirt *virt = (*world)->virt;
    Outcome outcome;

    fake_virt_fail(virt, VIRT_OP_START, SEAL_ERROR_LAUNCH_FAILED, 1);
    fake_virt_hold(virt, VIRT_OP_START, TRUE);
    world_act(*world, JOB_OPERATION_START, "a", &outcome);
    domain->state = VIRT_STATE_PAUSED;
    fake_virt_emit(virt, domain->uuid);
    world_settle();
    domain->state = VIRT_STATE_SHUTOFF;
    fake_virt_hold(virt, VIRT_OP_SNAPSHOT, TRUE);
    fake_virt_release(virt, VIRT_OP_START, 0);
    world_settle();
    g_assert_cmpuint(outcome.calls, ==, 0);
    fake_virt_release(virt, VIRT_OP_SNAPSHOT, 0);
    world_expect(&outcome, SEAL_ERROR_LAUNCH_FAILED);
    g_assert_cmpint(world_vm(*world, "a")->state, ==, VM_STATE_SHUTOFF);
}

static void
test_gone(World **world, gconstpointer data)
{
    const ActionCall call = {
        .operation = JOB_OPERATION_START,
        .uuid = "00000000-0000-4000-8000-ffffffffffff",
        .done = world_on_outcome,
    };
    ActionCall copy = call;
    Outcome outcome = {0};

    copy.data = &outcome;
    action_start((*world)->core, &copy);
    world_expect(&outcome, SEAL_ERROR_NOT_FOUND);
}

/* Deleted elsewhere while libvirt is still busy with it. */
static void
test_gone_meanwhile(World **world, gconstpointer data)
{
    FakeDomain *domain = world_add(*world, "a", SEAL_TECHNOLOGY_SEV, VIRT_STATE_SHUTOFF);
    g_autofree char *uuid = g_strdup(domain->uuid);
    Outcome outcome;

    fake_virt_hold((*world)->virt, VIRT_OP_START, TRUE);
    world_act(*world, JOB_OPERATION_START, "a", &outcome);
    fake_domains_remove(fake_virt_domains((*world)->virt), uuid);
    fake_virt_emit((*world)->virt, uuid);
    world_settle();
    g_assert_null(world_vm(*world, "a"));
    fake_virt_release((*world)->virt, VIRT_OP_START, 0);
    world_settle();
    world_expect(&outcome, -1);
    g_assert_null(world_vm(*world, "a"));
    g_assert_cmpint(world_find_news(*world, "job-removed start"), >=, 0);
}

/* Deleted elsewhere, and nobody told. */
static void
test_gone_unnoticed(World **world, gconstpointer data)
{
    FakeDomain *domain = world_add(*world, "a", SEAL_TECHNOLOGY_SEV, VIRT_STATE_SHUTOFF);
    g_autofree char *uuid = g_strdup(domain->uuid);

    fake_domains_remove(fake_virt_domains((*world)->virt), uuid);
    world_act_and_settle(*world, JOB_OPERATION_START, "a", SEAL_ERROR_NOT_FOUND);
    g_assert_null(registry_find((*world)->core->registry, uuid));
}

static void
test_transient(World **world, gconstpointer data)
{
    FakeDomain *domain = world_add(*world, "a", SEAL_TECHNOLOGY_SEV, VIRT_STATE_RUNNING);

    domain->persistent = FALSE;
    fake_virt_emit((*world)->virt, domain->uuid);
    world_settle();
    world_act_and_settle(*world, JOB_OPERATION_DELETE, "a", SEAL_ERROR_INVALID_STATE);
    world_act_and_settle(*world, JOB_OPERATION_STOP, "a", -1);
    g_assert_null(world_vm(*world, "a"));
}

static void
test_reboot_of_encrypted_state(World **world, gconstpointer data)
{
    static const struct {
        SealTechnology technology;
        int code;
    } rows[] = {
        {SEAL_TECHNOLOGY_NONE, -1},
        {SEAL_TECHNOLOGY_SEV, -1},
        {SEAL_TECHNOLOGY_SEV_ES, SEAL_ERROR_OPERATION_BLOCKED},
        {SEAL_TECHNOLOGY_SEV_SNP, SEAL_ERROR_OPERATION_BLOCKED},
        {SEAL_TECHNOLOGY_TDX, SEAL_ERROR_OPERATION_BLOCKED},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const char *name = seal_technology_to_string(rows[i].technology);

        world_add(*world, name, rows[i].technology, VIRT_STATE_RUNNING);
        world_act_and_settle(*world, JOB_OPERATION_REBOOT, name, rows[i].code);
    }
    fake_virt_set_qemu((*world)->virt, SEAL_VERSION(11, 1, 0));
    host_state_probe((*world)->core->host_state, NULL, NULL);
    world_settle();
    world_act_and_settle(*world, JOB_OPERATION_REBOOT, "sev-es", SEAL_ERROR_OPERATION_BLOCKED);
}

/* A start never degrades: what the host cannot do is refused before libvirt hears of it. */
static void
test_start_needs_the_technology(World **world, gconstpointer data)
{
    world_add(*world, "es", SEAL_TECHNOLOGY_SEV_ES, VIRT_STATE_SHUTOFF);
    world_add(*world, "snp", SEAL_TECHNOLOGY_SEV_SNP, VIRT_STATE_SHUTOFF);
    world_add(*world, "tdx", SEAL_TECHNOLOGY_TDX, VIRT_STATE_SHUTOFF);
    world_add(*world, "plain", SEAL_TECHNOLOGY_NONE, VIRT_STATE_SHUTOFF);
    world_add(*world, "s390", SEAL_TECHNOLOGY_S390_PV, VIRT_STATE_SHUTOFF);
    world_act_and_settle(*world, JOB_OPERATION_START, "snp", SEAL_ERROR_TECHNOLOGY_UNAVAILABLE);
    world_act_and_settle(*world, JOB_OPERATION_START, "tdx", SEAL_ERROR_TECHNOLOGY_UNAVAILABLE);
    g_assert_cmpuint(fake_virt_count_acts((*world)->virt), ==, 0);
    world_act_and_settle(*world, JOB_OPERATION_START, "plain", -1);
    world_act_and_settle(*world, JOB_OPERATION_START, "s390", -1);
    fake_host_set_facts((*world)->host, test_hosts_naples);
    fake_virt_set_pools((*world)->virt, 15, 0);
    host_state_probe((*world)->core->host_state, NULL, NULL);
    world_settle();
    world_act_and_settle(*world, JOB_OPERATION_START, "es", SEAL_ERROR_TECHNOLOGY_UNAVAILABLE);
    g_assert_cmpuint(fake_virt_count((*world)->virt, VIRT_OP_START), ==, 2);
}

static void
test_start_without_libvirt(World **world, gconstpointer data)
{
    world_add(*world, "a", SEAL_TECHNOLOGY_SEV, VIRT_STATE_SHUTOFF);
    world_add(*world, "b", SEAL_TECHNOLOGY_NONE, VIRT_STATE_RUNNING);
    fake_virt_connect((*world)->virt, VIRT_CONNECTION_UNAVAILABLE);
    world_settle();
    world_act_and_settle(*world, JOB_OPERATION_START, "a", SEAL_ERROR_BACKEND_UNAVAILABLE);
    world_act_and_settle(*world, JOB_OPERATION_STOP, "b", SEAL_ERROR_BACKEND_UNAVAILABLE);
    g_assert_cmpint(world_vm(*world, "b")->state, ==, VM_STATE_RUNNING);
}

static void
race_for_last_slot(World *world, guint round)
{
    const char *first = round % 2 ? "a" : "b", *second = round % 2 ? "b" : "a";
    Outcome won, lost;

    world_act(world, JOB_OPERATION_START, first, &won);
    world_act(world, JOB_OPERATION_START, second, &lost);
    world_settle();
    world_expect(&lost, SEAL_ERROR_CAPACITY_EXHAUSTED);
    world_expect(&won, -1);
    g_assert_cmpint(world_vm(world, second)->state, ==, VM_STATE_SHUTOFF);
    world_act_and_settle(world, JOB_OPERATION_STOP, first, -1);
}

static void
test_last_slot_has_one_winner(World **world, gconstpointer data)
{
    fake_virt_set_pools((*world)->virt, 10, 1);
    host_state_probe((*world)->core->host_state, NULL, NULL);
    world_add(*world, "a", SEAL_TECHNOLOGY_SEV_ES, VIRT_STATE_SHUTOFF);
    world_add(*world, "b", SEAL_TECHNOLOGY_SEV_ES, VIRT_STATE_SHUTOFF);
    for (guint round = 0; round < 200; round++)
        race_for_last_slot(*world, round);
    g_assert_cmpuint(fake_virt_count((*world)->virt, VIRT_OP_START), ==, 200);
}

/* A start that fails gives its slot back. */
static void
test_slot_comes_back(World **world, gconstpointer data)
{
    fake_virt_set_pools((*world)->virt, 1, 1);
    host_state_probe((*world)->core->host_state, NULL, NULL);
    world_add(*world, "a", SEAL_TECHNOLOGY_SEV, VIRT_STATE_SHUTOFF);
    for (guint round = 0; round < 5; round++) {
        fake_virt_fail((*world)->virt, VIRT_OP_START, SEAL_ERROR_LAUNCH_FAILED, 1);
        world_act_and_settle(*world, JOB_OPERATION_START, "a", SEAL_ERROR_LAUNCH_FAILED);
        g_assert_cmpuint(host_state_get_capacity((*world)->core->host_state, SEAL_POOL_SEV).free,
                         ==, 1);
    }
    world_act_and_settle(*world, JOB_OPERATION_START, "a", -1);
    g_assert_cmpuint(host_state_get_capacity((*world)->core->host_state, SEAL_POOL_SEV).free, ==,
                     0);
}

static void
test_options_reach_libvirt(World **world, gconstpointer data)
{
    FakeDomain *domain = world_add(*world, "a", SEAL_TECHNOLOGY_SEV, VIRT_STATE_SHUTOFF);
    Outcome outcome = {0};
    ActionCall call = {
        .operation = JOB_OPERATION_START,
        .uuid = domain->uuid,
        .paused = TRUE,
        .done = world_on_outcome,
        .data = &outcome,
    };

    action_start((*world)->core, &call);
    world_settle();
    world_expect(&outcome, -1);
    g_assert_true(fake_virt_last((*world)->virt, VIRT_OP_START)->paused);
    g_assert_cmpuint(world_vm(*world, "a")->memory, >, 0);
    g_assert_cmpuint(fake_virt_last((*world)->virt, VIRT_OP_START)->memory, ==,
                     world_vm(*world, "a")->memory);
    world_act_and_settle(*world, JOB_OPERATION_STOP, "a", -1);
    call = (ActionCall){
        .operation = JOB_OPERATION_DELETE,
        .uuid = domain->uuid,
        .nvram = FALSE,
        .volumes = TRUE,
        .done = world_on_outcome,
        .data = &outcome,
    };
    action_start((*world)->core, &call);
    world_settle();
    world_expect(&outcome, -1);
    g_assert_false(fake_virt_last((*world)->virt, VIRT_OP_UNDEFINE)->nvram);
    g_assert_true(fake_virt_last((*world)->virt, VIRT_OP_UNDEFINE)->volumes);
}

#define ADD(path, function) g_test_add(path, World *, NULL, world_set_up, function, world_tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("/action/state-table", test_state_table);
    ADD("/action/awaiting-attestation", test_awaiting_attestation);
    ADD("/action/order-of-news", test_order_of_news);
    ADD("/action/busy", test_busy);
    ADD("/action/failure-of-libvirt", test_failure_of_libvirt);
    ADD("/action/state-after-a-failure", test_state_after_a_failure);
    ADD("/action/gone", test_gone);
    ADD("/action/gone-meanwhile", test_gone_meanwhile);
    ADD("/action/gone-unnoticed", test_gone_unnoticed);
    ADD("/action/transient", test_transient);
    ADD("/action/reboot-of-encrypted-state", test_reboot_of_encrypted_state);
    ADD("/action/start-needs-the-technology", test_start_needs_the_technology);
    ADD("/action/start-without-libvirt", test_start_without_libvirt);
    ADD("/action/last-slot-has-one-winner", test_last_slot_has_one_winner);
    ADD("/action/slot-comes-back", test_slot_comes_back);
    ADD("/action/options-reach-libvirt", test_options_reach_libvirt);
    return g_test_run();
}
