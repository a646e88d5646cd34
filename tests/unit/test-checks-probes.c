/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Probes whose facts have many forms, one form at a time on a host that is
 * otherwise healthy: what state a check has then, and what it says of it.
 */

#include "checks.h"
#include "test-hosts.h"

/* Files, devices and parameters that a case sets; the rest is a Milan with SNP. */
typedef struct {
    const char *name;
    const char *id;
    SealCheckState state;
    const char *piece; /* of value or remedy */
    void (*change)(SealFacts *facts);
} Case;

static void
set_text(SealFacts *facts, SealFactsText text, const char *content)
{
    const SealFactsTextRow *row = seal_facts_text_get_row(text);

    seal_facts_set_file(facts, text, SEAL_FACTS_TEXT_PRESENT, row->path, content);
}

static SealFacts *
make_host(void)
{
    SealFacts *facts = test_hosts_milan();

    g_strfreev(facts->cpu_flags);
    facts->cpu_flags = g_strsplit("svm sme sev sev_es sev_snp tdx_host_platform", " ", -1);
    set_text(facts, SEAL_FACTS_TEXT_CMDLINE, "quiet\n");
    set_text(facts, SEAL_FACTS_TEXT_QEMU_CONF, "");
    return facts;
}

static void
cmdline_pt(SealFacts *facts)
{
    set_text(facts, SEAL_FACTS_TEXT_CMDLINE, "quiet iommu=fullflush,pt\n");
}

static void
cmdline_v2(SealFacts *facts)
{
    set_text(facts, SEAL_FACTS_TEXT_CMDLINE, "amd_iommu=pgtbl_v2\n");
}

static void
cmdline_pt_but_on(SealFacts *facts)
{
    cmdline_pt(facts);
    seal_facts_add_parameter(facts, "kvm_amd", "sev_snp", "Y");
}

static void
iommu_none(SealFacts *facts)
{
    facts->iommu = (SealFactsIommu){.known = TRUE};
}

static void
iommu_identity(SealFacts *facts)
{
    facts->iommu = (SealFactsIommu){TRUE, 4, 20, 20};
}

static void
iommu_good(SealFacts *facts)
{
    facts->iommu = (SealFactsIommu){TRUE, 4, 20, 3};
}

static void
sev_off_by_cmdline(SealFacts *facts)
{
    set_text(facts, SEAL_FACTS_TEXT_CMDLINE, "kvm-amd.sev=0\n");
    seal_facts_add_parameter(facts, "kvm_amd", "sev", "N");
}

static void
lbrv_off(SealFacts *facts)
{
    seal_facts_add_parameter(facts, "kvm_amd", "lbrv", "0");
}

static void
lbrv_and_es_off(SealFacts *facts)
{
    lbrv_off(facts);
    seal_facts_add_parameter(facts, "kvm_amd", "sev_es", "N");
}

static void
conf_unreadable(SealFacts *facts)
{
    seal_facts_set_file(facts, SEAL_FACTS_TEXT_QEMU_CONF, SEAL_FACTS_TEXT_UNREADABLE,
                        "/etc/libvirt/qemu.conf", NULL);
}

static void
conf_root(SealFacts *facts)
{
    set_text(facts, SEAL_FACTS_TEXT_QEMU_CONF, "user = \"root\"\nnamespaces = []\n");
}

static void
conf_no_namespaces(SealFacts *facts)
{
    set_text(facts, SEAL_FACTS_TEXT_QEMU_CONF, "namespaces = []\n");
}

static void
conf_closed_node(SealFacts *facts)
{
    set_text(facts, SEAL_FACTS_TEXT_QEMU_CONF, "dynamic_ownership = 0\n");
    seal_device_node_parse("crw------- 1 root root 10, 123\n", &facts->sev_node);
}

static void
conf_open_node(SealFacts *facts)
{
    conf_no_namespaces(facts);
    seal_device_node_parse("crw-rw---- 1 root kvm 10, 123\n", &facts->sev_node);
}

static void
log_new(SealFacts *facts)
{
    seal_facts_add_parameter(facts, "kvm_amd", "sev_snp", "Y");
    set_text(facts, SEAL_FACTS_TEXT_KERNEL_LOG, "SEV API:1.58 build:2\n");
}

static void
log_old(SealFacts *facts)
{
    log_new(facts);
    set_text(facts, SEAL_FACTS_TEXT_KERNEL_LOG, "SEV API:1.50 build:2\n");
}

static void
hibernates(SealFacts *facts)
{
    set_text(facts, SEAL_FACTS_TEXT_POWER_DISK, "[platform] shutdown\n");
}

static void
hibernation_disabled(SealFacts *facts)
{
    set_text(facts, SEAL_FACTS_TEXT_POWER_DISK, "[disabled]\n");
}

static void
hibernation_absent(SealFacts *facts)
{
    seal_facts_set_file(facts, SEAL_FACTS_TEXT_POWER_DISK, SEAL_FACTS_TEXT_ABSENT, NULL, NULL);
}

