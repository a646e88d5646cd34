/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Settings of CreateVM, and the XML written from those that are accepted. Input
 * that begins with "{" is a dictionary in GVariant's text form, anything else is
 * its wire form, unchecked. Whatever is accepted must give XML that reads back as
 * the same VM with the same technology; whatever is refused must say why in
 * UTF-8 and in bounds.
 */

#include "domain-writer.h"
#include "domain.h"
#include "error.h"
#include "fuzz.h"
#include "version.h"

#include <string.h>

#define MAX_SETTINGS (16 * 1024)
#define MAX_MESSAGE 2048
#define UUID "5cbdcc3a-bcbe-4006-97bb-4a3e8fc4ff65"

static GVariant *
read_dict(const uint8_t *data, size_t size)
{
    g_autoptr(GBytes) bytes = NULL;

    /* GLib's parser of text takes it for granted that the text is UTF-8. */
    if (size > 0 && data[0] == '{' && !g_utf8_validate((const char *)data, (gssize)size, NULL))
        return NULL;
    if (size > 0 && data[0] == '{')
        return g_variant_parse(G_VARIANT_TYPE_VARDICT, (const char *)data,
                               (const char *)data + size, NULL, NULL);
    bytes = g_bytes_new(data, size);
    return g_variant_ref_sink(g_variant_new_from_bytes(G_VARIANT_TYPE_VARDICT, bytes, FALSE));
}

static void
check_message(const GError *error)
{
    g_assert_nonnull(error);
    g_assert_true(error->domain == SEAL_ERROR);
    g_assert_true(g_utf8_validate(error->message, -1, NULL));
    g_assert_cmpuint(strlen(error->message), <, MAX_MESSAGE);
}

static void
check_xml(const SealPlan *plan)
{
    g_autofree char *xml = seal_domain_writer_write(plan);
    g_autoptr(GError) error = NULL;
    g_autoptr(SealDomain) domain = seal_domain_reader_parse(xml, SEAL_DOMAIN_DEVICES, &error);

    if (!domain)
        g_error("%s in:\n%s", error->message, xml);
    g_assert_cmpstr(domain->name, ==, plan->settings->name);
    g_assert_cmpint(domain->technology, ==, plan->technology);
    g_assert_cmpuint(domain->policy, ==, plan->policy);
    g_assert_cmpuint(domain->memory, ==, plan->settings->memory);
    g_assert_cmpuint(domain->vcpus, ==, plan->settings->vcpus);
    for (guint i = 0; i < domain->devices->len; i++) {
        const SealDevice *device = g_ptr_array_index(domain->devices, i);
        gboolean open = device->virtio && device->iommu != SEAL_IOMMU_ON;

        g_assert_false(open && plan->technology != SEAL_TECHNOLOGY_NONE);
    }
}

/* An old stack and a new one: each has forms of its own, and each refuses what it cannot do. */
static const SealStack stacks[] = {
    {SEAL_VERSION(9, 0, 0), SEAL_VERSION(7, 2, 0), "x86_64", "/usr/bin/qemu-system-x86_64", 51, 1},
    {SEAL_VERSION(12, 8, 0), SEAL_VERSION(11, 1, 0), "x86_64", "/usr/bin/qemu-system-x86_64", 51, 1,
     SEAL_VERSION(6, 16, 0)},
};

static void
check_warnings(const SealPlan *plan)
{
    g_auto(GStrv) rows = seal_domain_writer_warnings(plan);

    for (guint i = 0; rows[i]; i++)
        g_assert_nonnull(strstr(rows[i], ": "));
}

static void
check_technology(const SealSettings *settings, SealTechnology technology, const SealStack *stack)
{
    g_autoptr(SealFirmware) firmware = seal_firmware_new_for_path(
        "/fw/CODE.fd", settings->nvram_template, &(SealOvmf){.is_firmware = TRUE},
        seal_technology_get_info(technology)->private_memory);
    g_autoptr(GError) error = NULL;
    SealPlan plan = {
        .settings = settings,
        .technology = technology,
        .firmware = g_strcmp0(settings->firmware, "efi") == 0 ? NULL : firmware,
        .stack = stack,
        .uuid = UUID,
    };

    if (!seal_settings_resolve_policy(settings, technology, &plan.policy, &error) ||
        !seal_domain_writer_check(&plan, &error)) {
        check_message(error);
        return;
    }
    check_xml(&plan);
    check_warnings(&plan);
}

static void
check_stack(const SealSettings *settings, const SealStack *stack)
{
    for (guint t = SEAL_TECHNOLOGY_NONE; t <= SEAL_TECHNOLOGY_LAST; t++)
        check_technology(settings, (SealTechnology)t, stack);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(GVariant) dict = size <= MAX_SETTINGS ? read_dict(data, size) : NULL;
    g_autoptr(SealSettings) settings = NULL;
    g_autoptr(GError) error = NULL;

    if (!dict)
        return 0;
    settings = seal_settings_parse("vm", dict, &error);
    if (!settings) {
        check_message(error);
        return 0;
    }
    for (guint i = 0; i < G_N_ELEMENTS(stacks); i++)
        check_stack(settings, &stacks[i]);
    return 0;
}
