/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Domain XML from anywhere: reading it in both depths and redacting it. What
 * was read must be whole, both depths must agree, and redacted XML must read
 * as the same domain again.
 */

#include "domain.h"
#include "fuzz.h"
#include "xml.h"

#include <string.h>

static void
check_whole(const SealDomain *domain)
{
    g_assert_nonnull(domain->name);
    g_assert_true(g_uuid_string_is_valid(domain->uuid));
    g_assert_nonnull(domain->machine);
    g_assert_nonnull(domain->arch);
    g_assert_nonnull(domain->firmware);
    g_assert_true(domain->has_policy || domain->policy == 0);
}

static void
check_devices(const SealDomain *domain)
{
    for (guint i = 0; i < domain->devices->len; i++) {
        const SealDevice *device = g_ptr_array_index(domain->devices, i);

        g_assert_nonnull(device->kind);
        g_assert_nonnull(device->model);
        g_assert_true(device->iommu <= SEAL_IOMMU_OFF);
    }
}

static void
check_redacted(const char *xml, const SealDomain *domain)
{
    g_autofree char *text = seal_domain_reader_redact(xml, NULL);
    g_autoptr(SealDomain) again = NULL;

    g_assert_nonnull(text);
    /* Indenting can make deep XML larger than what is read. */
    if (strlen(text) > SEAL_XML_MAX_DOMAIN)
        return;
    again = seal_domain_reader_parse(text, SEAL_DOMAIN_DEVICES, NULL);
    g_assert_nonnull(again);
    g_assert_cmpstr(again->name, ==, domain->name);
    g_assert_cmpint(again->technology, ==, domain->technology);
    g_assert_cmpuint(again->policy, ==, domain->policy);
    g_assert_cmpuint(again->memory, ==, domain->memory);
    g_assert_cmpuint(again->devices->len, ==, domain->devices->len);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *xml = g_strndup((const char *)data, size);
    g_autoptr(GError) error = NULL;
    g_autoptr(SealDomain) summary = seal_domain_reader_parse(xml, SEAL_DOMAIN_SUMMARY, &error);
    g_autoptr(SealDomain) full = seal_domain_reader_parse(xml, SEAL_DOMAIN_DEVICES, NULL);

    g_assert_true((summary == NULL) == (error != NULL));
    g_assert_true((summary == NULL) == (full == NULL));
    if (error)
        g_assert_true(g_utf8_validate(error->message, -1, NULL));
    if (!full)
        return 0;
    check_whole(full);
    check_devices(full);
    g_assert_cmpstr(summary->name, ==, full->name);
    g_assert_cmpuint(summary->policy, ==, full->policy);
    check_redacted(xml, full);
    return 0;
}
