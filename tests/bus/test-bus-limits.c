/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Bounds: the last call and the last job within them work, the next is
 * refused by name, nobody else is hurt, and what ends makes room again.
 */

#include "stage.h"

#include "call.h"

#define VM SERVICE_VM_INTERFACE
#define LIMITS "org.sealvirt1.Error.LimitsExceeded"
#define DENIED "org.freedesktop.DBus.Error.AccessDenied"

static void
set_up(Stage **stage, gconstpointer data)
{
    *stage = stage_new();
}

static void
tear_down(Stage **stage, gconstpointer data)
{
    stage_free(*stage);
}

/* Calls that wait, of one user. */
static Answer *
pile_up(Stage *stage, const char *path, const char *sender, guint n)
{
    Answer *answers = g_new0(Answer, n);

    stage->sender = sender;
    for (guint i = 0; i < n; i++) {
        stage_send(stage, path, VM, "GetXML", stage_options("{}"), &answers[i]);
        if (i % 32 == 0)
            world_settle();
    }
    world_settle();
    return answers;
}

static guint
count(const Answer *answers, guint n, const char *error)
{
    guint found = 0;

    for (guint i = 0; i < n; i++)
        found += answers[i].replies == 1 && g_strcmp0(answers[i].error, error) == 0;
    return found;
}

static void
clear(Answer *answers, guint n)
{
    for (guint i = 0; i < n; i++) {
        g_assert_cmpuint(answers[i].replies, ==, 1);
        stage_clear_answer(&answers[i]);
    }
    g_free(answers);
}

/* The bound holds while polkit is still thinking: a caller who is refused at last takes no more. */
static void
test_calls_of_a_user_unanswered_by_polkit(Stage **stage, gconstpointer data)
{
    g_autofree char *path = stage_vm(*stage, "a", SEAL_TECHNOLOGY_SEV, VIRT_STATE_SHUTOFF);
    Answer *answers, *others;

    fake_authority_set((*stage)->authority, FAKE_SILENT);
    answers = pile_up(*stage, path, ":1.1000", CALL_MAX_PER_USER + 1);
    g_assert_cmpuint(count(answers, CALL_MAX_PER_USER + 1, LIMITS), ==, 1);
    g_assert_cmpuint(fake_authority_waiting((*stage)->authority), ==, CALL_MAX_PER_USER);
    others = pile_up(*stage, path, ":1.1001", 1);
    g_assert_cmpuint(fake_authority_waiting((*stage)->authority), ==, CALL_MAX_PER_USER + 1);
    fake_authority_answer((*stage)->authority, FAKE_DENY);
    world_settle();
    g_assert_cmpuint(count(answers, CALL_MAX_PER_USER + 1, DENIED), ==, CALL_MAX_PER_USER);
    clear(answers, CALL_MAX_PER_USER + 1);
    clear(others, 1);
}

static void
test_calls_of_a_user_unanswered_by_libvirt(Stage **stage, gconstpointer data)
{
    g_autofree char *path = stage_vm(*stage, "a", SEAL_TECHNOLOGY_SEV, VIRT_STATE_SHUTOFF);
    Answer *answers, *others;

    fake_virt_hold((*stage)->world->virt, VIRT_OP_GET_XML, TRUE);
    answers = pile_up(*stage, path, ":1.1000", CALL_MAX_PER_USER + 3);
    g_assert_cmpuint(count(answers, CALL_MAX_PER_USER + 3, LIMITS), ==, 3);
    g_assert_cmpuint(fake_virt_held((*stage)->world->virt, VIRT_OP_GET_XML), ==, CALL_MAX_PER_USER);
    fake_virt_release((*stage)->world->virt, VIRT_OP_GET_XML, 5);
    others = pile_up(*stage, path, ":1.1000", 2);
    g_assert_cmpuint(count(others, 2, LIMITS), ==, 1);
    while (fake_virt_held((*stage)->world->virt, VIRT_OP_GET_XML) > 0)
        fake_virt_release((*stage)->world->virt, VIRT_OP_GET_XML, 0);
    world_settle();
    clear(answers, CALL_MAX_PER_USER + 3);
    clear(others, 2);
}