static void
nohibernate(SealFacts *facts)
{
    hibernates(facts);
    set_text(facts, SEAL_FACTS_TEXT_CMDLINE, "nohibernate\n");
}

static void
guests_suspend(SealFacts *facts)
{
    facts->devices |= SEAL_FACTS_DEVICE_GUESTS;
    set_text(facts, SEAL_FACTS_TEXT_LIBVIRT_GUESTS, "ON_BOOT=start\nON_SHUTDOWN=suspend\n");
}

static void
guests_default(SealFacts *facts)
{
    facts->devices |= SEAL_FACTS_DEVICE_GUESTS;
    set_text(facts, SEAL_FACTS_TEXT_LIBVIRT_GUESTS, "#ON_SHUTDOWN=shutdown\n");
}

static void
guests_not_enabled(SealFacts *facts)
{
    set_text(facts, SEAL_FACTS_TEXT_LIBVIRT_GUESTS, "ON_SHUTDOWN=suspend\n");
}

static void
daemon_saves(SealFacts *facts)
{
    facts->libvirt_version = SEAL_VERSION(11, 2, 0);
    set_text(facts, SEAL_FACTS_TEXT_QEMU_CONF, "auto_shutdown_try_save = \"persistent\"\n");
}

static void
daemon_saves_nothing(SealFacts *facts)
{
    facts->libvirt_version = SEAL_VERSION(11, 2, 0);
    set_text(facts, SEAL_FACTS_TEXT_QEMU_CONF, "auto_shutdown_try_save = \"none\"\n");
}

static void
slice_limited(SealFacts *facts)
{
    set_text(facts, SEAL_FACTS_TEXT_SLICE_MAX, "max\n");
    set_text(facts, SEAL_FACTS_TEXT_SLICE_HIGH, "1000000\n");
}

static void
slice_infinite(SealFacts *facts)
{
    set_text(facts, SEAL_FACTS_TEXT_SLICE_CONF_MAX, "[Slice]\nMemoryMax=infinity\n");
}

static void
slice_conf(SealFacts *facts)
{
    set_text(facts, SEAL_FACTS_TEXT_SLICE_CONF_MAX, "[Slice]\nMemoryMax=9000000\n");
}

static void
used_up(SealFacts *facts)
{
    facts->has_running = TRUE;
    facts->running[SEAL_POOL_SEV] = 410;
}

static void
overfull(SealFacts *facts)
{
    used_up(facts);
    facts->running[SEAL_POOL_SEV] = 500;
}

static void
snp_guest(SealFacts *facts)
{
    facts->devices |= SEAL_FACTS_DEVICE_SEV_GUEST;
}

static void
nasty_value(SealFacts *facts)
{
    seal_facts_add_parameter(facts, "kvm_amd", "sev", "\xff\x1b[31mY\n");
}

static void
no_modules(SealFacts *facts)
{
    facts->missing = SEAL_FACTS_PART_MODULES;
    facts->offline = TRUE;
}

