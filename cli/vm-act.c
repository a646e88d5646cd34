/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One method on one or several VMs. As JSON the outcome is an array with one
 * object a VM, in the order asked for, so that a script can match them up;
 * errors appear on stderr in either form, as from every verb.
 */

#include <stdio.h>
#include <glib/gi18n.h>

#include "escape.h"
#include "failure.h"
#include "vm-act.h"

static gboolean
call_method(Cli *cli, const Verb *verb, const char *path, gpointer data, GError **error)
{
    const BusTarget target = {path, BUS_VM, verb->method};
    GVariant *options = data;
    g_autoptr(GVariant) reply =
        bus_call(cli->bus, BUS_ACT, &target, g_variant_new("(@a{sv})", options), error);

    return reply != NULL;
}

static void
add_outcome(GVariantBuilder *outcomes, const Verb *verb, const char *id, const GError *failure)
{
    g_variant_builder_open(outcomes, G_VARIANT_TYPE_VARDICT);
    g_variant_builder_add(outcomes, "{sv}", "vm", g_variant_new_string(id));
    g_variant_builder_add(outcomes, "{sv}", "operation", g_variant_new_string(verb->name));
    g_variant_builder_add(outcomes, "{sv}", "ok", g_variant_new_boolean(failure == NULL));
    if (failure != NULL) {
        g_autofree char *name = failure_get_name(failure);
        g_variant_builder_add(outcomes, "{sv}", "error", g_variant_new_string(name));
    }
    g_variant_builder_close(outcomes);
}

static void
say_done(const Cli *cli, const Verb *verb, const char *id)
{
    g_autofree char *safe = escape_text(id, ESCAPE_LINE);
    g_auto(GStrv) parts = NULL;
    g_autofree char *line = NULL;

    if (cli->quiet || cli->json != CLI_JSON_OFF)
        return;
    /* Not a printf format: translations must not be able to break it. */
    parts = g_strsplit(_(verb->done), "%s", 2);
    line = g_strjoinv(safe, parts);
    puts(line);
}

int
vm_act_each_by(Cli *cli, const Verb *verb, VmAct act, gpointer data, GError **error)
{
    guint n = cli->args->words->len;
    int code = FAILURE_NONE;
    GVariantBuilder outcomes;

    if (cli_bus(cli, error) == NULL)
        return FAILURE_GENERAL;
    g_variant_builder_init(&outcomes, G_VARIANT_TYPE("aa{sv}"));
    for (guint i = 0; i < n; i++) {
        const char *id = args_word(cli->args, i);
        g_autoptr(GError) failure = NULL;
        g_autofree char *path = bus_find_vm(cli->bus, id, &failure);

        if (path != NULL && act(cli, verb, path, data, &failure)) {
            say_done(cli, verb, id);
        } else {
            int own = failure_report(failure, n > 1 ? id : NULL, cli_wants_json(cli));
            code = code == FAILURE_NONE ? own : code;
        }
        if (g_utf8_validate(id, -1, NULL))
            add_outcome(&outcomes, verb, id, failure);
    }
    if (cli->json != CLI_JSON_OFF)
        cli_print_json(cli, g_variant_builder_end(&outcomes));
    else
        g_variant_builder_clear(&outcomes);
    return code;
}

int
vm_act_each(Cli *cli, const Verb *verb, GVariant *options, GError **error)
{
    g_autoptr(GVariant) owned = g_variant_ref_sink(options);

    return vm_act_each_by(cli, verb, call_method, owned, error);
}
