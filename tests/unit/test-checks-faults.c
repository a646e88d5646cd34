/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The check table on a healthy host with one thing broken: the verdict must name
 * the check that decides and the explanation must hold the cure. Whatever the
 * host, each row must answer with texts that are fixed for its id and state.
 */

#include "checks.h"
#include "facts.h"
#include "test-hosts.h"

#define SEV SEAL_TECHNOLOGY_SEV
#define ES SEAL_TECHNOLOGY_SEV_ES

static void
assert_verdict(GPtrArray *results, SealTechnology technology, const char *word, const char *check)
{
    SealVerdict verdict = seal_checks_verdict(results, technology);

    g_assert_cmpstr(seal_checks_verdict_to_string(&verdict), ==, word);
    g_assert_cmpstr(verdict.check, ==, check);
}

/* One thing broken on a third-generation EPYC, and what must be found. */
typedef struct {
    const char *name;
    void (*break_it)(SealFacts *facts);
    SealTechnology technology;
    const char *check;
    const char *piece; /* of the explanation */
} Fault;

static void
break_sev(SealFacts *facts)
{
    seal_facts_add_parameter(facts, "kvm_amd", "sev", "N");
}

static void
break_sev_es(SealFacts *facts)
{
    seal_facts_add_parameter(facts, "kvm_amd", "sev_es", "N");
}

static void
break_module(SealFacts *facts)
{
    seal_facts_add_parameter(facts, "kvm_amd", "sev", NULL);
}

static void
break_npt(SealFacts *facts)
{
    seal_facts_add_parameter(facts, "kvm_amd", "npt", "0");
    break_sev(facts);
}

static void
break_mmio(SealFacts *facts)
{
    seal_facts_add_parameter(facts, "kvm", "mmio_caching", "N");
    break_sev_es(facts);
}

static void
break_kvm(SealFacts *facts)
{
    facts->kvm_device = FALSE;
}

static void
break_device(SealFacts *facts)
{
    facts->sev_device = FALSE;
}

static void
break_kernel(SealFacts *facts)
{
    facts->kernel_version = SEAL_VERSION(5, 10, 0);
}

static void
break_libvirt(SealFacts *facts)
{
    facts->libvirt_version = SEAL_VERSION(4, 4, 0);
}

static void
break_qemu(SealFacts *facts)
{
    facts->qemu_version = SEAL_VERSION(5, 2, 0);
}

static void
break_connection(SealFacts *facts)
{
    facts->backend_connected = FALSE;
    g_clear_pointer(&facts->domcaps, seal_domcaps_free);
}

static void
break_domcaps(SealFacts *facts)
{
    g_clear_pointer(&facts->domcaps, seal_domcaps_free);
    facts->domcaps_error = g_strdup("invalid argument: no such machine");
}

static void
break_qemu_kvm(SealFacts *facts)
{
    break_domcaps(facts);
    g_free(facts->domcaps_error);
    facts->domcaps_error = g_strdup("invalid argument: the accel 'kvm' is not supported by "
                                    "'/usr/bin/qemu-system-x86_64' on this host");
}

/* Loaded, of a kernel without SEV. */
static void
break_build(SealFacts *facts)
{
    seal_facts_add_parameter(facts, "kvm_amd", "npt", "1");
    seal_facts_add_parameter(facts, "kvm_amd", "sev", NULL);
}

static void
break_all_modules(SealFacts *facts)
{
    g_ptr_array_set_size(facts->parameters, 0);
}

static void
break_cache(SealFacts *facts)
{
    facts->domcaps->sev = SEAL_TRISTATE_NO;
}

static void
break_es_pool(SealFacts *facts)
{
    facts->domcaps->max_sev_es_guests = 0;
}

static void
break_sev_pool(SealFacts *facts)
{
    facts->domcaps->max_sev_guests = 0;
}

static void
break_firmware(SealFacts *facts)
{
    g_ptr_array_set_size(facts->firmwares, 0);
}

static void
break_image(SealFacts *facts)
{
    SealFirmware *firmware = g_ptr_array_index(facts->firmwares, 0);

    firmware->image.has_es_reset = FALSE;
}

static void
break_flags(SealFacts *facts)
{
    g_clear_pointer(&facts->cpu_flags, g_strfreev);
}

static void
break_vendor(SealFacts *facts)
{
    g_free(facts->cpu_vendor);
    facts->cpu_vendor = g_strdup("CentaurHauls");
}

static void
break_everything(SealFacts *facts)
{
    break_connection(facts);
    break_firmware(facts);
    break_device(facts);
    break_sev(facts);
}

