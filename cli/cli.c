/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What every verb shares. Output that a script reads never changes with the
 * terminal: only colours, the width of JSON and the escaping of long texts
 * look at it.
 */

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <unistd.h>
#include <glib/gi18n.h>

#include "cli.h"
#include "error.h"
#include "escape.h"
#include "json-output.h"

/* A year; far more is a slip of the finger, and overflows further down. */
#define CLI_MAX_TIMEOUT (366.0 * 86400.0)

const ArgsOption cli_options[] = {
    {"json", 'j', ARGS_OPTIONAL, "pretty|short|off",
     N_("print JSON; errors come as JSON on stderr")},
    {"no-legend", 0, ARGS_FLAG, NULL, N_("leave out headings and counts")},
    {"quiet", 'q', ARGS_FLAG, NULL, N_("say nothing about success")},
    {"no-ask-password", 0, ARGS_FLAG, NULL, N_("fail instead of asking for a password")},
    {"timeout", 0, ARGS_VALUE, "SECONDS", N_("how long to wait for an answer")},
    {"help", 'h', ARGS_FLAG, NULL, N_("show this help")},
    {"version", 0, ARGS_FLAG, NULL, N_("show the version of sealctl")},
    {NULL},
};

static gboolean
takes_colour(void)
{
    const char *no_color = g_getenv("NO_COLOR");
    const char *term = g_getenv("TERM");

    return isatty(STDOUT_FILENO) && (no_color == NULL || *no_color == '\0') &&
           g_strcmp0(term, "dumb") != 0;
}

Cli *
cli_new(void)
{
    Cli *cli = g_new0(Cli, 1);
    cli->args = args_new();
    cli->terminal = isatty(STDOUT_FILENO);
    cli->colour = takes_colour();
    cli->legend = TRUE;
    cli->ask = TRUE;
    return cli;
}

void
cli_free(Cli *cli)
{
    if (cli == NULL)
        return;
    bus_free(cli->bus);
    args_free(cli->args);
    g_free(cli);
}

static gboolean
read_json(Cli *cli, GError **error)
{
    static const char *const names[] = {
        [CLI_JSON_OFF] = "off", [CLI_JSON_SHORT] = "short", [CLI_JSON_PRETTY] = "pretty"};
    const char *word = args_get(cli->args, "json");

    if (!args_has(cli->args, "json"))
        return TRUE;
    if (word == NULL) {
        cli->json = cli->terminal ? CLI_JSON_PRETTY : CLI_JSON_SHORT;
        return TRUE;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        if (g_str_equal(word, names[i])) {
            cli->json = (CliJson)i;
            return TRUE;
        }
    }
    g_set_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT,
                _("--json=%s is not known; use pretty, short or off"), word);
    return FALSE;
}

static gboolean
read_timeout(Cli *cli, GError **error)
{
    const char *text = args_get(cli->args, "timeout");
    char *end = NULL;
    double seconds;

    if (text == NULL)
        return TRUE;
    seconds = g_ascii_strtod(text, &end);
    if (end == text || *end != '\0' || !(seconds > 0 && seconds <= CLI_MAX_TIMEOUT)) {
        g_set_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT,
                    _("--timeout %s is not a number of seconds above 0; for example --timeout 30"),
                    text);
        return FALSE;
    }
    cli->timeout_usec = MAX((guint64)llround(seconds * G_USEC_PER_SEC), 1);
    return TRUE;
}

gboolean
cli_read_options(Cli *cli, GError **error)
{
    cli->legend = !args_has(cli->args, "no-legend");
    cli->quiet = args_has(cli->args, "quiet");
    cli->ask = !args_has(cli->args, "no-ask-password");
    return read_json(cli, error) && read_timeout(cli, error);
}

gboolean
cli_wants_json(const Cli *cli)
{
    const char *word = args_get(cli->args, "json");
    return args_has(cli->args, "json") &&
           (word == NULL || g_str_equal(word, "short") || g_str_equal(word, "pretty"));
}

Bus *
cli_bus(Cli *cli, GError **error)
{
    if (cli->bus == NULL)
        cli->bus = bus_open(cli->ask, cli->timeout_usec, error);
    return cli->bus;
}

void
cli_print(const Cli *cli, const char *text)
{
    g_autofree char *safe = cli->terminal ? escape_text(text, ESCAPE_TEXT) : NULL;
    fputs(safe != NULL ? safe : text, stdout);
}

/* A full disk or a closed pipe must not look like success. */
gboolean
cli_flush(GError **error)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return TRUE;
    g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(errno),
                _("the output could not be written: %s"), g_strerror(errno));
    return FALSE;
}

void
cli_print_json(const Cli *cli, GVariant *value)
{
    g_autofree char *text = json_output_format(value, cli->json == CLI_JSON_PRETTY);
    puts(text);
}

void
cli_print_table(const Cli *cli, const Table *table, guint indent)
{
    g_autofree char *text = table_render(table, cli->legend, indent, cli->colour);
    fputs(text, stdout);
}
