/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Options: known keys are stored, absent ones leave the value alone, and
 * everything else is refused by name, with what would be right.
 */

#include "options.h"

#include "test-data.h"

typedef struct {
    gboolean flag;
    guint32 small;
    guint64 large;
    char *word;
} Values;

static gboolean
read_dict(Values *values, GVariant *dict, GError **error)
{
    const OptionRow rows[] = {
        {"flag", "b", &values->flag},
        {"small", "u", &values->small},
        {"large", "t", &values->large},
        {"word", "s", &values->word},
        {NULL},
    };

    return options_read(dict, rows, error);
}

static gboolean
read_text(Values *values, const char *text, GError **error)
{
    g_autoptr(GVariant) dict = g_variant_parse(G_VARIANT_TYPE_VARDICT, text, NULL, NULL, error);

    g_assert_nonnull(dict);
    return read_dict(values, dict, error);
}

static void
test_stores(void)
{
    g_autoptr(GError) error = NULL;
    Values values = {FALSE, 1, 2, g_strdup("old")};

    g_assert_true(read_text(&values, "{}", &error));
    g_assert_cmpuint(values.small, ==, 1);
    g_assert_cmpstr(values.word, ==, "old");
    g_assert_true(read_text(&values,
                            "{'flag': <true>, 'small': <uint32 4294967295>, 'large': <uint64 "
                            "18446744073709551615>, 'word': <'new'>}",
                            &error));
    g_assert_no_error(error);
    g_assert_true(values.flag);
    g_assert_cmpuint(values.small, ==, G_MAXUINT32);
    g_assert_cmpuint(values.large, ==, G_MAXUINT64);
    g_assert_cmpstr(values.word, ==, "new");
    g_free(values.word);
}

static const struct {
    const char *text;
    const char *fragment;
} refusals[] = {
    {"{'flags': <true>}", "unknown option \"flags\"; known here: flag, small, large, word"},
    {"{'': <true>}", "unknown option \"\""},
    {"{'Flag': <true>}", "unknown option \"Flag\""},
    {"{'flag ': <true>}", "unknown option"},
    {"{'a\\x1b[31mb': <true>}", "unknown option"},
    {"{'flag': <1>}", "option \"flag\" has type i; send type b"},
    {"{'flag': <'true'>}", "option \"flag\" has type s; send type b"},
    {"{'small': <5>}", "option \"small\" has type i; send type u"},
    {"{'small': <uint64 5>}", "option \"small\" has type t; send type u"},
    {"{'large': <uint32 5>}", "option \"large\" has type u; send type t"},
    {"{'word': <@o '/a'>}", "option \"word\" has type o; send type s"},
    {"{'word': <['a']>}", "option \"word\" has type as; send type s"},
    {"{'flag': <<true>>}", "option \"flag\" has type v; send type b"},
};

static void
test_refuses(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(refusals); i++) {
        Values values = {0};
        GError *error = NULL;

        g_assert_false(read_text(&values, refusals[i].text, &error));
        for (const char *c = error->message; *c; c++)
            g_assert_false(g_ascii_iscntrl(*c));
        test_data_assert_refused(error, SEAL_ERROR_INVALID_ARGUMENT, refusals[i].fragment);
        g_free(values.word);
    }
}

static void
test_refuses_twice(void)
{
    GVariantBuilder builder;
    g_autoptr(GVariant) dict = NULL;
    GError *error = NULL;
    Values values = {0};

    g_variant_builder_init(&builder, G_VARIANT_TYPE_VARDICT);
    g_variant_builder_add(&builder, "{sv}", "word", g_variant_new_string("a"));
    g_variant_builder_add(&builder, "{sv}", "word", g_variant_new_string("b"));
    dict = g_variant_ref_sink(g_variant_builder_end(&builder));
    g_assert_false(read_dict(&values, dict, &error));
    test_data_assert_refused(error, SEAL_ERROR_INVALID_ARGUMENT, "given twice");
    g_free(values.word);
}

static void
test_none_known(void)
{
    const OptionRow rows[] = {{NULL}};
    g_autoptr(GVariant) dict =
        g_variant_parse(G_VARIANT_TYPE_VARDICT, "{'x': <1>}", NULL, NULL, NULL);
    GError *error = NULL;

    g_assert_false(options_read(dict, rows, &error));
    test_data_assert_refused(error, SEAL_ERROR_INVALID_ARGUMENT, "known here: none");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/options/stores", test_stores);
    g_test_add_func("/options/refuses", test_refuses);
    g_test_add_func("/options/refuses-twice", test_refuses_twice);
    g_test_add_func("/options/none-known", test_none_known);
    return g_test_run();
}
