/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Probes and what follows from them: results are swapped in whole, waiters
 * share a probe, the listener hears what changed and nothing else.
 */

#include "world.h"

#include <string.h>

#include "test-hosts.h"

typedef struct {
    World *world;
    guint done;
    GError *error; /* of the probe that was done last */
} Setup;

static void
set_up(Setup *setup, gconstpointer data)
{
    setup->world = world_new();
    world_start(setup->world);
    world_forget_news(setup->world);
}

static void
tear_down(Setup *setup, gconstpointer data)
{
    world_free(setup->world);
    g_clear_error(&setup->error);
}

static HostState *
state_of(Setup *setup)
{
    return setup->world->core->host_state;
}

static void
on_done(const GError *error, gpointer data)
{
    Setup *setup = data;

    setup->done++;
    g_clear_error(&setup->error);
    setup->error = error ? g_error_copy(error) : NULL;
}

static void
probe(Setup *setup)
{
    host_state_probe(state_of(setup), on_done, setup);
}

static void
test_milan(Setup *setup, gconstpointer data)
{
    HostState *state = state_of(setup);
    const SealFacts *facts = host_state_get_facts(state);

    g_assert_cmpint(host_state_get_best(state), ==, SEAL_TECHNOLOGY_SEV_ES);
    g_assert_true(host_state_get_verdict(state, SEAL_TECHNOLOGY_SEV).usable);
    g_assert_true(host_state_get_verdict(state, SEAL_TECHNOLOGY_SEV_ES).usable);
    g_assert_false(host_state_get_verdict(state, SEAL_TECHNOLOGY_SEV_SNP).usable);
    g_assert_false(host_state_get_verdict(state, SEAL_TECHNOLOGY_TDX).usable);
    g_assert_false(host_state_get_verdict(state, SEAL_TECHNOLOGY_INVALID).usable);
    g_assert_cmpuint(facts->libvirt_version, ==, SEAL_VERSION(9, 0, 0));
    g_assert_cmpstr(facts->backend_uri, ==, "fake:///system");
    g_assert_cmpuint(host_state_get_results(state)->len, >, 10);
}

static void
test_before_any_probe(void)
{
    World *world = world_new();
    const HostState *state = world->core->host_state;

    g_assert_cmpint(host_state_get_best(state), ==, SEAL_TECHNOLOGY_INVALID);
    g_assert_false(host_state_get_capacity(state, SEAL_POOL_SEV).known);
    g_assert_nonnull(host_state_get_results(state));
    world_free(world);
}

static void
test_same_again_is_no_news(Setup *setup, gconstpointer data)
{
    probe(setup);
    world_settle();
    g_assert_cmpuint(setup->done, ==, 1);
    g_assert_no_error(setup->error);
    g_assert_cmpuint(world_count_news(setup->world, "host"), ==, 0);
}

static void
test_changes_are_told(Setup *setup, gconstpointer data)
{
    g_autofree char *all = g_strdup_printf(
        "host %u", HOST_STATE_TECHNOLOGIES | HOST_STATE_VERDICTS | HOST_STATE_CAPACITY);
    g_autofree char *versions = g_strdup_printf("host %u", HOST_STATE_VERSIONS);

    fake_virt_set_qemu(setup->world->virt, SEAL_VERSION(7, 2, 9));
    probe(setup);
    world_settle();
    g_assert_cmpint(world_find_news(setup->world, versions), ==, 0);
    world_forget_news(setup->world);
    fake_host_set_facts(setup->world->host, test_hosts_plain);
    fake_virt_set_pools(setup->world->virt, 0, 0);
    probe(setup);
    world_settle();
    g_assert_cmpint(world_find_news(setup->world, all), ==, 0);
    g_assert_cmpint(host_state_get_best(state_of(setup)), ==, SEAL_TECHNOLOGY_INVALID);
}

