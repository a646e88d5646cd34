/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Every method that acts, from call to reply, and the order in which a client
 * hears of it: object and property signals first, then JobRemoved, then the
 * reply. Exactly one reply a call.
 */

#include "stage.h"

#include <string.h>

#define VM SERVICE_VM_INTERFACE
#define MANAGER SERVICE_MANAGER_INTERFACE
#define ERROR(name) "org.sealvirt1.Error." name
#define SMALL "{'memory': <uint64 1073741824>, 'disks': <[{'path': <'/images/a.qcow2'>}]>}"

static void
set_up(Stage **stage, gconstpointer data)
{
    *stage = stage_new();
}

static void
tear_down(Stage **stage, gconstpointer data)
{
    stage_free(*stage);
}

static GVariant *
create_arguments(const char *name, const char *settings, const char *options)
{
    g_autofree char *text = g_strdup_printf("('%s', %s, %s)", name, settings, options);
    g_autoptr(GError) error = NULL;
    GVariant *arguments =
        g_variant_parse(G_VARIANT_TYPE("(sa{sv}a{sv})"), text, NULL, NULL, &error);

    g_assert_no_error(error);
    return arguments;
}

static char *
get_word(Stage *stage, const char *path, const char *property)
{
    g_autoptr(GVariant) value = stage_get(stage, path, VM, property);

    return g_variant_dup_string(value, NULL);
}

static void
expect_state(Stage *stage, const char *path, const char *state)
{
    g_autofree char *word = get_word(stage, path, "State");

    g_assert_cmpstr(word, ==, state);
}

static const struct {
    const char *method;
    const char *options;
    VirtState before;
    const char *after;
    VirtOp op;
} acts[] = {
    {"Start", "{}", VIRT_STATE_SHUTOFF, "running", VIRT_OP_START},
    {"Start", "{'paused': <true>}", VIRT_STATE_SHUTOFF, "paused", VIRT_OP_START},
    {"Start", "{'paused': <false>}", VIRT_STATE_SHUTOFF, "running", VIRT_OP_START},
    {"Resume", "{}", VIRT_STATE_PAUSED, "running", VIRT_OP_RESUME},
    {"Suspend", "{}", VIRT_STATE_RUNNING, "paused", VIRT_OP_SUSPEND},
    {"Shutdown", "{}", VIRT_STATE_RUNNING, "running", VIRT_OP_SHUTDOWN},
    {"Reboot", "{}", VIRT_STATE_RUNNING, "running", VIRT_OP_REBOOT},
    {"Stop", "{}", VIRT_STATE_RUNNING, "shutoff", VIRT_OP_DESTROY},
    {"Stop", "{}", VIRT_STATE_CRASHED, "shutoff", VIRT_OP_DESTROY},
};

static void
test_methods(Stage **stage, gconstpointer data)
{
    for (gsize i = 0; i < G_N_ELEMENTS(acts); i++) {
        g_autofree char *name = g_strdup_printf("vm%zu", i);
        g_autofree char *path = stage_vm(*stage, name, SEAL_TECHNOLOGY_SEV, acts[i].before);
        guint before = fake_virt_count((*stage)->world->virt, acts[i].op);

        stage_act(*stage, path, VM, acts[i].method, stage_options(acts[i].options), NULL);
        g_assert_cmpuint(fake_virt_count((*stage)->world->virt, acts[i].op), ==, before + 1);
        expect_state(*stage, path, acts[i].after);
    }
}

typedef struct {
    const char *job;
    const char *operation;
    const char *uuid;
    const char *result;
    const char *error;
    guint order;
} Removed;

/* The only JobRemoved there is. */
static Removed
read_removed(Stage *stage)
{
    const Heard *heard = stage_find_signal(stage, "JobRemoved", SERVICE_PATH, 0);
    Removed removed;

    g_assert_nonnull(heard);
    g_variant_get(heard->body, "(&o&s&s&s&s)", &removed.job, &removed.operation, &removed.uuid,
                  &removed.result, &removed.error);
    removed.order = heard->order;
    return removed;
}