/* Root is not bounded by the share of a user, but by the bound of all. */
static void
test_calls_of_all(Stage **stage, gconstpointer data)
{
    g_autofree char *path = stage_vm(*stage, "a", SEAL_TECHNOLOGY_SEV, VIRT_STATE_SHUTOFF);
    Answer *answers, *after;

    fake_authority_set((*stage)->authority, FAKE_SILENT);
    answers = pile_up(*stage, path, ":1.0", CALL_MAX + 1);
    g_assert_cmpuint(count(answers, CALL_MAX + 1, LIMITS), ==, 1);
    g_assert_cmpuint(fake_authority_waiting((*stage)->authority), ==, CALL_MAX);
    after = pile_up(*stage, path, ":1.1000", 1);
    g_assert_cmpuint(count(after, 1, LIMITS), ==, 1);
    clear(after, 1);
    /* Properties are no calls of ours: they are read all the time. */
    g_variant_unref(stage_get(*stage, path, VM, "State"));
    fake_authority_answer((*stage)->authority, FAKE_ALLOW);
    world_settle();
    g_assert_cmpuint(count(answers, CALL_MAX + 1, NULL), ==, CALL_MAX);
    clear(answers, CALL_MAX + 1);
    after = pile_up(*stage, path, ":1.1000", 1);
    world_settle();
    g_assert_cmpuint(fake_authority_waiting((*stage)->authority), ==, 1);
    fake_authority_answer((*stage)->authority, FAKE_ALLOW);
    world_settle();
    clear(after, 1);
}

/* Starts of as many VMs, each held by libvirt. */
static Answer *
start_many(Stage *stage, const char *prefix, const char *sender, guint n)
{
    Answer *answers = g_new0(Answer, n);

    for (guint i = 0; i < n; i++) {
        g_autofree char *name = g_strdup_printf("%s%u", prefix, i);
        g_autofree char *path = stage_vm(stage, name, SEAL_TECHNOLOGY_NONE, VIRT_STATE_SHUTOFF);

        stage->sender = sender;
        stage_send(stage, path, VM, "Start", stage_options("{}"), &answers[i]);
        world_settle();
    }
    return answers;
}

static void
release_starts(Stage *stage)
{
    while (fake_virt_held(stage->world->virt, VIRT_OP_START) > 0)
        fake_virt_release(stage->world->virt, VIRT_OP_START, 0);
    world_settle();
}

static void
test_jobs(Stage **stage, gconstpointer data)
{
    const guint n = JOB_MAX_PER_USER;
    Answer *first, *second, *third, *again;

    fake_virt_hold((*stage)->world->virt, VIRT_OP_START, TRUE);
    first = start_many(*stage, "a", ":1.1000", n + 1);
    g_assert_cmpuint(count(first, n + 1, LIMITS), ==, 1);
    g_assert_cmpuint(fake_virt_held((*stage)->world->virt, VIRT_OP_START), ==, n);
    second = start_many(*stage, "b", ":1.1001", JOB_MAX - n);
    g_assert_cmpuint(count(second, JOB_MAX - n, LIMITS), ==, 0);
    third = start_many(*stage, "c", ":1.0", 1);
    g_assert_cmpuint(count(third, 1, LIMITS), ==, 1);
    fake_virt_release((*stage)->world->virt, VIRT_OP_START, 0);
    world_settle();
    again = start_many(*stage, "d", ":1.0", 2);
    g_assert_cmpuint(count(again, 2, LIMITS), ==, 1);
    release_starts(*stage);
    clear(first, n + 1);
    clear(second, JOB_MAX - n);
    clear(third, 1);
    clear(again, 2);
}

