/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A libvirt that falls silent in the middle of a create: what it was asked for
 * may be done all the same, so it is taken back as if it were. Silent about
 * that too, it finds the rest of the work when it answers again. And a file
 * system that falls silent before libvirt is asked for anything.
 */

#include "world.h"

#include "error.h"

#define VOLUMES                                                                                    \
    "{'memory': <uint64 1073741824>, 'disks': <["                                                  \
    "{'pool': <'p'>, 'volume': <'a.qcow2'>, 'size': <uint64 1048576>},"                            \
    "{'pool': <'p'>, 'volume': <'b.qcow2'>, 'size': <uint64 1048576>}]>}"

typedef struct {
    World *world;
    GHashTable *notes;
} Setup;

static void
set_up(Setup *setup, gconstpointer data)
{
    setup->world = world_new();
    setup->notes = fake_host_take_notes(setup->world->host, FALSE);
    world_start(setup->world);
}

static void
tear_down(Setup *setup, gconstpointer data)
{
    g_autoptr(GPtrArray) jobs = jobs_list(setup->world->core->jobs);

    g_assert_cmpuint(jobs->len, ==, 0);
    world_free(setup->world);
}

static guint
count_domains(Setup *setup)
{
    g_autoptr(GPtrArray) vms = registry_list(setup->world->core->registry);

    g_assert_cmpuint(vms->len, ==, fake_domains_count(fake_virt_domains(setup->world->virt)));
    return vms->len;
}

static guint
count_deletes(Setup *setup)
{
    return fake_virt_count(setup->world->virt, VIRT_OP_VOLUME_DELETE);
}

/* Ends in @code, with @words in its text. */
static void
create(Setup *setup, const char *settings, gboolean start, int code, const char *words)
{
    Outcome outcome;

    world_create(setup->world, "a", settings, start, &outcome);
    world_settle();
    g_assert_nonnull(strstr(outcome.error->message, words));
    world_expect(&outcome, code);
}

static void
reconnect(Setup *setup)
{
    fake_virt_connect(setup->world->virt, VIRT_CONNECTION_UNAVAILABLE);
    world_settle();
    fake_virt_connect(setup->world->virt, VIRT_CONNECTION_CONNECTED);
    world_settle();
}

/* libvirt would hang at it as well: it is not left to judge. */
static void
test_hung_file(Setup *setup, gconstpointer data)
{
    fake_host_hang(setup->world->host);
    create(setup, NULL, TRUE, SEAL_ERROR_TIMEOUT, "scripted hang");
    g_assert_cmpuint(fake_virt_count_acts(setup->world->virt), ==, 0);
    g_assert_cmpuint(g_hash_table_size(setup->notes), ==, 0);
}

static void
test_volume(Setup *setup, gconstpointer data)
{
    fake_virt_lose(setup->world->virt, VIRT_OP_VOLUME_CREATE, 1);
    create(setup, VOLUMES, FALSE, SEAL_ERROR_BACKEND_UNAVAILABLE, "scripted silence");
    g_assert_cmpuint(fake_virt_count(setup->world->virt, VIRT_OP_VOLUME_CREATE), ==, 1);
    g_assert_cmpuint(count_deletes(setup), ==, 1);
    g_assert_cmpstr(fake_virt_last(setup->world->virt, VIRT_OP_VOLUME_DELETE)->volume->name, ==,
                    "a.qcow2");
    g_assert_cmpuint(g_hash_table_size(setup->notes), ==, 0);
}

static void
test_volume_times_out(Setup *setup, gconstpointer data)
{
    fake_virt_fail(setup->world->virt, VIRT_OP_VOLUME_CREATE, SEAL_ERROR_TIMEOUT, 1);
    create(setup, VOLUMES, FALSE, SEAL_ERROR_TIMEOUT, "scripted failure");
    g_assert_cmpuint(count_deletes(setup), ==, 1);
}

/* An answer is an answer: what was there before is somebody's. */
static void
test_existing_volume_is_not_touched(Setup *setup, gconstpointer data)
{
    fake_virt_fail(setup->world->virt, VIRT_OP_VOLUME_CREATE, SEAL_ERROR_EXISTS, 1);
    create(setup, VOLUMES, FALSE, SEAL_ERROR_EXISTS, "scripted failure");
    fake_virt_fail(setup->world->virt, VIRT_OP_VOLUME_ABSENT, SEAL_ERROR_TIMEOUT, 1);
    create(setup, VOLUMES, FALSE, SEAL_ERROR_TIMEOUT, "scripted failure");
    g_assert_cmpuint(count_deletes(setup), ==, 0);
    g_assert_cmpuint(g_hash_table_size(setup->notes), ==, 0);
}

