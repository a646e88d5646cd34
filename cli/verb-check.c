/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * check: can this host run encrypted VMs, and what to change if not. Asks the
 * daemon and exits by the verdict, so that a script needs nothing but the
 * exit code; how it looks is in check-print.c.
 */

#include <glib/gi18n.h>

#include "check-print.h"
#include "failure.h"
#include "setting-value.h"
#include "verb.h"

static const ArgsOption check_options[] = {
    {"technology", 't', ARGS_VALUE, "T", N_("only this one: sev, sev-es, sev-snp or tdx")},
    {"all", 'a', ARGS_FLAG, NULL, N_("also every check of what the processor cannot do")},
    {NULL},
};

static GVariant *
read_options(const Args *args, GError **error)
{
    const char *technology = args_get(args, "technology");
    GVariant *value = NULL;
    GVariantBuilder options;

    if (technology != NULL) {
        value = setting_value_parse("s", technology, error);
        if (value == NULL)
            return NULL;
    }
    g_variant_builder_init(&options, G_VARIANT_TYPE_VARDICT);
    if (value != NULL)
        g_variant_builder_add(&options, "{sv}", "technology", value);
    return g_variant_ref_sink(g_variant_builder_end(&options));
}

static GVariant *
ask(Cli *cli, GError **error)
{
    static const BusTarget target = {BUS_PATH_HOST, BUS_HOST, "Check"};
    g_autoptr(GVariant) options = read_options(cli->args, error);

    if (options == NULL || cli_bus(cli, error) == NULL)
        return NULL;
    return bus_call(cli->bus, BUS_READ, &target, g_variant_new("(@a{sv})", options), error);
}

static int
run_check(Cli *cli, const Verb *verb, GError **error)
{
    g_autoptr(GVariant) reply = ask(cli, error);
    g_autoptr(GVariant) host =
        reply != NULL ? bus_get_all(cli->bus, BUS_PATH_HOST, BUS_HOST, error) : NULL;
    CheckReport report = {reply, host, FALSE};
    gboolean usable = FALSE;

    if (host == NULL || !check_print_usable(reply, &usable, error))
        return FAILURE_GENERAL;
    report.whole = args_has(cli->args, "all") || args_has(cli->args, "technology");
    if (cli->json != CLI_JSON_OFF)
        check_print_json(cli, &report);
    else if (!cli->quiet)
        check_print_text(cli, &report);
    return usable ? FAILURE_NONE : FAILURE_GENERAL;
}

const Verb verb_check = {
    .name = "check",
    .summary = N_("say whether this host can run encrypted VMs, and what to change if not"),
    .details =
        N_("Exits with 0 when a technology, or the one asked for, is usable. With --quiet it "
           "only does that."),
    .options = {check_options},
    .run = run_check,
};
