/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A file system whose server is gone lets stat(2) wait for ever, and nothing
 * can end that wait. So the thread that hangs is left alone, with all it may
 * still touch, and the main loop answers without it. Who names a path that is
 * known to hang is refused at once: trying again does not cost a thread more.
 */

#include "host-inspect.h"

#include "error.h"
#include "host-file.h"
#include "host-firmware.h"

/*
 * Looks at once, hung ones included: enough for the images of a lost store that are tried before
 * one is known to hang, and for others beside them.
 */
#define MAX_LOOKS 24

struct HostInspect {
    char *root;
    guint deadline;
    GThreadPool *pool;
    GPtrArray *out; /* Questions whose thread has not ended, the oldest first */
};

/* The main thread's but for what is said to be the looking thread's. */
typedef struct {
    HostInspect *inspect; /* NULL once it is gone */
    char *root;
    GStrv paths;               /* the firmware last; nobody writes to them any more */
    int at;                    /* atomic: index of the path that is looked at now, or -1 */
    int given_up;              /* atomic: nobody waits for this any more */
    HostInspection inspection; /* the looking thread's until that has ended */
    GError *error;
    gint64 asked; /* monotonic microseconds */
    guint timer;
    HostInspectDone done;
    gpointer data;
} Question;

static void
question_free(gpointer data)
{
    Question *question = data;

    g_free(question->root);
    g_strfreev(question->paths);
    g_free(question->inspection.states);
    g_clear_error(&question->error);
    g_free(question);
}

static Question *
question_new(HostInspect *inspect, const char *const *paths, const char *firmware)
{
    Question *question = g_new0(Question, 1);
    g_autoptr(GStrvBuilder) all = g_strv_builder_new();

    g_strv_builder_addv(all, (const char **)paths);
    if (firmware)
        g_strv_builder_add(all, firmware);
    question->inspect = inspect;
    question->root = g_strdup(inspect->root);
    question->paths = g_strv_builder_end(all);
    question->at = -1;
    question->asked = g_get_monotonic_time();
    question->inspection.n_states = g_strv_length((char **)paths);
    question->inspection.states = g_new0(HostFileState, question->inspection.n_states + 1);
    return question;
}

static const char *
get_path_now(const Question *question)
{
    int at = g_atomic_int_get(&question->at);

    return at < 0 ? NULL : question->paths[at];
}

static void
answer(Question *question, const HostInspection *inspection)
{
    g_clear_handle_id(&question->timer, g_source_remove);
    g_atomic_int_set(&question->given_up, TRUE);
    question->done(inspection, question->data);
}

static gboolean
on_ended(gpointer data)
{
    Question *question = data;

    if (question->inspect)
        g_ptr_array_remove(question->inspect->out, question);
    if (!g_atomic_int_get(&question->given_up)) {
        question->inspection.error = question->error;
        answer(question, &question->inspection);
    }
    return G_SOURCE_REMOVE;
}

static void
end_soon(Question *question)
{
    g_idle_add_full(G_PRIORITY_HIGH, on_ended, question, question_free);
}

static void
look_at(Question *question, gsize i)
{
    HostInspection *inspection = &question->inspection;
    HostFileState state = host_file_state(question->root, question->paths[i]);

    if (i < inspection->n_states) {
        inspection->states[i] = state;
        return;
    }
    inspection->firmware_state = state;
    inspection->has_image =
        state == HOST_FILE_PRESENT &&
        host_firmware_read_image(question->root, question->paths[i], &inspection->image);
}

static void
run(gpointer data, G_GNUC_UNUSED gpointer pool_data)
{
    Question *question = data;

    for (gsize i = 0; question->paths[i] && !g_atomic_int_get(&question->given_up); i++) {
        g_atomic_int_set(&question->at, (int)i);
        look_at(question, i);
    }
    g_atomic_int_set(&question->at, -1);
    end_soon(question);
}

static guint
seconds_since(gint64 moment)
{
    return (guint)((g_get_monotonic_time() - moment) / G_USEC_PER_SEC);
}

/* The oldest that nobody waits for any more and that is at one of @paths, or at any. */
static const Question *
find_hung(const HostInspect *inspect, const char *const *paths)
{
    for (guint i = 0; i < inspect->out->len; i++) {
        const Question *question = g_ptr_array_index(inspect->out, i);
        const char *path = get_path_now(question);

        if (g_atomic_int_get(&question->given_up) && path &&
            (!paths || g_strv_contains(paths, path)))
            return question;
    }
    return NULL;
}

static GError *
explain_hung(const Question *hung, const char *path)
{
    return g_error_new(SEAL_ERROR, SEAL_ERROR_TIMEOUT,
                       "%s cannot be looked at: the file system that it lies on has not answered "
                       "for %u seconds; bring its server back or unmount it, then try again",
                       path, seconds_since(hung->asked));
}

/* Its thread did not come to it: the others hang, or this machine has far too much to do. */
static GError *
explain_waiting(const Question *question)
{
    const Question *hung = find_hung(question->inspect, NULL);
    const char *path = hung ? get_path_now(hung) : NULL;
    g_autofree char *why =
        path ? g_strdup_printf("looks at other files hang, such as %s for %u seconds; bring the "
                               "server of that file system back or unmount it",
                               path, seconds_since(hung->asked))
             : g_strdup("this machine has too much to do; wait until it has less");

    return g_error_new(SEAL_ERROR, SEAL_ERROR_TIMEOUT,
                       "%s was not looked at within %u seconds, for %s, then try again",
                       question->paths[0], seconds_since(question->asked), why);
}

static gboolean
on_deadline(gpointer data)
{
    Question *question = data;
    const char *path = get_path_now(question);
    g_autoptr(GError) error = path ? explain_hung(question, path) : explain_waiting(question);
    const HostInspection unseen = {.error = error};

    question->timer = 0;
    answer(question, &unseen);
    return G_SOURCE_REMOVE;
}

HostInspect *
host_inspect_new(const char *root, guint deadline)
{
    HostInspect *inspect = g_new0(HostInspect, 1);

    inspect->root = g_strdup(root);
    inspect->deadline = deadline;
    inspect->pool = g_thread_pool_new(run, NULL, MAX_LOOKS, FALSE, NULL);
    inspect->out = g_ptr_array_new();
    return inspect;
}

void
host_inspect_ask(HostInspect *inspect,
                 const char *const *paths,
                 const char *firmware,
                 HostInspectDone done,
                 gpointer data)
{
    Question *question = question_new(inspect, paths, firmware);
    const Question *hung = find_hung(inspect, (const char *const *)question->paths);
    const char *path = hung ? get_path_now(hung) : NULL;

    question->done = done;
    question->data = data;
    if (path)
        question->error = explain_hung(hung, path);
    g_ptr_array_add(inspect->out, question);
    /* What needs no thread does not wait for one either. */
    if (question->error || !question->paths[0]) {
        end_soon(question);
        return;
    }
    question->timer = g_timeout_add(inspect->deadline, on_deadline, question);
    g_thread_pool_push(inspect->pool, question, NULL);
}

void
host_inspect_free(HostInspect *inspect)
{
    if (!inspect)
        return;
    for (guint i = 0; i < inspect->out->len; i++) {
        Question *question = g_ptr_array_index(inspect->out, i);

        g_clear_handle_id(&question->timer, g_source_remove);
        g_atomic_int_set(&question->given_up, TRUE);
        question->inspect = NULL;
    }
    g_thread_pool_free(inspect->pool, FALSE, FALSE);
    g_ptr_array_unref(inspect->out);
    g_free(inspect->root);
    g_free(inspect);
}
