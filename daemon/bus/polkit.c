/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Two asynchronous questions: the bus is asked for the sender's user, then
 * polkit for the permission. Root is let through after the first, as polkit
 * would do. Silence, an error, a missing polkitd or a sender that vanished all
 * mean no.
 */

#include "polkit.h"

#include "error.h"
#include "variant.h"

#define POLKIT_NAME "org.freedesktop.PolicyKit1"
#define POLKIT_PATH "/org/freedesktop/PolicyKit1/Authority"
#define POLKIT_INTERFACE "org.freedesktop.PolicyKit1.Authority"
#define POLKIT_FLAG_INTERACTIVE 1u

/* Microseconds: a person needs time to type, a machine does not. */
#define TIMEOUT_SILENT (20 * G_USEC_PER_SEC)
#define TIMEOUT_PERSON (300 * (guint64)G_USEC_PER_SEC)

/* Bus names are never used twice, so what is known of one stays true. */
#define MAX_KNOWN_SENDERS 1024

typedef struct {
    Authority parent;
    sd_bus *bus;
    GHashTable *uids;      /* unique name -> uid */
    GHashTable *questions; /* those under way */
} Polkit;

typedef struct {
    Polkit *polkit;
    sd_bus_message *message;
    sd_bus_slot *slot;
    char *action; /* NULL: only who */
    GStrv details;
    guint32 uid;
    AuthorityDone done;
    gpointer data;
} Question;

static void
question_free(gpointer data)
{
    Question *question = data;

    sd_bus_slot_unref(question->slot);
    sd_bus_message_unref(question->message);
    g_free(question->action);
    g_strfreev(question->details);
    g_free(question);
}

static void
answer(Question *question, const GError *error)
{
    g_hash_table_steal(question->polkit->questions, question);
    question->done(question->uid, error, question->data);
    question_free(question);
}

static void
refuse(Question *question, SealError code, const char *why)
{
    g_autoptr(GError) error = NULL;

    if (question->action)
        error = g_error_new(SEAL_ERROR, code, "%s (action %s)", why, question->action);
    else
        error = g_error_new_literal(SEAL_ERROR, code, why);
    answer(question, error);
}

static gboolean
is_interactive(const Question *question)
{
    return sd_bus_message_get_allow_interactive_authorization(question->message) > 0;
}

static int
on_authorization(sd_bus_message *reply, void *data, G_GNUC_UNUSED sd_bus_error *ret_error)
{
    Question *question = data;
    const sd_bus_error *failure = sd_bus_message_get_error(reply);
    int authorized = 0, challenge = 0;

    if (failure) {
        refuse(question, SEAL_ERROR_ACCESS_DENIED,
               "polkit could not be asked, so the answer is no; check that polkitd runs");
        return 1;
    }
    if (sd_bus_message_enter_container(reply, 'r', "bba{ss}") < 0 ||
        sd_bus_message_read(reply, "bb", &authorized, &challenge) < 0)
        authorized = challenge = 0;
    if (authorized)
        answer(question, NULL);
    else if (challenge && !is_interactive(question))
        refuse(question, SEAL_ERROR_AUTHORIZATION_REQUIRED,
               "polkit would ask for a password, but the caller did not allow questions; use "
               "sealctl on a terminal or busctl --allow-interactive-authorization=yes, or call as "
               "root");
    else
        refuse(question, SEAL_ERROR_ACCESS_DENIED,
               "polkit does not allow this to the caller; call as root or let an administrator "
               "add a polkit rule");
    return 1;
}

static int
append_details(sd_bus_message *call, const Question *question)
{
    int r = sd_bus_message_open_container(call, 'a', "{ss}");

    for (gsize i = 0; r >= 0 && question->details && question->details[i]; i += 2)
        r = sd_bus_message_append(call, "{ss}", question->details[i], question->details[i + 1]);
    return r < 0 ? r : sd_bus_message_close_container(call);
}

