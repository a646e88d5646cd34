/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Walking the lines of a text against the rows of the dictionary. Each row
 * counts once, where it was found first; then what a better row explains is
 * dropped and the rest is sorted.
 */

#include "diagnosis.h"

#include <string.h>

#include "diagnosis-evidence.h"
#include "diagnosis-match.h"
#include "diagnosis-table.h"
#include "sev-reply.h"
#include "sev-status.h"

/* No pattern and no telling message is shorter. */
#define SHORTEST_LINE 8

typedef struct {
    const char *start;
    gsize length;
    guint number;
    SealSevReply reply;
} Line;

/* A row found in a line. */
typedef struct {
    const SealDiagnosisRow *row;
    Line line;
    SealDiagnosisHit hit;
} Match;

/* What one call collects. */
typedef struct {
    GPtrArray *rows; /* those that apply */
    GArray *matches; /* of Match */
    Line telling;    /* the line to quote when nothing else is known */
    guint telling_score;
} Search;

static const char *const confidences[] = {
    [SEAL_DIAGNOSIS_CERTAIN] = "certain",
    [SEAL_DIAGNOSIS_LIKELY] = "likely",
    [SEAL_DIAGNOSIS_POSSIBLE] = "possible",
};

static const char *const sources[] = {
    [SEAL_DIAGNOSIS_LIBVIRT] = "libvirt",
    [SEAL_DIAGNOSIS_QEMU] = "QEMU",
    [SEAL_DIAGNOSIS_KERNEL] = "kernel",
    [SEAL_DIAGNOSIS_UNKNOWN] = "",
};

static gboolean
fits_reply(const SealDiagnosisRow *row, const SealSevReply *reply)
{
    if (row->when == SEAL_SEV_REPLY_NONE)
        return TRUE;
    if (row->when != reply->kind)
        return FALSE;
    if (row->number == SEAL_DIAGNOSIS_OTHER)
        return !seal_sev_status_find(reply->kind, reply->number);
    return row->number == reply->number;
}

static gboolean
fits_line(const SealDiagnosisRow *row, const Line *line, SealDiagnosisHit *ret_hit)
{
    if (!fits_reply(row, &line->reply))
        return FALSE;
    for (guint i = 0; i < SEAL_DIAGNOSIS_MAX_PATTERNS && row->patterns[i]; i++) {
        if (seal_diagnosis_match(row->patterns[i], line->start, line->length, ret_hit))
            return TRUE;
    }
    return FALSE;
}

static gboolean
is_found(const Search *search, const SealDiagnosisRow *row)
{
    for (guint i = 0; i < search->matches->len; i++) {
        if (g_array_index(search->matches, Match, i).row == row)
            return TRUE;
    }
    return FALSE;
}

/* Returns: whether the line is only a consequence of others. */
static gboolean
search_rows(Search *search, const Line *line)
{
    gboolean consequence = FALSE;

    for (guint i = 0; i < search->rows->len; i++) {
        Match match = {g_ptr_array_index(search->rows, i), *line, {0, 0}};

        if (!fits_line(match.row, line, &match.hit))
            continue;
        consequence = consequence || match.row->rank == SEAL_DIAGNOSIS_CONSEQUENCE;
        if (!is_found(search, match.row))
            g_array_append_val(search->matches, match);
    }
    return consequence;
}

static void
search_line(Search *search, Line line)
{
    guint score;

    while (line.length > 0 && g_ascii_isspace(line.start[line.length - 1]))
        line.length--;
    /* libvirt puts a colon even where QEMU said nothing. */
    if (line.length > 0 && line.start[line.length - 1] == ':')
        line.length--;
    score = seal_diagnosis_evidence_score(line.start, line.length);
    if (line.length >= SHORTEST_LINE) {
        line.reply = seal_sev_reply_read(line.start, line.length);
        if (search_rows(search, &line))
            score = MIN(score, 1);
    }
    if (score > search->telling_score) {
        search->telling = line;
        search->telling_score = score;
    }
}

