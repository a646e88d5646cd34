/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * version: of everything that takes part. --version answers without the
 * daemon; this asks it, so that a report of a fault can quote one command.
 * JSON keys are the programs' names.
 */

#include <stdio.h>
#include <glib/gi18n.h>

#include "config.h"
#include "failure.h"
#include "verb.h"
#include "vm-fields.h"

typedef struct {
    const char *property;
    const char *key;
} VersionRow;

static const VersionRow rows[] = {
    {"Version", "sealvirtd"},      {"LibvirtVersion", "libvirt"},     {"QEMUVersion", "qemu"},
    {"BackendURI", "backend_uri"}, {"BackendState", "backend_state"},
};

static void
print_json(const Cli *cli, GVariant *manager)
{
    GVariantBuilder object;

    g_variant_builder_init(&object, G_VARIANT_TYPE("a{ss}"));
    g_variant_builder_add(&object, "{ss}", "sealctl", SEALVIRT_VERSION);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *value = vm_fields_text(manager, rows[i].property);
        g_variant_builder_add(&object, "{ss}", rows[i].key, value);
    }
    cli_print_json(cli, g_variant_builder_end(&object));
}

static void
print_text(const Cli *cli, GVariant *manager)
{
    static const TableColumn columns[] = {{"", TABLE_LEFT}, {"", TABLE_LEFT}};
    g_autoptr(Table) table = table_new(columns, G_N_ELEMENTS(columns));
    g_autofree char *text = NULL;

    table_add(table, TABLE_BOLD, "sealctl");
    table_add(table, TABLE_PLAIN, SEALVIRT_VERSION);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *value = vm_fields_text(manager, rows[i].property);
        table_add(table, TABLE_BOLD, rows[i].key);
        table_add(table, TABLE_PLAIN, value);
    }
    text = table_render(table, FALSE, 0, cli->colour);
    fputs(text, stdout);
}

static int
run_version(Cli *cli, const Verb *verb, GError **error)
{
    Bus *bus = cli_bus(cli, error);
    g_autoptr(GVariant) manager =
        bus != NULL ? bus_get_all(bus, BUS_PATH, BUS_MANAGER, error) : NULL;

    if (manager == NULL)
        return FAILURE_GENERAL;
    if (cli->json != CLI_JSON_OFF)
        print_json(cli, manager);
    else
        print_text(cli, manager);
    return FAILURE_NONE;
}

const Verb verb_version = {
    .name = "version",
    .summary = N_("show the versions of sealctl, sealvirtd, libvirt and QEMU"),
    .run = run_version,
};