static const Fault faults[] = {
    {"sev", break_sev, SEV, "kernel.kvm-amd-sev", "kvm_amd.sev is N"},
    {"sev-es", break_sev, ES, "kernel.kvm-amd-sev", "/etc/modprobe.d"},
    {"es-off", break_sev_es, ES, "kernel.kvm-amd-sev-es", "kvm_amd.sev_es is N"},
    {"es-off-sev", break_sev_es, SEV, "", NULL},
    {"module", break_module, SEV, "kernel.kvm-amd-sev", "there is no kvm_amd.sev"},
    {"build", break_build, SEV, "kernel.kvm-amd-sev", "built without it"},
    {"modules", break_all_modules, ES, "kernel.kvm-amd-sev", "modprobe kvm_amd"},
    {"npt", break_npt, SEV, "kernel.kvm-amd-npt", "npt=0"},
    {"mmio", break_mmio, ES, "kernel.mmio-caching", "mmio_caching=0"},
    {"kvm", break_kvm, SEV, "kernel.kvm", "no /dev/kvm"},
    {"device", break_device, ES, "device.sev", "modprobe ccp"},
    {"kernel", break_kernel, ES, "kernel.version.sev-es", "5.11.0 or newer"},
    {"kernel-sev", break_kernel, SEV, "", NULL},
    {"libvirt", break_libvirt, SEV, "libvirt.version.sev", "libvirt 4.5.0 or newer"},
    {"qemu", break_qemu, ES, "qemu.version.sev-es", "QEMU 6.0.0 or newer"},
    {"connection", break_connection, SEV, "libvirt.connection", "systemctl start"},
    {"domcaps", break_domcaps, SEV, "libvirt.domcaps", "no such machine"},
    {"qemu-kvm", break_qemu_kvm, SEV, "libvirt.domcaps", "group kvm, mode 0660"},
    {"cache", break_cache, SEV, "libvirt.domcaps.sev", "rm /var/cache/libvirt/qemu/capabilities"},
    {"cache-es", break_cache, ES, "libvirt.domcaps.sev", "restart libvirtd or virtqemud"},
    {"es-pool", break_es_pool, ES, "capacity.sev-es", "ASID Space Limit"},
    {"es-pool-sev", break_es_pool, SEV, "", NULL},
    {"sev-pool", break_sev_pool, SEV, "capacity.sev", "0 of 0 guests"},
    {"sev-pool-es", break_sev_pool, ES, "", NULL},
    {"firmware", break_firmware, SEV, "firmware.available.sev", "no firmware descriptor found"},
    {"image", break_image, ES, "firmware.available.sev-es", "60-edk2-x86_64.json"},
    {"image-sev", break_image, SEV, "", NULL},
    {"flags", break_flags, SEV, "cpu.sev", "unknown"},
    {"vendor", break_vendor, SEV, "cpu.vendor", "check cpu.vendor"},
    {"everything", break_everything, SEV, "kernel.kvm-amd-sev", NULL},
};

static void
test_faults(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(faults); i++) {
        const Fault *fault = &faults[i];
        g_autoptr(SealFacts) facts = test_hosts_milan();
        g_autoptr(GPtrArray) results = NULL;
        g_autofree char *why = NULL;

        fault->break_it(facts);
        results = seal_checks_evaluate(facts, SEAL_TECHNOLOGY_AUTO);
        why = seal_checks_explain(results, fault->technology);
        g_test_message("%s: %s", fault->name, why);
        assert_verdict(results, fault->technology, *fault->check ? "unavailable" : "usable",
                       fault->check);
        if (fault->piece && !strstr(why, fault->piece))
            g_error("\"%s\" is not in \"%s\"", fault->piece, why);
    }
}

static void
collect_summaries(SealFacts *facts, GHashTable *summaries)
{
    g_autoptr(GPtrArray) results = seal_checks_evaluate(facts, SEAL_TECHNOLOGY_AUTO);

    for (guint i = 0; i < results->len; i++) {
        const SealCheckResult *result = g_ptr_array_index(results, i);
        char *key = g_strconcat(result->id, "/", seal_checks_state_to_string(result->state), NULL);
        const char *known = g_hash_table_lookup(summaries, key);

        g_assert_nonnull(result->summary);
        g_assert_nonnull(result->value);
        g_assert_nonnull(result->remedy);
        g_assert_cmpuint(strlen(result->value), >, 0);
        if (known)
            g_assert_cmpstr(known, ==, result->summary);
        /* A finding that can be cured says how. */
        if (result->state == SEAL_CHECK_FAIL)
            g_assert_cmpuint(strlen(result->remedy), >, 10);
        g_hash_table_insert(summaries, key, g_strdup(result->summary));
    }
}

/* Clients translate by id and state, so the text of each must never vary. */
static void
test_texts_are_fixed(void)
{
    g_autoptr(GHashTable) summaries =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_autoptr(SealFacts) naples = test_hosts_naples();
    g_autoptr(SealFacts) plain = test_hosts_plain();
    g_autoptr(SealFacts) nothing = seal_facts_new();

    collect_summaries(naples, summaries);
    collect_summaries(plain, summaries);
    collect_summaries(nothing, summaries);
    for (gsize i = 0; i < G_N_ELEMENTS(faults); i++) {
        g_autoptr(SealFacts) facts = test_hosts_milan();

        faults[i].break_it(facts);
        collect_summaries(facts, summaries);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/checks-faults/faults", test_faults);
    g_test_add_func("/checks-faults/texts-are-fixed", test_texts_are_fixed);
    return g_test_run();
}
