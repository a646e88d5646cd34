/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * set: the properties of a VM that can be written. Each is one call, so they
 * go in an order: first the word that may be refused, and then what cannot be
 * wrong any more.
 */

#include <glib/gi18n.h>

#include "error.h"
#include "failure.h"
#include "setting-value.h"
#include "vm-act.h"

static const ArgsOption set_options[] = {
    {"autostart", 0, ARGS_FLAG, NULL, N_("start it with the host")},
    {"no-autostart", 0, ARGS_FLAG, NULL, N_("do not start it with the host")},
    {"restart", 0, ARGS_VALUE, "WHEN", N_("no, or guest-reboot: start it again after a reboot")},
    {NULL},
};

static gboolean
write_property(Cli *cli, const char *path, const char *name, GVariant *value, GError **error)
{
    const BusTarget target = {path, BUS_PROPERTIES, "Set"};
    g_autoptr(GVariant) reply =
        bus_call(cli->bus, BUS_ACT, &target, g_variant_new("(ssv)", BUS_VM, name, value), error);

    return reply != NULL;
}

static gboolean
write_all(Cli *cli, const Verb *verb, const char *path, gpointer data, GError **error)
{
    gboolean on = args_has(cli->args, "autostart");
    GVariant *restart = data;

    if (restart != NULL && !write_property(cli, path, "Restart", restart, error))
        return FALSE;
    if (!on && !args_has(cli->args, "no-autostart"))
        return TRUE;
    return write_property(cli, path, "Autostart", g_variant_new_boolean(on), error);
}

static gboolean
check_options(const Args *args, GError **error)
{
    gboolean on = args_has(args, "autostart");
    gboolean off = args_has(args, "no-autostart");

    if (on && off)
        g_set_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT,
                    _("--autostart and --no-autostart exclude each other; take one"));
    else if (!on && !off && !args_has(args, "restart"))
        g_set_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT,
                    _("nothing to set; add --autostart, --no-autostart or --restart WHEN"));
    else
        return TRUE;
    return FALSE;
}

static int
run_set(Cli *cli, const Verb *verb, GError **error)
{
    const char *word = args_get(cli->args, "restart");
    g_autoptr(GVariant) restart = NULL;

    if (!check_options(cli->args, error))
        return FAILURE_USAGE;
    if (word != NULL) {
        GVariant *value = setting_value_parse("s", word, error);

        if (value == NULL)
            return FAILURE_USAGE;
        restart = g_variant_ref_sink(value);
    }
    return vm_act_each_by(cli, verb, write_all, restart, error);
}

const Verb verb_set = {
    .name = "set",
    .words = "VM...",
    .summary = N_("change what can be changed of VMs"),
    .details = N_("It counts from now on, whether the VM runs or not, and is kept in libvirt."),
    .options = {set_options},
    .min_words = 1,
    .max_words = VERB_MANY,
    .done = N_("%s is changed."),
    .run = run_set,
};