static void
test_volume_and_its_deletion(Setup *setup, gconstpointer data)
{
    fake_virt_lose(setup->world->virt, VIRT_OP_VOLUME_CREATE, 1);
    fake_virt_lose(setup->world->virt, VIRT_OP_VOLUME_DELETE, 1);
    create(setup, VOLUMES, FALSE, SEAL_ERROR_BACKEND_UNAVAILABLE,
           "volume a.qcow2 of pool p may be left");
    g_assert_cmpuint(count_deletes(setup), ==, 1);
    g_assert_cmpuint(g_hash_table_size(setup->notes), ==, 1);
    reconnect(setup);
    g_assert_cmpuint(count_deletes(setup), ==, 3);
    g_assert_cmpuint(g_hash_table_size(setup->notes), ==, 0);
    reconnect(setup);
    g_assert_cmpuint(count_deletes(setup), ==, 3);
}

static void
test_volume_that_stays_is_told(Setup *setup, gconstpointer data)
{
    fake_virt_fail(setup->world->virt, VIRT_OP_DEFINE, SEAL_ERROR_BACKEND, 1);
    fake_virt_fail(setup->world->virt, VIRT_OP_VOLUME_DELETE, SEAL_ERROR_BACKEND, 1);
    create(setup, VOLUMES, FALSE, SEAL_ERROR_BACKEND, "volume b.qcow2 of pool p is left");
    g_assert_cmpuint(count_deletes(setup), ==, 2);
    g_assert_cmpuint(g_hash_table_size(setup->notes), ==, 0);
}

static void
test_define(Setup *setup, gconstpointer data)
{
    fake_virt_lose(setup->world->virt, VIRT_OP_DEFINE, 1);
    create(setup, VOLUMES, FALSE, SEAL_ERROR_BACKEND_UNAVAILABLE, "scripted silence");
    g_assert_cmpuint(count_domains(setup), ==, 0);
    g_assert_cmpuint(count_deletes(setup), ==, 2);
    g_assert_cmpuint(g_hash_table_size(setup->notes), ==, 0);
}

/* Not carried out after all: that there is nothing to undefine is no failure. */
static void
test_define_that_never_was(Setup *setup, gconstpointer data)
{
    Outcome outcome;

    fake_virt_fail(setup->world->virt, VIRT_OP_DEFINE, SEAL_ERROR_TIMEOUT, 1);
    world_create(setup->world, "a", NULL, FALSE, &outcome);
    world_settle();
    g_assert_null(strstr(outcome.error->message, "undefining"));
    world_expect(&outcome, SEAL_ERROR_TIMEOUT);
    g_assert_cmpuint(fake_virt_count(setup->world->virt, VIRT_OP_UNDEFINE), ==, 1);
    g_assert_cmpuint(g_hash_table_size(setup->notes), ==, 0);
}

static void
test_define_and_its_undoing(Setup *setup, gconstpointer data)
{
    fake_virt_lose(setup->world->virt, VIRT_OP_DEFINE, 1);
    fake_virt_fail(setup->world->virt, VIRT_OP_UNDEFINE, SEAL_ERROR_BACKEND_UNAVAILABLE, 1);
    create(setup, NULL, FALSE, SEAL_ERROR_BACKEND_UNAVAILABLE, "do not use it");
    g_assert_cmpuint(fake_domains_count(fake_virt_domains(setup->world->virt)), ==, 1);
    g_assert_cmpuint(g_hash_table_size(setup->notes), ==, 1);
    reconnect(setup);
    g_assert_cmpuint(count_domains(setup), ==, 0);
    g_assert_cmpuint(g_hash_table_size(setup->notes), ==, 0);
}

static void
test_no_note_is_told(Setup *setup, gconstpointer data)
{
    fake_host_take_notes(setup->world->host, TRUE);
    fake_virt_fail(setup->world->virt, VIRT_OP_DEFINE, SEAL_ERROR_BACKEND_UNAVAILABLE, 1);
    fake_virt_fail(setup->world->virt, VIRT_OP_UNDEFINE, SEAL_ERROR_BACKEND_UNAVAILABLE, 1);
    create(setup, NULL, FALSE, SEAL_ERROR_BACKEND_UNAVAILABLE, "no room");
}

/* By its note the next daemon would take away a VM that somebody uses by then. */
static void
test_note_that_stays(Setup *setup, gconstpointer data)
{
    gboolean start = GPOINTER_TO_INT(data);
    VirtOp last = start ? VIRT_OP_START : VIRT_OP_DEFINE;
    Outcome outcome;

    fake_virt_hold(setup->world->virt, last, TRUE);
    world_create(setup->world, "a", VOLUMES, start, &outcome);
    world_settle();
    g_assert_cmpuint(g_hash_table_size(setup->notes), ==, 1);
    fake_host_take_notes(setup->world->host, TRUE);
    fake_virt_release(setup->world->virt, last, 0);
    world_settle();
    world_expect(&outcome, SEAL_ERROR_BACKEND);
    g_assert_cmpuint(fake_virt_count(setup->world->virt, VIRT_OP_DESTROY), ==, start ? 1 : 0);
    g_assert_cmpuint(count_domains(setup), ==, 0);
    g_assert_cmpuint(count_deletes(setup), ==, 2);
}

