/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Running the check table and drawing conclusions. A row whose gate is shut is
 * n/a and points at the row that shut it, so that one cause is one finding and
 * not nine. The verdict on a technology is the first of its rows, in the order
 * of cause, that does not pass.
 */

#include "checks.h"

#include "checks-table.h"
#include "facts-text.h"

static void
free_result(gpointer data)
{
    SealCheckResult *result = data;

    g_free(result->value);
    g_free(result->summary);
    g_free(result->remedy);
    g_free(result);
}

const char *
seal_checks_state_to_string(SealCheckState state)
{
    switch (state) {
    case SEAL_CHECK_PASS:
        return "pass";
    case SEAL_CHECK_WARN:
        return "warn";
    case SEAL_CHECK_FAIL:
        return "fail";
    case SEAL_CHECK_NA:
    case SEAL_CHECK_INVALID:
        break;
    }
    return "n/a";
}

const char *
seal_checks_verdict_to_string(const SealVerdict *verdict)
{
    if (!verdict->usable)
        return "unavailable";
    return verdict->degraded ? "degraded" : "usable";
}

/* A part of the host that the row needs and nobody could look at; sets what would help. */
static char *
find_missing(const SealCheckRow *row, const SealFacts *facts, char **ret_remedy)
{
    for (guint i = 0; i < SEAL_FACTS_PARTS; i++) {
        const char *path = seal_facts_text_get_part(i);

        if (!(row->needs & facts->missing & 1u << i))
            continue;
        *ret_remedy = facts->offline
                          ? g_strdup_printf("copy %s of that host into the tree as well", path)
                          : g_strdup_printf("let the daemon read %s", path);
        return g_strdup_printf("%s is not there", path);
    }
    return NULL;
}

/* What shuts the row's gate, as a value text; NULL when the way is free. */
static char *
find_shut_gate(const SealCheckRow *row, const SealFacts *facts)
{
    const SealTechnologyInfo *info = seal_technology_get_info(row->technology);

    /* Unknown flags shut it as well, but cpu.* says so then. */
    if ((row->gates & SEAL_CHECK_GATE_SILICON) && info->cpu_flag &&
        (!seal_facts_has_cpu_flag(facts, info->cpu_flag) || seal_facts_get_own_encryption(facts)))
        return g_strdup_printf("see cpu.%s", info->name);
    if ((row->gates & SEAL_CHECK_GATE_LIBVIRT) && !facts->backend_connected)
        return g_strdup("see libvirt.connection");
    if ((row->gates & SEAL_CHECK_GATE_DOMCAPS) && !facts->domcaps)
        return g_strdup("see libvirt.domcaps");
    return NULL;
}

/* Values come from files that anybody may have written, and go to terminals and over the bus. */
static char *
make_harmless(char *text)
{
    char *valid = g_utf8_make_valid(text, -1);

    for (char *at = valid; *at; at++)
        if (g_ascii_iscntrl(*at))
            *at = ' ';
    g_free(text);
    return valid;
}

static SealCheckResult *
evaluate_row(const SealCheckRow *row, const SealFacts *facts)
{
    SealCheckResult *result = g_new0(SealCheckResult, 1);
    char *remedy = NULL;

    result->id = row->id;
    result->technology = row->technology;
    result->decides = row->decides;
    result->state = SEAL_CHECK_NA;
    result->value = find_shut_gate(row, facts);
    if (!result->value)
        result->value = find_missing(row, facts, &remedy);
    if (!result->value) {
        result->state = row->probe(row, facts, &result->value, &remedy);
        result->neutral = row->lenient && result->state == SEAL_CHECK_NA;
        if (!remedy && result->state != SEAL_CHECK_PASS)
            remedy = g_strdup(result->state == SEAL_CHECK_NA ? row->unknown : row->remedy);
    }
    result->value = make_harmless(result->value);
    result->summary = g_strdup(row->summaries[result->state]);
    result->remedy = make_harmless(remedy ? remedy : g_strdup(""));
    return result;
}