/* What a client hears of a job must come in this order. */
static void
expect_order(Stage *stage, const char *vm, guint reply)
{
    Removed removed = read_removed(stage);
    const Heard *added = stage_find_signal(stage, "InterfacesAdded", NULL, 0);
    const Heard *changed = stage_find_signal(stage, "PropertiesChanged", vm, 0);
    const Heard *gone = stage_find_signal(stage, "InterfacesRemoved", NULL, 0);

    g_assert_true(g_str_has_prefix(removed.job, SERVICE_JOB_PATH "/"));
    g_assert_cmpuint(added->order, <, changed->order);
    g_assert_cmpuint(changed->order, <, gone->order);
    g_assert_cmpuint(gone->order, <, removed.order);
    g_assert_cmpuint(removed.order, <, reply);
}

static void
test_order_of_a_start(Stage **stage, gconstpointer data)
{
    g_autofree char *path = stage_vm(*stage, "a", SEAL_TECHNOLOGY_SEV, VIRT_STATE_SHUTOFF);
    Answer answer = {0};
    Removed removed;

    stage_forget(*stage);
    stage_send(*stage, path, VM, "Start", stage_options("{}"), &answer);
    world_wait(&answer.replies, 1);
    world_settle();
    g_assert_null(answer.error);
    removed = read_removed(*stage);
    g_assert_cmpstr(removed.operation, ==, "start");
    g_assert_cmpstr(removed.uuid, ==, world_vm((*stage)->world, "a")->uuid);
    g_assert_cmpstr(removed.result, ==, "done");
    g_assert_cmpstr(removed.error, ==, "");
    expect_order(*stage, path, answer.order);
    stage_clear_answer(&answer);
}

static void
test_starting_is_seen(Stage **stage, gconstpointer data)
{
    g_autofree char *path = stage_vm(*stage, "a", SEAL_TECHNOLOGY_SEV, VIRT_STATE_SHUTOFF);
    g_autofree char *text = NULL;
    Answer answer = {0};

    fake_virt_hold((*stage)->world->virt, VIRT_OP_START, TRUE);
    fake_virt_hold((*stage)->world->virt, VIRT_OP_SNAPSHOT, TRUE);
    stage_forget(*stage);
    stage_send(*stage, path, VM, "Start", stage_options("{}"), &answer);
    world_settle();
    expect_state(*stage, path, "starting");
    text = g_variant_print(stage_find_signal(*stage, "PropertiesChanged", path, 0)->body, FALSE);
    g_assert_nonnull(strstr(text, "'State': <'starting'>"));
    stage_act(*stage, path, VM, "Stop", stage_options("{}"), ERROR("Busy"));
    fake_virt_release((*stage)->world->virt, VIRT_OP_START, 0);
    world_settle();
    g_assert_cmpuint(answer.replies, ==, 1);
    expect_state(*stage, path, "running");
    stage_clear_answer(&answer);
}

static void
test_failure(Stage **stage, gconstpointer data)
{
    g_autofree char *path = stage_vm(*stage, "a", SEAL_TECHNOLOGY_SEV, VIRT_STATE_SHUTOFF);
    Removed removed;

    stage_forget(*stage);
    fake_virt_fail((*stage)->world->virt, VIRT_OP_START, SEAL_ERROR_LAUNCH_FAILED, 1);
    stage_act(*stage, path, VM, "Start", stage_options("{}"), ERROR("LaunchFailed"));
    removed = read_removed(*stage);
    g_assert_cmpstr(removed.result, ==, "failed");
    g_assert_cmpstr(removed.error, ==, ERROR("LaunchFailed"));
    expect_state(*stage, path, "shutoff");
}

static void
test_create(Stage **stage, gconstpointer data)
{
    g_autoptr(GVariant) body = NULL;
    g_autofree char *technology = NULL;
    const char *path;
    const Heard *added;

    stage_forget(*stage);
    body = stage_call(*stage, SERVICE_PATH, MANAGER, "CreateVM",
                      create_arguments("new", SMALL, "{'start': <true>, 'paused': <true>}"), NULL);
    g_variant_get(body, "(&o)", &path);
    expect_state(*stage, path, "paused");
    technology = get_word(*stage, path, "Technology");
    g_assert_cmpstr(technology, ==, "sev-es");
    added = stage_find_signal(*stage, "InterfacesAdded", SERVICE_PATH, 1);
    g_assert_nonnull(added);
    g_assert_cmpuint(added->order, <, read_removed(*stage).order);
    stage_act(*stage, SERVICE_PATH, MANAGER, "CreateVM", create_arguments("new", SMALL, "{}"),
              ERROR("Exists"));
}