/* Whoever asks while a probe runs wants facts from after the question. */
static void
test_waiters_share_the_next(Setup *setup, gconstpointer data)
{
    guint reads = fake_host_count(setup->world->host);

    fake_host_hold(setup->world->host, TRUE);
    for (guint i = 0; i < 10; i++)
        probe(setup);
    g_assert_cmpuint(fake_host_count(setup->world->host), ==, reads + 1);
    fake_host_release(setup->world->host);
    world_settle();
    g_assert_cmpuint(setup->done, ==, 1);
    fake_host_hold(setup->world->host, FALSE);
    fake_host_release(setup->world->host);
    world_settle();
    g_assert_cmpuint(setup->done, ==, 10);
    g_assert_cmpuint(fake_host_count(setup->world->host), ==, reads + 2);
}

static void
on_done_ask_again(G_GNUC_UNUSED const GError *error, gpointer data)
{
    Setup *setup = data;

    setup->done++;
    if (setup->done < 5)
        host_state_probe(state_of(setup), on_done_ask_again, setup);
}

static void
test_waiter_asks_again(Setup *setup, gconstpointer data)
{
    host_state_probe(state_of(setup), on_done_ask_again, setup);
    world_settle();
    g_assert_cmpuint(setup->done, ==, 5);
}

static void
test_without_libvirt(Setup *setup, gconstpointer data)
{
    const SealFacts *facts;

    fake_virt_connect(setup->world->virt, VIRT_CONNECTION_UNAVAILABLE);
    world_settle();
    facts = host_state_get_facts(state_of(setup));
    g_assert_false(facts->backend_connected);
    g_assert_null(facts->domcaps);
    g_assert_cmpint(host_state_get_best(state_of(setup)), ==, SEAL_TECHNOLOGY_INVALID);
    g_assert_cmpuint(facts->libvirt_version, ==, SEAL_VERSION(9, 0, 0));
    fake_virt_connect(setup->world->virt, VIRT_CONNECTION_CONNECTED);
    world_settle();
    g_assert_cmpint(host_state_get_best(state_of(setup)), ==, SEAL_TECHNOLOGY_SEV_ES);
}

static void
test_capacity_follows_guests(Setup *setup, gconstpointer data)
{
    LedgerPool pool;

    world_add(setup->world, "a", SEAL_TECHNOLOGY_SEV, VIRT_STATE_RUNNING);
    world_add(setup->world, "b", SEAL_TECHNOLOGY_SEV_ES, VIRT_STATE_PAUSED);
    world_add(setup->world, "c", SEAL_TECHNOLOGY_NONE, VIRT_STATE_RUNNING);
    pool = host_state_get_capacity(state_of(setup), SEAL_POOL_SEV);
    g_assert_true(pool.known);
    g_assert_cmpuint(pool.total, ==, 100);
    g_assert_cmpuint(pool.used, ==, 1);
    g_assert_cmpuint(pool.free, ==, 99);
    g_assert_cmpuint(host_state_get_capacity(state_of(setup), SEAL_POOL_SEV_ES).used, ==, 1);
    g_assert_false(host_state_get_capacity(state_of(setup), SEAL_POOL_TDX).known);
    g_assert_cmpuint(world_count_news(setup->world, "host"), ==, 2);
    world_act_and_settle(setup->world, JOB_OPERATION_STOP, "a", -1);
    g_assert_cmpuint(host_state_get_capacity(state_of(setup), SEAL_POOL_SEV).free, ==, 100);
}

static void
test_more_run_than_fit(Setup *setup, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    world_add(setup->world, "a", SEAL_TECHNOLOGY_SEV, VIRT_STATE_RUNNING);
    world_add(setup->world, "b", SEAL_TECHNOLOGY_SEV, VIRT_STATE_RUNNING);
    fake_virt_set_pools(setup->world->virt, 1, 1);
    probe(setup);
    world_settle();
    g_assert_cmpuint(host_state_get_capacity(state_of(setup), SEAL_POOL_SEV).free, ==, 0);
    g_assert_false(host_state_check_capacity(state_of(setup), SEAL_TECHNOLOGY_SEV, &error));
    g_assert_error(error, SEAL_ERROR, SEAL_ERROR_CAPACITY_EXHAUSTED);
    g_assert_true(host_state_check_capacity(state_of(setup), SEAL_TECHNOLOGY_SEV_ES, NULL));
    g_assert_true(host_state_check_capacity(state_of(setup), SEAL_TECHNOLOGY_NONE, NULL));
    g_clear_error(&error);
    fake_virt_set_pools(setup->world->virt, 1, 0);
    probe(setup);
    world_settle();
    g_assert_false(host_state_check_capacity(state_of(setup), SEAL_TECHNOLOGY_SEV_ES, &error));
    g_assert_nonnull(strstr(error->message, "no key slots in the pool sev-es"));
}

