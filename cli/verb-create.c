/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * create: define a VM, and start it when asked to. A VM gets no network
 * unless told which: one that nobody asked for is a way in that nobody
 * watches, and what an encrypted VM consists of should be what was written.
 */

#include <stdio.h>
#include <string.h>
#include <glib/gi18n.h>

#include "error.h"
#include "escape.h"
#include "failure.h"
#include "setting-value.h"
#include "technology.h"
#include "verb.h"
#include "vm-fields.h"
#include "vm-options.h"

static const ArgsOption create_options[] = {
    {"start", 0, ARGS_FLAG, NULL, N_("start it as well")},
    {"paused", 0, ARGS_FLAG, NULL, N_("with --start: leave its processors stopped")},
    {NULL},
};

static GVariant *
read_options(const Args *args, GError **error)
{
    gboolean start = args_has(args, "start");
    gboolean paused = args_has(args, "paused");
    GVariantBuilder options;

    if (paused && !start) {
        g_set_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT,
                    _("--paused says how to start the VM; add --start"));
        return NULL;
    }
    g_variant_builder_init(&options, G_VARIANT_TYPE_VARDICT);
    if (start)
        g_variant_builder_add(&options, "{sv}", "start", g_variant_new_boolean(TRUE));
    if (paused)
        g_variant_builder_add(&options, "{sv}", "paused", g_variant_new_boolean(TRUE));
    return g_variant_ref_sink(g_variant_builder_end(&options));
}

/* All of CreateVM's arguments, or NULL with what is wrong on the command line. */
static GVariant *
read_arguments(const Args *args, GError **error)
{
    g_autoptr(GVariant) settings = vm_options_read(args, error);
    g_autoptr(GVariant) options = settings != NULL ? read_options(args, error) : NULL;
    GVariant *name = options != NULL ? setting_value_parse("s", args_word(args, 0), error) : NULL;

    if (name == NULL)
        return NULL;
    return g_variant_ref_sink(g_variant_new("(@s@a{sv}@a{sv})", name, settings, options));
}

/* That it cannot start now is no failure to create it. */
static void
warn_when_full(Cli *cli, const char *technology)
{
    SealTechnology known = seal_technology_from_string(technology);
    const char *pool = known < SEAL_TECHNOLOGY_S390_PV
                           ? seal_technology_pool_to_string(seal_technology_get_info(known)->pool)
                           : NULL;
    g_autoptr(GVariant) host =
        pool != NULL ? bus_get_all(cli->bus, BUS_PATH_HOST, BUS_HOST, NULL) : NULL;
    g_autoptr(GVariant) capacity =
        host != NULL ? g_variant_lookup_value(host, "Capacity", G_VARIANT_TYPE("a{s(uuu)}")) : NULL;
    guint32 total = 0;
    guint32 used = 0;
    guint32 unused = 0;

    if (capacity != NULL && g_variant_lookup(capacity, pool, "(uuu)", &total, &used, &unused) &&
        total > 0 && unused == 0)
        fprintf(stderr,
                _("sealctl: all %u key slots of the pool %s are taken now; it cannot start until a "
                  "guest that holds one ends\n"),
                total, pool);
}

/* As PreviewVM tells them, one comment each on top of the XML; print_text() tells of a full pool.
 */
static void
print_warnings(const char *xml)
{
    static const char start[] = "<!-- warning: ", end[] = " -->", of_pool[] = "capacity:";
    g_auto(GStrv) lines = g_strsplit(xml, "\n", -1);

    for (gsize i = 0; lines[i] && g_str_has_prefix(lines[i], start); i++) {
        g_autofree char *safe = NULL;
        const char *text = lines[i] + strlen(start);

        if (g_str_has_suffix(text, end))
            lines[i][strlen(lines[i]) - strlen(end)] = '\0';
        safe = escape_text(text, ESCAPE_LINE);
        if (!g_str_has_prefix(text, of_pool))
            fprintf(stderr, _("sealctl: warning: %s\n"), safe);
    }
}

