/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Files on a file system that never answers. Only a lost server, or root, can
 * make stat(2) hang, so the linker puts a door before host_file_state() here
 * (--wrap): what is named "hung" waits at it, in the thread that looks.
 */

#include "host-inspect.h"

#include <string.h>

#include "error.h"
#include "host-file.h"
#include "test-tree.h"

#define PATIENCE (20 * G_USEC_PER_SEC)
/* Milliseconds, far above what a look at a file takes and far below anybody's patience. */
#define DEADLINE 200
#define MAX_LOOKS 24

HostFileState __wrap_host_file_state(const char *root, const char *path);
HostFileState __real_host_file_state(const char *root, const char *path);

static GMutex door;
static GCond door_opened;
static gboolean door_open;
/* Threads at the door, and looks that went through it. */
static guint waiting;
static guint through;

HostFileState
__wrap_host_file_state(const char *root, const char *path)
{
    g_mutex_lock(&door);
    waiting++;
    while (!door_open && strstr(path, "hung"))
        g_cond_wait(&door_opened, &door);
    waiting--;
    through++;
    g_mutex_unlock(&door);
    return __real_host_file_state(root, path);
}

static void
set_door(gboolean open)
{
    g_mutex_lock(&door);
    door_open = open;
    g_cond_broadcast(&door_opened);
    g_mutex_unlock(&door);
}

static guint
read_guarded(const guint *number)
{
    guint value;

    g_mutex_lock(&door);
    value = *number;
    g_mutex_unlock(&door);
    return value;
}

typedef struct {
    char *root;
    HostInspect *inspect;
} Setup;

typedef struct {
    guint answers;
    guint refused;
    guint facts;
    char *message;
    HostFileState first;
} Seen;

static void
set_up(Setup *setup, gconstpointer data)
{
    set_door(FALSE);
    setup->root = test_tree_new();
    setup->inspect = host_inspect_new(setup->root, DEADLINE);
    test_tree_write(setup->root, "/there", "x");
    test_tree_write(setup->root, "/hung", "x");
}

static gboolean
on_tick(gpointer data)
{
    return G_SOURCE_CONTINUE;
}

static void
pass(guint milliseconds)
{
    gint64 end = g_get_monotonic_time() + milliseconds * G_TIME_SPAN_MILLISECOND;
    guint tick = g_timeout_add(10, on_tick, NULL);

    while (g_get_monotonic_time() < end)
        g_main_context_iteration(NULL, TRUE);
    g_source_remove(tick);
}

static void
wait_for(const guint *number, guint wanted)
{
    gint64 end = g_get_monotonic_time() + PATIENCE;

    while (*number < wanted && g_get_monotonic_time() < end)
        pass(10);
    g_assert_cmpuint(*number, ==, wanted);
}

/* The threads come back and bring what nobody waits for. */
static void
tear_down(Setup *setup, gconstpointer data)
{
    gint64 end = g_get_monotonic_time() + PATIENCE;

    host_inspect_free(setup->inspect);
    set_door(TRUE);
    while (read_guarded(&waiting) > 0 && g_get_monotonic_time() < end)
        pass(10);
    pass(50);
    test_tree_free(setup->root);
}

static void
on_inspected(const HostInspection *inspection, gpointer data)
{
    Seen *seen = data;

    seen->answers++;
    g_clear_pointer(&seen->message, g_free);
    if (inspection->error) {
        g_assert_error(inspection->error, SEAL_ERROR, SEAL_ERROR_TIMEOUT);
        seen->refused++;
        seen->message = g_strdup(inspection->error->message);
    } else if (inspection->n_states > 0) {
        seen->first = inspection->states[0];
    }
}

static void
ask(Setup *setup, Seen *seen, const char *path, const char *firmware)
{
    const char *const paths[] = {path, NULL};
    guint before = seen->answers;

    host_inspect_ask(setup->inspect, paths, firmware, on_inspected, seen);
    g_assert_cmpuint(seen->answers, ==, before);
}

static void
assert_told(Seen *seen, const char *words)
{
    g_assert_nonnull(seen->message);
    g_assert_nonnull(strstr(seen->message, words));
    g_clear_pointer(&seen->message, g_free);
}

static void
test_hung_file_is_named(Setup *setup, gconstpointer data)
{
    Seen seen = {0};

    ask(setup, &seen, "/hung", NULL);
    wait_for(&seen.answers, 1);
    assert_told(&seen, "/hung cannot be looked at");
    ask(setup, &seen, "/there", "/hung-firmware");
    wait_for(&seen.answers, 2);
    assert_told(&seen, "/hung-firmware cannot be looked at");
    ask(setup, &seen, "/there", NULL);
    wait_for(&seen.answers, 3);
    g_assert_cmpint(seen.first, ==, HOST_FILE_PRESENT);
    g_assert_cmpuint(seen.refused, ==, 2);
    set_door(TRUE);
    pass(100);
    g_assert_cmpuint(seen.answers, ==, 3);
}

/* Somebody who tries again and again takes one thread, and may come back when it is mended. */
static void
test_hung_path_is_remembered(Setup *setup, gconstpointer data)
{
    Seen seen = {0};
    guint looks;

    ask(setup, &seen, "/hung", NULL);
    wait_for(&seen.answers, 1);
    looks = read_guarded(&waiting);
    for (guint i = 0; i < 100; i++)
        ask(setup, &seen, i % 2 ? "/hung" : "/there", "/hung");
    while (g_main_context_iteration(NULL, FALSE))
        ;
    g_assert_cmpuint(seen.refused, ==, 101);
    assert_told(&seen, "/hung cannot be looked at");
    g_assert_cmpuint(read_guarded(&waiting), ==, looks);
    set_door(TRUE);
    pass(100);
    ask(setup, &seen, "/hung", NULL);
    wait_for(&seen.answers, 102);
    g_assert_cmpuint(seen.refused, ==, 101);
    g_assert_cmpint(seen.first, ==, HOST_FILE_PRESENT);
}

