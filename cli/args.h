/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * Command line arguments. Each verb describes its options as a const table;
 * this turns argv into an ordered list of options and the words around them,
 * so that a verb asks for values by name. getopt_long() does the reading, as
 * it is the one parser whose habits (abbreviations, "--", "--name=value",
 * options after words) every operator already knows.
 */

#include <glib.h>

/* ARGS_OPTIONAL takes its value only as --name=value, as in systemd's --json. */
typedef enum { ARGS_FLAG, ARGS_VALUE, ARGS_OPTIONAL } ArgsKind;

/**
 * ArgsOption - one option, a row of a table that ends with a NULL name
 * @name: long name without dashes; @letter: short name, 0 for none
 * @value_name: what the value is in help texts, NULL for a flag
 * @summary: one English line, translated when shown
 */
typedef struct {
    const char *name;
    char letter;
    ArgsKind kind;
    const char *value_name;
    const char *summary;
} ArgsOption;

/**
 * ArgsItem - one option as given
 * @name: long name, of the table (not owned); @value: text, NULL for a flag
 */
typedef struct {
    const char *name;
    char *value;
} ArgsItem;

/**
 * Args - a command line as read
 * @items: (element-type ArgsItem): options in the order given
 * @words: (element-type utf8): everything that is no option
 */
typedef struct {
    GPtrArray *items;
    GPtrArray *words;
} Args;

/**
 * args_new - an empty command line
 * Returns: (transfer full): free with args_free().
 */
Args *args_new(void);

/**
 * args_free - give it back
 * @args: (nullable) (transfer full): from args_new()
 */
void args_free(Args *args);

/**
 * args_parse - read argv, adding to what is already there
 * @args: where options and words go
 * @argc: length of @argv
 * @argv: argv[0] is skipped; reordered when @only_options is FALSE
 * @tables: NULL-terminated list of tables; on equal names the earlier table wins
 * @only_options: stop before the first word instead of reading on behind it
 * @ret_next: (nullable): index of the first argument that was not read
 * Returns: FALSE with SEAL_ERROR_INVALID_ARGUMENT for an unknown or ambiguous
 * option, a missing value, or a value given to a flag.
 */
gboolean args_parse(Args *args,
                    int argc,
                    char **argv,
                    const ArgsOption *const *tables,
                    gboolean only_options,
                    int *ret_next,
                    GError **error);

/**
 * args_has - whether an option was given
 * @args: the command line
 * @name: long name
 * Returns: TRUE when it was, at least once.
 */
gboolean args_has(const Args *args, const char *name);

/**
 * args_get - the value of an option
 * @args: the command line
 * @name: long name
 * Returns: (transfer none) (nullable): the value given last; NULL when the
 * option is absent or was given without a value.
 */
const char *args_get(const Args *args, const char *name);

/**
 * args_word - one of the words
 * @args: the command line
 * @index: from 0
 * Returns: (transfer none) (nullable): NULL when there are not so many.
 */
const char *args_word(const Args *args, guint index);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Args, args_free)
