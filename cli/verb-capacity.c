/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * capacity: how many more encrypted guests this host can take. The numbers are
 * the daemon's, and where they come from is what the check of the ledger saw: a
 * count by the kernel is worth more than one of libvirt's VMs.
 */

#include <stdio.h>
#include <glib/gi18n.h>

#include "escape.h"
#include "failure.h"
#include "verb.h"

#define LEDGER_CHECK "capacity.ledger"
/* Where guests of SEV-SNP take their slots from; absent on hosts of other makes. */
#define SNP_POOL "sev-es"

/* What the check saw, as "summary (value)"; "" when the daemon knows no such check. */
static char *
find_source(GVariant *reply)
{
    g_autoptr(GVariant) checks = NULL;
    GVariantIter iter;
    const char *id, *value, *summary;

    if (!g_variant_is_of_type(reply, G_VARIANT_TYPE("(sa(ssssss))")))
        return g_strdup("");
    checks = g_variant_get_child_value(reply, 1);
    g_variant_iter_init(&iter, checks);
    while (g_variant_iter_next(&iter, "(&s&s&s&s&s&s)", &id, NULL, NULL, &value, &summary, NULL))
        if (g_str_equal(id, LEDGER_CHECK))
            return g_strdup_printf("%s (%s)", summary, value);
    return g_strdup("");
}

static void
print_json(const Cli *cli, GVariant *capacity, const char *source)
{
    GVariantBuilder object, pools;
    GVariantIter iter;
    const char *pool;
    guint32 total, used, unused;

    g_variant_builder_init(&pools, G_VARIANT_TYPE("a{sa{su}}"));
    g_variant_iter_init(&iter, capacity);
    while (g_variant_iter_next(&iter, "{&s(uuu)}", &pool, &total, &used, &unused))
        g_variant_builder_add_parsed(&pools, "{%s, {'total': %u, 'used': %u, 'free': %u}}", pool,
                                     total, used, unused);
    g_variant_builder_init(&object, G_VARIANT_TYPE_VARDICT);
    g_variant_builder_add(&object, "{sv}", "pools", g_variant_builder_end(&pools));
    g_variant_builder_add(&object, "{sv}", "source", g_variant_new_string(source));
    cli_print_json(cli, g_variant_builder_end(&object));
}

static void
print_text(const Cli *cli, GVariant *capacity, const char *source)
{
    const TableColumn columns[] = {
        {_("POOL"), TABLE_LEFT},
        {_("TOTAL"), TABLE_RIGHT},
        {_("USED"), TABLE_RIGHT},
        {_("FREE"), TABLE_RIGHT},
    };
    g_autoptr(Table) table = table_new(columns, G_N_ELEMENTS(columns));
    g_autofree char *safe = escape_text(source, ESCAPE_LINE);
    GVariantIter iter;
    const char *pool;
    guint32 numbers[3];

    g_variant_iter_init(&iter, capacity);
    while (g_variant_iter_next(&iter, "{&s(uuu)}", &pool, &numbers[0], &numbers[1], &numbers[2])) {
        table_add(table, TABLE_PLAIN, pool);
        for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++) {
            g_autofree char *text = g_strdup_printf("%u", numbers[i]);

            table_add(table, i == 2 && numbers[i] == 0 ? TABLE_BAD : TABLE_PLAIN, text);
        }
    }
    if (g_variant_n_children(capacity) > 0)
        cli_print_table(cli, table, 0);
    else if (cli->legend)
        puts(_("This host has no key slots for encrypted VMs, or nobody tells how many."));
    if (!cli->legend || g_variant_n_children(capacity) == 0 || *safe == '\0')
        return;
    if (g_variant_lookup(capacity, SNP_POOL, "(uuu)", &numbers[0], &numbers[1], &numbers[2]))
        printf(_("\n%s. SEV-SNP guests count in sev-es.\n"), safe);
    else
        printf("\n%s.\n", safe);
}

static int
run_capacity(Cli *cli, const Verb *verb, GError **error)
{
    static const BusTarget target = {BUS_PATH_HOST, BUS_HOST, "Check"};
    g_autoptr(GVariant) reply = NULL;
    g_autoptr(GVariant) host = NULL;
    g_autoptr(GVariant) capacity = NULL;
    g_autofree char *source = NULL;

    if (cli_bus(cli, error) == NULL)
        return FAILURE_GENERAL;
    reply = bus_call(cli->bus, BUS_READ, &target, g_variant_new("(a{sv})", NULL), error);
    host = reply != NULL ? bus_get_all(cli->bus, BUS_PATH_HOST, BUS_HOST, error) : NULL;
    if (host == NULL)
        return FAILURE_GENERAL;
    capacity = g_variant_lookup_value(host, "Capacity", G_VARIANT_TYPE("a{s(uuu)}"));
    if (capacity == NULL)
        capacity = g_variant_ref_sink(g_variant_new("a{s(uuu)}", NULL));
    source = find_source(reply);
    if (cli->json != CLI_JSON_OFF)
        print_json(cli, capacity, source);
    else if (!cli->quiet)
        print_text(cli, capacity, source);
    return FAILURE_NONE;
}

const Verb verb_capacity = {
    .name = "capacity",
    .summary = N_("show how many more encrypted VMs this host can run at once"),
    .details = N_("A pool of key slots (ASIDs, key ids) holds one for each running VM."),
    .run = run_capacity,
};
