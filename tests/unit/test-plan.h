/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * Plans for the tests of the XML writer: settings in GVariant's text form, the
 * technology, and everything else as on a Debian 12 host (libvirt 12.8 for SEV-SNP
 * and TDX), to be changed before writing. A plan owns what it points to, so a test frees one thing.
 */

#include "domain-writer.h"
#include "test-base64.h"
#include "version.h"

#define TEST_PLAN_MEM "'memory': <uint64 4294967296>"
#define TEST_PLAN_DISK "'disks': <[{'path': <'/images/a.qcow2'>}]>"
#define TEST_PLAN_GOOD TEST_PLAN_MEM ", " TEST_PLAN_DISK

/**
 * TestPlan - a plan and what it is made of
 */
typedef struct {
    SealSettings *settings;
    SealFirmware *firmware;
    SealStack stack;
    SealPlan plan;
} TestPlan;

static inline void
test_plan_free(TestPlan *test)
{
    seal_settings_free(test->settings);
    seal_firmware_free(test->firmware);
    g_free(test);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TestPlan, test_plan_free)

/**
 * test_plan_set_stack - put a plan on another stack
 * @test: the plan
 * @libvirt, @qemu: packed versions
 */
static inline void
test_plan_set_stack(TestPlan *test, guint64 libvirt, guint64 qemu)
{
    test->stack.libvirt_version = libvirt;
    test->stack.qemu_version = qemu;
}

/**
 * test_plan_new - a plan
 * @dict: settings in text form without the braces; "@N@" is base64 of N bytes
 * @technology: resolved
 * @template: NVRAM template, NULL for a stateless image, "rom" for one mapped as ROM
 * Returns: (transfer full): ends the test program when the settings are refused.
 */
static inline TestPlan *
test_plan_new(const char *dict, SealTechnology technology, const char *template)
{
    TestPlan *test = g_new0(TestPlan, 1);
    g_autofree char *short_text = g_strdup_printf("{%s}", dict);
    g_autofree char *text = test_base64_expand(short_text);
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) value = g_variant_parse(G_VARIANT_TYPE_VARDICT, text, NULL, NULL, &error);
    gboolean rom = g_strcmp0(template, "rom") == 0;

    g_assert_no_error(error);
    test->settings = seal_settings_parse("vm", value, &error);
    g_assert_no_error(error);
    test->firmware = seal_firmware_new_for_path("/fw/CODE.fd", rom ? NULL : template,
                                                &(SealOvmf){.is_firmware = TRUE}, rom);
    test_plan_set_stack(test, SEAL_VERSION(9, 0, 0), SEAL_VERSION(7, 2, 0));
    if (seal_technology_get_info(technology)->private_memory)
        test_plan_set_stack(test, SEAL_VERSION(12, 8, 0), SEAL_VERSION(11, 1, 0));
    test->stack.arch = "x86_64";
    test->stack.emulator = "/usr/bin/qemu-system-x86_64";
    test->stack.cbitpos = 51;
    test->stack.reduced_phys_bits = 1;
    test->plan.settings = test->settings;
    test->plan.technology = technology;
    test->plan.stack = &test->stack;
    if (g_strcmp0(test->settings->firmware, "efi") != 0)
        test->plan.firmware = test->firmware;
    if (seal_technology_get_info(technology)->policy_bits) {
        seal_settings_resolve_policy(test->settings, technology, &test->plan.policy, &error);
        g_assert_no_error(error);
    }
    return test;
}
