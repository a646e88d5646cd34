/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * When the kernel's count of guests is read after some came or went: not
 * before it can be right, not once for each of many, and nobody is let in by
 * a count that was not.
 */

#include "world.h"

#include "error.h"

static guint
count_used(World *world)
{
    return host_state_get_capacity(world->core->host_state, SEAL_POOL_SEV).used;
}

static void
pass(guint milliseconds)
{
    gint64 end = g_get_monotonic_time() + milliseconds * G_TIME_SPAN_MILLISECOND;

    while (g_get_monotonic_time() < end) {
        world_settle();
        g_usleep(1000);
    }
}

/* Guests end together, and the kernel gives their slots back a moment after libvirt's word. */
static void
test_look_when_settled(World **fixture, gconstpointer data)
{
    World *world = *fixture;
    static const char *const names[] = {"a", "b", "c", "d"};
    FakeHost *host = world->host;
    guint reads;

    fake_host_count_slots(host, SEAL_POOL_SEV, 4, 4);
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
        world_add(world, names[i], SEAL_TECHNOLOGY_SEV, VIRT_STATE_RUNNING);
    host_state_probe(world->core->host_state, NULL, NULL);
    world_settle();
    g_assert_cmpuint(count_used(world), ==, 4);
    fake_host_backend(host)->settle = 500;
    reads = fake_host_count(host);
    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        world_act_and_settle(world, JOB_OPERATION_STOP, names[i], -1);
        g_assert_cmpuint(count_used(world), ==, 3 - i);
    }
    pass(50);
    g_assert_cmpuint(fake_host_count(host), ==, reads);
    fake_host_count_slots(host, SEAL_POOL_SEV, 4, 0);
    for (guint i = 0; i < 1000 && fake_host_count(host) == reads; i++)
        pass(10);
    pass(50);
    g_assert_cmpuint(fake_host_count(host), ==, reads + 1);
    g_assert_cmpuint(count_used(world), ==, 0);
}

/* Guests that never stop coming and going do not put the look off for ever. */
static void
test_look_is_not_put_off(World **fixture, gconstpointer data)
{
    World *world = *fixture;
    FakeHost *host = world->host;
    guint reads;

    fake_host_count_slots(host, SEAL_POOL_SEV, 4, 0);
    host_state_probe(world->core->host_state, NULL, NULL);
    world_settle();
    world_add(world, "a", SEAL_TECHNOLOGY_SEV, VIRT_STATE_SHUTOFF);
    fake_host_backend(host)->settle = 200;
    reads = fake_host_count(host);
    for (guint i = 0; i < 100 && fake_host_count(host) == reads; i++) {
        world_act_and_settle(world, i % 2 ? JOB_OPERATION_STOP : JOB_OPERATION_START, "a", -1);
        pass(20);
    }
    g_assert_cmpuint(fake_host_count(host), >, reads);
}

/*
 * A guest ends, the kernel's count is read, libvirt tells of the end: a stranger of before seemed
 * gone in between, and its slot is not free.
 */
static void
test_stranger_behind_an_end(World **fixture, gconstpointer data)
{
    World *world = *fixture;
    FakeDomain *domain = world_add(world, "a", SEAL_TECHNOLOGY_SEV, VIRT_STATE_RUNNING);

    world_add(world, "b", SEAL_TECHNOLOGY_SEV, VIRT_STATE_SHUTOFF);
    world_add(world, "c", SEAL_TECHNOLOGY_SEV, VIRT_STATE_SHUTOFF);
    fake_host_count_slots(world->host, SEAL_POOL_SEV, 2, 2);
    g_assert_true(fake_host_look(world->host));
    world_settle();
    g_assert_cmpuint(count_used(world), ==, 2);
    domain->state = VIRT_STATE_SHUTOFF;
    fake_host_count_slots(world->host, SEAL_POOL_SEV, 2, 1);
    g_assert_true(fake_host_look(world->host));
    world_settle();
    g_assert_cmpuint(count_used(world), ==, 1);
    fake_host_hold(world->host, TRUE);
    fake_virt_emit(world->virt, domain->uuid);
    world_settle();
    g_assert_cmpuint(count_used(world), ==, 1);
    world_act_and_settle(world, JOB_OPERATION_START, "b", -1);
    world_act_and_settle(world, JOB_OPERATION_START, "c", SEAL_ERROR_CAPACITY_EXHAUSTED);
    fake_host_hold(world->host, FALSE);
    fake_host_count_slots(world->host, SEAL_POOL_SEV, 2, 2);
    fake_host_release(world->host);
    world_settle();
    g_assert_cmpuint(count_used(world), ==, 2);
}

#define ADD(path, function) g_test_add(path, World *, NULL, world_set_up, function, world_tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("/host-look/when-settled", test_look_when_settled);
    ADD("/host-look/is-not-put-off", test_look_is_not_put_off);
    ADD("/host-look/stranger-behind-an-end", test_stranger_behind_an_end);
    return g_test_run();
}
