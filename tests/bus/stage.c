/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Replies are matched by hand, by cookie, instead of by sd_bus_call_async(),
 * so that a second reply to the same call does not go unnoticed.
 */

#include "stage.h"

#include <string.h>

#include "socket-pair.h"
#include "source.h"
#include "variant.h"

static void
heard_free(gpointer data)
{
    Heard *heard = data;

    g_free(heard->path);
    g_free(heard->interface);
    g_free(heard->member);
    g_variant_unref(heard->body);
    g_free(heard);
}

static GVariant *
read_body(sd_bus_message *message)
{
    g_autoptr(GError) error = NULL;
    GVariant *body = variant_read_body(message, VARIANT_BUDGET_UNBOUNDED, &error);

    g_assert_no_error(error);
    return body;
}

static void
take_signal(Stage *stage, sd_bus_message *message)
{
    Heard *heard = g_new0(Heard, 1);

    heard->order = ++stage->order;
    heard->path = g_strdup(sd_bus_message_get_path(message));
    heard->interface = g_strdup(sd_bus_message_get_interface(message));
    heard->member = g_strdup(sd_bus_message_get_member(message));
    heard->body = read_body(message);
    g_ptr_array_add(stage->signals, heard);
}

static void
take_reply(Stage *stage, sd_bus_message *message, guint64 cookie)
{
    Answer *answer = g_hash_table_lookup(stage->waiting, GSIZE_TO_POINTER((gsize)cookie));
    const sd_bus_error *error = sd_bus_message_get_error(message);

    if (!answer) {
        stage->strays++;
        return;
    }
    g_hash_table_remove(stage->waiting, GSIZE_TO_POINTER((gsize)cookie));
    answer->replies++;
    answer->order = ++stage->order;
    if (error) {
        answer->error = g_strdup(error->name);
        answer->message = g_strdup(error->message);
    } else {
        answer->body = read_body(message);
    }
}

static int
on_message(sd_bus_message *message, void *data, G_GNUC_UNUSED sd_bus_error *ret_error)
{
    Stage *stage = data;
    guint64 cookie = 0;

    if (sd_bus_message_get_reply_cookie(message, &cookie) >= 0)
        take_reply(stage, message, cookie);
    else if (sd_bus_message_is_signal(message, NULL, NULL))
        take_signal(stage, message);
    else
        return 0;
    return 1;
}

static void
on_ready(gpointer data)
{
    ((Stage *)data)->ready = TRUE;
}

Stage *
stage_new(void)
{
    Stage *stage = g_new0(Stage, 1);
    int r = 0;

    socket_pair_open(&stage->server, &stage->client);
    stage->world = world_new();
    stage->authority = fake_authority_new();
    stage->log = log_new();
    stage->signals = g_ptr_array_new_with_free_func(heard_free);
    stage->waiting = g_hash_table_new(NULL, NULL);
    stage->service =
        service_new(stage->server, stage->world->core, fake_authority_base(stage->authority),
                    stage->log, STAGE_VERSION, &r);
    g_assert_nonnull(stage->service);
    g_assert_cmpint(sd_bus_add_filter(stage->client, NULL, on_message, stage), >=, 0);
    stage->server_source = source_attach(stage->server, NULL, NULL, NULL);
    stage->client_source = source_attach(stage->client, NULL, NULL, NULL);
    service_start(stage->service, on_ready, stage);
    fake_virt_connect(stage->world->virt, VIRT_CONNECTION_CONNECTED);
    world_settle();
    g_assert_true(stage->ready);
    stage_forget(stage);
    return stage;
}

static void
detach(GSource **source)
{
    g_source_destroy(*source);
    g_clear_pointer(source, g_source_unref);
}

void
stage_end_daemon(Stage *stage)
{
    Authority *authority = fake_authority_base(stage->authority);

    core_free(g_steal_pointer(&stage->world->core));
    authority->class->free(authority);
    service_free(g_steal_pointer(&stage->service));
    detach(&stage->server_source);
    stage->server = sd_bus_flush_close_unref(stage->server);
    world_settle();
}

