/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * What every verb shares: the command line, the global options read from it,
 * the connection (made when first needed, so that offline verbs never touch
 * the bus) and the ways to print.
 */

#include "args.h"
#include "bus.h"
#include "table.h"

typedef enum { CLI_JSON_OFF, CLI_JSON_SHORT, CLI_JSON_PRETTY } CliJson;

/**
 * Cli - one run of sealctl
 * @args: the command line (owned)
 * @bus: NULL until cli_bus() (owned)
 * @json: how to print JSON, or that text is wanted
 * @legend: headings and counts; @quiet: no word about success
 * @colour: stdout takes colours; @terminal: stdout is a terminal
 * @ask: a password may be asked for
 * @timeout_usec: --timeout in microseconds, 0 when not given
 */
typedef struct {
    Args *args;
    Bus *bus;
    CliJson json;
    gboolean legend;
    gboolean quiet;
    gboolean colour;
    gboolean terminal;
    gboolean ask;
    guint64 timeout_usec;
} Cli;

/* The options that every verb understands. */
extern const ArgsOption cli_options[];

/**
 * cli_new - start from an empty command line
 * Returns: (transfer full): with the terminal looked at; free with cli_free().
 */
Cli *cli_new(void);

/**
 * cli_free - end the connection and give everything back
 * @cli: (nullable) (transfer full): from cli_new()
 */
void cli_free(Cli *cli);

/**
 * cli_read_options - take the global options from the command line
 * @cli: whose args have been parsed
 * Returns: FALSE with SEAL_ERROR_INVALID_ARGUMENT for a bad --json or --timeout.
 */
gboolean cli_read_options(Cli *cli, GError **error);

/**
 * cli_wants_json - whether errors are to be JSON, also errors of the command line
 * @cli: whose args have been parsed, at least in part
 * Returns: TRUE when --json was seen, and not as --json=off or with another word.
 */
gboolean cli_wants_json(const Cli *cli);

/**
 * cli_bus - the connection
 * @cli: the run
 * Returns: (transfer none): NULL with an error when the bus cannot be reached.
 */
Bus *cli_bus(Cli *cli, GError **error);

/**
 * cli_print - print text, as it is when stdout is no terminal
 * @cli: the run
 * @text: lines; control characters are escaped on a terminal
 */
void cli_print(const Cli *cli, const char *text);

/**
 * cli_print_json - print a value as JSON in the chosen form
 * @cli: the run, with JSON on
 * @value: a dictionary, array or tuple; a floating reference is consumed
 */
void cli_print_json(const Cli *cli, GVariant *value);

/**
 * cli_flush - have what was printed arrive
 * Returns: FALSE with an error of G_FILE_ERROR when it cannot be written.
 */
gboolean cli_flush(GError **error);

/**
 * cli_print_table - print a table with the chosen headings and colours
 * @cli: the run
 * @table: the table
 * @indent: blanks before each line
 */
void cli_print_table(const Cli *cli, const Table *table, guint indent);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Cli, cli_free)