static GVariant *
make_packet(gsize length, const char *options)
{
    g_autofree guint8 *bytes = g_malloc0(length);

    return g_variant_new("(@ay@ay@a{sv})",
                         g_variant_new_fixed_array(G_VARIANT_TYPE_BYTE, bytes, 52, 1),
                         g_variant_new_fixed_array(G_VARIANT_TYPE_BYTE, bytes, length, 1),
                         g_variant_new_parsed(options));
}

static void
check_packet_refused(Stage *stage, const char *path, GVariant *packet)
{
    Answer answer = {0};

    stage_send(stage, path, VM, "InjectSecret", packet, &answer);
    world_settle();
    g_assert_cmpuint(answer.replies, ==, 1);
    g_assert_cmpstr(answer.error, ==, "org.sealvirt1.Error.InvalidArgument");
    stage_clear_answer(&answer);
}

/* Whoever may do nothing must not fill memory with what polkit is still asked about. */
static void
test_secrets_that_are_none(Stage **stage, gconstpointer data)
{
    g_autofree char *path = stage_vm(*stage, "a", SEAL_TECHNOLOGY_SEV, VIRT_STATE_PAUSED);
    g_autofree char *text = g_strnfill(1 << 20, 'a');
    g_autofree char *options = g_strdup_printf("{'x': <'%s'>}", text);
    Answer answer = {0};

    fake_authority_set((*stage)->authority, FAKE_SILENT);
    check_packet_refused(*stage, path, make_packet(8 << 20, "@a{sv} {}"));
    check_packet_refused(*stage, path, make_packet(64, options));
    g_assert_cmpuint(fake_authority_waiting((*stage)->authority), ==, 0);
    stage_send(*stage, path, VM, "InjectSecret", make_packet(16384, "@a{sv} {}"), &answer);
    world_settle();
    g_assert_cmpuint(fake_authority_waiting((*stage)->authority), ==, 1);
    fake_authority_answer((*stage)->authority, FAKE_DENY);
    world_settle();
    g_assert_cmpstr(answer.error, ==, DENIED);
    stage_clear_answer(&answer);
}

/* Calls come and go by the thousand; nothing piles up. */
static void
test_books_are_balanced(Stage **stage, gconstpointer data)
{
    g_autofree char *path = stage_vm(*stage, "a", SEAL_TECHNOLOGY_SEV, VIRT_STATE_SHUTOFF);

    for (guint i = 0; i < 40; i++) {
        FakeAnswer answer = i % 2 ? FAKE_ALLOW : FAKE_DENY;
        Answer *answers;

        fake_authority_set((*stage)->authority, answer);
        answers = pile_up(*stage, path, i % 3 ? ":1.1000" : ":1.1001", CALL_MAX_PER_USER);
        g_assert_cmpuint(count(answers, CALL_MAX_PER_USER, LIMITS), ==, 0);
        clear(answers, CALL_MAX_PER_USER);
    }
    g_assert_cmpuint(g_hash_table_size((*stage)->service->calls), ==, 0);
    g_assert_cmpuint(g_hash_table_size((*stage)->service->calls_of_user), ==, 0);
}

#define ADD(path, function) g_test_add(path, Stage *, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    world_quieten();
    ADD("/bus-limits/calls-of-a-user-unanswered-by-polkit",
        test_calls_of_a_user_unanswered_by_polkit);
    ADD("/bus-limits/calls-of-a-user-unanswered-by-libvirt",
        test_calls_of_a_user_unanswered_by_libvirt);
    ADD("/bus-limits/calls-of-all", test_calls_of_all);
    ADD("/bus-limits/jobs", test_jobs);
    ADD("/bus-limits/secrets-that-are-none", test_secrets_that_are_none);
    ADD("/bus-limits/books-are-balanced", test_books_are_balanced);
    return g_test_run();
}
