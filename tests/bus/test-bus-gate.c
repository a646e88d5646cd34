/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The gate: for every row of its table, a caller who is refused, asked for a
 * password or left waiting reaches nothing behind it; a caller who is allowed
 * was asked about with the right action and details.
 */

#include "stage.h"

#include <string.h>

#include "gate.h"

#define DENIED "org.freedesktop.DBus.Error.AccessDenied"
#define CHALLENGED "org.freedesktop.DBus.Error.InteractiveAuthorizationRequired"
#define ERROR(name) "org.sealvirt1.Error." name
#define SMALL "{'memory': <uint64 1073741824>, 'disks': <[{'path': <'/images/a.qcow2'>}]>}"

/* Good arguments for every member; without a row a member takes one empty dictionary. */
static const struct {
    const char *member;
    const char *type;
    const char *arguments;
} argument_rows[] = {
    {"CreateVM", "(sa{sv}a{sv})", "('new', " SMALL ", @a{sv} {})"},
    {"PreviewVM", "(sa{sv}a{sv})", "('new', " SMALL ", @a{sv} {})"},
    {"FindVM", "(s)", "('a',)"},
    {"ListVMs", "()", "()"},
    {"EncodePolicy", "(sas)", "('sev', @as [])"},
    {"DecodePolicy", "(st)", "('sev', uint64 1)"},
    {"SetMemoryLimit", "(ta{sv})", "(uint64 0, @a{sv} {})"},
    {"CheckOperation", "(sa{sv})", "('migrate', @a{sv} {})"},
    {"InjectSecret", "(ayaya{sv})", "([byte 1], [byte 2], @a{sv} {})"},
    {"Autostart", "b", "true"},
    {"Restart", "s", "'guest-reboot'"},
    {"LogLevel", "s", "'debug'"},
    {"LogTarget", "s", "'null'"},
};

static GVariant *
arguments_of(const char *member)
{
    const char *type = "(a{sv})", *text = "(@a{sv} {},)";
    g_autoptr(GError) error = NULL;
    GVariant *arguments;

    for (gsize i = 0; i < G_N_ELEMENTS(argument_rows); i++) {
        if (!g_str_equal(argument_rows[i].member, member))
            continue;
        type = argument_rows[i].type;
        text = argument_rows[i].arguments;
    }
    arguments = g_variant_parse(G_VARIANT_TYPE(type), text, NULL, NULL, &error);
    g_assert_no_error(error);
    return arguments;
}

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

static void
tear_down(Setup *setup, gconstpointer data)
{
    stage_free(setup->stage);
    g_free(setup->vm);
}

static const char *
object_of(const Setup *setup, const GateRow *row)
{
    static const struct {
        const char *interface;
        const char *path;
    } objects[] = {
        {SERVICE_MANAGER_INTERFACE, SERVICE_PATH},
        {SERVICE_HOST_INTERFACE, SERVICE_HOST_PATH},
        {SERVICE_LOG_INTERFACE, SERVICE_LOG_PATH},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(objects); i++)
        if (g_str_equal(objects[i].interface, row->interface))
            return objects[i].path;
    return setup->vm;
}

static void
send(Setup *setup, const GateRow *row, Answer *answer)
{
    const char *path = object_of(setup, row);
    g_autoptr(GVariant) arguments = arguments_of(row->member);

    if (row->kind == GATE_METHOD)
        stage_send(setup->stage, path, row->interface, row->member, g_steal_pointer(&arguments),
                   answer);
    else
        stage_send(setup->stage, path, "org.freedesktop.DBus.Properties", "Set",
                   g_variant_new("(ssv)", row->interface, row->member, arguments), answer);
}

/* Nothing behind the gate may have been reached. */
static void
expect_untouched(Setup *setup, guint reads, guint inspections)
{
    World *world = setup->stage->world;
    g_autoptr(GPtrArray) jobs = jobs_list(world->core->jobs);

    g_assert_cmpuint(fake_virt_count_acts(world->virt), ==, 0);
    g_assert_cmpuint(fake_host_count(world->host), ==, reads);
    g_assert_cmpuint(fake_host_count_inspections(world->host), ==, inspections);
    g_assert_cmpuint(jobs->len, ==, 0);
    g_assert_cmpint(log_get_max_level(setup->stage->log), ==, 6);
    g_assert_cmpstr(log_get_target(setup->stage->log), ==, "auto");
    g_assert_cmpuint(setup->stage->signals->len, ==, 0);
}

