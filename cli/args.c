/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reading of command lines over getopt_long(). getopt's own messages are
 * switched off and replaced, since ours end in what to do about it and may
 * have to come out as JSON. Options are recorded, not acted upon: what a
 * value means is known by the verb only.
 */

#include <getopt.h>
#include <glib/gi18n.h>

#include "args.h"
#include "error.h"

/* getopt returns letters as themselves; long options are numbered from here. */
#define ARGS_FIRST_INDEX 256

typedef struct {
    GPtrArray *options; /* ArgsOption in the order of their numbers */
    GArray *longs;      /* struct option */
    GString *letters;
} Parser;

static void
item_free(gpointer data)
{
    ArgsItem *item = data;
    g_free(item->value);
    g_free(item);
}

Args *
args_new(void)
{
    Args *args = g_new0(Args, 1);
    args->items = g_ptr_array_new_with_free_func(item_free);
    args->words = g_ptr_array_new_with_free_func(g_free);
    return args;
}

void
args_free(Args *args)
{
    if (args == NULL)
        return;
    g_ptr_array_unref(args->items);
    g_ptr_array_unref(args->words);
    g_free(args);
}

static const ArgsOption *
find_by_name(GPtrArray *options, const char *name)
{
    for (guint i = 0; i < options->len; i++) {
        const ArgsOption *option = g_ptr_array_index(options, i);
        if (g_str_equal(option->name, name))
            return option;
    }
    return NULL;
}

static void
parser_add(Parser *parser, const ArgsOption *option)
{
    static const int has_argument[] = {
        [ARGS_FLAG] = no_argument,
        [ARGS_VALUE] = required_argument,
        [ARGS_OPTIONAL] = optional_argument,
    };
    struct option row = {option->name, has_argument[option->kind], NULL,
                         ARGS_FIRST_INDEX + (int)parser->options->len};
    if (find_by_name(parser->options, option->name) != NULL)
        return;
    g_array_append_val(parser->longs, row);
    g_ptr_array_add(parser->options, (gpointer)option);
    if (option->letter != 0) {
        g_string_append_c(parser->letters, option->letter);
        if (option->kind == ARGS_VALUE)
            g_string_append_c(parser->letters, ':');
    }
}

static Parser *
parser_new(const ArgsOption *const *tables, gboolean only_options)
{
    Parser *parser = g_new0(Parser, 1);
    parser->options = g_ptr_array_new();
    parser->longs = g_array_new(TRUE, TRUE, sizeof(struct option));
    /* '+' ends at the first word; ':' tells a missing value from an unknown option. */
    parser->letters = g_string_new(only_options ? "+:" : ":");
    for (gsize i = 0; tables[i] != NULL; i++)
        for (const ArgsOption *option = tables[i]; option->name != NULL; option++)
            parser_add(parser, option);
    return parser;
}

static void
parser_free(Parser *parser)
{
    g_ptr_array_unref(parser->options);
    g_array_unref(parser->longs);
    g_string_free(parser->letters, TRUE);
    g_free(parser);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Parser, parser_free)

static const ArgsOption *
find_by_result(const Parser *parser, int result)
{
    if (result >= ARGS_FIRST_INDEX)
        return g_ptr_array_index(parser->options, (guint)(result - ARGS_FIRST_INDEX));
    for (guint i = 0; i < parser->options->len; i++) {
        const ArgsOption *option = g_ptr_array_index(parser->options, i);
        if (option->letter == result)
            return option;
    }
    return NULL;
}

static gboolean
refuse(const Parser *parser, int result, const char *seen, GError **error)
{
    const ArgsOption *option = optopt != 0 ? find_by_result(parser, optopt) : NULL;

    if (option != NULL && result == ':')
        g_set_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT,
                    _("option --%s needs a value: --%s=%s"), option->name, option->name,
                    option->value_name);
    else if (option != NULL)
        g_set_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT,
                    _("option --%s takes no value, seen: %s"), option->name, seen);
    else if (optopt != 0)
        g_set_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT,
                    _("unknown option -%c; --help lists the options of a verb"), optopt);
    else
        g_set_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT,
                    _("unknown or ambiguous option %s; --help lists the options of a verb"), seen);
    return FALSE;
}

static void
record(Args *args, const ArgsOption *option, const char *value)
{
    ArgsItem *item = g_new0(ArgsItem, 1);
    item->name = option->name;
    item->value = g_strdup(value);
    g_ptr_array_add(args->items, item);
}

gboolean
args_parse(Args *args,
           int argc,
           char **argv,
           const ArgsOption *const *tables,
           gboolean only_options,
           int *ret_next,
           GError **error)
{
    g_autoptr(Parser) parser = parser_new(tables, only_options);
    int result;

    opterr = 0;
    optind = 0; /* glibc: start afresh, also with another option string */
    while ((result = getopt_long(argc, argv, parser->letters->str,
                                 (const struct option *)parser->longs->data, NULL)) != -1) {
        if (result == '?' || result == ':')
            return refuse(parser, result, argv[optind > 0 ? optind - 1 : 0], error);
        record(args, find_by_result(parser, result), optarg);
    }
    if (!only_options)
        for (int i = optind; i < argc; i++)
            g_ptr_array_add(args->words, g_strdup(argv[i]));
    if (ret_next != NULL)
        *ret_next = only_options ? optind : argc;
    return TRUE;
}

static const ArgsItem *
find_last(const Args *args, const char *name)
{
    for (guint i = args->items->len; i > 0; i--) {
        const ArgsItem *item = g_ptr_array_index(args->items, i - 1);
        if (g_str_equal(item->name, name))
            return item;
    }
    return NULL;
}

gboolean
args_has(const Args *args, const char *name)
{
    return find_last(args, name) != NULL;
}

const char *
args_get(const Args *args, const char *name)
{
    const ArgsItem *item = find_last(args, name);
    return item != NULL ? item->value : NULL;
}

const char *
args_word(const Args *args, guint index)
{
    return index < args->words->len ? g_ptr_array_index(args->words, index) : NULL;
}
