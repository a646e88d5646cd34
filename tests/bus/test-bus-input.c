/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Bad input by the catalogue: unknown members and objects, wrong types,
 * unknown options, dictionaries of ten thousand keys, variants in variants,
 * strings of megabytes. Each ends in one named error, reaches nothing, and
 * the next good call works.
 */

#include "stage.h"

#include <string.h>

#include "variant.h"

#define VM SERVICE_VM_INTERFACE
#define MANAGER SERVICE_MANAGER_INTERFACE
#define PROPERTIES "org.freedesktop.DBus.Properties"
#define INVALID "org.sealvirt1.Error.InvalidArgument"
#define BUS(name) "org.freedesktop.DBus.Error." name
#define NOBODY SERVICE_VM_PATH "/_30000000_2d0000_2d4000_2d8000_2dffffffffffff"

typedef struct {
    Stage *stage;
    char *vm;
} Setup;

static void
set_up(Setup *setup, gconstpointer data)
{
    setup->stage = stage_new();
    setup->vm = stage_vm(setup->stage, "a", SEAL_TECHNOLOGY_SEV, VIRT_STATE_SHUTOFF);
}

/* After everything: nothing was reached, and a good call works. */
static void
tear_down(Setup *setup, gconstpointer data)
{
    g_assert_cmpuint(fake_virt_count_acts(setup->stage->world->virt), ==, 0);
    g_assert_cmpuint(g_hash_table_size(setup->stage->service->calls), ==, 0);
    stage_act(setup->stage, setup->vm, VM, "Start", stage_options("{}"), NULL);
    stage_free(setup->stage);
    g_free(setup->vm);
}

static GVariant *
parse(const char *text)
{
    g_autoptr(GError) error = NULL;
    GVariant *value = g_variant_parse(NULL, text, NULL, NULL, &error);

    g_assert_no_error(error);
    return value;
}

/* @path "vm" is the VM's object. */
static const struct {
    const char *path;
    const char *interface;
    const char *member;
    const char *arguments;
    const char *error;
} calls[] = {
    {"vm", VM, "Begin", "(@a{sv} {},)", BUS("UnknownMethod")},
    {"vm", VM, "start", "(@a{sv} {},)", BUS("UnknownMethod")},
    {"vm", "org.sealvirt1.Vm", "Start", "(@a{sv} {},)", BUS("UnknownMethod")},
    {"vm", MANAGER, "ListVMs", "()", BUS("UnknownMethod")},
    {NOBODY, VM, "Start", "(@a{sv} {},)", BUS("UnknownObject")},
    {SERVICE_VM_PATH "/x", VM, "Start", "(@a{sv} {},)", BUS("UnknownObject")},
    {SERVICE_VM_PATH, VM, "Start", "(@a{sv} {},)", BUS("UnknownMethod")},
    {"/", VM, "Start", "(@a{sv} {},)", BUS("UnknownObject")},
    {"/org", MANAGER, "ListVMs", "()", BUS("UnknownObject")},
    {SERVICE_JOB_PATH "/0", SERVICE_JOB_INTERFACE, "Cancel", "(@a{sv} {},)", BUS("UnknownObject")},
    {"vm", VM, "Start", "()", BUS("InvalidArgs")},
    {"vm", VM, "Start", "(true,)", BUS("InvalidArgs")},
    {"vm", VM, "Start", "(@a{ss} {},)", BUS("InvalidArgs")},
    {"vm", VM, "Start", "(@a{sv} {}, @a{sv} {})", BUS("InvalidArgs")},
    {SERVICE_PATH, MANAGER, "FindVM", "(5,)", BUS("InvalidArgs")},
    {SERVICE_PATH, MANAGER, "ListVMs", "('x',)", BUS("InvalidArgs")},
    {SERVICE_PATH, MANAGER, "CreateVM", "('x', @a{sv} {})", BUS("InvalidArgs")},
    {SERVICE_PATH, MANAGER, "CreateVM", "('x', @a{sv} {}, @a{sv} {})", INVALID},
    {"vm", VM, "Start", "({'wait': <true>},)", INVALID},
    {"vm", VM, "Start", "({'paused': <1>},)", INVALID},
    {"vm", VM, "Start", "({'paused': <<true>>},)", INVALID},
    {"vm", VM, "Start", "({'PAUSED': <true>},)", INVALID},
    {"vm", VM, "Resume", "({'paused': <true>},)", INVALID},
    {"vm", VM, "Shutdown", "({'timeout': <5>},)", INVALID},
    {"vm", VM, "Shutdown", "({'timeout': <uint32 86401>},)", INVALID},
    {"vm", VM, "Shutdown", "({'timeout': <uint32 4294967295>},)", INVALID},
    {"vm", VM, "Shutdown", "({'force': <true>},)", INVALID},
    {"vm", VM, "Delete", "({'volumes': <'yes'>},)", INVALID},
    {"vm", VM, "GetXML", "({'secrets': <true>},)", INVALID},
    {SERVICE_HOST_PATH, SERVICE_HOST_INTERFACE, "Refresh", "({'deep': <true>},)", INVALID},
    {SERVICE_HOST_PATH, SERVICE_HOST_INTERFACE, "Check", "({'technology': <5>},)", INVALID},
    {SERVICE_PATH, MANAGER, "EncodePolicy", "('sev', ['es', 'sharing-is-caring'])", INVALID},
    {SERVICE_PATH, MANAGER, "EncodePolicy", "('', @as [])", INVALID},
    {SERVICE_PATH, MANAGER, "DecodePolicy", "('none', uint64 1)", INVALID},
    {"vm", PROPERTIES, "Get", "('" VM "', 'Nothing')", BUS("UnknownProperty")},
    {"vm", PROPERTIES, "Get", "('" MANAGER "', 'Version')", BUS("UnknownProperty")},
    {"vm", PROPERTIES, "Get", "('not an interface', 'Name')", BUS("UnknownProperty")},
    {"vm", PROPERTIES, "GetAll", "('org.example.No',)", BUS("UnknownInterface")},
    {"vm", PROPERTIES, "Set", "('" VM "', 'Name', <'b'>)", BUS("PropertyReadOnly")},
    {"vm", PROPERTIES, "Set", "('" VM "', 'Nothing', <'b'>)", BUS("UnknownProperty")},
    {"vm", PROPERTIES, "Set", "('" VM "', 'Autostart', <'yes'>)", INVALID},
    {"vm", PROPERTIES, "Set", "('" VM "', 'Autostart', <@a{sv} {}>)", INVALID},
    {"vm", PROPERTIES, "Set", "('" VM "', 'Restart', <'ALWAYS'>)", INVALID},
    {"vm", PROPERTIES, "Set", "('" VM "', 'Restart', <''>)", INVALID},
    {NOBODY, PROPERTIES, "Set", "('" VM "', 'Autostart', <true>)", BUS("UnknownObject")},
    {SERVICE_PATH, PROPERTIES, "Set", "('" VM "', 'Autostart', <true>)", BUS("UnknownProperty")},
    {SERVICE_PATH, PROPERTIES, "Set", "('" MANAGER "', 'Version', <'2'>)", BUS("PropertyReadOnly")},
    {SERVICE_PATH, PROPERTIES, "Set", "('" SERVICE_LOG_INTERFACE "', 'LogLevel', <'debug'>)",
     BUS("UnknownProperty")},
};

