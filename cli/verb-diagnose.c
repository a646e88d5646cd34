/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * diagnose: why a VM's last start failed, each explanation with its cure and
 * the line of libvirt, QEMU or the kernel that it follows from.
 */

#include <glib/gi18n.h>
#include <stdio.h>

#include "escape.h"
#include "failure.h"
#include "verb.h"
#include "wrap.h"

static void
print_line(const char *label, const char *text)
{
    g_autofree char *safe = escape_text(text, ESCAPE_LINE);
    g_autofree char *line = g_strdup_printf("  %s %s", label, safe);

    if (safe[0] != '\0')
        wrap_print(line, (guint)table_width(label) + 3);
}

static void
print_diagnosis(const Cli *cli, GVariant *row)
{
    const char *id, *cause, *remedy, *evidence, *confidence;
    g_autofree char *safe = NULL;
    g_autofree char *head = NULL;

    g_variant_get(row, "(&s&s&s&s&s)", &id, &cause, &remedy, &evidence, &confidence);
    safe = escape_text(cause, ESCAPE_LINE);
    head = table_paint(TABLE_BOLD, cli->colour, safe);
    wrap_print(head, 0);
    print_line(_("cure:"), remedy);
    print_line(_("seen:"), evidence);
    printf("  %s (%s)\n", id, confidence);
}

static GVariant *
make_json(const char *name, GVariant *rows)
{
    static const char *const keys[] = {"id", "cause", "remedy", "evidence", "confidence"};
    GVariantBuilder list;

    g_variant_builder_init(&list, G_VARIANT_TYPE("aa{sv}"));
    for (gsize i = 0; i < g_variant_n_children(rows); i++) {
        g_autoptr(GVariant) row = g_variant_get_child_value(rows, i);

        g_variant_builder_open(&list, G_VARIANT_TYPE_VARDICT);
        for (gsize k = 0; k < G_N_ELEMENTS(keys); k++) {
            g_autoptr(GVariant) value = g_variant_get_child_value(row, k);

            g_variant_builder_add(&list, "{sv}", keys[k], value);
        }
        g_variant_builder_close(&list);
    }
    return g_variant_new_parsed("{'vm': <%s>, 'diagnoses': <%@aa{sv}>}", name,
                                g_variant_builder_end(&list));
}

static void
print_text(const Cli *cli, const char *name, GVariant *rows)
{
    g_autofree char *safe = escape_text(name, ESCAPE_LINE);

    if (g_variant_n_children(rows) == 0)
        printf(_("No failed start of %s is known.\n"), safe);
    for (gsize i = 0; i < g_variant_n_children(rows); i++) {
        g_autoptr(GVariant) row = g_variant_get_child_value(rows, i);

        print_diagnosis(cli, row);
    }
}

static int
run_diagnose(Cli *cli, G_GNUC_UNUSED const Verb *verb, GError **error)
{
    const char *name = args_word(cli->args, 0);
    Bus *bus = cli_bus(cli, error);
    g_autofree char *path = bus != NULL ? bus_find_vm(bus, name, error) : NULL;
    const BusTarget target = {path, BUS_VM, "Diagnose"};
    g_autoptr(GVariant) reply = NULL;
    g_autoptr(GVariant) rows = NULL;

    if (path == NULL)
        return FAILURE_GENERAL;
    reply = bus_call(bus, BUS_ACT, &target, g_variant_new("(a{sv})", NULL), error);
    if (reply == NULL)
        return FAILURE_GENERAL;
    rows = g_variant_get_child_value(reply, 0);
    if (cli->json != CLI_JSON_OFF)
        cli_print_json(cli, make_json(name, rows));
    else
        print_text(cli, name, rows);
    return FAILURE_NONE;
}

const Verb verb_diagnose = {
    .name = "diagnose",
    .words = "VM",
    .summary = N_("say why a VM's last start failed, and the cure"),
    .min_words = 1,
    .max_words = 1,
    .run = run_diagnose,
};