/* What works but leaks. The VM exists by now, so there is no failure here either. */
static void
warn_of_settings(Cli *cli, GVariant *arguments)
{
    static const BusTarget target = {BUS_PATH, BUS_MANAGER, "PreviewVM"};
    g_autoptr(GVariant) name = g_variant_get_child_value(arguments, 0);
    g_autoptr(GVariant) settings = g_variant_get_child_value(arguments, 1);
    g_autoptr(GVariant) reply =
        bus_call_typed(cli->bus, BUS_READ, &target,
                       g_variant_new("(@s@a{sv}a{sv})", name, settings, NULL), "(s)", NULL);
    const char *xml = NULL;

    if (reply == NULL)
        return;
    g_variant_get(reply, "(&s)", &xml);
    print_warnings(xml);
}

static void
print_text(Cli *cli, GVariant *vm)
{
    g_autofree char *name = vm_fields_text(vm, "Name");
    g_autofree char *safe_name = escape_text(name, ESCAPE_LINE);
    g_autofree char *technology = vm_fields_text(vm, "Technology");
    g_autofree char *named = vm_fields_text(vm, "PolicyFlags");
    const char *flags = *named != '\0' ? named : _("no policy flags");
    g_autofree char *memory = vm_fields_text(vm, "Memory");
    g_autofree char *state = vm_fields_text(vm, "State");

    if (*technology == '\0')
        printf(_("%s is created. See: sealctl show %s\n"), safe_name, safe_name);
    else if (g_str_equal(technology, "none"))
        printf(_("%s is created: not encrypted, memory %s, %s.\n"), safe_name, memory, state);
    else
        printf(_("%s is created: %s (%s), memory %s, %s.\n"), safe_name, technology, flags, memory,
               state);
    if (g_str_equal(state, "shutoff"))
        warn_when_full(cli, technology);
}

/* The VM exists by now: that it cannot be read any more is no failure to create it. */
static void
print_created(Cli *cli, const char *path)
{
    g_autoptr(GVariant) vm = bus_get_all(cli->bus, path, BUS_VM, NULL);

    if (vm == NULL)
        vm = g_variant_ref_sink(
            g_variant_new_parsed("@a{sv} {'Name': <%s>}", args_word(cli->args, 0)));
    if (cli->json != CLI_JSON_OFF)
        cli_print_json(cli, vm_fields_json(vm, path));
    else if (!cli->quiet)
        print_text(cli, vm);
}

static int
run_create(Cli *cli, const Verb *verb, GError **error)
{
    static const BusTarget target = {BUS_PATH, BUS_MANAGER, "CreateVM"};
    g_autoptr(GVariant) arguments = read_arguments(cli->args, error);
    g_autoptr(GVariant) reply = NULL;
    const char *path = NULL;

    if (arguments == NULL)
        return FAILURE_USAGE;
    if (cli_bus(cli, error) == NULL)
        return FAILURE_GENERAL;
    reply = bus_call(cli->bus, BUS_ACT, &target, arguments, error);
    if (reply == NULL)
        return FAILURE_GENERAL;
    if (!g_variant_is_of_type(reply, G_VARIANT_TYPE("(o)"))) {
        g_set_error(error, SEAL_ERROR, SEAL_ERROR_BACKEND,
                    _("sealvirtd answered with %s instead of a VM; compare: sealctl version"),
                    g_variant_get_type_string(reply));
        return FAILURE_GENERAL;
    }
    g_variant_get(reply, "(&o)", &path);
    print_created(cli, path);
    if (!cli->quiet)
        warn_of_settings(cli, arguments);
    return FAILURE_NONE;
}

const Verb verb_create = {
    .name = "create",
    .words = "NAME",
    .summary = N_("define a VM"),
    .details =
        N_("Needs --memory, and a --disk or a --kernel. Without --technology the best that this "
           "host can\nuse is taken, and it is refused when there is none; an unencrypted VM must "
           "be asked for by\n--technology none. There is no network without --network.\n\n"
           "  sealctl create guest1 --memory 4G --vcpus 2 \\\n"
           "      --disk /var/lib/libvirt/images/guest1.qcow2 --network default --start"),
    .options = {vm_options_table, create_options},
    .min_words = 1,
    .max_words = 1,
    .run = run_create,
};