static void
search_text(Search *search, const char *text)
{
    gsize length = strlen(text);
    const char *end = text + length;
    guint number = 0;

    if (length > SEAL_DIAGNOSIS_MAX_TEXT)
        text = end - SEAL_DIAGNOSIS_MAX_TEXT;
    while (text < end) {
        const char *newline = memchr(text, '\n', (gsize)(end - text));
        const char *stop = newline ? newline : end;

        search_line(search,
                    (Line){.start = text, .length = (gsize)(stop - text), .number = number++});
        text = stop + 1;
    }
}

/* Whether another match says better what this one says. */
static gboolean
is_outdone(const Search *search, const Match *match)
{
    if (match->row->rank == SEAL_DIAGNOSIS_CAUSE)
        return FALSE;
    for (guint i = 0; i < search->matches->len; i++) {
        const Match *other = &g_array_index(search->matches, Match, i);

        if (match->row->rank == SEAL_DIAGNOSIS_CONSEQUENCE &&
            other->row->rank != SEAL_DIAGNOSIS_CONSEQUENCE)
            return TRUE;
        if (other->row->rank == SEAL_DIAGNOSIS_CAUSE && other->line.number == match->line.number)
            return TRUE;
    }
    return FALSE;
}

static int
compare(gconstpointer a, gconstpointer b)
{
    const Match *x = *(const Match *const *)a;
    const Match *y = *(const Match *const *)b;

    if (x->row->rank != y->row->rank)
        return x->row->rank < y->row->rank ? -1 : 1;
    if (x->row->confidence != y->row->confidence)
        return x->row->confidence < y->row->confidence ? -1 : 1;
    if (x->hit.weight != y->hit.weight)
        return x->hit.weight > y->hit.weight ? -1 : 1;
    if (x->line.number != y->line.number)
        return x->line.number < y->line.number ? -1 : 1;
    return 0; /* g_ptr_array_sort() keeps the order of the tables */
}

static char *
tell_cause(const SealDiagnosisRow *row)
{
    const SealSevStatus *status = seal_sev_status_find(row->when, row->number);
    gboolean firmware = row->when == SEAL_SEV_REPLY_FIRMWARE;

    if (row->cause)
        return g_strdup(row->cause);
    if (!status)
        return g_strdup(firmware ? "the AMD secure processor answered with a number not known here"
                                 : "the kernel refused with an error not expected here");
    return g_strdup_printf("%s: %s (%s)",
                           firmware ? "the AMD secure processor refused" : "the kernel refused",
                           status->meaning, status->name);
}

static void
diagnosis_free(gpointer data)
{
    SealDiagnosis *diagnosis = data;

    g_free(diagnosis->cause);
    g_free(diagnosis->remedy);
    g_free(diagnosis->evidence);
    g_free(diagnosis);
}

static SealDiagnosis *
diagnosis_new(const SealDiagnosisRow *row, SealDiagnosisSource source, char *evidence)
{
    SealDiagnosis *diagnosis = g_new0(SealDiagnosis, 1);

    diagnosis->id = row->id;
    diagnosis->cause = tell_cause(row);
    diagnosis->remedy = g_strdup(row->remedy);
    diagnosis->evidence = evidence;
    diagnosis->confidence = confidences[row->confidence];
    diagnosis->source = sources[source];
    return diagnosis;
}

/* The line itself knows best who wrote it: some texts are libvirt's as well as QEMU's, and the
 * rows of numbers are for the kernel's lines, too. */
static SealDiagnosisSource
find_source(const SealDiagnosisRow *row, const Line *line, gsize at)
{
    if (seal_diagnosis_evidence_is_qemu(line->start, at))
        return SEAL_DIAGNOSIS_QEMU;
    if (row->rank == SEAL_DIAGNOSIS_STATUS && line->reply.logged_by_kernel)
        return SEAL_DIAGNOSIS_KERNEL;
    return row->source;
}

