/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * jobs: what the daemon is working on, for whom and since when. A job that
 * libvirt works on already cannot be stopped; which ones can is shown, so that
 * nobody has to try.
 */

#include <pwd.h>
#include <stdio.h>
#include <glib/gi18n.h>

#include "failure.h"
#include "job-list.h"
#include "verb.h"
#include "vm-fields.h"

static GVariant *
make_json(const GPtrArray *jobs)
{
    GVariantBuilder list;

    g_variant_builder_init(&list, G_VARIANT_TYPE("aa{sv}"));
    for (guint i = 0; i < jobs->len; i++) {
        const JobItem *item = g_ptr_array_index(jobs, i);
        GVariantIter iter;
        const char *property;
        GVariant *value;

        g_variant_builder_open(&list, G_VARIANT_TYPE_VARDICT);
        g_variant_builder_add(&list, "{sv}", "job", g_variant_new_string(item->id));
        g_variant_builder_add(&list, "{sv}", "vm", g_variant_new_string(item->vm));
        g_variant_iter_init(&iter, item->properties);
        while (g_variant_iter_loop(&iter, "{&sv}", &property, &value)) {
            g_autofree char *key = vm_fields_key(property);

            if (!g_str_equal(property, "VM"))
                g_variant_builder_add(&list, "{sv}", key, value);
        }
        g_variant_builder_add(&list, "{sv}", "object", g_variant_new_string(item->path));
        g_variant_builder_close(&list);
    }
    return g_variant_builder_end(&list);
}

static char *
format_progress(GVariant *job)
{
    gboolean valid = FALSE;
    double progress = 0;

    if (!g_variant_lookup(job, "ProgressValid", "b", &valid) || !valid ||
        !g_variant_lookup(job, "Progress", "d", &progress))
        return g_strdup("");
    return g_strdup_printf("%.0f%%", CLAMP(progress, 0, 1) * 100);
}

static char *
format_age(GVariant *job)
{
    guint64 start = 0;
    guint64 now = (guint64)g_get_real_time();
    guint64 seconds;

    if (!g_variant_lookup(job, "StartTime", "t", &start) || start > now)
        return g_strdup("");
    seconds = (now - start) / G_USEC_PER_SEC;
    if (seconds < 60)
        return g_strdup_printf("%us", (guint)seconds);
    return g_strdup_printf("%umin %us", (guint)MIN(seconds / 60, G_MAXUINT), (guint)(seconds % 60));
}

static char *
format_user(GVariant *job)
{
    guint32 uid = G_MAXUINT32;
    const struct passwd *user;

    if (!g_variant_lookup(job, "StartedByUID", "u", &uid))
        return g_strdup("");
    if (uid == G_MAXUINT32)
        return g_strdup("sealvirtd");
    user = getpwuid(uid);
    return user != NULL ? g_strdup(user->pw_name) : g_strdup_printf("%u", uid);
}

static void
add_row(Table *table, const JobItem *item)
{
    g_autofree char *operation = vm_fields_text(item->properties, "Operation");
    g_autofree char *progress = format_progress(item->properties);
    g_autofree char *age = format_age(item->properties);
    g_autofree char *user = format_user(item->properties);
    gboolean cancelable = FALSE;

    g_variant_lookup(item->properties, "Cancelable", "b", &cancelable);
    table_add(table, TABLE_BOLD, item->id);
    table_add(table, TABLE_PLAIN, item->vm);
    table_add(table, TABLE_PLAIN, operation);
    table_add(table, TABLE_PLAIN, progress);
    table_add(table, TABLE_PLAIN, age);
    table_add(table, TABLE_PLAIN, user);
    table_add(table, TABLE_PLAIN, cancelable ? _("yes") : _("no"));
}

static void
print_text(const Cli *cli, const GPtrArray *jobs)
{
    const TableColumn columns[] = {
        {_("JOB"), TABLE_LEFT},        {_("VM"), TABLE_LEFT},     {_("OPERATION"), TABLE_LEFT},
        {_("PROGRESS"), TABLE_RIGHT},  {_("SINCE"), TABLE_RIGHT}, {_("BY"), TABLE_LEFT},
        {_("CANCELABLE"), TABLE_LEFT},
    };
    g_autoptr(Table) table = table_new(columns, G_N_ELEMENTS(columns));

    for (guint i = 0; i < jobs->len; i++)
        add_row(table, g_ptr_array_index(jobs, i));
    if (jobs->len > 0)
        cli_print_table(cli, table, 0);
    if (cli->legend && !cli->quiet)
        printf(jobs->len > 0 ? ngettext("\n%u job.\n", "\n%u jobs.\n", jobs->len) : _("No jobs.\n"),
               jobs->len);
}

static int
run_jobs(Cli *cli, const Verb *verb, GError **error)
{
    Bus *bus = cli_bus(cli, error);
    g_autoptr(GPtrArray) jobs = bus != NULL ? job_list_get(bus, error) : NULL;

    if (jobs == NULL)
        return FAILURE_GENERAL;
    if (cli->json != CLI_JSON_OFF)
        cli_print_json(cli, make_json(jobs));
    else
        print_text(cli, jobs);
    return FAILURE_NONE;
}

const Verb verb_jobs = {
    .name = "jobs",
    .summary = N_("show what is being worked on"),
    .run = run_jobs,
};
