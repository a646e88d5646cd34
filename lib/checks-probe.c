/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The probes of the check table. A probe answers with what was seen and with a
 * state, never with what it means: that is the row's. It takes "not known" for
 * neither yes nor no, because a wrong yes costs a failed start and a wrong no
 * sends somebody into the firmware setup of a healthy machine.
 */

#include "checks-probe.h"

#include "text.h"
#include "version.h"

#include <string.h>

#define MACHINE "q35"

SealCheckState
seal_checks_probe_vendor(const SealCheckRow *row,
                         const SealFacts *facts,
                         char **ret_value,
                         char **ret_remedy)
{
    static const char *const known[] = {"AuthenticAMD", "GenuineIntel", "HygonGenuine", NULL};

    if (!facts->cpu_vendor) {
        *ret_value = g_strdup("unknown");
        return SEAL_CHECK_FAIL;
    }
    *ret_value = g_strdup(facts->cpu_model_name ? facts->cpu_model_name : facts->cpu_vendor);
    return g_strv_contains(known, facts->cpu_vendor) ? SEAL_CHECK_PASS : SEAL_CHECK_NA;
}

SealCheckState
seal_checks_probe_hypervisor(const SealCheckRow *row,
                             const SealFacts *facts,
                             char **ret_value,
                             char **ret_remedy)
{
    gboolean virtual = seal_facts_has_cpu_flag(facts, "hypervisor");

    *ret_value = g_strdup(virtual ? "virtual machine" : "no hypervisor below");
    return virtual ? SEAL_CHECK_NA : SEAL_CHECK_PASS;
}

/*
 * The first EPYC that has a technology, by family and model (as sevctl reckons):
 * from there on a missing flag is a switch in the firmware setup.
 */
static const struct {
    SealTechnology technology;
    guint family;
    guint model;
} first_epycs[] = {
    {SEAL_TECHNOLOGY_SEV, 0x17, 0x01},
    {SEAL_TECHNOLOGY_SEV_ES, 0x17, 0x31},
    {SEAL_TECHNOLOGY_SEV_SNP, 0x19, 0x00},
};

static gboolean
should_have(SealTechnology technology, const SealFacts *facts)
{
    if (!facts->cpu_model_name || !strstr(facts->cpu_model_name, "EPYC"))
        return FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(first_epycs); i++) {
        if (first_epycs[i].technology == technology)
            return facts->cpu_family > first_epycs[i].family ||
                   (facts->cpu_family == first_epycs[i].family &&
                    facts->cpu_model >= first_epycs[i].model);
    }
    return FALSE;
}

static const char *
find_flag_remedy(SealTechnology technology, const SealFacts *facts)
{
    if (seal_facts_has_cpu_flag(facts, "hypervisor"))
        return "this host is itself a virtual machine, and its hypervisor passes no memory "
               "encryption on; use the machine below it";
    if (should_have(technology, facts))
        return "switch memory encryption on in the firmware setup (SMEE, SEV Control, SNP Memory "
               "Coverage; usually under CBS, CPU Common Options), then boot again";
    return NULL;
}

SealCheckState
seal_checks_probe_flag(const SealCheckRow *row,
                       const SealFacts *facts,
                       char **ret_value,
                       char **ret_remedy)
{
    const char *flag = seal_technology_get_info(row->technology)->cpu_flag;
    gboolean virtual = seal_facts_has_cpu_flag(facts, "hypervisor");

    if (!facts->cpu_flags) {
        *ret_value = g_strdup("unknown");
        *ret_remedy =
            g_strdup("let the daemon read /proc/cpuinfo (not ProcSubset=pid in its unit)");
        return SEAL_CHECK_FAIL;
    }
    if (seal_facts_has_cpu_flag(facts, flag)) {
        *ret_value = g_strdup_printf("flag %s", flag);
        return SEAL_CHECK_PASS;
    }
    *ret_value = g_strdup_printf("no flag %s%s", flag, virtual ? ", in a virtual machine" : "");
    *ret_remedy = g_strdup(find_flag_remedy(row->technology, facts));
    return SEAL_CHECK_NA;
}

static SealCheckState
compare(guint64 version, guint64 minimum, const char *what, char **ret_remedy)
{
    g_autofree char *needed = seal_version_format(minimum);

    if (version == 0)
        return SEAL_CHECK_WARN;
    if (version >= minimum)
        return SEAL_CHECK_PASS;
    *ret_remedy = g_strdup_printf("install %s %s or newer", what, needed);
    return SEAL_CHECK_FAIL;
}

