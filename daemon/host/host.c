/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The real host backend: each question becomes a GTask whose thread reads
 * files and whose answer comes back on the main loop. Threads get copies and
 * give values, nothing is shared. These read files of the system and our own;
 * those that callers name are host-inspect.c's, for they may hang.
 */

#include "host.h"

#include <gio/gio.h>

#include "host-facts.h"
#include "host-inspect.h"
#include "host-journal.h"
#include "host-watch.h"

/* Seconds between looks for changes. */
#define WATCH_INTERVAL 5
/* Milliseconds that a look at files may take: a disk that spins up does, a lost server does not. */
#define INSPECT_DEADLINE 10000
/* Milliseconds that KVM may take to give the key slot of an ended QEMU back. */
#define SETTLE 150

typedef struct {
    HostBackend parent;
    char *root;
    char *state_directory;
    GCancellable *stopped;
    HostInspect *inspect;
    HostChanged changed;
    gpointer changed_data;
    guint timer;
    gboolean looking;
    char *fingerprint; /* of the facts that were given last */
} Host;

typedef struct {
    SealFacts *facts;
    char *fingerprint;
} Reading;

typedef struct {
    Host *host; /* gone when the question was cancelled */
    char *root;
    char *state_directory;
    char *name;
    char *text;
    HostNoted noted;
    HostRecalled recalled;
    HostFactsDone facts_done;
    gpointer data;
} Question;

static void
question_free(gpointer data)
{
    Question *question = data;

    g_free(question->root);
    g_free(question->state_directory);
    g_free(question->name);
    g_free(question->text);
    g_free(question);
}

static void
reading_free(gpointer data)
{
    Reading *reading = data;

    seal_facts_free(reading->facts);
    g_free(reading->fingerprint);
    g_free(reading);
}

static void
run_facts(GTask *task,
          G_GNUC_UNUSED gpointer source,
          gpointer data,
          G_GNUC_UNUSED GCancellable *cancellable)
{
    const Question *question = data;
    g_autofree char *stamps = host_watch_stamps(question->root);
    Reading *reading = g_new0(Reading, 1);

    reading->facts = host_facts_read(question->root);
    reading->fingerprint = host_watch_fingerprint(stamps, reading->facts);
    g_task_return_pointer(task, reading, reading_free);
}

static void
on_facts(G_GNUC_UNUSED GObject *source, GAsyncResult *result, G_GNUC_UNUSED gpointer data)
{
    const Question *question = g_task_get_task_data(G_TASK(result));
    Reading *reading = g_task_propagate_pointer(G_TASK(result), NULL);
    Host *host;

    if (!reading)
        return;
    host = question->host;
    g_free(host->fingerprint);
    host->fingerprint = g_steal_pointer(&reading->fingerprint);
    question->facts_done(g_steal_pointer(&reading->facts), question->data);
    reading_free(reading);
}

static void
ask(Host *host, Question *question, GAsyncReadyCallback answer, GTaskThreadFunc run)
{
    g_autoptr(GTask) task = g_task_new(NULL, host->stopped, answer, NULL);

    question->host = host;
    question->root = g_strdup(host->root);
    question->state_directory = g_strdup(host->state_directory);
    g_task_set_task_data(task, question, question_free);
    g_task_run_in_thread(task, run);
}

static void
host_read_facts(HostBackend *backend, HostFactsDone done, gpointer data)
{
    Question *question = g_new0(Question, 1);

    question->facts_done = done;
    question->data = data;
    ask((Host *)backend, question, on_facts, run_facts);
}

static void
host_inspect(HostBackend *backend,
             const char *const *paths,
             const char *firmware,
             HostInspectDone done,
             gpointer data)
{
    host_inspect_ask(((Host *)backend)->inspect, paths, firmware, done, data);
}

static void
run_look(GTask *task,
         G_GNUC_UNUSED gpointer source,
         gpointer data,
         G_GNUC_UNUSED GCancellable *cancellable)
{
    const Question *question = data;

    g_task_return_pointer(task, host_watch_look(question->root), g_free);
}

/*
 * Compared with what the last facts were read from, not with the last look: what changed and
 * changed back between two looks may have been seen by the facts in the middle.
 */