static void
test_catalogue(Setup *setup, gconstpointer data)
{
    for (gsize i = 0; i < G_N_ELEMENTS(calls); i++) {
        const char *path = g_str_equal(calls[i].path, "vm") ? setup->vm : calls[i].path;

        stage_act(setup->stage, path, calls[i].interface, calls[i].member,
                  parse(calls[i].arguments), calls[i].error);
    }
}

/* D-Bus lets a caller leave the interface out; then it is as if nothing had a row. */
static void
test_without_interface(Setup *setup, gconstpointer data)
{
    Answer answer = {0};

    stage_send(setup->stage, setup->vm, NULL, "Start", stage_options("{}"), &answer);
    world_wait(&answer.replies, 1);
    world_settle();
    g_assert_nonnull(answer.error);
    stage_clear_answer(&answer);
}

static GVariant *
many_keys(guint n)
{
    GVariantBuilder builder;

    g_variant_builder_init(&builder, G_VARIANT_TYPE_VARDICT);
    for (guint i = 0; i < n; i++) {
        g_autofree char *key = g_strdup_printf("key%u", i);

        g_variant_builder_add(&builder, "{sv}", key, g_variant_new_boolean(TRUE));
    }
    return g_variant_builder_end(&builder);
}

static GVariant *
nested(guint depth)
{
    GVariant *value = g_variant_new_boolean(TRUE);

    for (guint i = 0; i < depth; i++)
        value = g_variant_new_variant(value);
    return value;
}

static GVariant *
one_option(const char *key, GVariant *value)
{
    GVariantBuilder builder;

    g_variant_builder_init(&builder, G_VARIANT_TYPE_VARDICT);
    g_variant_builder_add(&builder, "{sv}", key, value);
    return g_variant_builder_end(&builder);
}

static GVariant *
long_text(gsize length)
{
    return g_variant_new_take_string(g_strnfill(length, 'x'));
}