SealCheckState
seal_checks_probe_kernel_version(const SealCheckRow *row,
                                 const SealFacts *facts,
                                 char **ret_value,
                                 char **ret_remedy)
{
    *ret_value = g_strdup(facts->kernel_release ? facts->kernel_release : "unknown");
    return compare(facts->kernel_version, seal_technology_get_info(row->technology)->min_kernel,
                   "a Linux kernel", ret_remedy);
}

SealCheckState
seal_checks_probe_libvirt_version(const SealCheckRow *row,
                                  const SealFacts *facts,
                                  char **ret_value,
                                  char **ret_remedy)
{
    *ret_value = seal_version_format(facts->libvirt_version);
    return compare(facts->libvirt_version, seal_technology_get_info(row->technology)->min_libvirt,
                   "libvirt", ret_remedy);
}

SealCheckState
seal_checks_probe_qemu_version(const SealCheckRow *row,
                               const SealFacts *facts,
                               char **ret_value,
                               char **ret_remedy)
{
    *ret_value = seal_version_format(facts->qemu_version);
    return compare(facts->qemu_version, seal_technology_get_info(row->technology)->min_qemu, "QEMU",
                   ret_remedy);
}

static SealCheckState
probe_existence(gboolean exists, const char *path, char **ret_value)
{
    *ret_value = g_strdup_printf("%s%s", exists ? "" : "no ", path);
    return exists ? SEAL_CHECK_PASS : SEAL_CHECK_FAIL;
}

SealCheckState
seal_checks_probe_kvm_device(const SealCheckRow *row,
                             const SealFacts *facts,
                             char **ret_value,
                             char **ret_remedy)
{
    return probe_existence(facts->kvm_device, "/dev/kvm", ret_value);
}

SealCheckState
seal_checks_probe_sev_device(const SealCheckRow *row,
                             const SealFacts *facts,
                             char **ret_value,
                             char **ret_remedy)
{
    return probe_existence(facts->sev_device, "/dev/sev", ret_value);
}

/* Returns FALSE when the parameter is absent. */
static gboolean
show_parameter(const SealCheckRow *row, const SealFacts *facts, char **ret_value)
{
    const char *value = seal_facts_get_parameter(facts, row->module, row->parameter);

    *ret_value = value ? g_strdup_printf("%s.%s is %s", row->module, row->parameter, value)
                       : g_strdup_printf("there is no %s.%s", row->module, row->parameter);
    return value != NULL;
}

SealCheckState
seal_checks_probe_parameter(const SealCheckRow *row,
                            const SealFacts *facts,
                            char **ret_value,
                            char **ret_remedy)
{
    show_parameter(row, facts, ret_value);
    return seal_facts_parameter_is_on(facts, row->module, row->parameter) ? SEAL_CHECK_PASS
                                                                          : SEAL_CHECK_FAIL;
}

SealCheckState
seal_checks_probe_parameter_not_off(const SealCheckRow *row,
                                    const SealFacts *facts,
                                    char **ret_value,
                                    char **ret_remedy)
{
    if (!show_parameter(row, facts, ret_value))
        return SEAL_CHECK_PASS;
    return seal_facts_parameter_is_on(facts, row->module, row->parameter) ? SEAL_CHECK_PASS
                                                                          : SEAL_CHECK_FAIL;
}

SealCheckState
seal_checks_probe_parameter_not_on(const SealCheckRow *row,
                                   const SealFacts *facts,
                                   char **ret_value,
                                   char **ret_remedy)
{
    show_parameter(row, facts, ret_value);
    return seal_facts_parameter_is_on(facts, row->module, row->parameter) ? SEAL_CHECK_WARN
                                                                          : SEAL_CHECK_PASS;
}

SealCheckState
seal_checks_probe_connection(const SealCheckRow *row,
                             const SealFacts *facts,
                             char **ret_value,
                             char **ret_remedy)
{
    *ret_value = g_strdup(facts->backend_uri ? facts->backend_uri : "no URI");
    return facts->backend_connected ? SEAL_CHECK_PASS : SEAL_CHECK_FAIL;
}

