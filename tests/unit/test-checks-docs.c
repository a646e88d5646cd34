/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * docs/checks.md and the check table name the same checks, in the same order,
 * and say the same about what each decides: the page is what people compare us
 * by, and nothing else would keep it true.
 */

#include "checks.h"

#include <string.h>

#include "facts.h"
#include "test-data.h"

#define PAGE "../../docs/checks.md"
#define ROW "| `"

/* "sev, sev-es", "all" or "", as the page writes it. */
static char *
describe_decides(guint decides)
{
    const guint all = 1u << SEAL_TECHNOLOGY_SEV | 1u << SEAL_TECHNOLOGY_SEV_ES |
                      1u << SEAL_TECHNOLOGY_SEV_SNP | 1u << SEAL_TECHNOLOGY_TDX;
    GString *text = g_string_new(NULL);

    if ((decides & all) == all) {
        g_string_append(text, "all");
        return g_string_free(text, FALSE);
    }
    for (guint t = SEAL_TECHNOLOGY_SEV; t <= SEAL_TECHNOLOGY_TDX; t++)
        if (decides & 1u << t)
            g_string_append_printf(text, "%s%s", text->len ? ", " : "",
                                   seal_technology_to_string((SealTechnology)t));
    return g_string_free(text, FALSE);
}

/* Lines of the first table that name a check. */
static GPtrArray *
read_rows(void)
{
    g_autofree char *page = test_data_read(PAGE, NULL);
    g_auto(GStrv) lines = g_strsplit(page, "\n", -1);
    GPtrArray *rows = g_ptr_array_new_with_free_func(g_free);

    for (gsize i = 0; lines[i] && !g_str_has_prefix(lines[i], "## "); i++)
        if (g_str_has_prefix(lines[i], ROW) && strchr(lines[i], '.'))
            g_ptr_array_add(rows, g_strdup(lines[i] + strlen(ROW)));
    return rows;
}

static void
test_every_check(void)
{
    g_autoptr(SealFacts) facts = seal_facts_new();
    g_autoptr(GPtrArray) results = seal_checks_evaluate(facts, SEAL_TECHNOLOGY_AUTO);
    g_autoptr(GPtrArray) rows = read_rows();

    for (guint i = 0; i < results->len && i < rows->len; i++) {
        const SealCheckResult *result = g_ptr_array_index(results, i);
        g_auto(GStrv) cells = g_strsplit(g_ptr_array_index(rows, i), " |", -1);
        g_autofree char *decides = describe_decides(result->decides);
        g_autofree char *where_known = g_strconcat(decides, ", where known", NULL);
        g_autofree char *id = g_strconcat(result->id, "`", NULL);

        g_assert_cmpstr(cells[0], ==, id);
        g_assert_cmpuint(g_strv_length(cells), ==, 7);
        if (!g_str_equal(g_strstrip(cells[1]), decides))
            g_assert_cmpstr(cells[1], ==, where_known);
    }
    g_assert_cmpuint(rows->len, ==, results->len);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/checks-docs/every-check", test_every_check);
    return g_test_run();
}
