/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Every simulated host, whole: its tree is read, held together with what its
 * libvirt says, and each check and verdict is compared with expected.tsv, which
 * was written by hand from what is known of such hosts.
 */

#include "host-facts.h"

#include <string.h>

#include "checks.h"
#include "conf.h"
#include "version.h"

#define PROFILES SEAL_TEST_DATA "/../lab/profiles/"
#define MANY 16

static char *
read_file(const char *profile, const char *name)
{
    g_autofree char *path = g_build_filename(PROFILES, profile, name, NULL);
    char *text = NULL;

    g_file_get_contents(path, &text, NULL, NULL);
    return text;
}

static SealFacts *
read_host(const char *profile)
{
    g_autofree char *root = g_build_filename(PROFILES, profile, "root", NULL);
    g_autofree char *versions = read_file(profile, "versions");
    g_autofree char *domcaps = read_file(profile, "domcaps.xml");
    g_autofree char *libvirt = seal_conf_get(versions, "libvirt");
    g_autofree char *qemu = seal_conf_get(versions, "qemu");
    SealFacts *facts = host_facts_read(root);

    g_assert_nonnull(libvirt);
    g_assert_nonnull(qemu);
    facts->offline = TRUE;
    seal_facts_take_libvirt(facts, "qemu:///system", seal_version_parse(libvirt),
                            seal_version_parse(qemu), domcaps, "this libvirt gave none");
    g_assert_true(facts->domcaps || !domcaps);
    return facts;
}

static const SealCheckResult *
find_result(GPtrArray *results, const char *id)
{
    for (guint i = 0; i < results->len; i++) {
        const SealCheckResult *result = g_ptr_array_index(results, i);

        if (g_str_equal(result->id, id))
            return result;
    }
    return NULL;
}

/* One line of the expected answer; returns FALSE and says why when the host answers otherwise. */
static gboolean
matches_check(GPtrArray *results, char **words)
{
    const SealCheckResult *result = find_result(results, words[1]);
    const char *state = result ? seal_checks_state_to_string(result->state) : "missing";

    if (g_str_equal(state, words[2]))
        return TRUE;
    g_test_message("%s is %s and not %s: %s", words[1], state, words[2],
                   result ? result->value : "");
    return FALSE;
}

static gboolean
matches_verdict(GPtrArray *results, char **words)
{
    SealVerdict verdict = seal_checks_verdict(results, seal_technology_from_string(words[1]));
    const char *word = seal_checks_verdict_to_string(&verdict);
    const char *check = g_str_equal(words[3], "-") ? "" : words[3];

    if (g_str_equal(word, words[2]) && g_str_equal(verdict.check, check))
        return TRUE;
    g_test_message("%s is %s by %s and not %s by %s", words[1], word, verdict.check, words[2],
                   check);
    return FALSE;
}

static gboolean
matches_auto(GPtrArray *results, char **words)
{
    SealTechnology best = seal_checks_best(results);
    const char *name = best == SEAL_TECHNOLOGY_INVALID ? "-" : seal_technology_to_string(best);

    if (g_str_equal(name, words[1]))
        return TRUE;
    g_test_message("auto is %s and not %s", name, words[1]);
    return FALSE;
}

/* What the operator is told to do. */
static gboolean
matches_cure(GPtrArray *results, char **words)
{
    const SealCheckResult *result = find_result(results, words[1]);

    if (result && strstr(result->remedy, words[2]))
        return TRUE;
    g_test_message("%s is not cured by \"%s\" but by \"%s\"", words[1], words[2],
                   result ? result->remedy : "");
    return FALSE;
}

static const struct {
    const char *word;
    guint n_words;
    gboolean (*matches)(GPtrArray *results, char **words);
} kinds[] = {
    {"check", 3, matches_check},
    {"verdict", 4, matches_verdict},
    {"auto", 2, matches_auto},
    {"cure", 3, matches_cure},
};

/* Returns the kind's index. */
static gsize
compare_line(GPtrArray *results, const char *line, guint *wrong)
{
    g_auto(GStrv) words = g_strsplit(line, "\t", -1);

    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (!g_str_equal(words[0], kinds[i].word))
            continue;
        g_assert_cmpuint(g_strv_length(words), ==, kinds[i].n_words);
        if (!kinds[i].matches(results, words))
            ++*wrong;
        return i;
    }
    g_error("\"%s\" is no line of an expected answer", line);
}