SealCheckState
seal_checks_probe_domcaps_there(const SealCheckRow *row,
                                const SealFacts *facts,
                                char **ret_value,
                                char **ret_remedy)
{
    if (facts->domcaps) {
        *ret_value = g_strdup(facts->domcaps->emulator ? facts->domcaps->emulator : "no emulator");
        return SEAL_CHECK_PASS;
    }
    *ret_value = g_strdup(facts->domcaps_error ? facts->domcaps_error : "no answer");
    return SEAL_CHECK_FAIL;
}

/* The host can do it as far as the kernel says; then it is libvirt that is behind. */
static gboolean
host_can(SealTechnology technology, const SealFacts *facts)
{
    const SealTechnologyInfo *info = seal_technology_get_info(technology);
    gboolean amd = g_strcmp0(info->kernel_module, "kvm_amd") == 0;

    return facts->kvm_device && (facts->sev_device || !amd) &&
           seal_facts_parameter_is_on(facts, info->kernel_module, info->kernel_parameter);
}

SealCheckState
seal_checks_probe_domcaps(const SealCheckRow *row,
                          const SealFacts *facts,
                          char **ret_value,
                          char **ret_remedy)
{
    SealTristate offers = seal_domcaps_supports(facts->domcaps, row->technology);

    *ret_value = g_strdup(offers == SEAL_TRISTATE_NO ? "not offered" : "offered");
    if (offers != SEAL_TRISTATE_NO)
        return SEAL_CHECK_PASS;
    if (host_can(row->technology, facts))
        *ret_remedy = g_strdup("the kernel can do it, so libvirt's cached capabilities are out of "
                               "date: rm /var/cache/libvirt/qemu/capabilities/*, then restart "
                               "libvirtd or virtqemud; if it stays, QEMU cannot open /dev/sev");
    return SEAL_CHECK_FAIL;
}

SealCheckState
seal_checks_probe_capacity(const SealCheckRow *row,
                           const SealFacts *facts,
                           char **ret_value,
                           char **ret_remedy)
{
    SealPool pool = seal_technology_get_info(row->technology)->pool;
    guint total = 0;

    if (!seal_domcaps_pool_total(facts->domcaps, pool, &total)) {
        *ret_value = g_strdup("libvirt before 8.0 does not tell");
        return SEAL_CHECK_PASS;
    }
    *ret_value = g_strdup_printf("%u guests at once", total);
    return total > 0 ? SEAL_CHECK_PASS : SEAL_CHECK_FAIL;
}

/* "60-edk2-x86_64.json does not declare amd-sev-es; ..." */
static char *
list_shortcomings(const SealFacts *facts, const SealFirmwareWish *wish)
{
    GString *list = g_string_new(NULL);

    for (guint i = 0; i < facts->firmwares->len; i++) {
        const SealFirmware *firmware = g_ptr_array_index(facts->firmwares, i);
        g_autofree char *why = seal_firmware_why_not(firmware, wish);
        g_autofree char *name =
            seal_text_show(firmware->descriptor ? firmware->descriptor : firmware->executable);

        g_string_append_printf(list, "%s%s %s", i ? "; " : "", name, why ? why : "fits");
    }
    if (list->len == 0)
        g_string_append(list, "no firmware descriptor found");
    return g_string_free(list, FALSE);
}

SealCheckState
seal_checks_probe_firmware(const SealCheckRow *row,
                           const SealFacts *facts,
                           char **ret_value,
                           char **ret_remedy)
{
    const SealFirmwareWish wish = {
        .technology = row->technology,
        .arch = "x86_64",
        .machine = MACHINE,
    };
    const SealFirmware *firmware = seal_firmware_choose(facts->firmwares, &wish, NULL);

    *ret_value = firmware ? g_strdup(firmware->executable) : list_shortcomings(facts, &wish);
    return firmware ? SEAL_CHECK_PASS : SEAL_CHECK_FAIL;
}

SealCheckState
seal_checks_probe_descriptors(const SealCheckRow *row,
                              const SealFacts *facts,
                              char **ret_value,
                              char **ret_remedy)
{
    guint n_errors = g_strv_length(facts->firmware_errors);

    if (n_errors == 0) {
        *ret_value = g_strdup_printf("%u images", facts->firmwares->len);
        return SEAL_CHECK_PASS;
    }
    *ret_value = g_strdup_printf("%u unreadable", n_errors);
    *ret_remedy = g_strjoinv("; ", facts->firmware_errors);
    return SEAL_CHECK_WARN;
}
