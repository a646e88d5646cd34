/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Packed versions: what real version texts read as, what does not fit the
 * packed form, the way back to text, and that comparing packed numbers
 * compares versions.
 */

#include "version.h"

typedef struct {
    const char *text;
    guint64 version;
} Case;

static const Case cases[] = {
    {"9.0.0", SEAL_VERSION(9, 0, 0)},
    {"6.12.0-1-amd64", SEAL_VERSION(6, 12, 0)},
    {"7.2.22 (Debian 1:7.2+dfsg-7)", SEAL_VERSION(7, 2, 22)},
    {"6.16-rc3", SEAL_VERSION(6, 16, 0)},
    {"12", SEAL_VERSION(12, 0, 0)},
    {"1.2.3.4", SEAL_VERSION(1, 2, 3)},
    {"4.", SEAL_VERSION(4, 0, 0)},
    {"9999.999.999", SEAL_VERSION(9999, 999, 999)},
    {"10000.0.0", 0},
    {"1.1000.0", 0},
    {"1.2.1000", 0},
    {"99999999999999999999999.1", 0},
    {"v9.0", 0},
    {"-1.0", 0},
    {" 9.0", 0},
    {"", 0},
    {NULL, 0},
};

static void
test_parse(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        g_assert_cmpuint(seal_version_parse(cases[i].text), ==, cases[i].version);
}

static void
test_format(void)
{
    static const struct {
        guint64 version;
        const char *text;
    } rows[] = {
        {SEAL_VERSION(9, 0, 0), "9.0.0"},
        {SEAL_VERSION(12, 8, 0), "12.8.0"},
        {7002022, "7.2.22"},
        {0, "unknown"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text = seal_version_format(rows[i].version);

        g_assert_cmpstr(text, ==, rows[i].text);
    }
}

static void
test_round_trip(void)
{
    for (guint64 version = 1; version < 20000000; version += 9973) {
        g_autofree char *text = seal_version_format(version);

        g_assert_cmpuint(seal_version_parse(text), ==, version);
    }
}

static void
test_order(void)
{
    g_assert_cmpuint(SEAL_VERSION(9, 10, 0), >, SEAL_VERSION(9, 9, 0));
    g_assert_cmpuint(SEAL_VERSION(10, 0, 0), >, SEAL_VERSION(9, 999, 999));
    g_assert_cmpuint(seal_version_parse("6.11"), <, seal_version_parse("6.12.1"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/version/parse", test_parse);
    g_test_add_func("/version/format", test_format);
    g_test_add_func("/version/round-trip", test_round_trip);
    g_test_add_func("/version/order", test_order);
    return g_test_run();
}