static void
call_both(Setup *setup, GVariant *dict)
{
    g_autoptr(GVariant) kept = g_variant_ref_sink(dict);

    stage_act(setup->stage, setup->vm, VM, "Start", g_variant_new("(@a{sv})", kept), INVALID);
    stage_act(setup->stage, SERVICE_PATH, MANAGER, "PreviewVM",
              g_variant_new("(s@a{sv}@a{sv})", "x", kept, many_keys(0)), INVALID);
    stage_act(setup->stage, SERVICE_PATH, MANAGER, "CreateVM",
              g_variant_new("(s@a{sv}@a{sv})", "x", kept, many_keys(0)), INVALID);
}

static void
test_many_keys(Setup *setup, gconstpointer data)
{
    call_both(setup, many_keys(10));
    call_both(setup, many_keys(10000));
}

/* D-Bus allows 64 levels; the next is sd-bus' own to refuse when it is sent. */
static void
test_nested_variants(Setup *setup, gconstpointer data)
{
    call_both(setup, one_option("paused", nested(1)));
    call_both(setup, one_option("paused", nested(30)));
    call_both(setup, one_option("memory", nested(55)));
    stage_set(setup->stage, setup->vm, VM, "Autostart", nested(50), INVALID);
}

static void
test_long_texts(Setup *setup, gconstpointer data)
{
    g_autoptr(GVariant) megabytes = g_variant_ref_sink(long_text(8 << 20));
    g_autofree char *key = g_strnfill(1 << 16, 'k');

    call_both(setup, one_option("paused", megabytes));
    call_both(setup, one_option("cmdline", long_text(100000)));
    call_both(setup, one_option(key, g_variant_new_boolean(TRUE)));
    stage_act(setup->stage, SERVICE_PATH, MANAGER, "FindVM", g_variant_new("(@s)", megabytes),
              INVALID);
    stage_act(setup->stage, SERVICE_PATH, MANAGER, "FindVM",
              g_variant_new("(@s)", long_text(65536)), "org.sealvirt1.Error.NotFound");
    stage_act(setup->stage, SERVICE_PATH, MANAGER, "CreateVM",
              g_variant_new("(@s@a{sv}@a{sv})", long_text(64), many_keys(0), many_keys(0)),
              INVALID);
    stage_set(setup->stage, setup->vm, VM, "Restart", long_text(65536), INVALID);
    stage_set(setup->stage, setup->vm, VM, "Restart", megabytes, INVALID);
}

/* An error's text is sent to a terminal sooner or later. */
static void
test_controls_are_not_echoed(Setup *setup, gconstpointer data)
{
    Answer answer = {0};

    stage_send(setup->stage, setup->vm, VM, "Start",
               g_variant_new("(@a{sv})", one_option("\x1b[31m\a\n", g_variant_new_boolean(TRUE))),
               &answer);
    world_wait(&answer.replies, 1);
    world_settle();
    g_assert_cmpstr(answer.error, ==, INVALID);
    for (const char *c = answer.message; *c; c++)
        g_assert_false(g_ascii_iscntrl(*c));
    stage_clear_answer(&answer);
    stage_send(setup->stage, SERVICE_PATH, MANAGER, "FindVM", g_variant_new("(s)", "\x1b[31m\a\n"),
               &answer);
    world_wait(&answer.replies, 1);
    world_settle();
    for (const char *c = answer.message; *c; c++)
        g_assert_false(g_ascii_iscntrl(*c));
    stage_clear_answer(&answer);
}

/* A caller who wants no reply gets none, and is served or refused all the same. */
static void
test_no_reply_wanted(Setup *setup, gconstpointer data)
{
    for (guint i = 0; i < 10; i++) {
        g_autoptr(sd_bus_message) message = NULL;

        g_assert_cmpint(sd_bus_message_new_method_call(setup->stage->client, &message, NULL,
                                                       setup->vm, VM, "Resume"),
                        >=, 0);
        g_assert_cmpint(sd_bus_message_append(message, "a{sv}", 0), >=, 0);
        g_assert_cmpint(sd_bus_message_set_expect_reply(message, 0), >=, 0);
        g_assert_cmpint(sd_bus_send(setup->stage->client, message, NULL), >=, 0);
    }
    world_settle();
    g_assert_cmpuint(setup->stage->strays, ==, 0);
}

#define ADD(path, function) g_test_add(path, Setup, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    world_quieten();
    ADD("/bus-input/catalogue", test_catalogue);
    ADD("/bus-input/without-interface", test_without_interface);
    ADD("/bus-input/many-keys", test_many_keys);
    ADD("/bus-input/nested-variants", test_nested_variants);
    ADD("/bus-input/long-texts", test_long_texts);
    ADD("/bus-input/controls-are-not-echoed", test_controls_are_not_echoed);
    ADD("/bus-input/no-reply-wanted", test_no_reply_wanted);
    return g_test_run();
}
