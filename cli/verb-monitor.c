/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * monitor: what happens to VMs, jobs and the host, one line each as it comes.
 * Signals are asked for before the list of VMs, so that nothing that happens
 * in between is missed; names come from that list and from the signals.
 */

#include <stdio.h>
#include <glib/gi18n.h>

#include "failure.h"
#include "monitor-event.h"
#include "variant.h"
#include "verb.h"

#define OWN_PREFIX "org.sealvirt1."

typedef void (*Handle)(MonitorNames *names, const Cli *cli, const char *path, GVariant *body);

typedef struct {
    const char *interface;
    const char *member;
    const char *type;
    Handle handle;
} SignalRow;

/* What a signal's callback needs. */
typedef struct {
    const Cli *cli;
    MonitorNames *names;
} Monitor;

static void
on_added(MonitorNames *names, const Cli *cli, const char *path, GVariant *body)
{
    g_autoptr(GVariantIter) interfaces = NULL;
    const char *object = NULL;
    const char *interface;
    GVariant *properties;

    g_variant_get(body, "(&oa{sa{sv}})", &object, &interfaces);
    while (g_variant_iter_loop(interfaces, "{&s@a{sv}}", &interface, &properties)) {
        if (!g_str_has_prefix(interface, OWN_PREFIX))
            continue;
        monitor_event_learn(names, object, properties);
        monitor_event_print(cli, names, "added", object, interface, properties);
    }
}

static void
on_removed(MonitorNames *names, const Cli *cli, const char *path, GVariant *body)
{
    g_autoptr(GVariantIter) interfaces = NULL;
    const char *object = NULL;
    const char *interface;

    g_variant_get(body, "(&oas)", &object, &interfaces);
    while (g_variant_iter_loop(interfaces, "&s", &interface))
        if (g_str_has_prefix(interface, OWN_PREFIX))
            monitor_event_print(cli, names, "removed", object, interface, NULL);
    monitor_event_forget(names, object);
}

static void
on_changed(MonitorNames *names, const Cli *cli, const char *path, GVariant *body)
{
    g_autoptr(GVariant) properties = g_variant_get_child_value(body, 1);
    const char *interface = NULL;

    g_variant_get_child(body, 0, "&s", &interface);
    if (!g_str_has_prefix(interface, OWN_PREFIX))
        return;
    monitor_event_learn(names, path, properties);
    monitor_event_print(cli, names, "changed", path, interface, properties);
}

static void
on_job_removed(MonitorNames *names, const Cli *cli, const char *path, GVariant *body)
{
    const char *job = NULL;
    const char *texts[4];
    g_autoptr(GVariant) properties = NULL;

    g_variant_get(body, "(&o&s&s&s&s)", &job, &texts[0], &texts[1], &texts[2], &texts[3]);
    properties = g_variant_ref_sink(
        g_variant_new_parsed("{'Operation': <%s>, 'VmUUID': <%s>, 'Result': <%s>, 'Error': <%s>}",
                             texts[0], texts[1], texts[2], texts[3]));
    monitor_event_print(cli, names, "job-removed", job, BUS_JOB, properties);
}

static void
on_owner_changed(MonitorNames *names, const Cli *cli, const char *path, GVariant *body)
{
    const char *owner = NULL;

    g_variant_get_child(body, 2, "&s", &owner);
    monitor_event_print(cli, names, *owner != '\0' ? "daemon-appeared" : "daemon-gone", BUS_PATH,
                        BUS_MANAGER, NULL);
}

static const SignalRow signals[] = {
    {BUS_OBJECT_MANAGER, "InterfacesAdded", "(oa{sa{sv}})", on_added},
    {BUS_OBJECT_MANAGER, "InterfacesRemoved", "(oas)", on_removed},
    {BUS_PROPERTIES, "PropertiesChanged", "(sa{sv}as)", on_changed},
    {BUS_MANAGER, "JobRemoved", "(ossss)", on_job_removed},
    {"org.freedesktop.DBus", "NameOwnerChanged", "(sss)", on_owner_changed},
};

static int
on_signal(sd_bus_message *message, void *userdata, sd_bus_error *ret_error)
{
    Monitor *monitor = userdata;

    for (gsize i = 0; i < G_N_ELEMENTS(signals); i++) {
        g_autoptr(GVariant) body = NULL;
        if (sd_bus_message_is_signal(message, signals[i].interface, signals[i].member) <= 0)
            continue;
        body = variant_read_body(message, VARIANT_BUDGET_UNBOUNDED, NULL);
        if (body != NULL && g_variant_is_of_type(body, G_VARIANT_TYPE(signals[i].type)))
            signals[i].handle(monitor->names, monitor->cli, sd_bus_message_get_path(message), body);
    }
    return 0;
}

static gboolean
fail(int r, GError **error)
{
    g_autofree char *message = g_strdup_printf(_("the system bus failed: %s"), g_strerror(-r));
    failure_set_named(error, SD_BUS_ERROR_DISCONNECTED, message);
    return FALSE;
}

static gboolean
subscribe(Bus *bus, Monitor *monitor, GError **error)
{
    static const char *const matches[] = {
        "type='signal',sender='" BUS_NAME "',path_namespace='" BUS_PATH "'",
        "type='signal',sender='org.freedesktop.DBus',interface='org.freedesktop.DBus',"
        "member='NameOwnerChanged',arg0='" BUS_NAME "'",
    };
    int r = 0;

    for (gsize i = 0; r >= 0 && i < G_N_ELEMENTS(matches); i++)
        r = sd_bus_add_match(bus->sd, NULL, matches[i], on_signal, monitor);
    return r >= 0 || fail(r, error);
}

/* Where SIGPIPE is ignored, as in systemd's services, nothing else ends what nobody reads. */
static gboolean
loop(Bus *bus, gint64 end, GError **error)
{
    while (end == 0 || g_get_monotonic_time() < end) {
        guint64 left = end == 0 ? G_MAXUINT64 : (guint64)MAX(end - g_get_monotonic_time(), 1);
        int r = sd_bus_process(bus->sd, NULL);

        if (!cli_flush(error))
            return FALSE;
        if (r == 0)
            r = sd_bus_wait(bus->sd, left);
        if (r < 0 && r != -EINTR)
            return fail(r, error);
    }
    return TRUE;
}

static int
run_monitor(Cli *cli, const Verb *verb, GError **error)
{
    g_autoptr(MonitorNames) names = monitor_event_names_new();
    Monitor monitor = {cli, names};
    gint64 end = 0;
    g_autoptr(GVariant) objects = NULL;

    if (cli->timeout_usec != 0)
        end = g_get_monotonic_time() + (gint64)cli->timeout_usec;
    if (cli_bus(cli, error) == NULL || !subscribe(cli->bus, &monitor, error))
        return FAILURE_GENERAL;
    objects = bus_list(cli->bus, error);
    if (objects == NULL)
        return FAILURE_GENERAL;
    monitor_event_learn_all(names, objects);
    return loop(cli->bus, end, error) ? FAILURE_NONE : FAILURE_GENERAL;
}

const Verb verb_monitor = {
    .name = "monitor",
    .summary = N_("print what happens to VMs, jobs and the host as it happens"),
    .details = N_("Goes on until it is interrupted, or for --timeout seconds. With --json each "
                  "event is one\nobject on a line of its own."),
    .run = run_monitor,
};
