/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * check: can this host run encrypted VMs, and what to change if not. Asks the
 * daemon, or reads a captured host itself, and exits by the verdict, so that a
 * script needs nothing but the exit code; how it looks is in check-print.c.
 */

#include <glib/gi18n.h>

#include "check-offline.h"
#include "check-print.h"
#include "error.h"
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

/* The daemon's answer, in @report. */
static gboolean
ask_daemon(Cli *cli, CheckReport *report, GError **error)
{
    static const BusTarget target = {BUS_PATH_HOST, BUS_HOST, "Check"};
    g_autoptr(GVariant) options = read_options(cli->args, error);

    if (options == NULL || cli_bus(cli, error) == NULL)
        return FALSE;
    report->reply =
        bus_call(cli->bus, BUS_READ, &target, g_variant_new("(@a{sv})", options), error);
    if (report->reply != NULL)
        report->host = bus_get_all(cli->bus, BUS_PATH_HOST, BUS_HOST, error);
    return report->host != NULL;
}

static gboolean
read_technology(const Args *args, SealTechnology *ret_technology, GError **error)
{
    const char *name = args_get(args, "technology");

    *ret_technology = name != NULL ? seal_technology_from_string(name) : SEAL_TECHNOLOGY_AUTO;
    if (*ret_technology == SEAL_TECHNOLOGY_AUTO ||
        (*ret_technology >= SEAL_TECHNOLOGY_FIRST && *ret_technology < SEAL_TECHNOLOGY_S390_PV))
        return TRUE;
    g_set_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT,
                _("'%s' is no technology that can be checked; use sev, sev-es, sev-snp or tdx"),
                name);
    return FALSE;
}

/* The answer about a captured host, in @report. */
static gboolean
look_at_capture(Cli *cli, CheckReport *report, GError **error)
{
    g_autoptr(SealFacts) facts = NULL;
    g_autoptr(GPtrArray) results = NULL;
    SealTechnology technology;

    if (!read_technology(cli->args, &technology, error))
        return FALSE;
    facts = check_offline_read(cli->args, error);
    if (facts == NULL)
        return FALSE;
    results = seal_checks_evaluate(facts, SEAL_TECHNOLOGY_AUTO);
    report->reply = check_offline_reply(results, technology);
    report->host = check_offline_host(facts, results);
    return TRUE;
}

static int
run_check(Cli *cli, const Verb *verb, GError **error)
{
    g_auto(CheckReport) report = {0};
    gboolean offline = FALSE;
    gboolean usable = FALSE;

    if (!check_offline_wanted(cli->args, &offline, error))
        return FAILURE_USAGE;
    if (!(offline ? look_at_capture(cli, &report, error) : ask_daemon(cli, &report, error)) ||
        !check_print_usable(report.reply, &usable, error))
        return FAILURE_GENERAL;
    report.whole = args_has(cli->args, "all");
    report.technology = args_get(cli->args, "technology");
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
           "only does that. With --root it reads a captured host by itself, without the daemon."),
    .options = {check_options, check_offline_options},
    .run = run_check,
};