static SealFacts *
make_counting(guint used)
{
    SealFacts *facts = test_hosts_milan();

    facts->slots_used.known[SEAL_POOL_SEV] = TRUE;
    facts->slots_used.count[SEAL_POOL_SEV] = used;
    return facts;
}

static SealFacts *
make_one_used(void)
{
    return make_counting(1);
}

static SealFacts *
make_two_used(void)
{
    return make_counting(2);
}

static SealFacts *
make_none_used(void)
{
    return make_counting(0);
}

static guint
count_used(Setup *setup)
{
    return host_state_get_capacity(state_of(setup), SEAL_POOL_SEV).used;
}

/* What the kernel counted before a guest stopped must not be taken for a stranger's afterwards. */
static void
test_guest_stops_while_probing(Setup *setup, gconstpointer data)
{
    FakeHost *host = setup->world->host;

    world_add(setup->world, "a", SEAL_TECHNOLOGY_SEV, VIRT_STATE_RUNNING);
    fake_host_set_facts(host, make_one_used);
    probe(setup);
    world_settle();
    g_assert_cmpuint(count_used(setup), ==, 1);
    fake_virt_hold(setup->world->virt, VIRT_OP_PROBE, TRUE);
    probe(setup);
    world_settle();
    world_act_and_settle(setup->world, JOB_OPERATION_STOP, "a", -1);
    fake_host_set_facts(host, make_none_used);
    fake_virt_hold(setup->world->virt, VIRT_OP_PROBE, FALSE);
    fake_virt_release(setup->world->virt, VIRT_OP_PROBE, 0);
    world_settle();
    g_assert_cmpuint(count_used(setup), ==, 0);
}

/* Guests outside of libvirt count, and the verdict follows the count. */
static void
test_strangers(Setup *setup, gconstpointer data)
{
    fake_host_set_facts(setup->world->host, make_one_used);
    fake_virt_set_pools(setup->world->virt, 2, 1);
    probe(setup);
    world_settle();
    g_assert_cmpuint(count_used(setup), ==, 1);
    g_assert_cmpstr(host_state_get_verdict(state_of(setup), SEAL_TECHNOLOGY_SEV).check, ==, "");
    fake_host_set_facts(setup->world->host, make_two_used);
    world_add(setup->world, "a", SEAL_TECHNOLOGY_SEV, VIRT_STATE_RUNNING);
    g_assert_cmpuint(count_used(setup), ==, 2);
    g_assert_cmpstr(host_state_get_verdict(state_of(setup), SEAL_TECHNOLOGY_SEV).check, ==,
                    "capacity.sev");
    fake_host_set_facts(setup->world->host, make_one_used);
    world_act_and_settle(setup->world, JOB_OPERATION_STOP, "a", -1);
    g_assert_cmpstr(host_state_get_verdict(state_of(setup), SEAL_TECHNOLOGY_SEV).check, ==, "");
}

/* Workers that are all taken say nothing about libvirt, and the question is asked again by itself.
 */
