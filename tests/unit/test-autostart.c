/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * After a boot of the host: what libvirt tried and could not start is tried
 * once more, by name and as far as key slots reach. What ran, was stopped or
 * was never tried is left alone, and so is everything when the daemon merely
 * comes back.
 */

#include "world.h"

#include "test-hosts.h"

#define STILL_OFF "a VM that starts with the host is still off: "
#define BOOT "5d4e9f1c-0000-4000-8000-000000000001"

static SealFacts *
make_booted(void)
{
    SealFacts *facts = test_hosts_milan();

    facts->boot_id = g_strdup(BOOT);
    return facts;
}

/* A host with two slots of each kind that has just booted; it starts with world_start(). */
static void
set_up(World **world, gconstpointer data)
{
    *world = world_new();
    fake_host_set_facts((*world)->host, make_booted);
    fake_host_take_notes((*world)->host, FALSE);
    fake_virt_set_pools((*world)->virt, 2, 2);
}

static void
tear_down(World **world, gconstpointer data)
{
    world_free(*world);
}

static FakeDomain *
add_left_off(World *world, const char *name)
{
    FakeDomain *domain =
        fake_domains_add(fake_virt_domains(world->virt), name, SEAL_TECHNOLOGY_SEV);

    domain->autostart = TRUE;
    domain->persistent = TRUE;
    domain->state = VIRT_STATE_SHUTOFF;
    domain->reason = "failed";
    return domain;
}

static void
boot(World *world, guint starts)
{
    world_start(world);
    world_settle();
    g_assert_cmpuint(fake_virt_count(world->virt, VIRT_OP_START), ==, starts);
}

static void
test_by_name_as_far_as_slots_reach(World **world, gconstpointer data)
{
    static const char *const names[] = {"gamma", "alpha", "beta"};

    for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
        add_left_off(*world, names[i]);
    boot(*world, 2);
    g_assert_cmpint(world_vm(*world, "alpha")->state, ==, VM_STATE_RUNNING);
    g_assert_cmpint(world_vm(*world, "beta")->state, ==, VM_STATE_RUNNING);
    g_assert_cmpint(world_vm(*world, "gamma")->state, ==, VM_STATE_SHUTOFF);
}

static void
test_goes_on_after_a_failure(World **world, gconstpointer data)
{
    add_left_off(*world, "alpha");
    add_left_off(*world, "beta");
    fake_virt_fail((*world)->virt, VIRT_OP_START, SEAL_ERROR_BACKEND, 1);
    boot(*world, 2);
    g_assert_cmpint(world_vm(*world, "alpha")->state, ==, VM_STATE_SHUTOFF);
    g_assert_cmpint(world_vm(*world, "beta")->state, ==, VM_STATE_RUNNING);
}

static void
test_leaves_the_others_alone(World **world, gconstpointer data)
{
    add_left_off(*world, "stopped")->reason = "shutdown";
    add_left_off(*world, "never-tried")->reason = "unknown";
    add_left_off(*world, "by-hand")->autostart = FALSE;
    add_left_off(*world, "plain")->technology = SEAL_TECHNOLOGY_NONE;
    boot(*world, 0);
}

static void
test_once_a_boot(World **world, gconstpointer data)
{
    GHashTable *notes = fake_host_take_notes((*world)->host, FALSE);

    add_left_off(*world, "alpha");
    g_hash_table_replace(notes, g_strdup("autostart"), g_strdup(BOOT));
    boot(*world, 0);
}

static void
test_again_after_the_next(World **world, gconstpointer data)
{
    GHashTable *notes = fake_host_take_notes((*world)->host, FALSE);

    add_left_off(*world, "alpha");
    g_hash_table_replace(notes, g_strdup("autostart"), g_strdup("another boot"));
    boot(*world, 1);
    g_assert_cmpstr(g_hash_table_lookup(notes, "autostart"), ==, BOOT);
    g_assert_cmpuint(g_hash_table_size(notes), ==, 1);
}

