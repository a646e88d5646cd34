/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * memory-limit: cap the memory of all guests together. What is a limit that
 * can be kept is the daemon's to say, which knows what runs; the one that
 * holds now is systemd's to tell.
 */

#include <stdio.h>
#include <glib/gi18n.h>

#include "failure.h"
#include "size.h"
#include "verb.h"

#define NO_LIMIT "none"

static const ArgsOption limit_options[] = {
    {"soft", 0, ARGS_FLAG, NULL, N_("slow guests down beyond it, instead of killing them")},
    {"runtime", 0, ARGS_FLAG, NULL, N_("until the next boot only")},
    {NULL},
};

/* "none" is how people say what is 0 on the bus; both are taken. */
static gboolean
read_limit(const Cli *cli, guint64 *ret_bytes, GError **error)
{
    const char *word = args_word(cli->args, 0);

    if (!g_str_equal(word, NO_LIMIT))
        return size_parse(word, ret_bytes, error);
    *ret_bytes = 0;
    return TRUE;
}

static GVariant *
make_arguments(const Cli *cli, guint64 bytes)
{
    static const char *const flags[] = {"soft", "runtime"};
    GVariantBuilder options;

    g_variant_builder_init(&options, G_VARIANT_TYPE_VARDICT);
    for (gsize i = 0; i < G_N_ELEMENTS(flags); i++)
        if (args_has(cli->args, flags[i]))
            g_variant_builder_add(&options, "{sv}", flags[i], g_variant_new_boolean(TRUE));
    return g_variant_new("(t@a{sv})", bytes, g_variant_builder_end(&options));
}

/* A hard limit or a soft one; for good or until the next boot. */
static void
say_limit(gboolean soft, gboolean runtime, const char *size)
{
    if (soft && runtime)
        printf(_("All guests together are slowed down above %s, until the next boot.\n"), size);
    else if (soft)
        printf(_("All guests together are slowed down above %s.\n"), size);
    else if (runtime)
        printf(_("All guests together get at most %s, until the next boot.\n"), size);
    else
        printf(_("All guests together get at most %s.\n"), size);
}

static void
say_done(const Cli *cli, guint64 bytes)
{
    gboolean soft = args_has(cli->args, "soft");
    gboolean runtime = args_has(cli->args, "runtime");
    g_autofree char *size = size_format(bytes);

    if (cli->json != CLI_JSON_OFF)
        cli_print_json(cli, g_variant_new_parsed("{'bytes': <%t>, 'soft': <%b>, 'runtime': <%b>}",
                                                 bytes, soft, runtime));
    else if (!cli->quiet && bytes == 0)
        puts(soft ? _("The soft limit is lifted.") : _("The limit is lifted."));
    else if (!cli->quiet)
        say_limit(soft, runtime, size);
}

static int
run_memory_limit(Cli *cli, const Verb *verb, GError **error)
{
    static const BusTarget target = {BUS_PATH_HOST, BUS_HOST, "SetMemoryLimit"};
    guint64 bytes = 0;
    g_autoptr(GVariant) reply = NULL;

    if (!read_limit(cli, &bytes, error))
        return FAILURE_USAGE;
    if (cli_bus(cli, error) == NULL)
        return FAILURE_GENERAL;
    reply = bus_call(cli->bus, BUS_ACT, &target, make_arguments(cli, bytes), error);
    if (reply == NULL)
        return FAILURE_GENERAL;
    say_done(cli, bytes);
    return FAILURE_NONE;
}

const Verb verb_memory_limit = {
    .name = "memory-limit",
    .words = "SIZE|none",
    .summary = N_("cap the memory of all guests together"),
    .details =
        N_("Memory of SEV guests is locked: without a cap a large one can starve the host. A "
           "limit\nbelow what runs now is refused. What holds now:\n\n"
           "  systemctl show -p MemoryMax,MemoryHigh machine.slice"),
    .options = {limit_options},
    .min_words = 1,
    .max_words = 1,
    .run = run_memory_limit,
};
