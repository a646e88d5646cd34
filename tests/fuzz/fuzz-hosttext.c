/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Every small text of a host, the same bytes for each reader: command line,
 * cpuinfo, leaf of CPUID, memory, misc cgroup, kernel log, "ls -l". Then the
 * whole check table over facts in which every file says this.
 */

#include <string.h>

#include "checks.h"
#include "cmdline.h"
#include "cpuinfo.h"
#include "fuzz.h"
#include "meminfo.h"
#include "psp-api.h"

static void
read_numbers(const char *text)
{
    SealMeminfo meminfo = {0};
    SealMiscCgroupCount count = {0};
    SealPspApi api = seal_psp_api_find(text);
    g_autoptr(GError) error = NULL;

    g_assert_true(!seal_meminfo_parse(text, &meminfo) || (meminfo.total && meminfo.available));
    g_assert_true(seal_misc_cgroup_parse(text, &count, &error) == (error == NULL));
    g_assert_true(!api.known || (api.major < 1000 && api.minor < 1000 && api.build < 1000));
}

static void
read_cmdline(const char *text)
{
    g_autofree char *value = seal_cmdline_get(text, "iommu");

    g_assert_true(!value || strlen(value) <= strlen(text));
    g_assert_true(value || !seal_cmdline_has(text, "iommu", "pt"));
}

static SealFacts *
make_facts(const char *text)
{
    SealFacts *facts = seal_facts_new();

    seal_cpuinfo_parse(text, facts);
    facts->cpuid = seal_cpuid_parse(text);
    g_assert_true(seal_device_node_parse(text, &facts->sev_node) == facts->sev_node.known);
    facts->sev_device = facts->kvm_device = TRUE;
    for (int i = 0; i < SEAL_FACTS_TEXT_INVALID; i++)
        seal_facts_set_file(facts, (SealFactsText)i, SEAL_FACTS_TEXT_PRESENT, "/x", text);
    for (int i = 0; i < SEAL_FACTS_PSP_INVALID; i++)
        facts->psp[i] = g_strdup(text);
    seal_facts_add_parameter(facts, "kvm_amd", "sev", text);
    seal_facts_add_parameter(facts, "kvm_amd", "ciphertext_hiding_asids", text);
    if (!facts->cpu_flags)
        facts->cpu_flags = g_strsplit("sev sev_es sev_snp tdx_host_platform", " ", -1);
    return facts;
}

static void
evaluate(const SealFacts *facts)
{
    g_autoptr(GPtrArray) results = seal_checks_evaluate(facts, SEAL_TECHNOLOGY_AUTO);

    for (guint i = 0; i < results->len; i++) {
        const SealCheckResult *result = g_ptr_array_index(results, i);

        g_assert_nonnull(result->summary);
        g_assert_true(g_utf8_validate(result->value, -1, NULL));
        g_assert_true(g_utf8_validate(result->remedy, -1, NULL));
        g_assert_null(strpbrk(result->value, "\n\x1b"));
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *text = g_strndup(data ? (const char *)data : "", size);
    g_autoptr(SealFacts) facts = make_facts(text);

    read_numbers(text);
    read_cmdline(text);
    evaluate(facts);
    return 0;
}
