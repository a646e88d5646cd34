/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Facts as a value: what was noted comes back, what was not is unknown, and
 * the kernel's spellings of a boolean are all understood.
 */

#include "facts.h"

static void
test_empty(void)
{
    g_autoptr(SealFacts) facts = seal_facts_new();

    g_assert_false(seal_facts_has_cpu_flag(facts, "sev"));
    g_assert_null(seal_facts_get_parameter(facts, "kvm_amd", "sev"));
    g_assert_false(seal_facts_parameter_is_on(facts, "kvm_amd", "sev"));
    g_assert_nonnull(facts->firmware_errors);
    g_assert_cmpuint(facts->firmwares->len, ==, 0);
    seal_facts_free(NULL);
}

static void
test_flags(void)
{
    g_autoptr(SealFacts) facts = seal_facts_new();

    facts->cpu_flags = g_strsplit("fpu sev_es", " ", -1);
    g_assert_true(seal_facts_has_cpu_flag(facts, "sev_es"));
    g_assert_false(seal_facts_has_cpu_flag(facts, "sev"));
}

static void
test_parameters(void)
{
    static const char *const on[] = {"Y", "y", "1"};
    static const char *const off[] = {"N", "n", "0", "", "Yes", "2"};
    g_autoptr(SealFacts) facts = seal_facts_new();

    for (gsize i = 0; i < G_N_ELEMENTS(on); i++) {
        seal_facts_add_parameter(facts, "kvm_amd", "sev", on[i]);
        g_assert_true(seal_facts_parameter_is_on(facts, "kvm_amd", "sev"));
    }
    for (gsize i = 0; i < G_N_ELEMENTS(off); i++) {
        seal_facts_add_parameter(facts, "kvm_amd", "sev", off[i]);
        g_assert_false(seal_facts_parameter_is_on(facts, "kvm_amd", "sev"));
    }
    g_assert_cmpuint(facts->parameters->len, ==, 1);
    seal_facts_add_parameter(facts, "kvm_amd", "sev", NULL);
    g_assert_null(seal_facts_get_parameter(facts, "kvm_amd", "sev"));
    seal_facts_add_parameter(facts, "kvm_intel", "sev", "Y");
    g_assert_cmpuint(facts->parameters->len, ==, 2);
    g_assert_false(seal_facts_parameter_is_on(facts, "kvm_amd", "sev"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/facts/empty", test_empty);
    g_test_add_func("/facts/flags", test_flags);
    g_test_add_func("/facts/parameters", test_parameters);
    return g_test_run();
}
