/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * preview: the domain XML that create would define, with the same options and
 * without changing anything. Open to every user, so it asks for no password;
 * and what it prints can be kept beside the VM's other sources.
 */

#include <glib/gi18n.h>

#include "failure.h"
#include "setting-value.h"
#include "verb.h"
#include "vm-options.h"
#include "xml-print.h"

static int
run_preview(Cli *cli, const Verb *verb, GError **error)
{
    static const BusTarget target = {BUS_PATH, BUS_MANAGER, "PreviewVM"};
    g_autoptr(GVariant) settings = vm_options_read(cli->args, error);
    GVariant *name =
        settings != NULL ? setting_value_parse("s", args_word(cli->args, 0), error) : NULL;
    g_autoptr(GVariant) arguments = NULL;
    g_autoptr(GVariant) reply = NULL;

    if (name == NULL)
        return FAILURE_USAGE;
    arguments = g_variant_ref_sink(g_variant_new("(@s@a{sv}a{sv})", name, settings, NULL));
    if (cli_bus(cli, error) == NULL)
        return FAILURE_GENERAL;
    reply = bus_call(cli->bus, BUS_READ, &target, arguments, error);
    return reply != NULL && xml_print_reply(cli, reply, error) ? FAILURE_NONE : FAILURE_GENERAL;
}

const Verb verb_preview = {
    .name = "preview",
    .words = "NAME",
    .summary = N_("print the definition that create would make, and make nothing"),
    .details = N_("Takes the options of create."),
    .options = {vm_options_table},
    .min_words = 1,
    .max_words = 1,
    .run = run_preview,
};
