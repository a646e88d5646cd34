/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Help texts, made from the tables of verbs and options. Two columns without
 * regard to the terminal's width: the left one is as wide as what it holds,
 * up to a bound, beyond which the explanation goes to the next line.
 */

#include <glib/gi18n.h>

#include "failure.h"
#include "help.h"

#define HELP_LEFT 30

typedef struct {
    FailureCode code;
    const char *meaning;
} ExitCode;

static const ExitCode exit_codes[] = {
    {FAILURE_NONE,
     N_("done; for check: a technology is usable; for firmware: there is some; for can: it can")},
    {FAILURE_GENERAL,
     N_("failed; for check: none is usable; for firmware: there is none; for can: it cannot")},
    {FAILURE_USAGE, N_("the command line or a value on it is wrong")},
    {FAILURE_TIMEOUT, N_("no answer, or not done, in time")},
    {FAILURE_DENIED, N_("not allowed")},
    {FAILURE_STATE, N_("the state of the VM or host does not allow it now, or the name is taken")},
    {FAILURE_UNREACHABLE, N_("sealvirtd, or libvirt behind it, cannot be reached")},
    {FAILURE_NOT_FOUND, N_("no such VM, job, file, network, pool or volume")},
};

static void
append_row(GString *out, const char *left, const char *right)
{
    if (g_utf8_strlen(left, -1) <= HELP_LEFT)
        g_string_append_printf(out, "  %-*s %s\n", HELP_LEFT, left, right);
    else
        g_string_append_printf(out, "  %s\n  %*s %s\n", left, HELP_LEFT, "", right);
}

static char *
describe_option(const ArgsOption *option)
{
    GString *left = g_string_new(NULL);

    if (option->letter != 0)
        g_string_append_printf(left, "-%c, ", option->letter);
    g_string_append_printf(left, "--%s", option->name);
    if (option->kind == ARGS_VALUE)
        g_string_append_printf(left, " %s", option->value_name);
    else if (option->kind == ARGS_OPTIONAL)
        g_string_append_printf(left, "[=%s]", option->value_name);
    return g_string_free(left, FALSE);
}

static void
append_options(GString *out, const ArgsOption *options)
{
    for (const ArgsOption *option = options; option->name != NULL; option++) {
        g_autofree char *left = describe_option(option);
        append_row(out, left, _(option->summary));
    }
}

char *
help_overview(const Verb *const *verbs)
{
    GString *out = g_string_new(_("Usage: sealctl [OPTION]... [VERB [ARGUMENT]...]\n\n"
                                  "Makes and runs virtual machines whose memory is encrypted.\n"));

    g_string_append(out, _("\nVerbs (a VM is given by name or UUID):\n"));
    for (gsize i = 0; verbs[i] != NULL; i++) {
        g_autofree char *left = g_strjoin(" ", verbs[i]->name, verbs[i]->words, NULL);
        append_row(out, left, _(verbs[i]->summary));
    }
    g_string_append(out, _("\nOptions of all verbs:\n"));
    append_options(out, cli_options);
    g_string_append(out, _("\nExit codes:\n"));
    for (gsize i = 0; i < G_N_ELEMENTS(exit_codes); i++) {
        g_autofree char *left = g_strdup_printf("%d", exit_codes[i].code);
        append_row(out, left, _(exit_codes[i].meaning));
    }
    g_string_append(out, _("\nsealctl VERB --help shows the options of a verb.\n"));
    return g_string_free(out, FALSE);
}

/* A summary is written to stand behind a name; here it is a sentence. */
static void
append_sentence(GString *out, const char *summary)
{
    g_string_append_unichar(out, g_unichar_toupper(g_utf8_get_char(summary)));
    g_string_append_printf(out, "%s.\n", g_utf8_next_char(summary));
}

char *
help_verb(const Verb *verb)
{
    GString *out = g_string_new(NULL);
    gboolean own_options = verb->options[0] != NULL;

    g_string_append_printf(out, _("Usage: sealctl %s%s%s%s\n\n"), verb->name,
                           own_options ? _(" [OPTION]...") : "", verb->words != NULL ? " " : "",
                           verb->words != NULL ? verb->words : "");
    append_sentence(out, _(verb->summary));
    if (verb->details != NULL)
        g_string_append_printf(out, "\n%s\n", _(verb->details));
    if (own_options)
        g_string_append(out, _("\nOptions:\n"));
    for (gsize i = 0; i < G_N_ELEMENTS(verb->options) && verb->options[i] != NULL; i++)
        append_options(out, verb->options[i]);
    g_string_append(out, _("\nOptions of all verbs:\n"));
    append_options(out, cli_options);
    return g_string_free(out, FALSE);
}