static void
test_create_refusals(Stage **stage, gconstpointer data)
{
    static const struct {
        const char *name;
        const char *settings;
        const char *options;
        const char *error;
    } rows[] = {
        {"", SMALL, "{}", ERROR("InvalidArgument")},
        {"a/b", SMALL, "{}", ERROR("InvalidArgument")},
        {"a", "{}", "{}", ERROR("InvalidArgument")},
        {"a", SMALL, "{'paused': <true>}", ERROR("InvalidArgument")},
        {"a", SMALL, "{'paused': <true>, 'start': <false>}", ERROR("InvalidArgument")},
        {"a", SMALL, "{'begin': <true>}", ERROR("InvalidArgument")},
        {"a", SMALL, "{'start': <'yes'>}", ERROR("InvalidArgument")},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        stage_act(*stage, SERVICE_PATH, MANAGER, "CreateVM",
                  create_arguments(rows[i].name, rows[i].settings, rows[i].options), rows[i].error);
    g_assert_cmpuint(fake_virt_count_acts((*stage)->world->virt), ==, 0);
}

static void
test_delete(Stage **stage, gconstpointer data)
{
    g_autofree char *path = stage_vm(*stage, "a", SEAL_TECHNOLOGY_SEV, VIRT_STATE_SHUTOFF);
    const Heard *gone;

    stage_forget(*stage);
    stage_act(*stage, path, VM, "Delete", stage_options("{'nvram': <false>}"), NULL);
    g_assert_false(fake_virt_last((*stage)->world->virt, VIRT_OP_UNDEFINE)->nvram);
    gone = stage_find_signal(*stage, "InterfacesRemoved", SERVICE_PATH, 0);
    g_assert_cmpuint(gone->order, <, read_removed(*stage).order);
    stage_act(*stage, path, VM, "Start", stage_options("{}"),
              "org.freedesktop.DBus.Error.UnknownObject");
    g_assert_null(stage_find_signal(*stage, "PropertiesChanged", path, 0));
}

static void
test_get_xml(Stage **stage, gconstpointer data)
{
    g_autofree char *path = stage_vm(*stage, "a", SEAL_TECHNOLOGY_SEV, VIRT_STATE_SHUTOFF);
    g_autoptr(GVariant) body = stage_call(*stage, path, VM, "GetXML", stage_options("{}"), NULL);
    const char *xml;

    g_variant_get(body, "(&s)", &xml);
    g_assert_cmpstr(xml, ==, "<domain><name>a</name></domain>");
    fake_virt_fail((*stage)->world->virt, VIRT_OP_GET_XML, SEAL_ERROR_TIMEOUT, 1);
    stage_act(*stage, path, VM, "GetXML", stage_options("{}"), ERROR("Timeout"));
}

static void
test_property_writes(Stage **stage, gconstpointer data)
{
    g_autofree char *path = stage_vm(*stage, "a", SEAL_TECHNOLOGY_SEV, VIRT_STATE_SHUTOFF);
    g_autofree char *restart = NULL;
    g_autoptr(GVariant) autostart = NULL;
    Answer answer = {0};

    stage_forget(*stage);
    stage_send(*stage, path, "org.freedesktop.DBus.Properties", "Set",
               g_variant_new("(ssv)", VM, "Autostart", g_variant_new_boolean(TRUE)), &answer);
    world_wait(&answer.replies, 1);
    world_settle();
    g_assert_cmpuint(stage_find_signal(*stage, "PropertiesChanged", path, 0)->order, <,
                     answer.order);
    stage_clear_answer(&answer);
    autostart = stage_get(*stage, path, VM, "Autostart");
    g_assert_true(g_variant_get_boolean(autostart));
    stage_set(*stage, path, VM, "Restart", g_variant_new_string("guest-reboot"), NULL);
    restart = get_word(*stage, path, "Restart");
    g_assert_cmpstr(restart, ==, "guest-reboot");
    stage_set(*stage, path, VM, "Restart", g_variant_new_string("always"),
              ERROR("InvalidArgument"));
    stage_set(*stage, path, VM, "Restart", g_variant_new_boolean(TRUE), ERROR("InvalidArgument"));
    stage_set(*stage, path, VM, "Autostart", g_variant_new_string("yes"), ERROR("InvalidArgument"));
    fake_virt_fail((*stage)->world->virt, VIRT_OP_SET_AUTOSTART, SEAL_ERROR_BACKEND, 1);
    stage_set(*stage, path, VM, "Autostart", g_variant_new_boolean(FALSE), ERROR("Backend"));
}

static void
test_log_control(Stage **stage, gconstpointer data)
{
    stage_set(*stage, SERVICE_LOG_PATH, SERVICE_LOG_INTERFACE, "LogLevel",
              g_variant_new_string("debug"), NULL);
    g_assert_cmpint(log_get_max_level((*stage)->log), ==, 7);
    stage_set(*stage, SERVICE_LOG_PATH, SERVICE_LOG_INTERFACE, "LogLevel",
              g_variant_new_string("loud"), ERROR("InvalidArgument"));
    stage_set(*stage, SERVICE_LOG_PATH, SERVICE_LOG_INTERFACE, "LogTarget",
              g_variant_new_string("null"), NULL);
    g_assert_cmpstr(log_get_target((*stage)->log), ==, "null");
    stage_set(*stage, SERVICE_LOG_PATH, SERVICE_LOG_INTERFACE, "LogTarget", g_variant_new_uint32(5),
              ERROR("InvalidArgument"));
}

/* The one object below SERVICE_JOB_PATH. */
static char *
job_path(Stage *stage)
{
    g_autoptr(GPtrArray) jobs = jobs_list(stage->world->core->jobs);
    char *path = NULL;

    g_assert_cmpuint(jobs->len, ==, 1);
    g_assert_cmpint(
        sd_bus_path_encode(SERVICE_JOB_PATH, ((const Job *)g_ptr_array_index(jobs, 0))->id, &path),
        >=, 0);
    return path;
}

static void
test_cancel(Stage **stage, gconstpointer data)
{
    g_autofree char *path = stage_vm(*stage, "a", SEAL_TECHNOLOGY_SEV, VIRT_STATE_RUNNING);
    g_autofree char *job = NULL;
    g_autoptr(GVariant) cancelable = NULL;
    Answer answer = {0};

    stage_forget(*stage);
    stage_send(*stage, path, VM, "Shutdown", stage_options("{'timeout': <uint32 60>}"), &answer);
    world_settle();
    job = job_path(*stage);
    cancelable = stage_get(*stage, job, SERVICE_JOB_INTERFACE, "Cancelable");
    g_assert_true(g_variant_get_boolean(cancelable));
    g_assert_nonnull(stage_find_signal(*stage, "PropertiesChanged", job, 0));
    stage_act(*stage, job, SERVICE_JOB_INTERFACE, "Cancel", stage_options("{}"), NULL);
    g_assert_cmpstr(answer.error, ==, ERROR("Cancelled"));
    g_assert_cmpstr(read_removed(*stage).result, ==, "cancelled");
    g_assert_cmpuint(fake_authority_asked((*stage)->authority)->len, ==, 1);
    stage_clear_answer(&answer);
}

static void
test_cancel_too_late(Stage **stage, gconstpointer data)
{
    g_autofree char *path = stage_vm(*stage, "a", SEAL_TECHNOLOGY_SEV, VIRT_STATE_SHUTOFF);
    g_autofree char *job = NULL;
    Answer answer = {0};

    fake_virt_hold((*stage)->world->virt, VIRT_OP_START, TRUE);
    stage_send(*stage, path, VM, "Start", stage_options("{}"), &answer);
    world_settle();
    job = job_path(*stage);
    stage_act(*stage, job, SERVICE_JOB_INTERFACE, "Cancel", stage_options("{}"),
              ERROR("InvalidState"));
    fake_virt_release((*stage)->world->virt, VIRT_OP_START, 0);
    world_settle();
    g_assert_null(answer.error);
    stage_clear_answer(&answer);
    stage_act(*stage, job, SERVICE_JOB_INTERFACE, "Cancel", stage_options("{}"),
              "org.freedesktop.DBus.Error.UnknownObject");
}

static void
test_refresh(Stage **stage, gconstpointer data)
{
    guint reads = fake_host_count((*stage)->world->host);

    stage_act(*stage, SERVICE_HOST_PATH, SERVICE_HOST_INTERFACE, "Refresh", stage_options("{}"),
              NULL);
    g_assert_cmpuint(fake_host_count((*stage)->world->host), ==, reads + 1);
    fake_virt_fail((*stage)->world->virt, VIRT_OP_PROBE, SEAL_ERROR_TIMEOUT, 1);
    stage_act(*stage, SERVICE_HOST_PATH, SERVICE_HOST_INTERFACE, "Refresh", stage_options("{}"),
              ERROR("Timeout"));
    fake_virt_connect((*stage)->world->virt, VIRT_CONNECTION_UNAVAILABLE);
    stage_act(*stage, SERVICE_HOST_PATH, SERVICE_HOST_INTERFACE, "Refresh", stage_options("{}"),
              ERROR("BackendUnavailable"));
}

/* The daemon ends while calls of every kind wait: each is answered, once. */
static void
test_end_answers_everybody(void)
{
    Stage *stage = stage_new();
    g_autofree char *starting = stage_vm(stage, "a", SEAL_TECHNOLOGY_SEV, VIRT_STATE_SHUTOFF);
    g_autofree char *stopping = stage_vm(stage, "b", SEAL_TECHNOLOGY_SEV, VIRT_STATE_RUNNING);
    Answer answers[5] = {{0}};

    fake_virt_hold(stage->world->virt, VIRT_OP_START, TRUE);
    stage_send(stage, starting, VM, "Start", stage_options("{}"), &answers[0]);
    stage_send(stage, stopping, VM, "Shutdown", stage_options("{'timeout': <uint32 60>}"),
               &answers[1]);
    fake_host_hold(stage->world->host, TRUE);
    stage_send(stage, SERVICE_PATH, MANAGER, "CreateVM", create_arguments("c", SMALL, "{}"),
               &answers[2]);
    stage_send(stage, SERVICE_HOST_PATH, SERVICE_HOST_INTERFACE, "Refresh", stage_options("{}"),
               &answers[3]);
    world_settle();
    fake_authority_set(stage->authority, FAKE_SILENT);
    stage_send(stage, stopping, VM, "Stop", stage_options("{}"), &answers[4]);
    world_settle();
    stage_end_daemon(stage);
    for (gsize i = 0; i < G_N_ELEMENTS(answers); i++) {
        g_assert_cmpuint(answers[i].replies, ==, 1);
        g_assert_cmpstr(answers[i].error, ==,
                        i == 4 ? "org.freedesktop.DBus.Error.AccessDenied" : ERROR("Cancelled"));
        stage_clear_answer(&answers[i]);
    }
    stage_free(stage);
}

#define ADD(path, function) g_test_add(path, Stage *, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    world_quieten();
    ADD("/bus-acts/methods", test_methods);
    ADD("/bus-acts/order-of-a-start", test_order_of_a_start);
    ADD("/bus-acts/starting-is-seen", test_starting_is_seen);
    ADD("/bus-acts/failure", test_failure);
    ADD("/bus-acts/create", test_create);
    ADD("/bus-acts/create-refusals", test_create_refusals);
    ADD("/bus-acts/delete", test_delete);
    ADD("/bus-acts/get-xml", test_get_xml);
    ADD("/bus-acts/property-writes", test_property_writes);
    ADD("/bus-acts/log-control", test_log_control);
    ADD("/bus-acts/cancel", test_cancel);
    ADD("/bus-acts/cancel-too-late", test_cancel_too_late);
    ADD("/bus-acts/refresh", test_refresh);
    g_test_add_func("/bus-acts/end-answers-everybody", test_end_answers_everybody);
    return g_test_run();
}
