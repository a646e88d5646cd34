/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Keeping the registry true while answers come late, in the wrong order, or
 * not at all: storms of events, listings that are stale when they arrive,
 * domains that vanish meanwhile, and a backend that comes and goes.
 */

#include "sync.h"

#include "world.h"

#define IN_FLIGHT 4
#define SLOW 8

static FakeDomain *
add_silently(World *world, const char *name)
{
    return fake_domains_add(fake_virt_domains(world->virt), name, SEAL_TECHNOLOGY_SEV);
}

static void
test_first_listing(void)
{
    World *world = world_new();

    for (guint i = 0; i < 50; i++) {
        g_autofree char *name = g_strdup_printf("vm%u", i);

        add_silently(world, name);
    }
    world_start(world);
    g_assert_cmpuint(world_count_news(world, "vm-added"), ==, 50);
    g_assert_cmpuint(fake_virt_count(world->virt, VIRT_OP_LIST), ==, 1);
    g_assert_cmpuint(fake_virt_count(world->virt, VIRT_OP_SNAPSHOT), ==, 0);
    g_assert_cmpint(world_find_news(world, "ready"), >, world_find_news(world, "vm-added"));
    g_assert_cmpuint(world_count_news(world, "ready"), ==, 1);
    world_free(world);
}

static void
test_ready_without_libvirt(void)
{
    World *world = world_new();

    core_start(world->core, NULL, NULL);
    world_free(world);
}

static void
test_defined_and_undefined_elsewhere(World **world, gconstpointer data)
{
    FakeDomain *domain = world_add(*world, "a", SEAL_TECHNOLOGY_SEV, VIRT_STATE_SHUTOFF);
    g_autofree char *uuid = g_strdup(domain->uuid);

    domain->state = VIRT_STATE_RUNNING;
    domain->reason = "booted";
    fake_virt_emit((*world)->virt, uuid);
    world_settle();
    g_assert_cmpint(world_vm(*world, "a")->state, ==, VM_STATE_RUNNING);
    fake_domains_remove(fake_virt_domains((*world)->virt), uuid);
    fake_virt_emit((*world)->virt, uuid);
    world_settle();
    g_assert_null(world_vm(*world, "a"));
    g_assert_cmpuint(world_count_news(*world, "vm-removed a"), ==, 1);
    fake_virt_emit((*world)->virt, "00000000-0000-4000-8000-ffffffffffff");
    world_settle();
    g_assert_cmpuint(world_count_news(*world, "vm-"), ==, 3);
}

static void
test_storm_is_merged(World **world, gconstpointer data)
{
    FakeDomain *domain = world_add(*world, "a", SEAL_TECHNOLOGY_SEV, VIRT_STATE_SHUTOFF);
    guint before = fake_virt_count((*world)->virt, VIRT_OP_SNAPSHOT);

    fake_virt_hold((*world)->virt, VIRT_OP_SNAPSHOT, TRUE);
    for (guint i = 0; i < 1000; i++)
        fake_virt_emit((*world)->virt, domain->uuid);
    world_settle();
    g_assert_cmpuint(fake_virt_count((*world)->virt, VIRT_OP_SNAPSHOT), ==, before + 1);
    domain->vcpus = 9;
    fake_virt_hold((*world)->virt, VIRT_OP_SNAPSHOT, FALSE);
    fake_virt_release((*world)->virt, VIRT_OP_SNAPSHOT, 0);
    world_settle();
    g_assert_cmpuint(fake_virt_count((*world)->virt, VIRT_OP_SNAPSHOT), ==, before + 2);
    g_assert_cmpuint(world_vm(*world, "a")->vcpus, ==, 9);
}