static void
test_start(Setup *setup, gconstpointer data)
{
    fake_virt_lose(setup->world->virt, VIRT_OP_START, 1);
    create(setup, VOLUMES, TRUE, SEAL_ERROR_BACKEND_UNAVAILABLE, "scripted silence");
    g_assert_cmpuint(fake_virt_count(setup->world->virt, VIRT_OP_DESTROY), ==, 1);
    g_assert_cmpuint(count_domains(setup), ==, 0);
    g_assert_cmpuint(count_deletes(setup), ==, 2);
}

/* A domain that runs is not undefined, nor are its volumes deleted, until libvirt says it is off.
 */
static void
test_start_and_its_undoing(Setup *setup, gconstpointer data)
{
    fake_virt_lose(setup->world->virt, VIRT_OP_START, 1);
    fake_virt_fail(setup->world->virt, VIRT_OP_DESTROY, SEAL_ERROR_BACKEND_UNAVAILABLE, 2);
    create(setup, VOLUMES, TRUE, SEAL_ERROR_BACKEND_UNAVAILABLE, "do not use it");
    g_assert_cmpuint(fake_virt_count(setup->world->virt, VIRT_OP_UNDEFINE), ==, 0);
    g_assert_cmpuint(count_deletes(setup), ==, 0);
    reconnect(setup);
    g_assert_cmpuint(g_hash_table_size(setup->notes), ==, 1);
    reconnect(setup);
    g_assert_cmpuint(g_hash_table_size(setup->notes), ==, 0);
    g_assert_cmpuint(count_domains(setup), ==, 0);
}

/* What the next daemon may take away is noted before it is made. */
static void
test_nvram_is_noted(Setup *setup, gconstpointer data)
{
    gboolean kept = GPOINTER_TO_INT(data);

    if (kept)
        fake_virt_keep_nvram(setup->world->virt);
    fake_virt_lose(setup->world->virt, VIRT_OP_START, 1);
    fake_virt_fail(setup->world->virt, VIRT_OP_DESTROY, SEAL_ERROR_BACKEND_UNAVAILABLE, 1);
    create(setup, NULL, TRUE, SEAL_ERROR_BACKEND_UNAVAILABLE, "do not use it");
    reconnect(setup);
    g_assert_cmpuint(count_domains(setup), ==, 0);
    g_assert_true(fake_virt_last(setup->world->virt, VIRT_OP_UNDEFINE)->nvram == !kept);
}

/* Only what was owed is taken away when libvirt comes back, not what is being made. */
static void
test_create_under_way_goes_on(Setup *setup, gconstpointer data)
{
    Outcome outcome;

    fake_virt_lose(setup->world->virt, VIRT_OP_VOLUME_CREATE, 1);
    fake_virt_lose(setup->world->virt, VIRT_OP_VOLUME_DELETE, 1);
    create(setup, VOLUMES, FALSE, SEAL_ERROR_BACKEND_UNAVAILABLE, "may be left");
    fake_virt_hold(setup->world->virt, VIRT_OP_DEFINE, TRUE);
    world_create(setup->world, "b", NULL, TRUE, &outcome);
    world_settle();
    reconnect(setup);
    g_assert_cmpuint(g_hash_table_size(setup->notes), ==, 1);
    fake_virt_release(setup->world->virt, VIRT_OP_DEFINE, 0);
    world_settle();
    world_expect(&outcome, -1);
    g_assert_cmpint(world_vm(setup->world, "b")->state, ==, VM_STATE_RUNNING);
}

#define ADD(path, function) g_test_add(path, Setup, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    world_quieten();
    ADD("/create-unanswered/hung-file", test_hung_file);
    ADD("/create-unanswered/volume", test_volume);
    ADD("/create-unanswered/volume-times-out", test_volume_times_out);
    ADD("/create-unanswered/existing-volume-is-not-touched", test_existing_volume_is_not_touched);
    ADD("/create-unanswered/volume-and-its-deletion", test_volume_and_its_deletion);
    ADD("/create-unanswered/volume-that-stays-is-told", test_volume_that_stays_is_told);
    ADD("/create-unanswered/define", test_define);
    ADD("/create-unanswered/define-that-never-was", test_define_that_never_was);
    ADD("/create-unanswered/define-and-its-undoing", test_define_and_its_undoing);
    ADD("/create-unanswered/no-note-is-told", test_no_note_is_told);
    g_test_add("/create-unanswered/note-that-stays/defined", Setup, GINT_TO_POINTER(FALSE), set_up,
               test_note_that_stays, tear_down);
    g_test_add("/create-unanswered/note-that-stays/started", Setup, GINT_TO_POINTER(TRUE), set_up,
               test_note_that_stays, tear_down);
    ADD("/create-unanswered/start", test_start);
    ADD("/create-unanswered/start-and-its-undoing", test_start_and_its_undoing);
    g_test_add("/create-unanswered/nvram-is-noted/new", Setup, GINT_TO_POINTER(FALSE), set_up,
               test_nvram_is_noted, tear_down);
    g_test_add("/create-unanswered/nvram-is-noted/kept", Setup, GINT_TO_POINTER(TRUE), set_up,
               test_nvram_is_noted, tear_down);
    ADD("/create-unanswered/create-under-way-goes-on", test_create_under_way_goes_on);
    return g_test_run();
}