static void
refuse_all(Setup *setup, FakeAnswer answer, const char *error)
{
    guint reads = fake_host_count(setup->stage->world->host), asked = 0;
    gsize n_rows = 0;
    const GateRow *rows = gate_get_rows(&n_rows);

    fake_authority_set(setup->stage->authority, answer);
    stage_forget(setup->stage);
    for (gsize i = 0; i < n_rows; i++) {
        Answer got = {0};

        if (!rows[i].action)
            continue;
        send(setup, &rows[i], &got);
        world_wait(&got.replies, 1);
        world_settle();
        g_assert_cmpstr(got.error, ==, error);
        g_assert_cmpuint(fake_authority_asked(setup->stage->authority)->len, ==, ++asked);
        stage_clear_answer(&got);
        expect_untouched(setup, reads, 0);
    }
    g_assert_cmpuint(asked, >, 10);
}

static void
test_denied(Setup *setup, gconstpointer data)
{
    refuse_all(setup, FAKE_DENY, DENIED);
}

static void
test_challenged(Setup *setup, gconstpointer data)
{
    refuse_all(setup, FAKE_CHALLENGE, CHALLENGED);
}

/* polkit is silent: nothing happens, for as long as it takes; then no is no. */
static void
test_silent(Setup *setup, gconstpointer data)
{
    guint reads = fake_host_count(setup->stage->world->host);
    gsize n_rows = 0;
    const GateRow *rows = gate_get_rows(&n_rows);
    g_autofree Answer *answers = g_new0(Answer, n_rows);

    fake_authority_set(setup->stage->authority, FAKE_SILENT);
    stage_forget(setup->stage);
    for (gsize i = 0; i < n_rows; i++)
        if (rows[i].action)
            send(setup, &rows[i], &answers[i]);
    world_settle();
    expect_untouched(setup, reads, 0);
    fake_authority_answer(setup->stage->authority, FAKE_DENY);
    world_settle();
    expect_untouched(setup, reads, 0);
    for (gsize i = 0; i < n_rows; i++) {
        if (rows[i].action)
            g_assert_cmpstr(answers[i].error, ==, DENIED);
        stage_clear_answer(&answers[i]);
    }
}

static void
test_open_members(Setup *setup, gconstpointer data)
{
    gsize n_rows = 0;
    const GateRow *rows = gate_get_rows(&n_rows);
    guint open = 0;

    fake_authority_set(setup->stage->authority, FAKE_DENY);
    for (gsize i = 0; i < n_rows; i++) {
        Answer got = {0};

        if (rows[i].action || g_str_equal(rows[i].interface, SERVICE_JOB_INTERFACE))
            continue;
        open++;
        send(setup, &rows[i], &got);
        world_wait(&got.replies, 1);
        world_settle();
        if (got.error)
            g_error("%s ended in %s: %s", rows[i].member, got.error, got.message);
        stage_clear_answer(&got);
    }
    g_assert_cmpuint(open, >=, 6);
    g_assert_cmpuint(fake_authority_asked(setup->stage->authority)->len, ==, 0);
    g_assert_cmpuint(fake_virt_count_acts(setup->stage->world->virt), ==, 0);
    g_assert_cmpuint(fake_host_count_inspections(setup->stage->world->host), ==, 0);
}

static const char *
last_asked(Setup *setup)
{
    GPtrArray *asked = fake_authority_asked(setup->stage->authority);

    return g_ptr_array_index(asked, asked->len - 1);
}

static void
test_details(Setup *setup, gconstpointer data)
{
    g_autofree char *expected = g_strdup_printf("org.sealvirt1.control vm=%s name=a",
                                                world_vm(setup->stage->world, "a")->uuid);

    stage_act(setup->stage, setup->vm, SERVICE_VM_INTERFACE, "Start", stage_options("{}"), NULL);
    g_assert_cmpstr(last_asked(setup), ==, expected);
    fake_authority_set(setup->stage->authority, FAKE_DENY);
    stage_act(setup->stage, SERVICE_PATH, SERVICE_MANAGER_INTERFACE, "CreateVM",
              arguments_of("CreateVM"), DENIED);
    g_assert_cmpstr(last_asked(setup), ==, "org.sealvirt1.define vm= name=new");
}