static void
test_few_in_flight(World **world, gconstpointer data)
{
    fake_virt_hold((*world)->virt, VIRT_OP_SNAPSHOT, TRUE);
    for (guint i = 0; i < 20; i++) {
        g_autofree char *name = g_strdup_printf("vm%u", i);

        fake_virt_emit((*world)->virt, add_silently(*world, name)->uuid);
    }
    world_settle();
    g_assert_cmpuint(fake_virt_held((*world)->virt, VIRT_OP_SNAPSHOT), ==, IN_FLIGHT);
    for (guint left = 20; left > 0; left--) {
        g_assert_cmpuint(fake_virt_held((*world)->virt, VIRT_OP_SNAPSHOT), ==,
                         MIN(left, IN_FLIGHT));
        fake_virt_release((*world)->virt, VIRT_OP_SNAPSHOT, left % MIN(left, IN_FLIGHT));
    }
    g_assert_cmpuint(world_count_news(*world, "vm-added"), ==, 20);
}

static void
wait_for_held(World *world, guint wanted)
{
    gint64 end = g_get_monotonic_time() + 20 * G_USEC_PER_SEC;

    while (fake_virt_held(world->virt, VIRT_OP_SNAPSHOT) < wanted && g_get_monotonic_time() < end)
        g_main_context_iteration(NULL, TRUE);
    g_assert_cmpuint(fake_virt_held(world->virt, VIRT_OP_SNAPSHOT), ==, wanted);
}

/* libvirt answers late: what it says is shown then, for no event would come again. */
static void
test_late_look_is_waited_for(World **world, gconstpointer data)
{
    FakeDomain *domain = world_add(*world, "a", SEAL_TECHNOLOGY_SEV, VIRT_STATE_SHUTOFF);
    guint before = fake_virt_count((*world)->virt, VIRT_OP_SNAPSHOT);

    domain->vcpus = 9;
    fake_virt_hold((*world)->virt, VIRT_OP_SNAPSHOT, TRUE);
    fake_virt_emit((*world)->virt, domain->uuid);
    world_settle();
    g_assert_true(fake_virt_last((*world)->virt, VIRT_OP_SNAPSHOT)->patient);
    g_usleep(2500000);
    fake_virt_emit((*world)->virt, domain->uuid);
    world_settle();
    g_assert_cmpuint(fake_virt_count((*world)->virt, VIRT_OP_SNAPSHOT), ==, before + 1);
    g_assert_cmpuint(world_vm(*world, "a")->vcpus, !=, 9);
    fake_virt_hold((*world)->virt, VIRT_OP_SNAPSHOT, FALSE);
    fake_virt_release((*world)->virt, VIRT_OP_SNAPSHOT, 0);
    g_assert_cmpuint(world_vm(*world, "a")->vcpus, ==, 9);
    world_settle();
    g_assert_cmpuint(fake_virt_count((*world)->virt, VIRT_OP_SNAPSHOT), ==, before + 2);
}

/* Looks that hang make room for others, but not without end: each has a worker. */
static void
test_slow_looks_make_room(World **world, gconstpointer data)
{
    fake_virt_hold((*world)->virt, VIRT_OP_SNAPSHOT, TRUE);
    for (guint i = 0; i < 30; i++) {
        g_autofree char *name = g_strdup_printf("vm%u", i);

        fake_virt_emit((*world)->virt, add_silently(*world, name)->uuid);
    }
    world_settle();
    wait_for_held(*world, IN_FLIGHT);
    wait_for_held(*world, 2 * IN_FLIGHT);
    wait_for_held(*world, SLOW + IN_FLIGHT);
    g_usleep(2500000);
    world_settle();
    wait_for_held(*world, SLOW + IN_FLIGHT);
    fake_virt_hold((*world)->virt, VIRT_OP_SNAPSHOT, FALSE);
    while (fake_virt_held((*world)->virt, VIRT_OP_SNAPSHOT) > 0)
        fake_virt_release((*world)->virt, VIRT_OP_SNAPSHOT, 0);
    world_settle();
    g_assert_cmpuint(world_count_news(*world, "vm-added"), ==, 30);
    /* And it counts anew. */
    fake_virt_hold((*world)->virt, VIRT_OP_SNAPSHOT, TRUE);
    for (guint i = 0; i < 30; i++) {
        g_autofree char *name = g_strdup_printf("vm%u", i);

        fake_virt_emit((*world)->virt, world_vm(*world, name)->uuid);
    }
    world_settle();
    wait_for_held(*world, IN_FLIGHT);
}

