/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A network that leaves its MTU to the bridge: libvirt is asked for the
 * bridge's before anything is written, and a create whose bridge nobody knows
 * makes nothing.
 */

#include "world.h"

#include "error.h"

#include <string.h>

#define CREATE(networks)                                                                           \
    "{'memory': <uint64 1073741824>, 'disks': <[{'path': <'/images/a.qcow2'>}]>, "                 \
    "'networks': <[" networks "]>}"
#define OF_NETWORK "{'source': <'default'>, 'mtu': <uint32 1>}"
#define OF_BRIDGE "{'type': <'bridge'>, 'source': <'br0'>, 'mtu': <uint32 1>}"
#define OWN "{'type': <'bridge'>, 'source': <'br1'>, 'mtu': <uint32 1400>}"

static void
create(World *world, const char *settings, int code)
{
    Outcome outcome;

    world_create(world, "a", settings, FALSE, &outcome);
    world_settle();
    world_expect(&outcome, code);
}

static guint
count_asked(World *world)
{
    return fake_virt_count(world->virt, VIRT_OP_BRIDGE_MTU);
}

static const char *
defined_xml(World *world)
{
    return fake_virt_last(world->virt, VIRT_OP_DEFINE)->xml;
}

static void
test_taken(World **world, gconstpointer data)
{
    fake_virt_set_mtu((*world)->virt, 9000);
    create(*world, CREATE(OF_BRIDGE ", " OWN), -1);
    g_assert_cmpuint(count_asked(*world), ==, 1);
    g_assert_cmpstr(fake_virt_last((*world)->virt, VIRT_OP_BRIDGE_MTU)->bridge, ==, "br0");
    g_assert_nonnull(strstr(defined_xml(*world), "<mtu size=\"9000\"/>"));
    g_assert_nonnull(strstr(defined_xml(*world), "<mtu size=\"1400\"/>"));
}

static void
test_each_is_asked(World **world, gconstpointer data)
{
    const VirtRequest *last;

    create(*world, CREATE(OF_BRIDGE ", " OF_NETWORK), -1);
    last = fake_virt_last((*world)->virt, VIRT_OP_BRIDGE_MTU);
    g_assert_cmpuint(count_asked(*world), ==, 2);
    g_assert_null(last->bridge);
    g_assert_cmpstr(last->networks[0], ==, "default");
    /* 0: the guest need not be told */
    g_assert_null(strstr(defined_xml(*world), "<mtu"));
}

static void
test_none_asked(World **world, gconstpointer data)
{
    create(*world, CREATE(OWN), -1);
    g_assert_cmpuint(count_asked(*world), ==, 0);
}

static void
test_not_known(World **world, gconstpointer data)
{
    g_autoptr(GPtrArray) jobs = NULL;

    fake_virt_fail((*world)->virt, VIRT_OP_BRIDGE_MTU, SEAL_ERROR_NOT_FOUND, 1);
    create(*world, CREATE(OF_BRIDGE), SEAL_ERROR_NOT_FOUND);
    jobs = jobs_list((*world)->core->jobs);
    g_assert_cmpuint(jobs->len, ==, 0);
    g_assert_cmpuint(fake_virt_count((*world)->virt, VIRT_OP_DEFINE), ==, 0);
}

/* The daemon ends while libvirt is asked: the caller is answered, and nobody is asked again. */
static void
test_end_while_asking(World **world, gconstpointer data)
{
    Outcome outcome;

    fake_virt_hold((*world)->virt, VIRT_OP_BRIDGE_MTU, TRUE);
    world_create(*world, "a", CREATE(OF_BRIDGE), FALSE, &outcome);
    world_settle();
    g_assert_cmpuint(fake_virt_held((*world)->virt, VIRT_OP_BRIDGE_MTU), ==, 1);
    world_free(*world);
    world_expect(&outcome, SEAL_ERROR_CANCELLED);
    world_set_up(world, NULL);
}

#define ADD(path, test) g_test_add(path, World *, NULL, world_set_up, test, world_tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    world_quieten();
    ADD("/create-mtu/taken", test_taken);
    ADD("/create-mtu/each-is-asked", test_each_is_asked);
    ADD("/create-mtu/none-asked", test_none_asked);
    ADD("/create-mtu/not-known", test_not_known);
    ADD("/create-mtu/end-while-asking", test_end_while_asking);
    return g_test_run();
}