static const Case cases[] = {
    {"iommu-unknown", "kernel.iommu", SEAL_CHECK_NA, "/sys/class/iommu", NULL},
    {"iommu-pt", "kernel.iommu", SEAL_CHECK_FAIL, "iommu=pt", cmdline_pt},
    {"iommu-v2", "kernel.iommu", SEAL_CHECK_FAIL, "pgtbl_v2", cmdline_v2},
    {"iommu-pt-but-on", "kernel.iommu", SEAL_CHECK_PASS, "accepted", cmdline_pt_but_on},
    {"iommu-none", "kernel.iommu", SEAL_CHECK_FAIL, "no IOMMU", iommu_none},
    {"iommu-identity", "kernel.iommu", SEAL_CHECK_FAIL, "all 20 groups", iommu_identity},
    {"iommu-good", "kernel.iommu", SEAL_CHECK_PASS, "3 of them", iommu_good},
    {"sev-off", "kernel.kvm-amd-sev", SEAL_CHECK_FAIL, "kvm_amd.sev=0 on the kernel's command line",
     sev_off_by_cmdline},
    {"lbrv-off", "kernel.kvm-amd-lbrv", SEAL_CHECK_PASS, "is 0", lbrv_off},
    {"lbrv-and-es-off", "kernel.kvm-amd-lbrv", SEAL_CHECK_FAIL, "take lbrv=0", lbrv_and_es_off},
    {"conf-default", "device.sev-access", SEAL_CHECK_PASS, "hands /dev/sev over", NULL},
    {"conf-unreadable", "device.sev-access", SEAL_CHECK_NA, "as root", conf_unreadable},
    {"conf-root", "device.sev-access", SEAL_CHECK_PASS, "as root", conf_root},
    {"conf-no-namespaces", "device.sev-access", SEAL_CHECK_WARN, "not readable",
     conf_no_namespaces},
    {"conf-closed", "device.sev-access", SEAL_CHECK_FAIL, "0600 root:root", conf_closed_node},
    {"conf-open", "device.sev-access", SEAL_CHECK_PASS, "0660 root:kvm", conf_open_node},
    {"api-unknown", "psp.api", SEAL_CHECK_NA, "dmesg", NULL},
    {"api-new", "kernel.es-beside-snp", SEAL_CHECK_FAIL, "API 1.58", log_new},
    {"api-old", "kernel.es-beside-snp", SEAL_CHECK_WARN, "API 1.50", log_old},
    {"api-old-snp", "psp.api.sev-snp", SEAL_CHECK_FAIL, "API 1.50", log_old},
    {"api-new-snp", "psp.api.sev-snp", SEAL_CHECK_PASS, "API 1.58", log_new},
    {"hibernation-unknown", "kernel.hibernation", SEAL_CHECK_NA, "/sys/power/disk", NULL},
    {"hibernates", "kernel.hibernation", SEAL_CHECK_FAIL, "nohibernate", hibernates},
    {"hibernation-disabled", "kernel.hibernation", SEAL_CHECK_PASS, "disabled",
     hibernation_disabled},
    {"hibernation-absent", "kernel.hibernation", SEAL_CHECK_PASS, "not in this kernel",
     hibernation_absent},
    {"nohibernate", "kernel.hibernation", SEAL_CHECK_PASS, "nohibernate", nohibernate},
    {"guests-unknown", "shutdown.libvirt-guests", SEAL_CHECK_NA, "libvirt-guests", NULL},
    {"guests-suspend", "shutdown.libvirt-guests", SEAL_CHECK_WARN, "ON_SHUTDOWN=shutdown",
     guests_suspend},
    {"guests-default", "shutdown.libvirt-guests", SEAL_CHECK_WARN, "by default", guests_default},
    {"guests-not-enabled", "shutdown.libvirt-guests", SEAL_CHECK_PASS, "not enabled",
     guests_not_enabled},
    {"daemon-before", "shutdown.libvirt-daemon", SEAL_CHECK_PASS, "before 11.2", NULL},
    {"daemon-saves", "shutdown.libvirt-daemon", SEAL_CHECK_WARN, "persistent", daemon_saves},
    {"daemon-saves-nothing", "shutdown.libvirt-daemon", SEAL_CHECK_PASS, "none",
     daemon_saves_nothing},
    {"slice-none", "memory.slice-limit", SEAL_CHECK_WARN, "set-property machine.slice", NULL},
    {"slice-limited", "memory.slice-limit", SEAL_CHECK_PASS, "memory.high", slice_limited},
    {"slice-infinite", "memory.slice-limit", SEAL_CHECK_WARN, "no limit", slice_infinite},
    {"slice-conf", "memory.slice-limit", SEAL_CHECK_PASS, "50-MemoryMax.conf", slice_conf},
    {"used-up", "capacity.sev", SEAL_CHECK_WARN, "stop a guest", used_up},
    {"overfull", "capacity.sev", SEAL_CHECK_WARN, "0 of 410", overfull},
    {"snp-guest", "cpu.sev", SEAL_CHECK_NA, "a SEV-SNP guest", snp_guest},
    {"snp-guest-kernel", "kernel.kvm-amd-sev", SEAL_CHECK_NA, "see cpu.sev", snp_guest},
    {"nasty-value", "kernel.kvm-amd-sev", SEAL_CHECK_FAIL, "[31mY", nasty_value},
    {"no-modules", "kernel.kvm-amd-sev", SEAL_CHECK_NA, "copy /sys/module", no_modules},
};

static const SealCheckResult *
find_result(GPtrArray *results, const char *id)
{
    for (guint i = 0; i < results->len; i++) {
        const SealCheckResult *result = g_ptr_array_index(results, i);

        if (g_str_equal(result->id, id))
            return result;
    }
    g_error("no check %s", id);
}

static void
test_case(gconstpointer data)
{
    const Case *one = data;
    g_autoptr(SealFacts) facts = make_host();
    g_autoptr(GPtrArray) results = NULL;
    g_autofree char *said = NULL;
    const SealCheckResult *result;

    if (one->change)
        one->change(facts);
    results = seal_checks_evaluate(facts, SEAL_TECHNOLOGY_AUTO);
    result = find_result(results, one->id);
    said = g_strjoin("; ", result->value, result->remedy, NULL);
    g_test_message("%s: %s", seal_checks_state_to_string(result->state), said);
    g_assert_cmpint(result->state, ==, one->state);
    g_assert_nonnull(result->summary);
    g_assert_true(g_utf8_validate(said, -1, NULL));
    g_assert_null(strpbrk(said, "\n\x1b"));
    if (!strstr(said, one->piece))
        g_error("\"%s\" is not in \"%s\"", one->piece, said);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/checks-probes/", cases[i].name, NULL);

        g_test_add_data_func(path, &cases[i], test_case);
    }
    return g_test_run();
}
