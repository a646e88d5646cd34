/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Messages of any program and none. The first byte chooses the technology, the
 * rest is the text. Whatever it is, there must be one to eight different
 * diagnoses, fit to be shown, and the same ones each time.
 */

#include "diagnosis.h"
#include "fuzz.h"
#include "sev-reply.h"

#include <string.h>

static void
check_shown(const char *text, glong characters)
{
    g_assert_nonnull(text);
    g_assert_true(g_utf8_validate(text, -1, NULL));
    g_assert_cmpint(g_utf8_strlen(text, -1), <=, characters);
    for (const char *p = text; *p; p = g_utf8_next_char(p))
        g_assert_true(g_unichar_isprint(g_utf8_get_char(p)));
}

static void
check_one(const SealDiagnosis *diagnosis, GHashTable *ids)
{
    g_assert_true(g_hash_table_add(ids, (gpointer)diagnosis->id));
    g_assert_nonnull(diagnosis->confidence);
    g_assert_nonnull(diagnosis->source);
    check_shown(diagnosis->cause, 500);
    check_shown(diagnosis->remedy, 500);
    check_shown(diagnosis->evidence, 300);
}

static void
check_same(GPtrArray *diagnoses, GPtrArray *again)
{
    g_assert_cmpuint(diagnoses->len, ==, again->len);
    for (guint i = 0; i < diagnoses->len; i++) {
        const SealDiagnosis *a = g_ptr_array_index(diagnoses, i);
        const SealDiagnosis *b = g_ptr_array_index(again, i);

        g_assert_cmpstr(a->id, ==, b->id);
        g_assert_cmpstr(a->evidence, ==, b->evidence);
    }
}

static void
check_reply(const char *text)
{
    SealSevReply reply = seal_sev_reply_read(text, strlen(text));

    g_assert_true(reply.kind != SEAL_SEV_REPLY_KERNEL || reply.number > 1);
    g_assert_true(reply.kind != SEAL_SEV_REPLY_NONE || reply.number == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *text = NULL;
    g_autofree char *message = NULL;
    g_autoptr(GPtrArray) diagnoses = NULL;
    g_autoptr(GPtrArray) again = NULL;
    g_autoptr(GHashTable) ids = g_hash_table_new(g_str_hash, g_str_equal);
    SealTechnology technology;

    if (size < 1)
        return 0;
    technology = (SealTechnology)(data[0] % (SEAL_TECHNOLOGY_INVALID + 1));
    text = g_strndup((const char *)data + 1, size - 1);
    diagnoses = seal_diagnosis_explain(text, technology);
    again = seal_diagnosis_explain(text, technology);
    g_assert_cmpuint(diagnoses->len, >=, 1);
    g_assert_cmpuint(diagnoses->len, <=, SEAL_DIAGNOSIS_MAX_RESULTS);
    for (guint i = 0; i < diagnoses->len; i++)
        check_one(g_ptr_array_index(diagnoses, i), ids);
    check_same(diagnoses, again);
    message = seal_diagnosis_message(diagnoses, text);
    check_shown(message, 1500);
    check_reply(text);
    return 0;
}
