/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The real authority over a socketpair, whose other end plays the bus and
 * polkitd: what it is asked, and what follows from yes, no, a challenge, an
 * error, nonsense and silence. Whatever is not a clear yes is a no.
 */

#include "polkit.h"

#include <string.h>

#include "error.h"
#include "socket-pair.h"
#include "source.h"
#include "variant.h"
#include "world.h"

#define ACTION "org.sealvirt1.control"

/* What the other end says about a user, and about a permission. */
typedef enum { SAY_YES, SAY_NO, SAY_CHALLENGE, SAY_ERROR, SAY_NONSENSE, SAY_NOTHING } Say;

typedef struct {
    sd_bus *bus;
    sd_bus *peer;
    GSource *sources[2];
    Authority *authority;
    guint32 uid;
    Say about_user;
    Say about_action;
    guint users_asked;
    guint actions_asked;
    char *question; /* the last CheckAuthorization, printed */
    guint answers;
    guint32 answered_uid;
    GError *error;
} Setup;

static int
reply_user(Setup *setup, sd_bus_message *call)
{
    setup->users_asked++;
    if (setup->about_user == SAY_ERROR)
        return sd_bus_reply_method_errorf(call, SD_BUS_ERROR_NAME_HAS_NO_OWNER, "gone");
    if (setup->about_user == SAY_NONSENSE)
        return sd_bus_reply_method_return(call, "s", "root");
    return setup->about_user == SAY_NOTHING ? 0 : sd_bus_reply_method_return(call, "u", setup->uid);
}

static int
reply_action(Setup *setup, sd_bus_message *call)
{
    g_autoptr(GVariant) body = variant_read_body(call, VARIANT_BUDGET_UNBOUNDED, NULL);
    gboolean yes = setup->about_action == SAY_YES;

    setup->actions_asked++;
    g_free(setup->question);
    setup->question = g_variant_print(body, FALSE);
    if (setup->about_action == SAY_ERROR)
        return sd_bus_reply_method_errorf(call, SD_BUS_ERROR_FAILED, "polkit is unwell");
    if (setup->about_action == SAY_NONSENSE)
        return sd_bus_reply_method_return(call, "b", 1);
    if (setup->about_action == SAY_NOTHING)
        return 0;
    return sd_bus_reply_method_return(call, "(bba{ss})", yes, setup->about_action == SAY_CHALLENGE,
                                      0);
}

static int
on_peer_message(sd_bus_message *message, void *data, sd_bus_error *ret_error)
{
    Setup *setup = data;

    if (sd_bus_message_is_method_call(message, "org.freedesktop.DBus", "GetConnectionUnixUser"))
        reply_user(setup, message);
    else if (sd_bus_message_is_method_call(message, "org.freedesktop.PolicyKit1.Authority",
                                           "CheckAuthorization"))
        reply_action(setup, message);
    else
        return 0;
    return 1;
}

static void
set_up(Setup *setup, gconstpointer data)
{
    socket_pair_open(&setup->peer, &setup->bus);
    g_assert_cmpint(sd_bus_add_filter(setup->peer, NULL, on_peer_message, setup), >=, 0);
    setup->sources[0] = source_attach(setup->bus, NULL, NULL, NULL);
    setup->sources[1] = source_attach(setup->peer, NULL, NULL, NULL);
    setup->authority = polkit_new(setup->bus);
    setup->uid = 1000;
    world_settle();
}

static void
end_authority(Setup *setup)
{
    if (setup->authority)
        setup->authority->class->free(setup->authority);
    setup->authority = NULL;
}

static void
tear_down(Setup *setup, gconstpointer data)
{
    end_authority(setup);
    for (gsize i = 0; i < G_N_ELEMENTS(setup->sources); i++) {
        g_source_destroy(setup->sources[i]);
        g_source_unref(setup->sources[i]);
    }
    sd_bus_flush_close_unref(setup->bus);
    sd_bus_flush_close_unref(setup->peer);
    g_clear_error(&setup->error);
    g_free(setup->question);
}

static void
on_answer(guint32 uid, const GError *error, gpointer data)
{
    Setup *setup = data;

    setup->answers++;
    setup->answered_uid = uid;
    g_clear_error(&setup->error);
    setup->error = error ? g_error_copy(error) : NULL;
}

/* A call as it would have come from @sender; ask() without @action only asks who. */
static void
ask(Setup *setup, const char *sender, const char *action, gboolean interactive)
{
    static const char *const details[] = {"vm", "uuid", "name", "a", NULL};
    g_autoptr(sd_bus_message) message = NULL;

    g_assert_cmpint(sd_bus_message_new_method_call(setup->bus, &message, NULL, "/x", "x.Y", "Z"),
                    >=, 0);
    if (sender)
        g_assert_cmpint(sd_bus_message_set_sender(message, sender), >=, 0);
    g_assert_cmpint(sd_bus_message_set_allow_interactive_authorization(message, interactive), >=,
                    0);
    g_assert_cmpint(sd_bus_message_seal(message, 1, 0), >=, 0);
    if (action)
        setup->authority->class->check(setup->authority, message, action, details, on_answer,
                                       setup);
    else
        setup->authority->class->identify(setup->authority, message, on_answer, setup);
    world_settle();
}

static void
expect(Setup *setup, guint answers, int code)
{
    g_assert_cmpuint(setup->answers, ==, answers);
    if (code < 0)
        g_assert_no_error(setup->error);
    else
        g_assert_error(setup->error, SEAL_ERROR, code);
}

