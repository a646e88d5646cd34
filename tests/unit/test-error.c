/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Errors and the text in them: every code has a D-Bus name of its own that
 * leads back to it, and no foreign text gets into a message unescaped,
 * invalid or at full length.
 */

#include "error.h"

#include <string.h>

#include "text.h"

static void
test_names(void)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < SEAL_ERROR_N_CODES; i++) {
        const char *name = seal_error_get_name((SealError)i);
        SealError code = SEAL_ERROR_BACKEND;

        g_assert_nonnull(name);
        g_assert_true(g_hash_table_add(seen, (gpointer)name));
        g_assert_true(seal_error_from_name(name, &code));
        g_assert_cmpint(code, ==, i);
    }
}

static void
test_names_of_others(void)
{
    g_assert_cmpstr(seal_error_get_name(SEAL_ERROR_ACCESS_DENIED), ==,
                    "org.freedesktop.DBus.Error.AccessDenied");
    g_assert_cmpstr(seal_error_get_name(SEAL_ERROR_AUTHORIZATION_REQUIRED), ==,
                    "org.freedesktop.DBus.Error.InteractiveAuthorizationRequired");
    g_assert_cmpstr(seal_error_get_name(SEAL_ERROR_BUSY), ==, "org.sealvirt1.Error.Busy");
}

static void
test_unknown_names(void)
{
    static const char *const unknown[] = {NULL,
                                          "",
                                          "Busy",
                                          "org.sealvirt1.Error.",
                                          "org.sealvirt1.Error.busy",
                                          "org.freedesktop.DBus.Error.Failed"};

    for (gsize i = 0; i < G_N_ELEMENTS(unknown); i++) {
        SealError code = SEAL_ERROR_TIMEOUT;

        g_assert_false(seal_error_from_name(unknown[i], &code));
        g_assert_cmpint(code, ==, SEAL_ERROR_TIMEOUT);
    }
}

static void
test_code_out_of_range(void)
{
    g_assert_cmpstr(seal_error_get_name((SealError)9999), ==, "org.sealvirt1.Error.Backend");
}

static void
test_show(void)
{
    static const char *const rows[][2] = {
        {NULL, ""},
        {"", ""},
        {"web-1", "web-1"},
        {"Größe ☃", "Größe ☃"},
        {"a\nb\tc", "a\\u{a}b\\u{9}c"},
        {"\x1b[31mred", "\\u{1b}[31mred"},
        {"ab\xe2\x80\xae"
         "cd",
         "ab\\u{202e}cd"},
        {"bad\xff", "bad\xef\xbf\xbd"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *shown = seal_text_show(rows[i][0]);

        g_assert_cmpstr(shown, ==, rows[i][1]);
    }
}

static void
test_show_long(void)
{
    g_autofree char *exact = g_strnfill(SEAL_TEXT_MAX_SHOWN, 'x');
    g_autofree char *longer = g_strnfill(100000, 'x');
    g_autofree char *shown_exact = seal_text_show(exact);
    g_autofree char *shown_longer = seal_text_show(longer);
    g_autoptr(GString) wide = g_string_new(NULL);
    g_autofree char *shown_wide = NULL;

    for (guint i = 0; i < 300; i++)
        g_string_append(wide, "\xf0\x9f\x94\x92");
    shown_wide = seal_text_show(wide->str);
    g_assert_cmpstr(shown_exact, ==, exact);
    g_assert_cmpuint(strlen(shown_longer), ==, SEAL_TEXT_MAX_SHOWN + 3);
    g_assert_true(g_str_has_suffix(shown_longer, "x..."));
    g_assert_cmpint(g_utf8_strlen(shown_wide, -1), ==, SEAL_TEXT_MAX_SHOWN + 3);
    g_assert_true(g_utf8_validate(shown_wide, -1, NULL));
}

static void
test_refuse(void)
{
    GError *error = NULL;

    g_assert_false(seal_error_refuse(&error, SEAL_ERROR_BUSY, "%s has %d", "vault", 2));
    g_assert_error(error, SEAL_ERROR, SEAL_ERROR_BUSY);
    g_assert_cmpstr(error->message, ==, "vault has 2");
    g_clear_error(&error);
    g_assert_false(seal_error_invalid(&error, "100%% of %s", "nothing"));
    g_assert_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT);
    g_assert_cmpstr(error->message, ==, "100% of nothing");
    g_clear_error(&error);
    g_assert_false(seal_error_invalid(NULL, "nobody %s", "listens"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/error/names", test_names);
    g_test_add_func("/error/names-of-others", test_names_of_others);
    g_test_add_func("/error/unknown-names", test_unknown_names);
    g_test_add_func("/error/code-out-of-range", test_code_out_of_range);
    g_test_add_func("/text/show", test_show);
    g_test_add_func("/text/show-long", test_show_long);
    g_test_add_func("/error/refuse", test_refuse);
    return g_test_run();
}
