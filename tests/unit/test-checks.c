/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The check table on whole hosts: what each can run, what silicon lacks is n/a
 * and never a failure, and what is uncertain is a warning. Hosts with one thing
 * broken are in test-checks-faults.c.
 */

#include "checks.h"
#include "facts.h"
#include "test-hosts.h"

#define SEV SEAL_TECHNOLOGY_SEV
#define ES SEAL_TECHNOLOGY_SEV_ES
#define SNP SEAL_TECHNOLOGY_SEV_SNP
#define TDX SEAL_TECHNOLOGY_TDX

static const SealCheckResult *
find(GPtrArray *results, const char *id)
{
    for (guint i = 0; i < results->len; i++) {
        const SealCheckResult *result = g_ptr_array_index(results, i);

        if (g_str_equal(result->id, id))
            return result;
    }
    g_error("no check %s", id);
}

static void
assert_verdict(GPtrArray *results, SealTechnology technology, const char *word, const char *check)
{
    SealVerdict verdict = seal_checks_verdict(results, technology);

    g_assert_cmpstr(seal_checks_verdict_to_string(&verdict), ==, word);
    g_assert_cmpstr(verdict.check, ==, check);
}

static void
test_milan(void)
{
    g_autoptr(SealFacts) facts = test_hosts_milan();
    g_autoptr(GPtrArray) results = seal_checks_evaluate(facts, SEAL_TECHNOLOGY_AUTO);

    assert_verdict(results, SEV, "usable", "");
    assert_verdict(results, ES, "usable", "");
    assert_verdict(results, SNP, "unavailable", "cpu.sev-snp");
    assert_verdict(results, TDX, "unavailable", "cpu.tdx");
    assert_verdict(results, SEAL_TECHNOLOGY_S390_PV, "unavailable", "");
    g_assert_cmpint(seal_checks_best(results), ==, ES);
    g_assert_cmpint(find(results, "cpu.sev-snp")->state, ==, SEAL_CHECK_NA);
    g_assert_cmpint(find(results, "kernel.version.tdx")->state, ==, SEAL_CHECK_NA);
    g_assert_cmpstr(find(results, "kernel.version.tdx")->value, ==, "see cpu.tdx");
    g_assert_cmpstr(find(results, "capacity.sev-es")->value, ==, "99 of 99 guests free");
    g_assert_cmpstr(find(results, "firmware.available.sev-es")->value, ==, "/fw/CODE.fd");
}

static void
test_naples(void)
{
    g_autoptr(SealFacts) facts = test_hosts_naples();
    g_autoptr(GPtrArray) results = seal_checks_evaluate(facts, SEAL_TECHNOLOGY_AUTO);

    assert_verdict(results, SEV, "usable", "");
    assert_verdict(results, ES, "unavailable", "cpu.sev-es");
    g_assert_cmpint(seal_checks_best(results), ==, SEV);
    /* No silicon is n/a, never fail. */
    g_assert_cmpint(find(results, "kernel.kvm-amd-sev-es")->state, ==, SEAL_CHECK_NA);
    g_assert_cmpint(find(results, "capacity.sev-es")->state, ==, SEAL_CHECK_NA);
}

static void
test_plain(void)
{
    g_autoptr(SealFacts) facts = test_hosts_plain();
    g_autoptr(GPtrArray) results = seal_checks_evaluate(facts, SEAL_TECHNOLOGY_AUTO);
    g_autofree char *why = seal_checks_explain(results, SEV);

    assert_verdict(results, SEV, "unavailable", "cpu.sev");
    g_assert_cmpint(seal_checks_best(results), ==, SEAL_TECHNOLOGY_INVALID);
    for (guint i = 0; i < results->len; i++) {
        const SealCheckResult *result = g_ptr_array_index(results, i);

        g_assert_cmpint(result->state, !=, SEAL_CHECK_FAIL);
    }
    g_assert_nonnull(strstr(why, "sev cannot be used on this host"));
    g_assert_nonnull(strstr(why, "no flag sev"));
    g_assert_nonnull(strstr(why, "check cpu.sev"));
}

static void
test_virtual_machine(void)
{
    g_autoptr(SealFacts) facts = test_hosts_new("AMD EPYC", "svm hypervisor", "6.1.0");
    g_autoptr(GPtrArray) results = seal_checks_evaluate(facts, SEAL_TECHNOLOGY_AUTO);
    g_autofree char *why = seal_checks_explain(results, SEV);

    g_assert_cmpint(find(results, "cpu.hypervisor")->state, ==, SEAL_CHECK_NA);
    g_assert_nonnull(strstr(find(results, "cpu.hypervisor")->summary, "virtual machine"));
    g_assert_nonnull(strstr(why, "in a virtual machine"));
    g_assert_nonnull(strstr(why, "its hypervisor passes no memory encryption on"));
    assert_verdict(results, SEV, "unavailable", "cpu.sev");
}

/* A flag that the firmware setup hides is worth a remedy where the silicon has it, and only there.
 */
