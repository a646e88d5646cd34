/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Policies both ways. The first byte chooses the technology, the next eight
 * are a number, the rest are flags, one a line. A legal number must survive
 * decoding and encoding; flags that are accepted must give a legal number.
 */

#include "fuzz.h"
#include "policy.h"

#include <string.h>

#define HEADER (1 + sizeof(guint64))

static void
check_number(SealTechnology technology, guint64 policy)
{
    g_autoptr(GError) error = NULL;
    g_auto(GStrv) flags = seal_policy_decode(technology, policy);
    gboolean legal = seal_policy_validate(technology, policy, &error);
    guint64 again = 0;

    g_assert_true(legal == (error == NULL));
    seal_policy_debug_allowed(technology, policy);
    if (!legal)
        return;
    g_assert_true(seal_policy_encode(technology, (const char *const *)flags, &again, NULL));
    g_assert_cmpuint(again, ==, policy);
}

static void
check_flags(SealTechnology technology, GStrv flags)
{
    g_autoptr(GError) error = NULL;
    guint64 policy = 0;

    if (seal_policy_encode(technology, (const char *const *)flags, &policy, &error)) {
        g_assert_true(seal_policy_validate(technology, policy, NULL));
        check_number(technology, policy);
        return;
    }
    g_assert_nonnull(error);
    g_assert_true(g_utf8_validate(error->message, -1, NULL));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *text = NULL;
    g_auto(GStrv) flags = NULL;
    SealTechnology technology;
    guint64 policy;

    if (size < HEADER)
        return 0;
    technology = (SealTechnology)(data[0] % (SEAL_TECHNOLOGY_INVALID + 1));
    memcpy(&policy, data + 1, sizeof policy);
    policy = GUINT64_FROM_LE(policy);
    text = g_strndup((const char *)data + HEADER, size - HEADER);
    flags = g_strsplit(text, "\n", -1);
    check_number(technology, policy);
    check_flags(technology, flags);
    return 0;
}
