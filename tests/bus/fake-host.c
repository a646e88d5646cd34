/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Questions wait as closures and are answered by one idle source each, as the
 * real backend's threads would. What is still out when the fake ends is
 * dropped, as the contract of HostBackendClass.free says.
 */

#include "fake-host.h"

#include <string.h>

#include "error.h"
#include "test-hosts.h"

typedef struct {
    SealMiscCgroupCount total;
    SealMiscCgroupCount used;
} Slots;

struct FakeHost {
    HostBackend parent;
    HostChanged changed;
    gpointer changed_data;
    Slots slots;     /* the kernel's count now */
    Slots seen;      /* as in the facts given last */
    gboolean counts; /* the kernel keeps one */
    SealFacts *(*make)(void);
    GHashTable *files; /* path -> HostFileState */
    GHashTable *notes; /* name -> text */
    gboolean full;     /* notes can be neither written nor removed */
    gboolean hung;     /* files cannot be looked at */
    gboolean has_image;
    SealOvmf image;
    gboolean hold;
    GPtrArray *out;
    guint reads;
    guint inspections;
};

typedef struct {
    FakeHost *fake;
    gboolean held;
    guint source;
    Slots slots; /* as read for this answer */
    GStrv paths;
    char *firmware;
    HostNoted noted;
    HostRecalled recalled;
    HostFactsDone facts_done;
    HostInspectDone inspect_done;
    gpointer data;
} Question;

static void
question_free(Question *question)
{
    g_ptr_array_remove(question->fake->out, question);
    g_clear_handle_id(&question->source, g_source_remove);
    g_strfreev(question->paths);
    g_free(question->firmware);
    g_free(question);
}

static HostFileState
state_of(FakeHost *fake, const char *path)
{
    gpointer state = NULL;

    if (!g_hash_table_lookup_extended(fake->files, path, NULL, &state))
        return HOST_FILE_PRESENT;
    return (HostFileState)GPOINTER_TO_INT(state);
}

/* What libvirt says comes from the other fake. */
static SealFacts *
make_facts(FakeHost *fake, const Slots *slots)
{
    SealFacts *facts = fake->make();

    if (fake->counts) {
        facts->slots_total = slots->total;
        facts->slots_used = slots->used;
    }
    fake->seen = *slots;

    g_clear_pointer(&facts->domcaps, seal_domcaps_free);
    g_clear_pointer(&facts->backend_uri, g_free);
    facts->backend_connected = FALSE;
    facts->libvirt_version = 0;
    facts->qemu_version = 0;
    return facts;
}

static void
answer_hung(Question *question)
{
    g_autoptr(GError) error = g_error_new(SEAL_ERROR, SEAL_ERROR_TIMEOUT, "scripted hang");
    const HostInspection inspection = {.error = error};

    question->inspect_done(&inspection, question->data);
}

static void
answer_inspect(Question *question)
{
    FakeHost *fake = question->fake;
    HostInspection inspection = {
        .n_states = g_strv_length(question->paths),
        .has_image = question->firmware && fake->has_image,
        .image = fake->image,
    };
    g_autofree HostFileState *states = g_new0(HostFileState, inspection.n_states + 1);

    for (gsize i = 0; i < inspection.n_states; i++)
        states[i] = state_of(fake, question->paths[i]);
    if (question->firmware)
        inspection.firmware_state = state_of(fake, question->firmware);
    inspection.states = states;
    question->inspect_done(&inspection, question->data);
}

static void
answer_noted(Question *question)
{
    g_autoptr(GError) error = NULL;

    if (question->fake->full)
        error = g_error_new(SEAL_ERROR, SEAL_ERROR_BACKEND, "no room");
    question->noted(error, question->data);
}

static void
answer(Question *question)
{
    if (question->noted)
        answer_noted(question);
    else if (question->recalled)
        question->recalled(question->fake->notes, question->data);
    else if (question->facts_done)
        question->facts_done(make_facts(question->fake, &question->slots), question->data);
    else if (question->fake->hung)
        answer_hung(question);
    else
        answer_inspect(question);
    question_free(question);
}

static gboolean
on_idle(gpointer data)
{
    Question *question = data;

    question->source = 0;
    answer(question);
    return G_SOURCE_REMOVE;
}

static Question *
ask(FakeHost *fake, gpointer data)
{
    Question *question = g_new0(Question, 1);

    question->fake = fake;
    question->data = data;
    question->held = fake->hold;
    g_ptr_array_add(fake->out, question);
    if (!question->held)
        question->source = g_idle_add_full(G_PRIORITY_DEFAULT, on_idle, question, NULL);
    return question;
}

static void
fake_read_facts(HostBackend *backend, HostFactsDone done, gpointer data)
{
    FakeHost *fake = (FakeHost *)backend;

    Question *question = ask(fake, data);

    fake->reads++;
    question->facts_done = done;
    question->slots = fake->slots;
}