static void
test_yes(Setup *setup, gconstpointer data)
{
    ask(setup, ":1.5", ACTION, FALSE);
    expect(setup, 1, -1);
    g_assert_cmpuint(setup->answered_uid, ==, 1000);
    g_assert_cmpstr(setup->question, ==,
                    "(('system-bus-name', {'name': <':1.5'>}), '" ACTION
                    "', {'vm': 'uuid', 'name': 'a'}, 0, '')");
    ask(setup, ":1.5", ACTION, TRUE);
    g_assert_nonnull(strstr(setup->question, ", 1, '')"));
}

static void
test_no(Setup *setup, gconstpointer data)
{
    static const Say says[] = {SAY_NO, SAY_ERROR, SAY_NONSENSE};

    for (guint i = 0; i < G_N_ELEMENTS(says); i++) {
        setup->about_action = says[i];
        ask(setup, ":1.5", ACTION, FALSE);
        expect(setup, i + 1, SEAL_ERROR_ACCESS_DENIED);
        g_assert_nonnull(strstr(setup->error->message, ACTION));
    }
}

static void
test_challenge(Setup *setup, gconstpointer data)
{
    setup->about_action = SAY_CHALLENGE;
    ask(setup, ":1.5", ACTION, FALSE);
    expect(setup, 1, SEAL_ERROR_AUTHORIZATION_REQUIRED);
    /* Nobody typed the password. */
    ask(setup, ":1.5", ACTION, TRUE);
    expect(setup, 2, SEAL_ERROR_ACCESS_DENIED);
}

static void
test_root_is_not_asked_about(Setup *setup, gconstpointer data)
{
    setup->uid = 0;
    setup->about_action = SAY_NO;
    ask(setup, ":1.5", ACTION, FALSE);
    expect(setup, 1, -1);
    g_assert_cmpuint(setup->answered_uid, ==, 0);
    g_assert_cmpuint(setup->actions_asked, ==, 0);
}

static void
test_unknown_user(Setup *setup, gconstpointer data)
{
    static const Say says[] = {SAY_ERROR, SAY_NONSENSE};

    for (guint i = 0; i < G_N_ELEMENTS(says); i++) {
        setup->about_user = says[i];
        ask(setup, ":1.5", ACTION, FALSE);
        expect(setup, 2 * i + 1, SEAL_ERROR_ACCESS_DENIED);
        ask(setup, ":1.5", NULL, FALSE);
        expect(setup, 2 * i + 2, SEAL_ERROR_ACCESS_DENIED);
    }
    g_assert_cmpuint(setup->actions_asked, ==, 0);
}

static void
test_user_is_asked_about_once(Setup *setup, gconstpointer data)
{
    for (guint i = 1; i <= 5; i++) {
        ask(setup, ":1.5", NULL, FALSE);
        expect(setup, i, -1);
        g_assert_cmpuint(setup->answered_uid, ==, 1000);
    }
    g_assert_cmpuint(setup->users_asked, ==, 1);
    ask(setup, ":1.6", ACTION, FALSE);
    g_assert_cmpuint(setup->users_asked, ==, 2);
    g_assert_cmpuint(setup->actions_asked, ==, 1);
}

/* A crowd of senders: what is known of them is bounded, and still right. */
static void
test_many_senders(Setup *setup, gconstpointer data)
{
    for (guint i = 1; i <= 3000; i++) {
        g_autofree char *sender = g_strdup_printf(":1.%u", i);

        setup->uid = i;
        ask(setup, sender, NULL, FALSE);
        g_assert_cmpuint(setup->answered_uid, ==, i);
    }
    g_assert_cmpuint(setup->answers, ==, 3000);
}

static void
test_silence_until_the_end(Setup *setup, gconstpointer data)
{
    setup->about_action = SAY_NOTHING;
    for (guint i = 0; i < 3; i++)
        ask(setup, ":1.5", ACTION, TRUE);
    setup->about_user = SAY_NOTHING;
    ask(setup, ":1.6", NULL, TRUE);
    expect(setup, 0, -1);
    end_authority(setup);
    expect(setup, 4, SEAL_ERROR_ACCESS_DENIED);
    world_settle();
    expect(setup, 4, SEAL_ERROR_ACCESS_DENIED);
}

/* The bus goes away under a question. */
static void
test_bus_ends(Setup *setup, gconstpointer data)
{
    setup->about_action = SAY_NOTHING;
    ask(setup, ":1.5", ACTION, FALSE);
    sd_bus_close(setup->peer);
    world_settle();
    end_authority(setup);
    expect(setup, 1, SEAL_ERROR_ACCESS_DENIED);
}

static void
test_without_sender(Setup *setup, gconstpointer data)
{
    setup->about_user = SAY_ERROR;
    ask(setup, NULL, ACTION, FALSE);
    expect(setup, 1, SEAL_ERROR_ACCESS_DENIED);
    g_assert_cmpuint(setup->actions_asked, ==, 0);
}

#define ADD(path, function) g_test_add(path, Setup, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("/bus-polkit/yes", test_yes);
    ADD("/bus-polkit/no", test_no);
    ADD("/bus-polkit/challenge", test_challenge);
    ADD("/bus-polkit/root-is-not-asked-about", test_root_is_not_asked_about);
    ADD("/bus-polkit/unknown-user", test_unknown_user);
    ADD("/bus-polkit/user-is-asked-about-once", test_user_is_asked_about_once);
    ADD("/bus-polkit/many-senders", test_many_senders);
    ADD("/bus-polkit/silence-until-the-end", test_silence_until_the_end);
    ADD("/bus-polkit/bus-ends", test_bus_ends);
    ADD("/bus-polkit/without-sender", test_without_sender);
    return g_test_run();
}