static void
ask_for_many(Setup *setup, Seen *seen, guint n)
{
    for (guint i = 0; i < n; i++) {
        g_autofree char *path = g_strdup_printf("/hung%u", i);

        ask(setup, seen, path, NULL);
    }
    wait_for(&seen->answers, n);
    g_assert_cmpuint(seen->refused, ==, n);
}

/* A store of images is lost, and another one is not. */
static void
test_others_are_looked_at(Setup *setup, gconstpointer data)
{
    Seen seen = {0};

    ask_for_many(setup, &seen, MAX_LOOKS - 1);
    ask(setup, &seen, "/there", NULL);
    wait_for(&seen.answers, MAX_LOOKS);
    g_assert_cmpuint(seen.refused, ==, MAX_LOOKS - 1);
    g_assert_cmpint(seen.first, ==, HOST_FILE_PRESENT);
    g_clear_pointer(&seen.message, g_free);
}

/* More hang than there are threads: all are answered, and who names no file needs no thread. */
static void
test_all_threads_hang(Setup *setup, gconstpointer data)
{
    const char *const none[] = {NULL};
    Seen seen = {0};
    guint looks;

    ask_for_many(setup, &seen, 100);
    g_assert_cmpuint(read_guarded(&waiting), ==, MAX_LOOKS);
    ask(setup, &seen, "/there", NULL);
    wait_for(&seen.answers, 101);
    g_assert_cmpuint(seen.refused, ==, 101);
    g_assert_nonnull(strstr(seen.message, "/there was not looked at"));
    assert_told(&seen, "such as /hung0 ");
    host_inspect_ask(setup->inspect, none, NULL, on_inspected, &seen);
    while (g_main_context_iteration(NULL, FALSE))
        ;
    g_assert_cmpuint(seen.answers, ==, 102);
    g_assert_cmpuint(seen.refused, ==, 101);
    looks = read_guarded(&through) + read_guarded(&waiting);
    set_door(TRUE);
    pass(100);
    /* Those that waited in vain are not looked at any more. */
    g_assert_cmpuint(read_guarded(&through), ==, looks);
    ask(setup, &seen, "/there", NULL);
    wait_for(&seen.answers, 103);
    g_assert_cmpuint(seen.refused, ==, 101);
}

/* A thread that comes back goes no further for somebody who has gone. */
static void
test_late_look_ends(Setup *setup, gconstpointer data)
{
    static const char *const paths[] = {"/hung", "/there", "/there", NULL};
    Seen seen = {0};
    guint looks = read_guarded(&through);

    host_inspect_ask(setup->inspect, paths, "/there", on_inspected, &seen);
    wait_for(&seen.answers, 1);
    assert_told(&seen, "/hung ");
    set_door(TRUE);
    pass(100);
    g_assert_cmpuint(read_guarded(&through), ==, looks + 1);
}

static void
test_end_while_some_hang(Setup *setup, gconstpointer data)
{
    Seen seen = {0};

    ask(setup, &seen, "/hung", NULL);
    wait_for(&seen.answers, 1);
    assert_told(&seen, "/hung ");
    for (guint i = 0; i < 20; i++)
        ask(setup, &seen, i % 2 ? "/hung" : "/hung-too", NULL);
    host_inspect_free(g_steal_pointer(&setup->inspect));
    pass(2 * DEADLINE);
    set_door(TRUE);
    pass(100);
    g_assert_cmpuint(seen.answers, ==, 1);
}

static void
on_facts(SealFacts *facts, gpointer data)
{
    ((Seen *)data)->facts++;
    seal_facts_free(facts);
}

/* The whole host backend: what hangs holds up neither its asker for ever nor anything else. */
static void
test_facts_are_read(Setup *setup, gconstpointer data)
{
    HostBackend *host = host_new(setup->root, setup->root);
    gint64 begin = g_get_monotonic_time();
    Seen seen = {0};

    for (guint i = 0; i < 64; i++) {
        g_autofree char *path = g_strdup_printf("/hung%u", i);
        const char *const paths[] = {path, NULL};

        host->class->inspect(host, paths, NULL, on_inspected, &seen);
    }
    host->class->read_facts(host, on_facts, &seen);
    wait_for(&seen.facts, 1);
    g_assert_cmpint(g_get_monotonic_time() - begin, <, 5 * G_USEC_PER_SEC);
    g_assert_cmpuint(seen.answers, ==, 0);
    wait_for(&seen.answers, 64);
    g_assert_cmpuint(seen.refused, ==, 64);
    g_free(seen.message);
    host->class->free(host);
}

#define ADD(path, function) g_test_add(path, Setup, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("/host-inspect/hung-file-is-named", test_hung_file_is_named);
    ADD("/host-inspect/hung-path-is-remembered", test_hung_path_is_remembered);
    ADD("/host-inspect/others-are-looked-at", test_others_are_looked_at);
    ADD("/host-inspect/all-threads-hang", test_all_threads_hang);
    ADD("/host-inspect/late-look-ends", test_late_look_ends);
    ADD("/host-inspect/end-while-some-hang", test_end_while_some_hang);
    ADD("/host-inspect/facts-are-read", test_facts_are_read);
    return g_test_run();
}