/* Creating and starting in one call takes both permissions. */
static void
test_create_and_start_needs_both(Setup *setup, gconstpointer data)
{
    static const char *const actions[] = {"org.sealvirt1.define", "org.sealvirt1.control"};
    g_autoptr(GVariant) with_start = g_variant_parse(
        G_VARIANT_TYPE("(sa{sv}a{sv})"), "('new', " SMALL ", {'start': <true>})", NULL, NULL, NULL);

    for (gsize i = 0; i < G_N_ELEMENTS(actions); i++) {
        fake_authority_set_action(setup->stage->authority, actions[i], FAKE_DENY);
        stage_act(setup->stage, SERVICE_PATH, SERVICE_MANAGER_INTERFACE, "CreateVM",
                  g_variant_ref(with_start), DENIED);
        fake_authority_set_action(setup->stage->authority, actions[i], FAKE_ALLOW);
        g_assert_cmpuint(fake_virt_count_acts(setup->stage->world->virt), ==, 0);
    }
    g_variant_unref(stage_call(setup->stage, SERVICE_PATH, SERVICE_MANAGER_INTERFACE, "CreateVM",
                               g_variant_ref(with_start), NULL));
    g_assert_cmpuint(fake_virt_count(setup->stage->world->virt, VIRT_OP_START), ==, 1);
}

/* The VM goes away while polkit makes up its mind. */
static void
test_gone_while_asking(Setup *setup, gconstpointer data)
{
    static const char *const methods[] = {"Start",  "Stop",           "Delete",
                                          "GetXML", "GetMeasurement", "Diagnose"};
    Answer answers[G_N_ELEMENTS(methods) + 2] = {{0}};
    FakeDomains *domains = fake_virt_domains(setup->stage->world->virt);
    g_autofree char *uuid = g_strdup(world_vm(setup->stage->world, "a")->uuid);
    gsize n = G_N_ELEMENTS(methods);

    fake_authority_set(setup->stage->authority, FAKE_SILENT);
    for (gsize i = 0; i < n; i++)
        stage_send(setup->stage, setup->vm, SERVICE_VM_INTERFACE, methods[i], stage_options("{}"),
                   &answers[i]);
    stage_send(
        setup->stage, setup->vm, "org.freedesktop.DBus.Properties", "Set",
        g_variant_new("(ssv)", SERVICE_VM_INTERFACE, "Autostart", g_variant_new_boolean(TRUE)),
        &answers[n]);
    stage_send(setup->stage, setup->vm, "org.freedesktop.DBus.Properties", "Set",
               g_variant_new("(ssv)", SERVICE_VM_INTERFACE, "Restart", g_variant_new_string("no")),
               &answers[n + 1]);
    world_settle();
    fake_domains_remove(domains, uuid);
    fake_virt_emit(setup->stage->world->virt, uuid);
    world_settle();
    fake_authority_answer(setup->stage->authority, FAKE_ALLOW);
    world_settle();
    for (gsize i = 0; i < G_N_ELEMENTS(answers); i++) {
        g_assert_cmpuint(answers[i].replies, ==, 1);
        g_assert_cmpstr(answers[i].error, ==, ERROR("NotFound"));
        stage_clear_answer(&answers[i]);
    }
    g_assert_cmpuint(fake_virt_count_acts(setup->stage->world->virt), ==, 0);
}

/* The state has changed by the time polkit says yes; it is looked at again. */
static void
test_changed_while_asking(Setup *setup, gconstpointer data)
{
    FakeDomain *domain = fake_domains_find(fake_virt_domains(setup->stage->world->virt), "a");
    Answer answer = {0};

    fake_authority_set(setup->stage->authority, FAKE_SILENT);
    stage_send(setup->stage, setup->vm, SERVICE_VM_INTERFACE, "Start", stage_options("{}"),
               &answer);
    world_settle();
    domain->state = VIRT_STATE_RUNNING;
    fake_virt_emit(setup->stage->world->virt, domain->uuid);
    world_settle();
    fake_authority_answer(setup->stage->authority, FAKE_ALLOW);
    world_settle();
    g_assert_cmpstr(answer.error, ==, ERROR("InvalidState"));
    stage_clear_answer(&answer);
}

