/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * inject-secret: hand the owner's packet to the secure processor. It comes
 * from files only, as every user can read other people's command lines, and
 * nothing of it is ever printed.
 */

#include <stdio.h>
#include <glib/gi18n.h>

#include "error.h"
#include "escape.h"
#include "failure.h"
#include "owner-file.h"
#include "verb.h"

static const ArgsOption secret_options[] = {
    {"header-file", 0, ARGS_VALUE, "FILE", N_("the packet's header, from the guest's owner")},
    {"secret-file", 0, ARGS_VALUE, "FILE", N_("the encrypted secret that belongs to it")},
    {NULL},
};

static GVariant *
read_part(const Cli *cli, const char *option, GError **error)
{
    const char *path = args_get(cli->args, option);

    if (path != NULL)
        return owner_file_bytes(path, error);
    g_set_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT,
                _("inject-secret needs --%s as well; the guest's owner makes both files, for "
                  "example with: virt-qemu-sev-validate --inject-secret"),
                option);
    return NULL;
}

static void
say_done(const Cli *cli, const char *name)
{
    g_autofree char *safe = escape_text(name, ESCAPE_LINE);

    if (cli->json != CLI_JSON_OFF)
        cli_print_json(cli, g_variant_new_parsed("{'vm': <%s>, 'operation': <'inject-secret'>, "
                                                 "'ok': <true>}",
                                                 name));
    else if (!cli->quiet)
        printf(_("%s has the secret. Let it run with: sealctl resume %s\n"), safe, safe);
}

static int
run_inject_secret(Cli *cli, const Verb *verb, GError **error)
{
    const char *name = args_word(cli->args, 0);
    g_autoptr(GVariant) header = read_part(cli, "header-file", error);
    g_autoptr(GVariant) secret = header != NULL ? read_part(cli, "secret-file", error) : NULL;
    Bus *bus = secret != NULL ? cli_bus(cli, error) : NULL;
    g_autofree char *path = bus != NULL ? bus_find_vm(bus, name, error) : NULL;
    const BusTarget target = {path, BUS_VM, verb->method};
    g_autoptr(GVariant) reply = NULL;

    if (path == NULL)
        return FAILURE_GENERAL;
    reply = bus_call(bus, BUS_ACT, &target, g_variant_new("(@ay@aya{sv})", header, secret, NULL),
                     error);
    if (reply == NULL)
        return FAILURE_GENERAL;
    say_done(cli, name);
    return FAILURE_NONE;
}

const Verb verb_inject_secret = {
    .name = "inject-secret",
    .words = "VM",
    .summary = N_("give a VM that awaits its owner's verdict the owner's secret (SEV, SEV-ES)"),
    .details = N_("Between start --paused and the first resume. The files may hold bytes, as "
                  "sevctl writes\nthem, or base64, as virt-qemu-sev-validate does. The secret is "
                  "encrypted for this\nprocessor; it is neither shown nor logged."),
    .options = {secret_options},
    .min_words = 1,
    .max_words = 1,
    .method = "InjectSecret",
    .run = run_inject_secret,
};
