/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One line of monitor. Text and JSON carry the same: time, event, object and
 * the properties that came with it, under the keys that show and list use, so
 * that a filter written for one reads the other.
 */

#include <stdio.h>
#include <glib/gi18n.h>

#include "escape.h"
#include "job-list.h"
#include "json-output.h"
#include "monitor-event.h"
#include "vm-fields.h"

struct MonitorNames {
    GHashTable *by_path; /* object path -> name */
    GHashTable *by_uuid; /* UUID -> object path */
};

MonitorNames *
monitor_event_names_new(void)
{
    MonitorNames *names = g_new0(MonitorNames, 1);
    names->by_path = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    names->by_uuid = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    return names;
}

void
monitor_event_names_free(MonitorNames *names)
{
    if (names == NULL)
        return;
    g_hash_table_unref(names->by_path);
    g_hash_table_unref(names->by_uuid);
    g_free(names);
}

void
monitor_event_learn(MonitorNames *names, const char *path, GVariant *properties)
{
    const char *name = NULL;
    const char *uuid = NULL;

    if (g_variant_lookup(properties, "Name", "&s", &name))
        g_hash_table_replace(names->by_path, g_strdup(path), g_strdup(name));
    if (g_variant_lookup(properties, "UUID", "&s", &uuid))
        g_hash_table_replace(names->by_uuid, g_strdup(uuid), g_strdup(path));
}

void
monitor_event_learn_all(MonitorNames *names, GVariant *objects)
{
    GVariantIter iter;
    const char *path;
    GVariant *interfaces;

    g_variant_iter_init(&iter, objects);
    while (g_variant_iter_loop(&iter, "{&o@a{sa{sv}}}", &path, &interfaces)) {
        g_autoptr(GVariant) vm = g_variant_lookup_value(interfaces, BUS_VM, G_VARIANT_TYPE_VARDICT);
        if (vm != NULL)
            monitor_event_learn(names, path, vm);
    }
}

void
monitor_event_forget(MonitorNames *names, const char *path)
{
    g_hash_table_remove(names->by_path, path);
}

/* The VM that a job works on, when the properties tell: by object, or by UUID when it has ended. */
static const char *
find_job_vm(MonitorNames *names, GVariant *properties)
{
    const char *path = NULL;
    const char *uuid = NULL;

    if (properties == NULL)
        return NULL;
    if (!g_variant_lookup(properties, "VM", "&o", &path) &&
        g_variant_lookup(properties, "VmUUID", "&s", &uuid))
        path = g_hash_table_lookup(names->by_uuid, uuid);
    return path != NULL ? g_hash_table_lookup(names->by_path, path) : NULL;
}

static char *
describe_subject(MonitorNames *names, const char *path, const char *interface, GVariant *properties)
{
    const char *name = g_hash_table_lookup(names->by_path, path);
    const char *vm = find_job_vm(names, properties);
    g_autofree char *job = job_list_decode(path);

    if (g_str_equal(interface, BUS_HOST))
        return g_strdup(_("host"));
    if (g_str_equal(interface, BUS_MANAGER))
        return g_strdup("sealvirtd");
    if (name != NULL)
        return g_strdup(name);
    if (g_str_equal(interface, BUS_JOB))
        return vm != NULL ? g_strdup_printf(_("job %s of %s"), job, vm)
                          : g_strdup_printf(_("job %s"), job);
    return g_strdup(path);
}

static char *
describe_properties(GVariant *properties)
{
    GString *text = g_string_new(NULL);
    GVariantIter iter;
    const char *property;
    GVariant *value;

    if (properties == NULL)
        return g_string_free(text, FALSE);
    g_variant_iter_init(&iter, properties);
    while (g_variant_iter_loop(&iter, "{&sv}", &property, &value)) {
        g_autofree char *key = vm_fields_key(property);
        g_autofree char *shown = vm_fields_text(properties, property);
        if (*shown != '\0')
            g_string_append_printf(text, " %s=%s", key, shown);
    }
    return g_string_free(text, FALSE);
}

static void
print_text(const Cli *cli, const char *event, const char *subject, GVariant *properties)
{
    g_autoptr(GDateTime) now = g_date_time_new_now_local();
    g_autofree char *time = g_date_time_format(now, "%H:%M:%S");
    g_autofree char *details = describe_properties(properties);
    g_autofree char *safe_subject = escape_text(subject, ESCAPE_LINE);
    g_autofree char *safe_details = escape_text(details, ESCAPE_LINE);
    g_autofree char *painted = table_paint(TABLE_BOLD, cli->colour, safe_subject);

    printf("%s %s: %s%s\n", time, painted, event, safe_details);
}

static void
print_json(const char *event,
           const char *path,
           const char *interface,
           const char *vm,
           GVariant *properties)
{
    g_autoptr(GDateTime) now = g_date_time_new_now_utc();
    g_autofree char *time = g_date_time_format_iso8601(now);
    g_autofree char *line = NULL;
    GVariantBuilder object;

    g_variant_builder_init(&object, G_VARIANT_TYPE_VARDICT);
    g_variant_builder_add(&object, "{sv}", "time", g_variant_new_string(time));
    g_variant_builder_add(&object, "{sv}", "event", g_variant_new_string(event));
    g_variant_builder_add(&object, "{sv}", "object", g_variant_new_string(path));
    g_variant_builder_add(&object, "{sv}", "interface", g_variant_new_string(interface));
    if (vm != NULL)
        g_variant_builder_add(&object, "{sv}", "vm", g_variant_new_string(vm));
    if (properties != NULL)
        g_variant_builder_add(&object, "{sv}", "properties", vm_fields_json(properties, NULL));
    line = json_output_format(g_variant_builder_end(&object), FALSE);
    puts(line);
}

void
monitor_event_print(const Cli *cli,
                    MonitorNames *names,
                    const char *event,
                    const char *path,
                    const char *interface,
                    GVariant *properties)
{
    const char *name = g_hash_table_lookup(names->by_path, path);
    const char *vm = name != NULL ? name : find_job_vm(names, properties);
    g_autofree char *subject = describe_subject(names, path, interface, properties);

    if (cli->json != CLI_JSON_OFF)
        print_json(event, path, interface, vm, properties);
    else
        print_text(cli, event, subject, properties);
}