static void
fake_watch(HostBackend *backend, HostChanged changed, gpointer data)
{
    FakeHost *fake = (FakeHost *)backend;

    fake->changed = changed;
    fake->changed_data = data;
}

static void
fake_inspect(HostBackend *backend,
             const char *const *paths,
             const char *firmware,
             HostInspectDone done,
             gpointer data)
{
    FakeHost *fake = (FakeHost *)backend;
    Question *question = ask(fake, data);

    fake->inspections++;
    question->paths = g_strdupv((char **)paths);
    question->firmware = g_strdup(firmware);
    question->inspect_done = done;
}

static void
fake_note(HostBackend *backend, const char *name, const char *text, HostNoted done, gpointer data)
{
    FakeHost *fake = (FakeHost *)backend;

    if (!fake->full && !text)
        g_hash_table_remove(fake->notes, name);
    else if (!fake->full)
        g_hash_table_replace(fake->notes, g_strdup(name), g_strdup(text));
    ask(fake, data)->noted = done;
}

static void
fake_recall(HostBackend *backend, HostRecalled done, gpointer data)
{
    ask((FakeHost *)backend, data)->recalled = done;
}

static void
fake_free(HostBackend *backend)
{
    FakeHost *fake = (FakeHost *)backend;

    while (fake->out->len > 0)
        question_free(g_ptr_array_index(fake->out, 0));
    g_ptr_array_unref(fake->out);
    g_hash_table_unref(fake->files);
    g_hash_table_unref(fake->notes);
    g_free(fake);
}

static const HostBackendClass fake_class = {
    .read_facts = fake_read_facts,
    .inspect = fake_inspect,
    .watch = fake_watch,
    .free = fake_free,
};

static const HostBackendClass noting_class = {
    .read_facts = fake_read_facts,
    .inspect = fake_inspect,
    .watch = fake_watch,
    .note = fake_note,
    .recall = fake_recall,
    .free = fake_free,
};

FakeHost *
fake_host_new(void)
{
    FakeHost *fake = g_new0(FakeHost, 1);

    fake->parent.class = &fake_class;
    fake->make = test_hosts_milan;
    fake->files = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    fake->notes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    fake->out = g_ptr_array_new();
    return fake;
}

HostBackend *
fake_host_backend(FakeHost *fake)
{
    return &fake->parent;
}

void
fake_host_set_facts(FakeHost *fake, SealFacts *(*make)(void))
{
    fake->make = make;
}

void
fake_host_set_file(FakeHost *fake, const char *path, HostFileState state)
{
    g_hash_table_replace(fake->files, g_strdup(path), GINT_TO_POINTER(state));
}

void
fake_host_set_image(FakeHost *fake, gboolean has_image, SealOvmf image)
{
    fake->has_image = has_image;
    fake->image = image;
}

void
fake_host_hang(FakeHost *fake)
{
    fake->hung = TRUE;
}

GHashTable *
fake_host_take_notes(FakeHost *fake, gboolean full)
{
    fake->parent.class = &noting_class;
    fake->full = full;
    return fake->notes;
}

void
fake_host_count_slots(FakeHost *fake, SealPool pool, guint total, guint used)
{
    fake->counts = TRUE;
    fake->slots.total.known[pool] = fake->slots.used.known[pool] = TRUE;
    fake->slots.total.count[pool] = total;
    fake->slots.used.count[pool] = used;
}

void
fake_host_read_again(FakeHost *fake)
{
    for (guint i = 0; i < fake->out->len; i++)
        ((Question *)g_ptr_array_index(fake->out, i))->slots = fake->slots;
}

gboolean
fake_host_look(FakeHost *fake)
{
    if (memcmp(&fake->slots, &fake->seen, sizeof fake->slots) == 0)
        return FALSE;
    fake->changed(fake->changed_data);
    return TRUE;
}

void
fake_host_hold(FakeHost *fake, gboolean hold)
{
    fake->hold = hold;
}

guint
fake_host_held(FakeHost *fake)
{
    guint n = 0;

    for (guint i = 0; i < fake->out->len; i++)
        n += ((const Question *)g_ptr_array_index(fake->out, i))->held;
    return n;
}

void
fake_host_release(FakeHost *fake)
{
    for (guint n = fake_host_held(fake); n > 0; n--)
        for (guint i = 0; i < fake->out->len; i++) {
            Question *question = g_ptr_array_index(fake->out, i);

            if (!question->held)
                continue;
            answer(question);
            break;
        }
}

guint
fake_host_count(FakeHost *fake)
{
    return fake->reads;
}

guint
fake_host_count_inspections(FakeHost *fake)
{
    return fake->inspections;
}