/* Better off than started twice. */
static void
test_not_without_a_note(World **world, gconstpointer data)
{
    fake_host_take_notes((*world)->host, TRUE);
    add_left_off(*world, "alpha");
    boot(*world, 0);
}

static void
test_not_without_a_boot_id(World **world, gconstpointer data)
{
    fake_host_set_facts((*world)->host, test_hosts_milan);
    add_left_off(*world, "alpha");
    boot(*world, 0);
}

/* Once a boot is not wasted on a moment in which nothing can be said of the host. */
static void
test_waits_for_an_answer(World **world, gconstpointer data)
{
    guint probes;

    add_left_off(*world, "alpha");
    fake_virt_fail((*world)->virt, VIRT_OP_PROBE, SEAL_ERROR_TIMEOUT, 1);
    boot(*world, 0);
    g_assert_cmpuint(g_hash_table_size(fake_host_take_notes((*world)->host, FALSE)), ==, 0);
    probes = fake_virt_count((*world)->virt, VIRT_OP_PROBE);
    while (fake_virt_count((*world)->virt, VIRT_OP_PROBE) == probes)
        g_main_context_iteration(NULL, TRUE);
    world_settle();
    g_assert_cmpint(world_vm(*world, "alpha")->state, ==, VM_STATE_RUNNING);
}

/* The backend that ends takes no further request, which the fake one insists on. */
static void
test_ends_after_a_failure(World **world, gconstpointer data)
{
    add_left_off(*world, "alpha");
    add_left_off(*world, "beta");
    fake_virt_fail((*world)->virt, VIRT_OP_START, SEAL_ERROR_BACKEND, 1);
    fake_virt_hold((*world)->virt, VIRT_OP_SNAPSHOT, TRUE);
    boot(*world, 1);
}

static guint
count_events(GPtrArray *events, const char *beginning, const char *words)
{
    guint n = 0;

    for (guint i = 0; i < events->len; i++) {
        const char *event = g_ptr_array_index(events, i);

        n += g_str_has_prefix(event, beginning) && strstr(event, words);
    }
    return n;
}

/* Nobody comes back to those that it did not reach, so they are told of by name. */
static void
test_ends_in_the_middle(gconstpointer data)
{
    GPtrArray *events = (GPtrArray *)data;
    World *world;

    set_up(&world, NULL);
    add_left_off(world, "alpha");
    add_left_off(world, "beta");
    add_left_off(world, "gamma");
    fake_virt_hold(world->virt, VIRT_OP_START, TRUE);
    boot(world, 1);
    g_ptr_array_set_size(events, 0);
    world_free(world);
    g_assert_cmpuint(count_events(events, STILL_OFF, "vm=alpha"), ==, 1);
    g_assert_cmpuint(count_events(events, STILL_OFF, "vm=beta"), ==, 1);
    g_assert_cmpuint(count_events(events, STILL_OFF, "vm=gamma"), ==, 1);
}

#define ADD(path, function) g_test_add(path, World *, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_autoptr(GPtrArray) events = g_ptr_array_new_with_free_func(g_free);

    g_test_init(&argc, &argv, NULL);
    world_listen(events);
    ADD("/autostart/by-name-as-far-as-slots-reach", test_by_name_as_far_as_slots_reach);
    ADD("/autostart/goes-on-after-a-failure", test_goes_on_after_a_failure);
    ADD("/autostart/leaves-the-others-alone", test_leaves_the_others_alone);
    ADD("/autostart/once-a-boot", test_once_a_boot);
    ADD("/autostart/again-after-the-next", test_again_after_the_next);
    ADD("/autostart/not-without-a-note", test_not_without_a_note);
    ADD("/autostart/not-without-a-boot-id", test_not_without_a_boot_id);
    ADD("/autostart/waits-for-an-answer", test_waits_for_an_answer);
    ADD("/autostart/ends-after-a-failure", test_ends_after_a_failure);
    g_test_add_data_func("/autostart/ends-in-the-middle", events, test_ends_in_the_middle);
    return g_test_run();
}