/* The domain is deleted while a look at it is on the way: it must not come back, even briefly. */
static void
test_deleted_during_a_look(World **world, gconstpointer data)
{
    FakeDomain *domain = world_add(*world, "a", SEAL_TECHNOLOGY_SEV, VIRT_STATE_SHUTOFF);
    g_autofree char *uuid = g_strdup(domain->uuid);

    fake_virt_hold((*world)->virt, VIRT_OP_SNAPSHOT, TRUE);
    fake_virt_emit((*world)->virt, uuid);
    world_act_and_settle(*world, JOB_OPERATION_DELETE, "a", -1);
    g_assert_null(registry_find((*world)->core->registry, uuid));
    world_forget_news(*world);
    fake_virt_hold((*world)->virt, VIRT_OP_SNAPSHOT, FALSE);
    fake_virt_release((*world)->virt, VIRT_OP_SNAPSHOT, 0);
    world_settle();
    g_assert_null(registry_find((*world)->core->registry, uuid));
    g_assert_cmpuint(world_count_news(*world, "vm-"), ==, 0);
}

static void
reconnect_with_held_listing(World *world)
{
    fake_virt_hold(world->virt, VIRT_OP_LIST, TRUE);
    fake_virt_connect(world->virt, VIRT_CONNECTION_UNAVAILABLE);
    world_settle();
    fake_virt_connect(world->virt, VIRT_CONNECTION_CONNECTED);
    world_settle();
    g_assert_cmpuint(fake_virt_held(world->virt, VIRT_OP_LIST), ==, 1);
}

static void
release_listing(World *world)
{
    fake_virt_release(world->virt, VIRT_OP_LIST, 0);
    world_settle();
}

static void
test_stale_listing_revives_nobody(World **world, gconstpointer data)
{
    FakeDomain *domain = world_add(*world, "a", SEAL_TECHNOLOGY_SEV, VIRT_STATE_SHUTOFF);
    g_autofree char *uuid = g_strdup(domain->uuid);

    reconnect_with_held_listing(*world);
    fake_domains_remove(fake_virt_domains((*world)->virt), uuid);
    fake_virt_emit((*world)->virt, uuid);
    world_settle();
    g_assert_null(world_vm(*world, "a"));
    release_listing(*world);
    g_assert_null(world_vm(*world, "a"));
}

static void
test_stale_listing_removes_nobody(World **world, gconstpointer data)
{
    reconnect_with_held_listing(*world);
    world_add(*world, "new", SEAL_TECHNOLOGY_SEV, VIRT_STATE_SHUTOFF);
    world_forget_news(*world);
    release_listing(*world);
    g_assert_nonnull(world_vm(*world, "new"));
    g_assert_cmpuint(world_count_news(*world, "vm-removed"), ==, 0);
}

static void
test_stale_listing_changes_nothing_back(World **world, gconstpointer data)
{
    FakeDomain *domain = world_add(*world, "a", SEAL_TECHNOLOGY_SEV, VIRT_STATE_SHUTOFF);

    reconnect_with_held_listing(*world);
    domain->state = VIRT_STATE_RUNNING;
    fake_virt_emit((*world)->virt, domain->uuid);
    world_settle();
    world_forget_news(*world);
    release_listing(*world);
    g_assert_cmpint(world_vm(*world, "a")->state, ==, VM_STATE_RUNNING);
    g_assert_cmpuint(world_count_news(*world, "vm-changed a shutoff"), ==, 0);
}

static void
test_relist_finds_what_was_missed(World **world, gconstpointer data)
{
    FakeDomain *gone = world_add(*world, "gone", SEAL_TECHNOLOGY_SEV, VIRT_STATE_SHUTOFF);
    FakeDomain *stays = world_add(*world, "stays", SEAL_TECHNOLOGY_SEV, VIRT_STATE_SHUTOFF);

    fake_virt_connect((*world)->virt, VIRT_CONNECTION_UNAVAILABLE);
    world_settle();
    g_assert_nonnull(world_vm(*world, "gone"));
    fake_domains_remove(fake_virt_domains((*world)->virt), gone->uuid);
    stays->state = VIRT_STATE_PAUSED;
    add_silently(*world, "new");
    fake_virt_connect((*world)->virt, VIRT_CONNECTION_CONNECTED);
    world_settle();
    g_assert_null(world_vm(*world, "gone"));
    g_assert_nonnull(world_vm(*world, "new"));
    g_assert_cmpint(world_vm(*world, "stays")->state, ==, VM_STATE_PAUSED);
    g_assert_cmpuint(world_count_news(*world, "ready"), ==, 1);
}

