/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * refresh: have the daemon look at the host again, for whoever has just loaded
 * a module or installed a firmware and does not want to wait until it notices.
 * What can be used now is said at once, as that is the question behind it.
 */

#include <stdio.h>
#include <glib/gi18n.h>

#include "escape.h"
#include "failure.h"
#include "verb.h"

static void
print_text(GVariant *technologies)
{
    g_autofree const char **words = g_variant_get_strv(technologies, NULL);
    g_autofree char *list = g_strjoinv(", ", (char **)words);
    g_autofree char *safe = escape_text(list, ESCAPE_LINE);

    if (*safe != '\0')
        printf(_("This host can run, best first: %s.\n"), safe);
    else
        puts(_("This host can run no encrypted VM; see: sealctl check"));
}

static int
run_refresh(Cli *cli, const Verb *verb, GError **error)
{
    static const BusTarget target = {BUS_PATH_HOST, BUS_HOST, "Refresh"};
    g_autoptr(GVariant) reply = NULL;
    g_autoptr(GVariant) host = NULL;
    g_autoptr(GVariant) technologies = NULL;

    if (cli_bus(cli, error) == NULL)
        return FAILURE_GENERAL;
    reply = bus_call(cli->bus, BUS_ACT, &target, g_variant_new("(a{sv})", NULL), error);
    host = reply != NULL ? bus_get_all(cli->bus, BUS_PATH_HOST, BUS_HOST, error) : NULL;
    if (host == NULL)
        return FAILURE_GENERAL;
    technologies = g_variant_lookup_value(host, "Technologies", G_VARIANT_TYPE_STRING_ARRAY);
    if (technologies == NULL)
        technologies = g_variant_ref_sink(g_variant_new_strv(NULL, 0));
    if (cli->json != CLI_JSON_OFF)
        cli_print_json(cli, g_variant_new_parsed("{'technologies': %@as}", technologies));
    else if (!cli->quiet)
        print_text(technologies);
    return FAILURE_NONE;
}

const Verb verb_refresh = {
    .name = "refresh",
    .summary = N_("look at the host again, now"),
    .details = N_("The daemon notices most changes by itself within some seconds; this waits for "
                  "none."),
    .run = run_refresh,
};
