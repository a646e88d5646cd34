/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Answers come from an idle source, as polkit's come from the bus, so that a
 * call is always in flight for a turn of the main loop.
 */

#include "fake-authority.h"

#include <string.h>

#include "error.h"

struct FakeAuthority {
    Authority parent;
    FakeAnswer answer;
    GHashTable *actions; /* action -> FakeAnswer */
    GPtrArray *asked;
    GPtrArray *out;
};

typedef struct {
    FakeAuthority *fake;
    FakeAnswer answer;
    guint source;
    guint32 uid;
    AuthorityDone done;
    gpointer data;
} Question;

static void
question_end(Question *question, FakeAnswer answer)
{
    g_autoptr(GError) error = NULL;

    if (answer == FAKE_DENY)
        error = g_error_new_literal(SEAL_ERROR, SEAL_ERROR_ACCESS_DENIED, "scripted no");
    else if (answer == FAKE_CHALLENGE)
        error = g_error_new_literal(SEAL_ERROR, SEAL_ERROR_AUTHORIZATION_REQUIRED, "scripted ask");
    g_ptr_array_remove(question->fake->out, question);
    g_clear_handle_id(&question->source, g_source_remove);
    question->done(question->uid, error, question->data);
    g_free(question);
}

static gboolean
on_idle(gpointer data)
{
    Question *question = data;

    question->source = 0;
    question_end(question, question->answer);
    return G_SOURCE_REMOVE;
}

static guint32
uid_of(sd_bus_message *message)
{
    const char *sender = sd_bus_message_get_sender(message);

    if (!sender || !g_str_has_prefix(sender, ":1."))
        return FAKE_AUTHORITY_UID;
    return (guint32)g_ascii_strtoull(sender + strlen(":1."), NULL, 10);
}

static void
ask(FakeAuthority *fake,
    sd_bus_message *message,
    FakeAnswer answer,
    AuthorityDone done,
    gpointer data)
{
    Question *question = g_new0(Question, 1);

    *question = (Question){fake, answer, 0, uid_of(message), done, data};
    g_ptr_array_add(fake->out, question);
    if (answer != FAKE_SILENT)
        question->source = g_idle_add_full(G_PRIORITY_DEFAULT, on_idle, question, NULL);
}

static void
fake_check(Authority *authority,
           sd_bus_message *message,
           const char *action,
           const char *const *details,
           AuthorityDone done,
           gpointer data)
{
    FakeAuthority *fake = (FakeAuthority *)authority;
    GString *asked = g_string_new(action);
    FakeAnswer answer = fake->answer;
    gpointer special = NULL;

    for (gsize i = 0; details && details[i]; i += 2)
        g_string_append_printf(asked, " %s=%s", details[i], details[i + 1]);
    g_ptr_array_add(fake->asked, g_string_free(asked, FALSE));
    if (g_hash_table_lookup_extended(fake->actions, action, NULL, &special))
        answer = (FakeAnswer)GPOINTER_TO_INT(special);
    ask(fake, message, answer, done, data);
}

static void
fake_identify(Authority *authority, sd_bus_message *message, AuthorityDone done, gpointer data)
{
    ask((FakeAuthority *)authority, message, FAKE_ALLOW, done, data);
}

static void
fake_free(Authority *authority)
{
    FakeAuthority *fake = (FakeAuthority *)authority;

    while (fake->out->len > 0)
        question_end(g_ptr_array_index(fake->out, 0), FAKE_DENY);
    g_ptr_array_unref(fake->out);
    g_ptr_array_unref(fake->asked);
    g_hash_table_unref(fake->actions);
    g_free(fake);
}

static const AuthorityClass fake_class = {
    .check = fake_check,
    .identify = fake_identify,
    .free = fake_free,
};

FakeAuthority *
fake_authority_new(void)
{
    FakeAuthority *fake = g_new0(FakeAuthority, 1);

    fake->parent.class = &fake_class;
    fake->actions = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    fake->asked = g_ptr_array_new_with_free_func(g_free);
    fake->out = g_ptr_array_new();
    return fake;
}

Authority *
fake_authority_base(FakeAuthority *fake)
{
    return &fake->parent;
}

void
fake_authority_set(FakeAuthority *fake, FakeAnswer answer)
{
    fake->answer = answer;
}

void
fake_authority_set_action(FakeAuthority *fake, const char *action, FakeAnswer answer)
{
    g_hash_table_replace(fake->actions, g_strdup(action), GINT_TO_POINTER(answer));
}

guint
fake_authority_waiting(FakeAuthority *fake)
{
    return fake->out->len;
}

void
fake_authority_answer(FakeAuthority *fake, FakeAnswer answer)
{
    for (guint n = fake->out->len; n > 0; n--)
        question_end(g_ptr_array_index(fake->out, 0), answer);
}

GPtrArray *
fake_authority_asked(FakeAuthority *fake)
{
    return fake->asked;
}