static void
test_busy_is_no_answer(Setup *setup, gconstpointer data)
{
    FakeVirt *virt = setup->world->virt;
    guint news, reads;

    fake_virt_fail(virt, VIRT_OP_PROBE, SEAL_ERROR_LIMITS_EXCEEDED, 1);
    fake_virt_set_qemu(virt, SEAL_VERSION(7, 2, 9));
    probe(setup);
    world_settle();
    g_assert_error(setup->error, SEAL_ERROR, SEAL_ERROR_LIMITS_EXCEEDED);
    g_assert_cmpint(host_state_get_best(state_of(setup)), ==, SEAL_TECHNOLOGY_SEV_ES);
    g_assert_cmpuint(world_count_news(setup->world, "host"), ==, 0);
    reads = fake_virt_count(virt, VIRT_OP_PROBE);
    while (fake_virt_count(virt, VIRT_OP_PROBE) == reads)
        g_main_context_iteration(NULL, TRUE);
    world_settle();
    g_assert_cmpuint(host_state_get_facts(state_of(setup))->qemu_version, ==,
                     SEAL_VERSION(7, 2, 9));
    news = world_count_news(setup->world, "host");
    fake_virt_fail(virt, VIRT_OP_PROBE, SEAL_ERROR_TIMEOUT, 1);
    probe(setup);
    world_settle();
    g_assert_cmpint(host_state_get_best(state_of(setup)), ==, SEAL_TECHNOLOGY_SEV_ES);
    g_assert_cmpuint(world_count_news(setup->world, "host"), ==, news);
}

/* A start that was given up may still take the slot, until libvirt says that it did not. */
static void
test_start_in_doubt(Setup *setup, gconstpointer data)
{
    FakeVirt *virt = setup->world->virt;

    fake_virt_set_pools(virt, 1, 1);
    probe(setup);
    world_add(setup->world, "a", SEAL_TECHNOLOGY_SEV, VIRT_STATE_SHUTOFF);
    world_add(setup->world, "b", SEAL_TECHNOLOGY_SEV, VIRT_STATE_SHUTOFF);
    fake_virt_hold(virt, VIRT_OP_SNAPSHOT, TRUE);
    fake_virt_fail(virt, VIRT_OP_START, SEAL_ERROR_TIMEOUT, 1);
    world_act_and_settle(setup->world, JOB_OPERATION_START, "a", SEAL_ERROR_TIMEOUT);
    g_assert_cmpuint(count_used(setup), ==, 1);
    world_act_and_settle(setup->world, JOB_OPERATION_START, "b", SEAL_ERROR_CAPACITY_EXHAUSTED);
    fake_virt_release(virt, VIRT_OP_SNAPSHOT, 0);
    world_settle();
    g_assert_cmpuint(count_used(setup), ==, 0);
    fake_virt_hold(virt, VIRT_OP_SNAPSHOT, FALSE);
    fake_virt_fail(virt, VIRT_OP_START, SEAL_ERROR_LAUNCH_FAILED, 1);
    world_act_and_settle(setup->world, JOB_OPERATION_START, "b", SEAL_ERROR_LAUNCH_FAILED);
    g_assert_cmpuint(count_used(setup), ==, 0);
}

static void
test_end_while_probing(Setup *setup, gconstpointer data)
{
    fake_virt_hold(setup->world->virt, VIRT_OP_PROBE, TRUE);
    probe(setup);
    probe(setup);
    world_settle();
    g_assert_cmpuint(fake_virt_held(setup->world->virt, VIRT_OP_PROBE), ==, 1);
}

#define ADD(path, function) g_test_add(path, Setup, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("/host-state/milan", test_milan);
    g_test_add_func("/host-state/before-any-probe", test_before_any_probe);
    ADD("/host-state/same-again-is-no-news", test_same_again_is_no_news);
    ADD("/host-state/changes-are-told", test_changes_are_told);
    ADD("/host-state/waiters-share-the-next", test_waiters_share_the_next);
    ADD("/host-state/waiter-asks-again", test_waiter_asks_again);
    ADD("/host-state/without-libvirt", test_without_libvirt);
    ADD("/host-state/capacity-follows-guests", test_capacity_follows_guests);
    ADD("/host-state/more-run-than-fit", test_more_run_than_fit);
    ADD("/host-state/guest-stops-while-probing", test_guest_stops_while_probing);
    ADD("/host-state/strangers", test_strangers);
    ADD("/host-state/busy-is-no-answer", test_busy_is_no_answer);
    ADD("/host-state/start-in-doubt", test_start_in_doubt);
    ADD("/host-state/end-while-probing", test_end_while_probing);
    return g_test_run();
}
