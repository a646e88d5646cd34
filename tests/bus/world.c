/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The listener turns every call into one line of text, so that a test of
 * order is a comparison of two indexes, and a failing one prints something
 * that a person can read.
 */

#include "world.h"

#include <string.h>

#include "error.h"

#define WAIT_SECONDS 10

/* The least that CreateVM takes. */
#define SMALL_SETTINGS "{'memory': <uint64 1073741824>, 'disks': <[{'path': <'/images/a.qcow2'>}]>}"

static void G_GNUC_PRINTF(2, 3) tell(gpointer data, const char *format, ...)
{
    World *world = data;
    va_list list;

    va_start(list, format);
    g_ptr_array_add(world->news, g_strdup_vprintf(format, list));
    va_end(list);
}

static void
on_ready(gpointer data)
{
    tell(data, "ready");
}

static void
on_connection_changed(gpointer data)
{
    tell(data, "connection %s", core_connection_to_string(((World *)data)->core->connection));
}

static void
on_vm_added(Vm *vm, gpointer data)
{
    tell(data, "vm-added %s", vm->name);
}

static void
on_vm_removed(Vm *vm, gpointer data)
{
    tell(data, "vm-removed %s", vm->name);
}

static void
on_vm_changed(Vm *vm, G_GNUC_UNUSED guint mask, gpointer data)
{
    tell(data, "vm-changed %s %s", vm->name, vm_state_to_string(vm->state));
}

static void
on_job_added(Job *job, gpointer data)
{
    tell(data, "job-added %s", jobs_operation_to_string(job->operation));
}

static void
on_job_removed(Job *job, JobResult result, const GError *error, gpointer data)
{
    tell(data, "job-removed %s %s %s", jobs_operation_to_string(job->operation),
         jobs_result_to_string(result), error ? seal_error_get_name((SealError)error->code) : "-");
}

static void
on_job_changed(Job *job, gpointer data)
{
    tell(data, "job-changed %s %s", jobs_operation_to_string(job->operation),
         job->cancel ? "cancelable" : "fixed");
}

static void
on_host_changed(guint mask, gpointer data)
{
    tell(data, "host %u", mask);
}

static const CoreListener listener = {
    .ready = on_ready,
    .connection_changed = on_connection_changed,
    .vm_added = on_vm_added,
    .vm_removed = on_vm_removed,
    .vm_changed = on_vm_changed,
    .job_added = on_job_added,
    .job_removed = on_job_removed,
    .job_changed = on_job_changed,
    .host_changed = on_host_changed,
};

static GLogWriterOutput
write_others(GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer events)
{
    const char *message = NULL;

    for (gsize i = 0; i < n_fields; i++) {
        if (g_str_equal(fields[i].key, "MESSAGE"))
            message = fields[i].value;
        if (!g_str_equal(fields[i].key, "GLIB_DOMAIN") ||
            !g_str_equal(fields[i].value, "sealvirtd"))
            continue;
        if (events)
            g_ptr_array_add(events, g_strdup(message));
        return G_LOG_WRITER_HANDLED;
    }
    g_log_writer_standard_streams(level, fields, n_fields, NULL);
    if (level & (G_LOG_LEVEL_WARNING | G_LOG_LEVEL_CRITICAL))
        g_abort();
    return G_LOG_WRITER_HANDLED;
}

void
world_listen(GPtrArray *events)
{
    g_log_set_always_fatal(G_LOG_LEVEL_ERROR);
    g_log_set_writer_func(write_others, events, NULL);
}

void
world_quieten(void)
{
    world_listen(NULL);
}

World *
world_new(void)
{
    World *world = g_new0(World, 1);

    world->virt = fake_virt_new();
    world->host = fake_host_new();
    world->core = core_new(fake_virt_backend(world->virt), fake_host_backend(world->host));
    world->news = g_ptr_array_new_with_free_func(g_free);
    return world;
}

void
world_start(World *world)
{
    core_start(world->core, &listener, world);
    fake_virt_connect(world->virt, VIRT_CONNECTION_CONNECTED);
    world_settle();
    g_assert_true(world->core->ready);
}