static void
test_host(gconstpointer data)
{
    g_autoptr(SealFacts) facts = read_host(data);
    g_autoptr(GPtrArray) results = seal_checks_evaluate(facts, SEAL_TECHNOLOGY_AUTO);
    g_autofree char *expected = read_file(data, "expected.tsv");
    g_auto(GStrv) lines = g_strsplit(expected ? expected : "", "\n", -1);
    guint counts[G_N_ELEMENTS(kinds)] = {0};
    guint wrong = 0, failed = 0;

    for (gsize i = 0; lines[i]; i++)
        if (*lines[i] && *lines[i] != '#')
            counts[compare_line(results, lines[i], &wrong)]++;
    for (guint i = 0; i < results->len; i++)
        failed +=
            ((const SealCheckResult *)g_ptr_array_index(results, i))->state == SEAL_CHECK_FAIL;
    g_assert_cmpuint(wrong, ==, 0);
    g_assert_cmpuint(counts[0], ==, results->len);
    g_assert_cmpuint(counts[1], ==, 4);
    g_assert_cmpuint(counts[2], ==, 1);
    g_assert_cmpuint(counts[3], ==, failed);
}

/* What a host cannot be blamed for is never a failure, and what fails can be cured. */
static void
test_fairness(gconstpointer data)
{
    g_autoptr(SealFacts) facts = read_host(data);
    g_autoptr(GPtrArray) results = seal_checks_evaluate(facts, SEAL_TECHNOLOGY_AUTO);

    for (guint i = 0; i < results->len; i++) {
        const SealCheckResult *result = g_ptr_array_index(results, i);
        const SealTechnologyInfo *info = seal_technology_get_info(result->technology);

        g_assert_nonnull(result->summary);
        g_assert_true(g_utf8_validate(result->value, -1, NULL));
        g_assert_cmpuint(strlen(result->value), >, 0);
        if (result->state == SEAL_CHECK_FAIL || result->state == SEAL_CHECK_WARN)
            g_assert_cmpuint(strlen(result->remedy), >, 10);
        if (result->state == SEAL_CHECK_FAIL && info->cpu_flag)
            g_assert_true(seal_facts_has_cpu_flag(facts, info->cpu_flag));
    }
}

/* Reading and evaluating must stay cheap: the daemon does it at every probe. */
static void
test_time(void)
{
    gint64 began = g_get_monotonic_time();
    double milliseconds;

    for (guint i = 0; i < MANY; i++) {
        g_autoptr(SealFacts) facts = host_facts_read(PROFILES "genoa-snp/root");
        g_autoptr(GPtrArray) results = seal_checks_evaluate(facts, SEAL_TECHNOLOGY_AUTO);

        g_assert_cmpuint(results->len, >, 0);
    }
    milliseconds = (double)(g_get_monotonic_time() - began) / 1000 / MANY;
    g_test_message("reading and evaluating a host takes %.2f ms", milliseconds);
    /* Far above what it takes, for machines that do many things at once. */
    g_assert_cmpfloat(milliseconds, <, 250);
}

/* Profiles without a tree are this machine itself. */
static GPtrArray *
list_hosts(void)
{
    g_autoptr(GDir) dir = g_dir_open(PROFILES, 0, NULL);
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    const char *name;

    while (dir && (name = g_dir_read_name(dir))) {
        g_autofree char *root = g_build_filename(PROFILES, name, "root", NULL);

        if (g_file_test(root, G_FILE_TEST_IS_DIR))
            g_ptr_array_add(names, g_strdup(name));
    }
    return names;
}

int
main(int argc, char **argv)
{
    g_autoptr(GPtrArray) names = list_hosts();

    g_test_init(&argc, &argv, NULL);
    g_assert_cmpuint(names->len, >=, 16);
    for (guint i = 0; i < names->len; i++) {
        const char *name = g_ptr_array_index(names, i);
        g_autofree char *answer = g_strconcat("/hosts/answer/", name, NULL);
        g_autofree char *fairness = g_strconcat("/hosts/fairness/", name, NULL);

        g_test_add_data_func(answer, name, test_host);
        g_test_add_data_func(fairness, name, test_fairness);
    }
    g_test_add_func("/hosts/time", test_time);
    return g_test_run();
}
