/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * list: all VMs, from one GetManagedObjects call however many there are. For
 * people it also asks whether libvirt answers the daemon, since an empty list
 * and a silent libvirt look the same otherwise.
 */

#include <stdio.h>
#include <glib/gi18n.h>

#include "failure.h"
#include "verb.h"
#include "vm-fields.h"

typedef struct {
    const char *property;
    const char *heading;
    TableAlign align;
} ListColumn;

static const ListColumn columns[] = {
    {"Name", N_("NAME"), TABLE_LEFT},
    {"State", N_("STATE"), TABLE_LEFT},
    {"Technology", N_("TECHNOLOGY"), TABLE_LEFT},
    {"Memory", N_("MEMORY"), TABLE_RIGHT},
    {"VCPUs", N_("VCPUS"), TABLE_RIGHT},
    {"PolicyFlags", N_("POLICY"), TABLE_LEFT},
};

/* One VM of the list: what to sort by, and what to show. */
typedef struct {
    char *name;
    char *path;
    GVariant *properties;
} ListItem;

static void
item_free(gpointer data)
{
    ListItem *item = data;
    g_free(item->name);
    g_free(item->path);
    g_variant_unref(item->properties);
    g_free(item);
}

static int
item_compare(gconstpointer a, gconstpointer b)
{
    const ListItem *left = *(ListItem *const *)a;
    const ListItem *right = *(ListItem *const *)b;
    int order = g_strcmp0(left->name, right->name);
    return order != 0 ? order : g_strcmp0(left->path, right->path);
}

static GPtrArray *
collect(GVariant *objects)
{
    GPtrArray *items = g_ptr_array_new_with_free_func(item_free);
    GVariantIter iter;
    const char *path;
    GVariant *interfaces;

    g_variant_iter_init(&iter, objects);
    while (g_variant_iter_loop(&iter, "{&o@a{sa{sv}}}", &path, &interfaces)) {
        GVariant *properties = g_variant_lookup_value(interfaces, BUS_VM, G_VARIANT_TYPE_VARDICT);
        ListItem *item;
        if (properties == NULL)
            continue;
        item = g_new0(ListItem, 1);
        item->properties = properties;
        item->name = vm_fields_text(properties, "Name");
        item->path = g_strdup(path);
        g_ptr_array_add(items, item);
    }
    g_ptr_array_sort(items, item_compare);
    return items;
}

static void
print_json(const Cli *cli, GPtrArray *items)
{
    GVariantBuilder array;

    g_variant_builder_init(&array, G_VARIANT_TYPE("aa{sv}"));
    for (guint i = 0; i < items->len; i++) {
        const ListItem *item = g_ptr_array_index(items, i);
        g_variant_builder_add_value(&array, vm_fields_json(item->properties, item->path));
    }
    cli_print_json(cli, g_variant_builder_end(&array));
}

static TableColour
get_colour(const ListColumn *column, const char *text)
{
    return g_str_equal(column->property, "State") ? vm_fields_state_colour(text) : TABLE_PLAIN;
}

static void
print_table(const Cli *cli, GPtrArray *items)
{
    TableColumn headings[G_N_ELEMENTS(columns)];
    g_autoptr(Table) table = NULL;

    for (gsize c = 0; c < G_N_ELEMENTS(columns); c++)
        headings[c] = (TableColumn){_(columns[c].heading), columns[c].align};
    table = table_new(headings, G_N_ELEMENTS(headings));
    for (guint i = 0; i < items->len; i++) {
        const ListItem *item = g_ptr_array_index(items, i);
        for (gsize c = 0; c < G_N_ELEMENTS(columns); c++) {
            g_autofree char *text = vm_fields_text(item->properties, columns[c].property);
            table_add(table, get_colour(&columns[c], text), text);
        }
    }
    if (items->len > 0)
        cli_print_table(cli, table, 0);
    if (cli->legend && !cli->quiet)
        printf(items->len > 0 ? ngettext("\n%u VM.\n", "\n%u VMs.\n", items->len) : _("No VMs.\n"),
               items->len);
}

static void
warn_about_backend(Cli *cli)
{
    g_autoptr(GVariant) manager = bus_get_all(cli->bus, BUS_PATH, BUS_MANAGER, NULL);
    const char *state = NULL;

    if (manager == NULL || !g_variant_lookup(manager, "BackendState", "&s", &state) ||
        g_str_equal(state, "connected"))
        return;
    fflush(stdout);
    fprintf(stderr, "sealctl: %s\n",
            _("libvirt does not answer; this is what was known last. See: systemctl status "
              "libvirtd virtqemud"));
}

static int
run_list(Cli *cli, const Verb *verb, GError **error)
{
    Bus *bus = cli_bus(cli, error);
    g_autoptr(GVariant) objects = bus != NULL ? bus_list(bus, error) : NULL;
    g_autoptr(GPtrArray) items = NULL;

    if (objects == NULL)
        return FAILURE_GENERAL;
    items = collect(objects);
    if (cli->json != CLI_JSON_OFF) {
        print_json(cli, items);
        return FAILURE_NONE;
    }
    print_table(cli, items);
    warn_about_backend(cli);
    return FAILURE_NONE;
}

const Verb verb_list = {
    .name = "list",
    .summary = N_("show all VMs (this is what sealctl does without a verb)"),
    .run = run_list,
};
