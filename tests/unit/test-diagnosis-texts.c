/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The dictionary against the texts in tests/data/diagnosis: each must give the
 * id that its heading names, every row must be hit by one of them, and every
 * id must be told in docs/diagnosis.md with the words of the program.
 */

#include "diagnosis.h"
#include "diagnosis-table.h"
#include "test-data.h"

#define HEADING "\n## "
#define NAMES_PER_HEADING 2

static const char *const files[] = {
    "sev.txt", "launch.txt", "snp.txt", "tdx.txt", "host-amd.txt", "general.txt", "status.txt",
};

/* One block of a file. */
typedef struct {
    const char *id;
    gboolean first; /* must be the best diagnosis, not just one of them */
    SealTechnology technology;
    const char *text;
} Block;

static const SealDiagnosis *
find(GPtrArray *diagnoses, const char *id)
{
    for (guint i = 0; i < diagnoses->len; i++) {
        const SealDiagnosis *diagnosis = g_ptr_array_index(diagnoses, i);

        if (g_str_equal(diagnosis->id, id))
            return diagnosis;
    }
    return NULL;
}

static void
assert_sound(const SealDiagnosis *diagnosis)
{
    g_assert_cmpint(g_utf8_strlen(diagnosis->evidence, -1), <=, 300);
    g_assert_true(g_utf8_validate(diagnosis->evidence, -1, NULL));
    g_assert_false(g_str_has_suffix(diagnosis->cause, "."));
    g_assert_false(g_str_has_suffix(diagnosis->remedy, "."));
    g_assert_true(*diagnosis->cause && *diagnosis->remedy);
}

static void
check_block(const Block *block, GHashTable *seen)
{
    g_autoptr(GPtrArray) diagnoses = seal_diagnosis_explain(block->text, block->technology);
    const SealDiagnosis *best = g_ptr_array_index(diagnoses, 0);
    const SealDiagnosis *wanted = find(diagnoses, block->id);

    if (!wanted || (block->first && wanted != best))
        g_error("expected %s, got %s, of: %s", block->id, best->id, block->text);
    assert_sound(wanted);
    for (guint i = 0; i < diagnoses->len; i++)
        assert_sound(g_ptr_array_index(diagnoses, i));
    g_hash_table_add(seen, g_strdup(block->id));
}

static void
parse_block(char *block, GHashTable *seen)
{
    char *newline = strchr(block, '\n');
    g_auto(GStrv) names = NULL;
    Block parsed;

    g_assert_nonnull(newline);
    *newline = '\0';
    names = g_strsplit(block, " ", -1);
    g_assert_cmpuint(g_strv_length(names), ==, NAMES_PER_HEADING);
    parsed.first = names[0][0] != '+';
    parsed.id = names[0] + (parsed.first ? 0 : 1);
    parsed.technology = seal_technology_from_string(names[1]);
    g_assert_cmpint(parsed.technology, !=, SEAL_TECHNOLOGY_INVALID);
    parsed.text = g_strchomp(newline + 1);
    check_block(&parsed, seen);
}

static GHashTable *
check_files(void)
{
    GHashTable *seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autofree char *name = g_build_filename("diagnosis", files[i], NULL);
        g_autofree char *text = test_data_read(name, NULL);
        g_auto(GStrv) blocks = g_strsplit(text, HEADING, -1);

        g_assert_cmpuint(g_strv_length(blocks), >, 10);
        for (guint j = 1; blocks[j]; j++)
            parse_block(blocks[j], seen);
    }
    return seen;
}

static void
test_texts(void)
{
    g_autoptr(GHashTable) seen = check_files();
    const SealDiagnosisRow *row;
    guint missing = 0;

    for (guint i = 0; (row = seal_diagnosis_table_get(i)); i++) {
        if (g_hash_table_contains(seen, row->id))
            continue;
        g_test_message("no text hits %s", row->id);
        missing++;
    }
    g_assert_cmpuint(missing, ==, 0);
}

static void
test_rows(void)
{
    g_autoptr(GHashTable) ids = g_hash_table_new(g_str_hash, g_str_equal);
    const SealDiagnosisRow *row;

    for (guint i = 0; (row = seal_diagnosis_table_get(i)); i++) {
        g_assert_true(g_hash_table_add(ids, (gpointer)row->id));
        g_assert_cmpuint(row->applies, !=, 0);
        g_assert_nonnull(row->remedy);
        g_assert_true(row->cause || row->rank == SEAL_DIAGNOSIS_STATUS);
        g_assert_true(row->patterns[0] || row == seal_diagnosis_table_unknown());
        g_assert_true(row->number == 0 || row->when != SEAL_SEV_REPLY_NONE);
    }
    g_assert_cmpuint(g_hash_table_size(ids), >=, 85);
    g_assert_null(seal_diagnosis_table_get(G_MAXUINT));
}

/* A row of the page; "<" is escaped there, or Markdown would take it for HTML. */
static char *
page_row(const SealDiagnosis *diagnosis)
{
    GString *row = g_string_new(NULL);

    g_string_printf(row, "\n| `%s` | %s | %s |\n", diagnosis->id, diagnosis->cause,
                    diagnosis->remedy);
    g_string_replace(row, "<", "\\<", 0);
    return g_string_free(row, FALSE);
}

static void
test_document(void)
{
    g_autofree char *page = test_data_read("../../docs/diagnosis.md", NULL);
    g_autoptr(GPtrArray) all = seal_diagnosis_list();
    guint wrong = 0;

    for (guint i = 0; i < all->len; i++) {
        g_autofree char *row = page_row(g_ptr_array_index(all, i));

        if (strstr(page, row))
            continue;
        g_test_message("docs/diagnosis.md lacks this line:%s", row);
        wrong++;
    }
    g_assert_cmpuint(wrong, ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/diagnosis-texts/texts", test_texts);
    g_test_add_func("/diagnosis-texts/rows", test_rows);
    g_test_add_func("/diagnosis-texts/document", test_document);
    return g_test_run();
}
