/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * show: everything the daemon tells about one VM, in the order of the table
 * of fields. A property that an older daemon does not have is left out rather
 * than shown as empty.
 */

#include <stdio.h>
#include <glib/gi18n.h>

#include "failure.h"
#include "verb.h"
#include "vm-fields.h"

static void
print_text(const Cli *cli, GVariant *properties)
{
    static const TableColumn columns[] = {{"", TABLE_RIGHT}, {"", TABLE_LEFT}};
    g_autoptr(Table) table = table_new(columns, G_N_ELEMENTS(columns));
    g_autofree char *text = NULL;
    gsize n = 0;
    const VmField *fields = vm_fields_get(&n);

    for (gsize i = 0; i < n; i++) {
        g_autoptr(GVariant) present = g_variant_lookup_value(properties, fields[i].property, NULL);
        g_autofree char *value = vm_fields_text(properties, fields[i].property);
        g_autofree char *label = g_strdup_printf("%s:", _(fields[i].label));
        gboolean is_state = g_str_equal(fields[i].property, "State");
        if (present == NULL)
            continue;
        table_add(table, TABLE_BOLD, label);
        table_add(table, is_state ? vm_fields_state_colour(value) : TABLE_PLAIN, value);
    }
    text = table_render(table, FALSE, 0, cli->colour);
    fputs(text, stdout);
}

static int
run_show(Cli *cli, const Verb *verb, GError **error)
{
    Bus *bus = cli_bus(cli, error);
    g_autofree char *path = bus != NULL ? bus_find_vm(bus, args_word(cli->args, 0), error) : NULL;
    g_autoptr(GVariant) properties = path != NULL ? bus_get_all(bus, path, BUS_VM, error) : NULL;

    if (properties == NULL)
        return FAILURE_GENERAL;
    if (cli->json != CLI_JSON_OFF)
        cli_print_json(cli, vm_fields_json(properties, path));
    else
        print_text(cli, properties);
    return FAILURE_NONE;
}

const Verb verb_show = {
    .name = "show",
    .words = "VM",
    .summary = N_("show everything about one VM"),
    .min_words = 1,
    .max_words = 1,
    .run = run_show,
};