static void
test_switched_off_in_setup(void)
{
    g_autoptr(SealFacts) milan = test_hosts_milan();
    g_autoptr(SealFacts) naples = test_hosts_naples();
    g_autoptr(SealFacts) plain = test_hosts_plain();
    g_autoptr(GPtrArray) on_milan = NULL;
    g_autoptr(GPtrArray) on_naples = seal_checks_evaluate(naples, SEAL_TECHNOLOGY_AUTO);
    g_autoptr(GPtrArray) on_plain = seal_checks_evaluate(plain, SEAL_TECHNOLOGY_AUTO);

    g_strfreev(milan->cpu_flags);
    milan->cpu_flags = g_strsplit("svm", " ", -1);
    on_milan = seal_checks_evaluate(milan, SEAL_TECHNOLOGY_AUTO);
    g_assert_nonnull(strstr(find(on_milan, "cpu.sev")->remedy, "SMEE"));
    g_assert_nonnull(strstr(find(on_milan, "cpu.sev-snp")->remedy, "SNP Memory Coverage"));
    g_assert_cmpstr(find(on_milan, "cpu.tdx")->remedy, ==, "");
    g_assert_cmpstr(find(on_naples, "cpu.sev-es")->remedy, ==, "");
    g_assert_cmpstr(find(on_plain, "cpu.sev")->remedy, ==, "");
}

static void
test_warnings(void)
{
    g_autoptr(SealFacts) facts = test_hosts_milan();
    g_autoptr(GPtrArray) results = NULL;

    seal_facts_add_parameter(facts, "kvm_amd", "sev_snp", "Y");
    facts->qemu_version = 0;
    g_strfreev(facts->firmware_errors);
    facts->firmware_errors = g_strsplit("10-bad.json is not JSON", "|", -1);
    results = seal_checks_evaluate(facts, SEAL_TECHNOLOGY_AUTO);
    assert_verdict(results, SEV, "degraded", "qemu.version.sev");
    assert_verdict(results, ES, "degraded", "kernel.es-beside-snp");
    g_assert_cmpint(seal_checks_best(results), ==, ES);
    g_assert_cmpint(find(results, "firmware.descriptors")->state, ==, SEAL_CHECK_WARN);
    g_assert_nonnull(strstr(find(results, "firmware.descriptors")->remedy, "10-bad.json"));
}

/* libvirt before 8.0 does not tell how many guests there can be. */
static void
test_silent_libvirt(void)
{
    g_autoptr(SealFacts) facts = test_hosts_milan();
    g_autoptr(GPtrArray) results = NULL;

    facts->libvirt_version = SEAL_VERSION(7, 0, 0);
    facts->domcaps->has_guest_limits = FALSE;
    results = seal_checks_evaluate(facts, SEAL_TECHNOLOGY_AUTO);
    assert_verdict(results, ES, "usable", "");
}

static void
test_nothing_known(void)
{
    g_autoptr(SealFacts) facts = seal_facts_new();
    g_autoptr(GPtrArray) results = seal_checks_evaluate(facts, SEAL_TECHNOLOGY_AUTO);

    for (guint t = SEAL_TECHNOLOGY_FIRST; t <= TDX; t++)
        assert_verdict(results, (SealTechnology)t, "unavailable", "cpu.vendor");
    g_assert_cmpint(seal_checks_best(results), ==, SEAL_TECHNOLOGY_INVALID);
}

static void
test_snp_and_tdx_hosts(void)
{
    g_autoptr(SealFacts) snp = test_hosts_milan();
    g_autoptr(GPtrArray) results = NULL;

    g_strfreev(snp->cpu_flags);
    snp->cpu_flags = g_strsplit("sev sev_es sev_snp", " ", -1);
    results = seal_checks_evaluate(snp, SNP);
    assert_verdict(results, SNP, "unavailable", "kernel.kvm-amd-sev-snp");
    seal_facts_add_parameter(snp, "kvm_amd", "sev_snp", "Y");
    g_ptr_array_unref(results);
    results = seal_checks_evaluate(snp, SNP);
    assert_verdict(results, SNP, "unavailable", "libvirt.version.sev-snp");
}

/* What is asked about one technology holds all that its verdict needs, and nothing of others. */
static void
test_only_one(void)
{
    g_autoptr(SealFacts) facts = test_hosts_milan();
    g_autoptr(GPtrArray) all = seal_checks_evaluate(facts, SEAL_TECHNOLOGY_AUTO);
    g_autoptr(GPtrArray) one = seal_checks_evaluate(facts, ES);

    g_assert_cmpuint(one->len, <, all->len);
    assert_verdict(one, ES, "usable", "");
    for (guint i = 0; i < one->len; i++) {
        const SealCheckResult *result = g_ptr_array_index(one, i);

        g_assert_cmpint(result->technology, !=, SNP);
        g_assert_cmpint(result->technology, !=, TDX);
    }
}

static void
test_list(void)
{
    gsize n = 0;
    g_autofree SealCheckInfo *infos = seal_checks_list(&n);
    g_autoptr(GHashTable) ids = g_hash_table_new(g_str_hash, g_str_equal);

    g_assert_cmpuint(n, >=, 30);
    for (gsize i = 0; i < n; i++) {
        g_assert_true(g_hash_table_add(ids, (gpointer)infos[i].id));
        g_assert_cmpuint(strlen(infos[i].title), >, 5);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/checks/milan", test_milan);
    g_test_add_func("/checks/naples", test_naples);
    g_test_add_func("/checks/plain", test_plain);
    g_test_add_func("/checks/virtual-machine", test_virtual_machine);
    g_test_add_func("/checks/switched-off-in-setup", test_switched_off_in_setup);
    g_test_add_func("/checks/warnings", test_warnings);
    g_test_add_func("/checks/silent-libvirt", test_silent_libvirt);
    g_test_add_func("/checks/nothing-known", test_nothing_known);
    g_test_add_func("/checks/snp-host", test_snp_and_tdx_hosts);
    g_test_add_func("/checks/only-one", test_only_one);
    g_test_add_func("/checks/list", test_list);
    return g_test_run();
}