/* Whether a row belongs into the answer about one technology. */
static gboolean
concerns(const SealCheckRow *row, SealTechnology only)
{
    return only == SEAL_TECHNOLOGY_AUTO || row->technology == SEAL_TECHNOLOGY_NONE ||
           (row->decides & 1u << only);
}

GPtrArray *
seal_checks_evaluate(const SealFacts *facts, SealTechnology only)
{
    GPtrArray *results = g_ptr_array_new_with_free_func(free_result);
    const SealCheckRow *row;

    for (gsize i = 0; (row = seal_checks_table_get(i)); i++)
        if (concerns(row, only))
            g_ptr_array_add(results, evaluate_row(row, facts));
    return results;
}

static const SealCheckResult *
find_deciding(GPtrArray *results, SealTechnology technology, guint states)
{
    for (guint i = 0; i < results->len; i++) {
        const SealCheckResult *result = g_ptr_array_index(results, i);

        if ((states & 1u << result->state) && (result->decides & 1u << technology) &&
            !result->neutral)
            return result;
    }
    return NULL;
}

SealVerdict
seal_checks_verdict(GPtrArray *results, SealTechnology technology)
{
    const guint against = 1u << SEAL_CHECK_FAIL | 1u << SEAL_CHECK_NA;
    const SealCheckResult *obstacle = find_deciding(results, technology, against);
    const SealCheckResult *doubt = find_deciding(results, technology, 1u << SEAL_CHECK_WARN);
    SealVerdict verdict = {.check = ""};

    verdict.usable = !obstacle && find_deciding(results, technology, 1u << SEAL_CHECK_PASS) != NULL;
    verdict.degraded = verdict.usable && doubt;
    if (obstacle)
        verdict.check = obstacle->id;
    else if (doubt)
        verdict.check = doubt->id;
    return verdict;
}

SealTechnology
seal_checks_best(GPtrArray *results)
{
    SealTechnology best = SEAL_TECHNOLOGY_INVALID;
    guint best_rank = 0;

    for (guint t = SEAL_TECHNOLOGY_FIRST; t <= SEAL_TECHNOLOGY_LAST; t++) {
        SealTechnology technology = (SealTechnology)t;
        const SealTechnologyInfo *info = seal_technology_get_info(technology);
        SealVerdict verdict = seal_checks_verdict(results, technology);

        if (verdict.usable && info->creatable && info->rank > best_rank) {
            best = technology;
            best_rank = info->rank;
        }
    }
    return best;
}

char *
seal_checks_explain(GPtrArray *results, SealTechnology technology)
{
    const SealTechnologyInfo *info = seal_technology_get_info(technology);
    SealVerdict verdict = seal_checks_verdict(results, technology);

    for (guint i = 0; i < results->len; i++) {
        const SealCheckResult *result = g_ptr_array_index(results, i);
        gboolean cure = *result->remedy != '\0';

        if (g_str_equal(result->id, verdict.check))
            return g_strdup_printf("%s cannot be used on this host: %s (%s, check %s)%s%s",
                                   info->name, result->summary, result->value, result->id,
                                   cure ? ". Cure: " : "", result->remedy);
    }
    return g_strdup_printf("%s cannot be used on this host: no check speaks for it", info->name);
}

SealCheckInfo *
seal_checks_list(gsize *ret_n)
{
    GArray *infos = g_array_new(FALSE, FALSE, sizeof(SealCheckInfo));
    const SealCheckRow *row;

    for (gsize i = 0; (row = seal_checks_table_get(i)); i++) {
        SealCheckInfo info = {row->id, row->technology, row->title};

        g_array_append_val(infos, info);
    }
    *ret_n = infos->len;
    return (SealCheckInfo *)g_array_free(infos, FALSE);
}