/* Every worker may be taken for a moment; no event comes twice, so the look is owed. */
static void
test_refused_look_is_repeated(World **world, gconstpointer data)
{
    FakeDomain *domain = world_add(*world, "a", SEAL_TECHNOLOGY_SEV, VIRT_STATE_SHUTOFF);
    guint before = fake_virt_count((*world)->virt, VIRT_OP_SNAPSHOT);
    gint64 end = g_get_monotonic_time() + 5 * G_USEC_PER_SEC;

    domain->vcpus = 9;
    fake_virt_fail((*world)->virt, VIRT_OP_SNAPSHOT, SEAL_ERROR_LIMITS_EXCEEDED, 1);
    fake_virt_emit((*world)->virt, domain->uuid);
    while (world_vm(*world, "a")->vcpus != 9 && g_get_monotonic_time() < end)
        g_main_context_iteration(NULL, TRUE);
    g_assert_cmpuint(world_vm(*world, "a")->vcpus, ==, 9);
    g_assert_cmpuint(fake_virt_count((*world)->virt, VIRT_OP_SNAPSHOT), ==, before + 2);
}

/* Whether no worker was free, one domain kept libvirt from answering, or it just failed. */
static void
test_listing_is_repeated(World **world, gconstpointer code)
{
    gint64 end = g_get_monotonic_time() + 10 * G_USEC_PER_SEC;

    add_silently(*world, "a");
    fake_virt_fail((*world)->virt, VIRT_OP_LIST, (SealError)GPOINTER_TO_INT(code), 2);
    fake_virt_connect((*world)->virt, VIRT_CONNECTION_UNAVAILABLE);
    fake_virt_connect((*world)->virt, VIRT_CONNECTION_CONNECTED);
    while (!world_vm(*world, "a") && g_get_monotonic_time() < end)
        g_main_context_iteration(NULL, TRUE);
    g_assert_nonnull(world_vm(*world, "a"));
}

/* Errors that repeating does not cure are not repeated without end. */
static void
test_failed_look_is_dropped(World **world, gconstpointer data)
{
    FakeDomain *domain = world_add(*world, "a", SEAL_TECHNOLOGY_SEV, VIRT_STATE_SHUTOFF);
    guint before = fake_virt_count((*world)->virt, VIRT_OP_SNAPSHOT);

    fake_virt_fail((*world)->virt, VIRT_OP_SNAPSHOT, SEAL_ERROR_BACKEND, 1);
    fake_virt_emit((*world)->virt, domain->uuid);
    g_usleep(300000);
    world_settle();
    g_assert_cmpuint(fake_virt_count((*world)->virt, VIRT_OP_SNAPSHOT), ==, before + 1);
    g_assert_nonnull(world_vm(*world, "a"));
}

/* What a VM that is being made goes through is looked at once, and after its maker. */
static void
test_held_vm_is_looked_at_later(World **world, gconstpointer data)
{
    FakeDomain *domain = world_add(*world, "a", SEAL_TECHNOLOGY_SEV, VIRT_STATE_SHUTOFF);
    guint before = fake_virt_count((*world)->virt, VIRT_OP_SNAPSHOT);

    sync_hold((*world)->core->sync, domain->uuid);
    domain->state = VIRT_STATE_RUNNING;
    domain->reason = "booted";
    fake_virt_emit((*world)->virt, domain->uuid);
    fake_virt_emit((*world)->virt, domain->uuid);
    world_settle();
    g_assert_cmpuint(fake_virt_count((*world)->virt, VIRT_OP_SNAPSHOT), ==, before);
    sync_release((*world)->core->sync, domain->uuid);
    while (world_vm(*world, "a")->state != VM_STATE_RUNNING)
        g_main_context_iteration(NULL, TRUE);
    g_assert_cmpuint(fake_virt_count((*world)->virt, VIRT_OP_SNAPSHOT), ==, before + 1);
    sync_release((*world)->core->sync, domain->uuid);
    fake_virt_emit((*world)->virt, domain->uuid);
    world_settle();
    g_assert_cmpuint(fake_virt_count((*world)->virt, VIRT_OP_SNAPSHOT), ==, before + 2);
}

