/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Quoting and rating lines. A log line may be kilobytes long (QEMU's command
 * line is), so what is shown is a window around the place that matters.
 */

#include "diagnosis-evidence.h"

#include <string.h>

/* What stands before the place that matters, when the line is too long. */
#define LEAD 40
/* A character is at most 6 bytes after g_utf8_make_valid(), and 10 when escaped. */
#define WINDOW (SEAL_DIAGNOSIS_MAX_EVIDENCE * 6)
#define CUT "..."
#define CUT_LENGTH 3

static const struct {
    const char *word;
    guint score;
} telling[] = {
    {"fw_error=", 5},     {"ret=", 4},      {"error", 3},   {"failed", 3},  {"Failed", 3},
    {"cannot", 2},        {"Cannot", 2},    {"unable", 2},  {"Unable", 2},  {"Could not", 2},
    {"denied", 2},        {"refused", 2},   {"invalid", 2}, {"Invalid", 2}, {"unsupported", 2},
    {"not supported", 2}, {"Assertion", 3},
};

/* What only says that there is a failure; virsh puts such a line in front of libvirt's. */
static const char *const hollow[] = {
    "Failed to start domain",
    "Failed to define domain",
    "Failed to create domain",
    "Failed to resume domain",
};

/* Offset behind "TIME qemu-system-x86_64: " in front of what matters, or 0. */
static gsize
behind_program(const char *line, gsize at)
{
    static const char *const programs[] = {"qemu-system-", "qemu-kvm: "};

    for (gsize i = 0; i < G_N_ELEMENTS(programs); i++) {
        const char *program = memmem(line, at, programs[i], strlen(programs[i]));
        const char *colon = program ? memmem(program, at - (gsize)(program - line), ": ", 2) : NULL;

        /* A path such as /usr/bin/qemu-system-x86_64 is a command, not a speaker. */
        if (colon && (program == line || program[-1] == ' '))
            return (gsize)(colon - line) + 2;
    }
    return 0;
}

gboolean
seal_diagnosis_evidence_is_qemu(const char *line, gsize at)
{
    return behind_program(line, at) > 0;
}

static void
append_escaped(GString *text, const char *p, guint *left)
{
    gunichar c = g_utf8_get_char(p);
    char escaped[16] = "";
    gsize n;

    if (g_unichar_isprint(c))
        n = (gsize)g_unichar_to_utf8(c, escaped);
    else
        n = (gsize)g_snprintf(escaped, sizeof escaped, "\\u{%x}", c);
    guint characters = (guint)g_utf8_strlen(escaped, (gssize)n);

    if (characters > *left) {
        *left = 0;
        return;
    }
    *left -= characters;
    g_string_append_len(text, escaped, (gssize)n);
}

char *
seal_diagnosis_evidence_quote(const char *line, gsize length, gsize at)
{
    gsize start = behind_program(line, MIN(at, length));
    GString *text = g_string_new(NULL);
    g_autofree char *valid = NULL;
    guint left = SEAL_DIAGNOSIS_MAX_EVIDENCE - CUT_LENGTH;
    const char *p;

    if (length - start > SEAL_DIAGNOSIS_MAX_EVIDENCE && at > start + LEAD) {
        start = at - LEAD;
        /* Not in the middle of a character. */
        while (start < at && ((guchar)line[start] & 0xc0) == 0x80)
            start++;
        g_string_append(text, CUT);
        left -= CUT_LENGTH;
    }
    valid = g_utf8_make_valid(line + start, (gssize)MIN(length - start, WINDOW));
    g_strchomp(valid);
    for (p = valid; *p && left > 0; p = g_utf8_next_char(p))
        append_escaped(text, p, &left);
    if (*p || length - start > WINDOW)
        g_string_append(text, CUT);
    return g_string_free(text, FALSE);
}

/* At the start of a word, so that "rerror=stop" on a command line is no error. */
static gboolean
has_word(const char *line, gsize length, const char *word)
{
    const char *end = line + length;

    for (const char *p = line; p < end; p++) {
        p = memmem(p, (gsize)(end - p), word, strlen(word));
        if (!p)
            return FALSE;
        if (p == line || !g_ascii_isalnum(p[-1]))
            return TRUE;
    }
    return FALSE;
}

guint
seal_diagnosis_evidence_score(const char *line, gsize length)
{
    guint score = 0;

    for (gsize i = 0; i < length && score == 0; i++)
        score = g_ascii_isgraph(line[i]) ? 1 : 0;
    for (gsize i = 0; i < G_N_ELEMENTS(hollow); i++) {
        if (has_word(line, length, hollow[i]))
            return score;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(telling); i++) {
        if (has_word(line, length, telling[i].word))
            score = MAX(score, 1 + telling[i].score);
    }
    return score;
}