void
world_free(World *world)
{
    core_free(world->core);
    world_settle();
    g_ptr_array_unref(world->news);
    g_free(world);
}

void
world_set_up(World **world, gconstpointer data)
{
    *world = world_new();
    world_start(*world);
}

void
world_tear_down(World **world, gconstpointer data)
{
    world_free(*world);
}

void
world_settle(void)
{
    while (g_main_context_iteration(NULL, FALSE))
        ;
}

static gboolean
on_too_late(G_GNUC_UNUSED gpointer data)
{
    g_error("what the test waits for did not happen");
    return G_SOURCE_REMOVE;
}

void
world_wait(const guint *number, guint wanted)
{
    guint timer = g_timeout_add_seconds(WAIT_SECONDS, on_too_late, NULL);

    while (*(const volatile guint *)number < wanted)
        g_main_context_iteration(NULL, TRUE);
    g_source_remove(timer);
}

FakeDomain *
world_add(World *world, const char *name, SealTechnology technology, VirtState state)
{
    FakeDomain *domain = fake_domains_add(fake_virt_domains(world->virt), name, technology);

    domain->state = state;
    domain->reason = state == VIRT_STATE_RUNNING ? "booted" : "unknown";
    fake_virt_emit(world->virt, domain->uuid);
    world_settle();
    g_assert_nonnull(world_vm(world, name));
    return domain;
}

Vm *
world_vm(World *world, const char *name)
{
    return registry_find_by_name(world->core->registry, name);
}

void
world_on_outcome(const GError *error, gpointer data)
{
    Outcome *outcome = data;

    outcome->calls++;
    outcome->error = error ? g_error_copy(error) : NULL;
}

static void
on_created(const char *result, const GError *error, gpointer data)
{
    Outcome *outcome = data;

    world_on_outcome(error, outcome);
    outcome->result = g_strdup(result);
}

void
world_act(World *world, JobOperation operation, const char *name, Outcome *outcome)
{
    const ActionCall call = {
        .operation = operation,
        .uuid = world_vm(world, name)->uuid,
        .uid = 1000,
        .nvram = TRUE,
        .done = world_on_outcome,
        .data = outcome,
    };

    *outcome = (Outcome){0};
    action_start(world->core, &call);
}

void
world_act_and_settle(World *world, JobOperation operation, const char *name, int code)
{
    Outcome outcome;

    world_act(world, operation, name, &outcome);
    world_settle();
    world_expect(&outcome, code);
}

void
world_create(World *world, const char *name, const char *settings, gboolean start, Outcome *outcome)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) dict = g_variant_parse(
        G_VARIANT_TYPE_VARDICT, settings ? settings : SMALL_SETTINGS, NULL, NULL, &error);
    const CreateCall call = {
        .name = name,
        .settings = dict,
        .start = start,
        .uid = 1000,
        .done = on_created,
        .data = outcome,
    };

    g_assert_no_error(error);
    *outcome = (Outcome){0};
    create_begin(world->core, &call);
}

void
world_expect(Outcome *outcome, int code)
{
    g_assert_cmpuint(outcome->calls, ==, 1);
    if (code < 0)
        g_assert_no_error(outcome->error);
    else
        g_assert_error(outcome->error, SEAL_ERROR, code);
    g_clear_error(&outcome->error);
    g_clear_pointer(&outcome->result, g_free);
    outcome->calls = 0;
}

guint
world_count_news(World *world, const char *prefix)
{
    guint n = 0;

    for (guint i = 0; i < world->news->len; i++)
        n += g_str_has_prefix(g_ptr_array_index(world->news, i), prefix);
    return n;
}

int
world_find_news(World *world, const char *prefix)
{
    for (guint i = 0; i < world->news->len; i++)
        if (g_str_has_prefix(g_ptr_array_index(world->news, i), prefix))
            return (int)i;
    return -1;
}

void
world_forget_news(World *world)
{
    g_ptr_array_set_size(world->news, 0);
}