void
stage_free(Stage *stage)
{
    if (stage->service)
        stage_end_daemon(stage);
    g_assert_cmpuint(stage->strays, ==, 0);
    g_assert_cmpuint(g_hash_table_size(stage->waiting), ==, 0);
    detach(&stage->client_source);
    sd_bus_flush_close_unref(stage->client);
    world_free(stage->world);
    log_free(stage->log);
    g_ptr_array_unref(stage->signals);
    g_hash_table_unref(stage->waiting);
    g_free(stage);
}

void
stage_send(Stage *stage,
           const char *path,
           const char *interface,
           const char *member,
           GVariant *arguments,
           Answer *answer)
{
    g_autoptr(GVariant) body = arguments ? g_variant_take_ref(arguments) : NULL;
    g_autoptr(sd_bus_message) message = NULL;
    g_autoptr(GError) error = NULL;
    guint64 cookie = 0;

    g_assert_cmpint(
        sd_bus_message_new_method_call(stage->client, &message, NULL, path, interface, member), >=,
        0);
    if (stage->sender)
        g_assert_cmpint(sd_bus_message_set_sender(message, stage->sender), >=, 0);
    if (body)
        variant_append_body(message, body, &error);
    g_assert_no_error(error);
    g_assert_cmpint(sd_bus_send(stage->client, message, &cookie), >=, 0);
    g_hash_table_insert(stage->waiting, GSIZE_TO_POINTER((gsize)cookie), answer);
}

GVariant *
stage_call(Stage *stage,
           const char *path,
           const char *interface,
           const char *member,
           GVariant *arguments,
           const char *error)
{
    Answer answer = {0};
    GVariant *body;

    stage_send(stage, path, interface, member, arguments, &answer);
    world_wait(&answer.replies, 1);
    world_settle();
    if (g_strcmp0(answer.error, error) != 0)
        g_error("%s.%s on %s ended in %s (%s), expected %s", interface, member, path,
                answer.error ? answer.error : "success", answer.message ? answer.message : "",
                error ? error : "success");
    if (error)
        g_assert_cmpuint(strlen(answer.message), >, 5);
    body = g_steal_pointer(&answer.body);
    stage_clear_answer(&answer);
    return body;
}

void
stage_act(Stage *stage,
          const char *path,
          const char *interface,
          const char *member,
          GVariant *arguments,
          const char *error)
{
    g_autoptr(GVariant) body = stage_call(stage, path, interface, member, arguments, error);

    if (!error)
        g_assert_cmpstr(g_variant_get_type_string(body), ==, "()");
}

GVariant *
stage_get(Stage *stage, const char *path, const char *interface, const char *property)
{
    g_autoptr(GVariant) body = stage_call(stage, path, "org.freedesktop.DBus.Properties", "Get",
                                          g_variant_new("(ss)", interface, property), NULL);
    GVariant *value = NULL;

    g_variant_get(body, "(v)", &value);
    return value;
}

void
stage_set(Stage *stage,
          const char *path,
          const char *interface,
          const char *property,
          GVariant *value,
          const char *error)
{
    stage_act(stage, path, "org.freedesktop.DBus.Properties", "Set",
              g_variant_new("(ssv)", interface, property, value), error);
}

GVariant *
stage_options(const char *text)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) dict = g_variant_parse(G_VARIANT_TYPE_VARDICT, text, NULL, NULL, &error);

    g_assert_no_error(error);
    return g_variant_new_tuple(&dict, 1);
}

char *
stage_vm(Stage *stage, const char *name, SealTechnology technology, VirtState state)
{
    char *path = NULL;

    world_add(stage->world, name, technology, state);
    g_assert_cmpint(sd_bus_path_encode(SERVICE_VM_PATH, world_vm(stage->world, name)->uuid, &path),
                    >=, 0);
    return path;
}

const Heard *
stage_find_signal(Stage *stage, const char *member, const char *path, guint from)
{
    for (guint i = from; i < stage->signals->len; i++) {
        const Heard *heard = g_ptr_array_index(stage->signals, i);

        if (g_str_equal(heard->member, member) && (!path || g_str_equal(heard->path, path)))
            return heard;
    }
    return NULL;
}

void
stage_forget(Stage *stage)
{
    g_ptr_array_set_size(stage->signals, 0);
}

void
stage_clear_answer(Answer *answer)
{
    g_clear_pointer(&answer->error, g_free);
    g_clear_pointer(&answer->message, g_free);
    g_clear_pointer(&answer->body, g_variant_unref);
    answer->replies = 0;
}