/* A job of user 1000: its owner cancels without being asked, others need leave. */
static void
test_cancel_of_others(Setup *setup, gconstpointer data)
{
    g_autofree char *vm = stage_vm(setup->stage, "b", SEAL_TECHNOLOGY_SEV, VIRT_STATE_RUNNING);
    g_autoptr(GPtrArray) jobs = NULL;
    g_autofree char *job = NULL;
    g_autofree char *wanted = NULL;
    Answer answer = {0};

    stage_send(setup->stage, vm, SERVICE_VM_INTERFACE, "Shutdown",
               stage_options("{'timeout': <uint32 60>}"), &answer);
    world_settle();
    jobs = jobs_list(setup->stage->world->core->jobs);
    sd_bus_path_encode(SERVICE_JOB_PATH, ((const Job *)g_ptr_array_index(jobs, 0))->id, &job);
    fake_authority_set(setup->stage->authority, FAKE_DENY);
    setup->stage->sender = ":1.1001";
    stage_act(setup->stage, job, SERVICE_JOB_INTERFACE, "Cancel", stage_options("{}"), DENIED);
    wanted = g_strdup_printf("org.sealvirt1.cancel-job vm=%s name=b",
                             world_vm(setup->stage->world, "b")->uuid);
    g_assert_cmpstr(last_asked(setup), ==, wanted);
    g_assert_cmpuint(answer.replies, ==, 0);
    setup->stage->sender = ":1.1000";
    stage_act(setup->stage, job, SERVICE_JOB_INTERFACE, "Cancel", stage_options("{}"), NULL);
    g_assert_cmpstr(answer.error, ==, ERROR("Cancelled"));
    stage_clear_answer(&answer);
}

/* What is still to be told of a VM is told before it is gone. */
static void
test_transient_goes(Setup *setup, gconstpointer data)
{
    g_autofree char *path = stage_vm(setup->stage, "c", SEAL_TECHNOLOGY_SEV, VIRT_STATE_RUNNING);
    FakeVirt *virt = setup->stage->world->virt;
    FakeDomain *domain = fake_domains_find(fake_virt_domains(virt), "c");
    g_autofree char *uuid = g_strdup(domain->uuid);
    Answer answer = {0};
    const Heard *changed, *gone;

    stage_send(setup->stage, path, SERVICE_VM_INTERFACE, "Shutdown",
               stage_options("{'timeout': <uint32 60>}"), &answer);
    world_settle();
    stage_forget(setup->stage);
    domain->state = VIRT_STATE_STOPPING;
    fake_virt_emit(virt, domain->uuid);
    fake_domains_remove(fake_virt_domains(virt), "c");
    fake_virt_emit(virt, uuid);
    world_wait(&answer.replies, 1);
    world_settle();
    changed = stage_find_signal(setup->stage, "PropertiesChanged", path, 0);
    gone = stage_find_signal(setup->stage, "InterfacesRemoved", SERVICE_PATH, 0);
    g_assert_nonnull(gone);
    g_assert_true(!changed || changed->order < gone->order);
    g_assert_null(answer.error);
    stage_clear_answer(&answer);
}

#define ADD(path, function) g_test_add(path, Setup, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    world_quieten();
    ADD("/bus-gate/denied", test_denied);
    ADD("/bus-gate/challenged", test_challenged);
    ADD("/bus-gate/silent", test_silent);
    ADD("/bus-gate/open-members", test_open_members);
    ADD("/bus-gate/details", test_details);
    ADD("/bus-gate/create-and-start-needs-both", test_create_and_start_needs_both);
    ADD("/bus-gate/gone-while-asking", test_gone_while_asking);
    ADD("/bus-gate/changed-while-asking", test_changed_while_asking);
    ADD("/bus-gate/cancel-of-others", test_cancel_of_others);
    ADD("/bus-gate/transient-goes", test_transient_goes);
    return g_test_run();
}