static void
on_looked(G_GNUC_UNUSED GObject *source, GAsyncResult *result, G_GNUC_UNUSED gpointer data)
{
    const Question *question = g_task_get_task_data(G_TASK(result));
    g_autofree char *fingerprint = g_task_propagate_pointer(G_TASK(result), NULL);
    Host *host;

    if (!fingerprint)
        return;
    host = question->host;
    host->looking = FALSE;
    if (host->fingerprint && !g_str_equal(host->fingerprint, fingerprint))
        host->changed(host->changed_data);
}

static gboolean
on_timer(gpointer data)
{
    Host *host = data;

    if (host->looking)
        return G_SOURCE_CONTINUE;
    host->looking = TRUE;
    ask(host, g_new0(Question, 1), on_looked, run_look);
    return G_SOURCE_CONTINUE;
}

static void
host_watch(HostBackend *backend, HostChanged changed, gpointer data)
{
    Host *host = (Host *)backend;

    host->changed = changed;
    host->changed_data = data;
    on_timer(host);
    host->timer = g_timeout_add_seconds(WATCH_INTERVAL, on_timer, host);
}

static void
run_note(GTask *task,
         G_GNUC_UNUSED gpointer source,
         gpointer data,
         G_GNUC_UNUSED GCancellable *cancellable)
{
    const Question *question = data;
    GError *error = NULL;

    if (!question->text)
        host_journal_forget(question->state_directory, question->name, &error);
    else
        host_journal_note(question->state_directory, question->name, question->text, &error);
    if (error)
        g_task_return_error(task, error);
    else
        g_task_return_boolean(task, TRUE);
}

static void
on_noted(G_GNUC_UNUSED GObject *source, GAsyncResult *result, G_GNUC_UNUSED gpointer data)
{
    const Question *question = g_task_get_task_data(G_TASK(result));
    g_autoptr(GError) error = NULL;

    g_task_propagate_boolean(G_TASK(result), &error);
    if (!g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        question->noted(error, question->data);
}

static void
host_note(HostBackend *backend, const char *name, const char *text, HostNoted done, gpointer data)
{
    Question *question = g_new0(Question, 1);

    question->name = g_strdup(name);
    question->text = g_strdup(text);
    question->noted = done;
    question->data = data;
    ask((Host *)backend, question, on_noted, run_note);
}

static void
run_recall(GTask *task,
           G_GNUC_UNUSED gpointer source,
           gpointer data,
           G_GNUC_UNUSED GCancellable *cancellable)
{
    const Question *question = data;

    g_task_return_pointer(task, host_journal_recall(question->state_directory),
                          (GDestroyNotify)g_hash_table_unref);
}

static void
on_recalled(G_GNUC_UNUSED GObject *source, GAsyncResult *result, G_GNUC_UNUSED gpointer data)
{
    const Question *question = g_task_get_task_data(G_TASK(result));
    g_autoptr(GHashTable) notes = g_task_propagate_pointer(G_TASK(result), NULL);

    if (notes)
        question->recalled(notes, question->data);
}

static void
host_recall(HostBackend *backend, HostRecalled done, gpointer data)
{
    Question *question = g_new0(Question, 1);

    question->recalled = done;
    question->data = data;
    ask((Host *)backend, question, on_recalled, run_recall);
}

static void
host_free(HostBackend *backend)
{
    Host *host = (Host *)backend;

    g_clear_handle_id(&host->timer, g_source_remove);
    g_cancellable_cancel(host->stopped);
    g_object_unref(host->stopped);
    host_inspect_free(host->inspect);
    g_free(host->fingerprint);
    g_free(host->root);
    g_free(host->state_directory);
    g_free(host);
}

static const HostBackendClass host_class = {
    .read_facts = host_read_facts,
    .inspect = host_inspect,
    .watch = host_watch,
    .note = host_note,
    .recall = host_recall,
    .free = host_free,
};

HostBackend *
host_new(const char *root, const char *state_directory)
{
    Host *host = g_new0(Host, 1);

    host->parent.class = &host_class;
    host->parent.settle = SETTLE;
    host->root = g_strdup(root);
    host->state_directory = g_strdup(state_directory);
    host->stopped = g_cancellable_new();
    host->inspect = host_inspect_new(root, INSPECT_DEADLINE);
    return &host->parent;
}