static SealDiagnosis *
diagnosis_new_from_line(const SealDiagnosisRow *row, const Line *line, gsize at)
{
    if (!line->start)
        return diagnosis_new(row, row->source, g_strdup(""));
    return diagnosis_new(row, find_source(row, line, at),
                         seal_diagnosis_evidence_quote(line->start, line->length, at));
}

/* Nothing known, or only consequences of something that is not. */
static gboolean
is_unexplained(const Search *search)
{
    for (guint i = 0; i < search->matches->len; i++) {
        if (g_array_index(search->matches, Match, i).row->rank != SEAL_DIAGNOSIS_CONSEQUENCE)
            return FALSE;
    }
    return search->matches->len == 0 || search->telling_score > 1;
}

static GPtrArray *
collect(const Search *search)
{
    GPtrArray *diagnoses = g_ptr_array_new_with_free_func(diagnosis_free);
    g_autoptr(GPtrArray) kept = g_ptr_array_new();
    const Line *telling = &search->telling;

    if (is_unexplained(search))
        g_ptr_array_add(diagnoses, diagnosis_new_from_line(seal_diagnosis_table_unknown(), telling,
                                                           telling->length));
    for (guint i = 0; i < search->matches->len; i++) {
        Match *match = &g_array_index(search->matches, Match, i);

        if (!is_outdone(search, match))
            g_ptr_array_add(kept, match);
    }
    g_ptr_array_sort(kept, compare);
    for (guint i = 0; i < kept->len && diagnoses->len < SEAL_DIAGNOSIS_MAX_RESULTS; i++) {
        const Match *match = g_ptr_array_index(kept, i);

        g_ptr_array_add(diagnoses,
                        diagnosis_new_from_line(match->row, &match->line, match->hit.at));
    }
    return diagnoses;
}

static GPtrArray *
rows_for(SealTechnology technology)
{
    GPtrArray *rows = g_ptr_array_new();
    gboolean real = technology >= SEAL_TECHNOLOGY_FIRST && technology <= SEAL_TECHNOLOGY_LAST;
    guint applies = real ? 1u << technology : SEAL_DIAGNOSIS_ANY;
    const SealDiagnosisRow *row;

    for (guint i = 0; (row = seal_diagnosis_table_get(i)); i++) {
        if (row->applies & applies)
            g_ptr_array_add(rows, (gpointer)row);
    }
    return rows;
}

GPtrArray *
seal_diagnosis_explain(const char *text, SealTechnology technology)
{
    g_autoptr(GPtrArray) rows = rows_for(technology);
    g_autoptr(GArray) matches = g_array_new(FALSE, FALSE, sizeof(Match));
    Search search = {.rows = rows, .matches = matches};

    search_text(&search, text ? text : "");
    return collect(&search);
}

char *
seal_diagnosis_message(GPtrArray *diagnoses, const char *fallback)
{
    const SealDiagnosis *best = diagnoses && diagnoses->len > 0 ? diagnoses->pdata[0] : NULL;
    const char *text = fallback ? fallback : "";
    g_autofree char *quoted = seal_diagnosis_evidence_quote(text, strlen(text), 0);
    const char *evidence = best && *best->evidence ? best->evidence : quoted;
    gboolean named;

    if (!best)
        return g_steal_pointer(&quoted);
    if (!*evidence)
        return g_strdup_printf("%s; %s [%s]", best->cause, best->remedy, best->id);
    named = evidence == best->evidence && *best->source;
    return g_strdup_printf("%s; %s (%s%s%s) [%s]", best->cause, best->remedy,
                           named ? best->source : "", named ? ": " : "", evidence, best->id);
}

GPtrArray *
seal_diagnosis_list(void)
{
    GPtrArray *diagnoses = g_ptr_array_new_with_free_func(diagnosis_free);
    const SealDiagnosisRow *row;

    for (guint i = 0; (row = seal_diagnosis_table_get(i)); i++)
        g_ptr_array_add(diagnoses, diagnosis_new(row, row->source, g_strdup("")));
    return diagnoses;
}
