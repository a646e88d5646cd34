/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Domain capabilities from anywhere: reading them and asking every question
 * that is asked of them. SEV-ES and SNP are never offered by a document that
 * does not offer what they stand on.
 */

#include "domcaps.h"
#include "fuzz.h"

static void
ask(const SealDomcaps *domcaps)
{
    guint total;

    for (guint i = SEAL_TECHNOLOGY_NONE; i <= SEAL_TECHNOLOGY_INVALID; i++)
        g_assert_true(seal_domcaps_supports(domcaps, (SealTechnology)i) <= SEAL_TRISTATE_YES);
    for (guint i = SEAL_POOL_NONE; i <= SEAL_POOL_INVALID; i++)
        seal_domcaps_pool_total(domcaps, (SealPool)i, &total);
    if (seal_domcaps_supports(domcaps, SEAL_TECHNOLOGY_SEV_ES) != SEAL_TRISTATE_NO)
        g_assert_cmpint(seal_domcaps_supports(domcaps, SEAL_TECHNOLOGY_SEV), ==, SEAL_TRISTATE_YES);
    if (seal_domcaps_supports(domcaps, SEAL_TECHNOLOGY_SEV_SNP) == SEAL_TRISTATE_YES)
        g_assert_true(domcaps->has_launch_security);
    g_assert_nonnull(domcaps->loaders);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *xml = g_strndup((const char *)data, size);
    g_autoptr(GError) error = NULL;
    g_autoptr(SealDomcaps) domcaps = seal_domcaps_parse(xml, &error);

    g_assert_true((domcaps == NULL) == (error != NULL));
    if (error)
        g_assert_true(g_utf8_validate(error->message, -1, NULL));
    if (domcaps)
        ask(domcaps);
    return 0;
}