/* As a libvirtd that has just begun: it lists a guest as running whose QEMU is gone, and says no
 * more. */
static void
test_guest_ends_unsaid(World **world, gconstpointer data)
{
    FakeDomain *domain = world_add(*world, "a", SEAL_TECHNOLOGY_SEV, VIRT_STATE_RUNNING);
    guint looks = fake_virt_count((*world)->virt, VIRT_OP_SNAPSHOT);
    gint64 end = g_get_monotonic_time() + 10 * G_USEC_PER_SEC;

    domain->state = VIRT_STATE_SHUTOFF;
    domain->reason = "failed";
    while (world_vm(*world, "a")->state == VM_STATE_RUNNING && g_get_monotonic_time() < end)
        g_main_context_iteration(NULL, TRUE);
    g_assert_cmpint(world_vm(*world, "a")->state, ==, VM_STATE_SHUTOFF);
    g_assert_cmpuint(fake_virt_count((*world)->virt, VIRT_OP_SNAPSHOT), ==, looks + 1);
}

static void
test_end_with_everything_under_way(World **world, gconstpointer data)
{
    fake_virt_hold((*world)->virt, VIRT_OP_SNAPSHOT, TRUE);
    for (guint i = 0; i < 10; i++) {
        g_autofree char *name = g_strdup_printf("vm%u", i);

        fake_virt_emit((*world)->virt, add_silently(*world, name)->uuid);
    }
    reconnect_with_held_listing(*world);
}

#define ADD(path, function) g_test_add(path, World *, NULL, world_set_up, function, world_tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sync/first-listing", test_first_listing);
    g_test_add_func("/sync/ready-without-libvirt", test_ready_without_libvirt);
    ADD("/sync/defined-and-undefined-elsewhere", test_defined_and_undefined_elsewhere);
    ADD("/sync/storm-is-merged", test_storm_is_merged);
    ADD("/sync/few-in-flight", test_few_in_flight);
    ADD("/sync/late-look-is-waited-for", test_late_look_is_waited_for);
    ADD("/sync/slow-looks-make-room", test_slow_looks_make_room);
    ADD("/sync/deleted-during-a-look", test_deleted_during_a_look);
    ADD("/sync/stale-listing-revives-nobody", test_stale_listing_revives_nobody);
    ADD("/sync/stale-listing-removes-nobody", test_stale_listing_removes_nobody);
    ADD("/sync/stale-listing-changes-nothing-back", test_stale_listing_changes_nothing_back);
    ADD("/sync/relist-finds-what-was-missed", test_relist_finds_what_was_missed);
    ADD("/sync/refused-look-is-repeated", test_refused_look_is_repeated);
    g_test_add("/sync/listing-is-repeated/refused", World *,
               GINT_TO_POINTER(SEAL_ERROR_LIMITS_EXCEEDED), world_set_up, test_listing_is_repeated,
               world_tear_down);
    g_test_add("/sync/listing-is-repeated/late", World *, GINT_TO_POINTER(SEAL_ERROR_TIMEOUT),
               world_set_up, test_listing_is_repeated, world_tear_down);
    g_test_add("/sync/listing-is-repeated/failed", World *, GINT_TO_POINTER(SEAL_ERROR_BACKEND),
               world_set_up, test_listing_is_repeated, world_tear_down);
    ADD("/sync/failed-look-is-dropped", test_failed_look_is_dropped);
    ADD("/sync/held-vm-is-looked-at-later", test_held_vm_is_looked_at_later);
    ADD("/sync/guest-ends-unsaid", test_guest_ends_unsaid);
    ADD("/sync/end-with-everything-under-way", test_end_with_everything_under_way);
    return g_test_run();
}
