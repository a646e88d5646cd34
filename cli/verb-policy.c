/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * policy: guest policies from names to numbers and back. Works without the
 * daemon and on any machine, as a guest owner wants to know what a number
 * means before handing a VM to a host.
 */

#include <stdio.h>
#include <glib/gi18n.h>

#include "error.h"
#include "failure.h"
#include "policy.h"
#include "size.h"
#include "verb.h"

static gboolean
read_technology(const char *name, SealTechnology *ret_technology, GError **error)
{
    SealTechnology technology = seal_technology_from_string(name);

    if (technology < SEAL_TECHNOLOGY_FIRST || technology > SEAL_TECHNOLOGY_LAST ||
        seal_technology_get_info(technology)->policy_bits == 0) {
        g_set_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT,
                    _("'%s' is no technology with a policy; use sev, sev-es, sev-snp or tdx"),
                    name);
        return FALSE;
    }
    *ret_technology = technology;
    return TRUE;
}

static void
print_json(const Cli *cli, SealTechnology technology, guint64 policy, const char *const *flags)
{
    g_autofree char *hex = g_strdup_printf("0x%" G_GINT64_MODIFIER "x", policy);
    const char *name = seal_technology_to_string(technology);

    cli_print_json(cli, g_variant_new_parsed(
                            "{'technology': <%s>, 'policy': <%t>, 'hex': <%s>, 'flags': <%^as>}",
                            name, policy, hex, flags));
}

static void
print_meanings(const Cli *cli, SealTechnology technology, const char *const *flags)
{
    static const TableColumn columns[] = {{"", TABLE_LEFT}, {"", TABLE_LEFT}};
    g_autoptr(Table) table = table_new(columns, G_N_ELEMENTS(columns));
    g_autofree char *text = NULL;
    gsize n = 0;
    const SealPolicyField *fields = seal_policy_get_fields(&n);

    for (gsize f = 0; flags[f] != NULL; f++) {
        g_autofree char *name = g_strndup(flags[f], strcspn(flags[f], "="));
        const char *summary = _("a bit without a name: the specification reserves it");
        for (gsize i = 0; i < n; i++)
            if ((fields[i].technologies & (1u << technology)) && g_str_equal(fields[i].name, name))
                summary = fields[i].summary;
        table_add(table, TABLE_BOLD, flags[f]);
        table_add(table, TABLE_PLAIN, summary);
    }
    text = table_render(table, FALSE, 0, cli->colour);
    fputs(text, stdout);
    if (flags[0] == NULL && cli->legend)
        puts(_("no policy flags"));
}

static int
run_encode(Cli *cli, GError **error)
{
    SealTechnology technology;
    guint64 policy = 0;
    g_auto(GStrv) decoded = NULL;
    g_autoptr(GPtrArray) flags = g_ptr_array_new();

    for (guint i = 2; i < cli->args->words->len; i++)
        g_ptr_array_add(flags, g_ptr_array_index(cli->args->words, i));
    g_ptr_array_add(flags, NULL);
    if (!read_technology(args_word(cli->args, 1), &technology, error) ||
        !seal_policy_encode(technology, (const char *const *)flags->pdata, &policy, error))
        return FAILURE_USAGE;
    decoded = seal_policy_decode(technology, policy);
    if (cli->json != CLI_JSON_OFF)
        print_json(cli, technology, policy, (const char *const *)decoded);
    else
        printf("0x%" G_GINT64_MODIFIER "x\n", policy);
    return FAILURE_NONE;
}

static int
run_decode(Cli *cli, GError **error)
{
    SealTechnology technology;
    guint64 policy = 0;
    g_auto(GStrv) flags = NULL;

    if (cli->args->words->len != 3) {
        g_set_error(
            error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT,
            _("policy decode wants one number; for example: sealctl policy decode sev 0x3"));
        return FAILURE_USAGE;
    }
    if (!read_technology(args_word(cli->args, 1), &technology, error) ||
        !size_parse(args_word(cli->args, 2), &policy, error))
        return FAILURE_USAGE;
    flags = seal_policy_decode(technology, policy);
    if (cli->json != CLI_JSON_OFF)
        print_json(cli, technology, policy, (const char *const *)flags);
    else
        print_meanings(cli, technology, (const char *const *)flags);
    return FAILURE_NONE;
}

static int
run_policy(Cli *cli, const Verb *verb, GError **error)
{
    const char *what = args_word(cli->args, 0);

    if (g_str_equal(what, "encode"))
        return run_encode(cli, error);
    if (g_str_equal(what, "decode"))
        return run_decode(cli, error);
    g_set_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT,
                _("policy %s is not known; use policy encode or policy decode"), what);
    return FAILURE_USAGE;
}

const Verb verb_policy = {
    .name = "policy",
    .words = "encode TECHNOLOGY FLAG... | policy decode TECHNOLOGY NUMBER",
    .summary = N_("guest policies from names to the number and back, without the daemon"),
    .details = N_("Bits that the technology demands are set without being asked for. Bits without "
                  "a name are\nwritten bit-N, fields that are numbers name=N."),
    .min_words = 2,
    .max_words = VERB_MANY,
    .run = run_policy,
};