static int
ask_polkit(Question *question)
{
    sd_bus *bus = question->polkit->bus;
    g_autoptr(sd_bus_message) call = NULL;
    gboolean interactive = is_interactive(question);
    int r = sd_bus_message_new_method_call(bus, &call, POLKIT_NAME, POLKIT_PATH, POLKIT_INTERFACE,
                                           "CheckAuthorization");

    if (r < 0)
        return r;
    r = sd_bus_message_append(call, "(sa{sv})s", "system-bus-name", 1, "name", "s",
                              sd_bus_message_get_sender(question->message), question->action);
    if (r >= 0)
        r = append_details(call, question);
    if (r >= 0)
        r = sd_bus_message_append(call, "us", interactive ? POLKIT_FLAG_INTERACTIVE : 0, "");
    if (r < 0)
        return r;
    question->slot = sd_bus_slot_unref(question->slot);
    return sd_bus_call_async(bus, &question->slot, call, on_authorization, question,
                             interactive ? TIMEOUT_PERSON : TIMEOUT_SILENT);
}

static void
decide(Question *question)
{
    if (!question->action || question->uid == 0)
        answer(question, NULL);
    else if (ask_polkit(question) < 0)
        refuse(question, SEAL_ERROR_ACCESS_DENIED,
               "polkit could not be asked, so the answer is no");
}

static int
on_uid(sd_bus_message *reply, void *data, G_GNUC_UNUSED sd_bus_error *ret_error)
{
    Question *question = data;
    Polkit *polkit = question->polkit;

    if (sd_bus_message_is_method_error(reply, NULL) ||
        sd_bus_message_read(reply, "u", &question->uid) < 0) {
        refuse(question, SEAL_ERROR_ACCESS_DENIED, "the caller left the bus before it was known");
        return 1;
    }
    if (g_hash_table_size(polkit->uids) >= MAX_KNOWN_SENDERS)
        g_hash_table_remove_all(polkit->uids);
    g_hash_table_replace(polkit->uids, g_strdup(sd_bus_message_get_sender(question->message)),
                         GUINT_TO_POINTER(question->uid));
    decide(question);
    return 1;
}

static void
ask(Question *question)
{
    Polkit *polkit = question->polkit;
    const char *sender = sd_bus_message_get_sender(question->message);
    gpointer known = NULL;
    int r;

    g_hash_table_add(polkit->questions, question);
    if (sender && g_hash_table_lookup_extended(polkit->uids, sender, NULL, &known)) {
        question->uid = GPOINTER_TO_UINT(known);
        decide(question);
        return;
    }
    r = sd_bus_call_method_async(polkit->bus, &question->slot, "org.freedesktop.DBus",
                                 "/org/freedesktop/DBus", "org.freedesktop.DBus",
                                 "GetConnectionUnixUser", on_uid, question, "s",
                                 sender ? sender : "");
    if (r < 0)
        refuse(question, SEAL_ERROR_ACCESS_DENIED, "the bus could not be asked who the caller is");
}

static Question *
question_new(Authority *authority, sd_bus_message *message, AuthorityDone done, gpointer data)
{
    Question *question = g_new0(Question, 1);

    question->polkit = (Polkit *)authority;
    question->message = sd_bus_message_ref(message);
    question->done = done;
    question->data = data;
    return question;
}

static void
polkit_check(Authority *authority,
             sd_bus_message *message,
             const char *action,
             const char *const *details,
             AuthorityDone done,
             gpointer data)
{
    Question *question = question_new(authority, message, done, data);

    question->action = g_strdup(action);
    question->details = g_strdupv((char **)details);
    ask(question);
}

static void
polkit_identify(Authority *authority, sd_bus_message *message, AuthorityDone done, gpointer data)
{
    ask(question_new(authority, message, done, data));
}

static void
polkit_free(Authority *authority)
{
    Polkit *polkit = (Polkit *)authority;
    g_autoptr(GList) questions = g_hash_table_get_keys(polkit->questions);

    for (GList *link = questions; link; link = link->next)
        refuse(link->data, SEAL_ERROR_ACCESS_DENIED, "the daemon is stopping");
    g_hash_table_unref(polkit->questions);
    g_hash_table_unref(polkit->uids);
    sd_bus_unref(polkit->bus);
    g_free(polkit);
}

static const AuthorityClass polkit_class = {polkit_check, polkit_identify, polkit_free};

Authority *
polkit_new(sd_bus *bus)
{
    Polkit *polkit = g_new0(Polkit, 1);

    polkit->parent.class = &polkit_class;
    polkit->bus = sd_bus_ref(bus);
    polkit->uids = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    polkit->questions = g_hash_table_new(NULL, NULL);
    return &polkit->parent;
}
