/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sealctl: from argv to a verb, and from its outcome to an exit code. Global
 * options may stand before the verb and behind it; what stands before is read
 * first, up to the first word, as only then it is known whose options follow.
 */

#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <glib/gi18n.h>

#include "config.h"
#include "error.h"
#include "failure.h"
#include "help.h"
#include "verb.h"

static const Verb *const verbs[] = {
    &verb_list,         &verb_check,       &verb_capacity,      &verb_firmware, &verb_refresh,
    &verb_memory_limit, &verb_show,        &verb_preview,       &verb_create,   &verb_set,
    &verb_xml,          &verb_start,       &verb_resume,        &verb_pause,    &verb_reboot,
    &verb_shutdown,     &verb_stop,        &verb_delete,        &verb_diagnose, &verb_can,
    &verb_certificates, &verb_measurement, &verb_inject_secret, &verb_policy,   &verb_jobs,
    &verb_cancel,       &verb_monitor,     &verb_version,       NULL,
};

static const Verb *
find_verb(const char *name, GError **error)
{
    for (gsize i = 0; verbs[i] != NULL; i++)
        if (g_str_equal(verbs[i]->name, name))
            return verbs[i];
    g_set_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT,
                _("unknown verb '%s'; sealctl --help lists all verbs"), name);
    return NULL;
}

static gboolean
check_words(const Verb *verb, const Args *args, GError **error)
{
    if (args->words->len < verb->min_words)
        g_set_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT,
                    _("%s needs more: sealctl %s %s"), verb->name, verb->name, verb->words);
    else if (args->words->len > verb->max_words)
        g_set_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT,
                    _("'%s' is one word too many for %s; see: sealctl %s --help"),
                    args_word(args, verb->max_words), verb->name, verb->name);
    else
        return TRUE;
    return FALSE;
}

/* Reads the whole command line; @ret_verb stays NULL when it names no verb. */
static gboolean
parse(Cli *cli, int argc, char **argv, const Verb **ret_verb, GError **error)
{
    const ArgsOption *const before[] = {cli_options, NULL};
    int next = 1;

    if (!args_parse(cli->args, argc, argv, before, TRUE, &next, error))
        return FALSE;
    if (next < argc) {
        const Verb *verb = find_verb(argv[next], error);
        if (verb == NULL)
            return FALSE;
        const ArgsOption *const behind[] = {
            verb->options[0] != NULL ? verb->options[0] : cli_options,
            verb->options[1] != NULL ? verb->options[1] : cli_options, cli_options, NULL};
        if (!args_parse(cli->args, argc - next, argv + next, behind, FALSE, NULL, error))
            return FALSE;
        *ret_verb = verb;
    }
    return cli_read_options(cli, error);
}

/* --help and --version, which need no verb to be complete. */
static gboolean
answer_about_self(const Cli *cli, const Verb *verb)
{
    g_autofree char *text = NULL;

    if (args_has(cli->args, "help"))
        text = verb != NULL ? help_verb(verb) : help_overview(verbs);
    else if (args_has(cli->args, "version"))
        text = g_strdup("sealctl " SEALVIRT_VERSION "\n");
    else
        return FALSE;
    fputs(text, stdout);
    return TRUE;
}

static int
run(Cli *cli, int argc, char **argv, GError **error)
{
    const Verb *verb = NULL;

    if (!parse(cli, argc, argv, &verb, error))
        return FAILURE_USAGE;
    if (answer_about_self(cli, verb))
        return FAILURE_NONE;
    if (verb == NULL)
        verb = &verb_list;
    if (!check_words(verb, cli->args, error))
        return FAILURE_USAGE;
    return verb->run(cli, verb, error);
}

int
main(int argc, char **argv)
{
    g_autoptr(Cli) cli = NULL;
    g_autoptr(GError) error = NULL;
    int code;

    setlocale(LC_ALL, "");
    bindtextdomain("sealvirt", SEALVIRT_LOCALEDIR);
    bind_textdomain_codeset("sealvirt", "UTF-8");
    textdomain("sealvirt");
    cli = cli_new();
    code = run(cli, argc, argv, &error);
    if (error == NULL)
        cli_flush(&error);
    if (error != NULL)
        code = failure_report(error, NULL, cli_wants_json(cli));
    return code;
}
