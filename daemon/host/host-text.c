/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One loop over the table of text files. Absence is a fact only where the
 * directory that would hold the file is there: a support archive without /etc
 * says nothing about settings.
 */

#include "host-text.h"

#include "host-file.h"

static SealFactsTextState
read_path(const char *root, const char *path, gsize max, SealFacts *facts, SealFactsText text)
{
    g_autofree char *content = NULL;
    SealFactsTextState state = host_file_read_state(root, path, max, &content, NULL);

    if (state != SEAL_FACTS_TEXT_ABSENT)
        seal_facts_set_file(facts, text, state, path, content);
    return state;
}

static void
read_text(const char *root, SealFacts *facts, SealFactsText text)
{
    const SealFactsTextRow *row = seal_facts_text_get_row(text);

    if (read_path(root, row->path, row->max, facts, text) != SEAL_FACTS_TEXT_ABSENT)
        return;
    if (row->other && read_path(root, row->other, row->max, facts, text) != SEAL_FACTS_TEXT_ABSENT)
        return;
    seal_facts_set_file(facts, text,
                        host_file_exists(root, row->anchor) ? SEAL_FACTS_TEXT_ABSENT
                                                            : SEAL_FACTS_TEXT_UNKNOWN,
                        NULL, NULL);
}

void
host_text_read(const char *root, SealFacts *facts)
{
    facts->missing = 0;
    for (guint i = 0; i < SEAL_FACTS_PARTS; i++)
        if (!host_file_exists(root, seal_facts_text_get_part(i)))
            facts->missing |= 1u << i;
    for (int text = 0; text < SEAL_FACTS_TEXT_INVALID; text++)
        read_text(root, facts, (SealFactsText)text);
}
