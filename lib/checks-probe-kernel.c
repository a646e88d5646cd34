/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Probes of the kernel: its version, its command line, and what its modules
 * made of both. A setting is only called a cause of something being off when
 * that something is off, for kernels differ in what they insist on.
 */

#include "checks-probe.h"

#include <string.h>

#include "cmdline.h"
#include "psp-api.h"
#include "version.h"

SealCheckState
seal_checks_probe_kernel_version(const SealCheckRow *row,
                                 const SealFacts *facts,
                                 char **ret_value,
                                 char **ret_remedy)
{
    guint64 minimum = seal_technology_get_info(row->technology)->min_kernel;
    g_autofree char *needed = seal_version_format(minimum);

    *ret_value = g_strdup(facts->kernel_release ? facts->kernel_release : "unknown");
    if (facts->kernel_version == 0)
        return SEAL_CHECK_WARN;
    if (facts->kernel_version >= minimum)
        return SEAL_CHECK_PASS;
    *ret_remedy = g_strdup_printf("install a Linux kernel %s or newer", needed);
    return SEAL_CHECK_FAIL;
}

SealCheckState
seal_checks_probe_kernel_kvm(const SealCheckRow *row,
                             const SealFacts *facts,
                             char **ret_value,
                             char **ret_remedy)
{
    *ret_value = g_strdup(facts->kvm_device ? "/dev/kvm" : "no /dev/kvm");
    if (seal_facts_get_own_encryption(facts))
        *ret_remedy = g_strdup("use a host that is no encrypted guest itself");
    else if (seal_facts_has_cpu_flag(facts, "hypervisor"))
        *ret_remedy = g_strdup("let the hypervisor below pass virtualization on (nested), or use "
                               "the machine below it");
    return facts->kvm_device ? SEAL_CHECK_PASS : SEAL_CHECK_FAIL;
}

/* "kvm_amd.sev is N, set so on the kernel's command line"; FALSE when it is absent. */
static gboolean
show_parameter(const SealCheckRow *row, const SealFacts *facts, char **ret_value)
{
    const char *value = seal_facts_get_parameter(facts, row->module, row->parameter);
    g_autofree char *name = g_strconcat(row->module, ".", row->parameter, NULL);
    g_autofree char *set =
        seal_cmdline_get(seal_facts_get_text(facts, SEAL_FACTS_TEXT_CMDLINE), name);
    g_autofree char *where =
        set ? g_strdup_printf(", with %s=%s on the kernel's command line", name, set)
            : g_strdup("");

    *ret_value = value ? g_strdup_printf("%s is %s%s", name, value, where)
                       : g_strdup_printf("there is no %s%s", name, where);
    return value != NULL;
}

static gboolean
is_loaded(const SealFacts *facts, const char *module)
{
    for (guint i = 0; i < facts->parameters->len; i++) {
        const SealFactsParameter *parameter = g_ptr_array_index(facts->parameters, i);

        if (parameter->value && g_str_equal(parameter->module, module))
            return TRUE;
    }
    return FALSE;
}

/* A parameter that is not there cannot be set, so the row's own cure would be none. */
static char *
cure_absence(const SealCheckRow *row, const SealFacts *facts)
{
    const SealTechnologyInfo *info = seal_technology_get_info(row->technology);

    if (facts->kernel_version && facts->kernel_version < info->min_kernel)
        return g_strdup_printf("this kernel is too old to have it: see kernel.version.%s",
                               info->name);
    if (!is_loaded(facts, row->module))
        return g_strdup_printf("load the module (modprobe %s); dmesg says why it does not load",
                               row->module);
    return g_strdup("this kernel was built without it; boot one of the distribution's own kernels");
}

SealCheckState
seal_checks_probe_kernel_parameter(const SealCheckRow *row,
                                   const SealFacts *facts,
                                   char **ret_value,
                                   char **ret_remedy)
{
    if (!show_parameter(row, facts, ret_value))
        *ret_remedy = cure_absence(row, facts);
    return seal_facts_parameter_is_on(facts, row->module, row->parameter) ? SEAL_CHECK_PASS
                                                                          : SEAL_CHECK_FAIL;
}

/* Whether the kernel has switched the row's technology on; then nothing can have kept it off. */
static gboolean
is_on(const SealCheckRow *row, const SealFacts *facts)
{
    const SealTechnologyInfo *info = seal_technology_get_info(row->technology);

    return seal_facts_parameter_is_on(facts, info->kernel_module, info->kernel_parameter);
}

SealCheckState
seal_checks_probe_kernel_cause(const SealCheckRow *row,
                               const SealFacts *facts,
                               char **ret_value,
                               char **ret_remedy)
{
    if (!show_parameter(row, facts, ret_value) || is_on(row, facts))
        return SEAL_CHECK_PASS;
    return seal_facts_parameter_is_on(facts, row->module, row->parameter) ? SEAL_CHECK_PASS
                                                                          : SEAL_CHECK_FAIL;
}

SealCheckState
seal_checks_probe_kernel_mem_encrypt(const SealCheckRow *row,
                                     const SealFacts *facts,
                                     char **ret_value,
                                     char **ret_remedy)
{
    const char *cmdline = seal_facts_get_text(facts, SEAL_FACTS_TEXT_CMDLINE);
    g_autofree char *set = seal_cmdline_get(cmdline, "mem_encrypt");

    if (!cmdline) {
        *ret_value = g_strdup("not readable");
        return SEAL_CHECK_NA;
    }
    *ret_value = set ? g_strdup_printf("mem_encrypt=%s", set) : g_strdup("not set");
    return SEAL_CHECK_PASS;
}

/* What on the command line keeps the IOMMU from serving SNP. */
static const struct {
    const char *parameter;
    const char *item;
} iommu_obstacles[] = {
    {"iommu", "off"},     {"iommu", "pt"},           {"iommu.passthrough", "1"},
    {"amd_iommu", "off"}, {"amd_iommu", "pgtbl_v2"},
};

static char *
find_iommu_obstacle(const SealFacts *facts)
{
    const char *cmdline = seal_facts_get_text(facts, SEAL_FACTS_TEXT_CMDLINE);

    for (gsize i = 0; i < G_N_ELEMENTS(iommu_obstacles); i++)
        if (seal_cmdline_has(cmdline, iommu_obstacles[i].parameter, iommu_obstacles[i].item))
            return g_strdup_printf("%s=%s on the kernel's command line",
                                   iommu_obstacles[i].parameter, iommu_obstacles[i].item);
    if (facts->iommu.known && facts->iommu.units == 0)
        return g_strdup("no IOMMU is in use");
    if (facts->iommu.known && facts->iommu.groups > 0 &&
        facts->iommu.identity == facts->iommu.groups)
        return g_strdup_printf("all %u groups are passed through", facts->iommu.groups);
    return NULL;
}

SealCheckState
seal_checks_probe_kernel_iommu(const SealCheckRow *row,
                               const SealFacts *facts,
                               char **ret_value,
                               char **ret_remedy)
{
    g_autofree char *obstacle = find_iommu_obstacle(facts);

    if (is_on(row, facts)) {
        *ret_value = g_strdup("the kernel has accepted it for SEV-SNP");
        return SEAL_CHECK_PASS;
    }
    if (obstacle) {
        *ret_value = g_steal_pointer(&obstacle);
        return SEAL_CHECK_FAIL;
    }
    if (!facts->iommu.known) {
        *ret_value = g_strdup("not readable");
        return SEAL_CHECK_NA;
    }
    *ret_value = g_strdup_printf("%u IOMMUs, %u groups, %u of them passed through",
                                 facts->iommu.units, facts->iommu.groups, facts->iommu.identity);
    return SEAL_CHECK_PASS;
}

SealCheckState
seal_checks_probe_kernel_hibernation(const SealCheckRow *row,
                                     const SealFacts *facts,
                                     char **ret_value,
                                     char **ret_remedy)
{
    const SealFactsFile *disk = &facts->files[SEAL_FACTS_TEXT_POWER_DISK];
    g_autofree char *off =
        seal_cmdline_get(seal_facts_get_text(facts, SEAL_FACTS_TEXT_CMDLINE), "nohibernate");

    if (off || disk->state == SEAL_FACTS_TEXT_ABSENT) {
        *ret_value = g_strdup(off ? "nohibernate" : "not in this kernel");
        return SEAL_CHECK_PASS;
    }
    if (disk->state != SEAL_FACTS_TEXT_PRESENT) {
        *ret_value = g_strdup("not readable");
        return SEAL_CHECK_NA;
    }
    *ret_value = g_strdelimit(g_strdup(disk->text), "\n", ' ');
    g_strchomp(*ret_value);
    if (is_on(row, facts) || strstr(disk->text, "[disabled]"))
        return SEAL_CHECK_PASS;
    return SEAL_CHECK_FAIL;
}

SealCheckState
seal_checks_probe_kernel_es_beside_snp(const SealCheckRow *row,
                                       const SealFacts *facts,
                                       char **ret_value,
                                       char **ret_remedy)
{
    SealPspApi api = seal_psp_api_find(seal_facts_get_text(facts, SEAL_FACTS_TEXT_KERNEL_LOG));
    g_autofree char *shown = NULL;

    show_parameter(row, facts, &shown);
    if (!seal_facts_parameter_is_on(facts, row->module, row->parameter)) {
        *ret_value = g_steal_pointer(&shown);
        return SEAL_CHECK_PASS;
    }
    if (!api.known) {
        *ret_value = g_strdup_printf("%s; version of the firmware's API not readable", shown);
        return SEAL_CHECK_WARN;
    }
    *ret_value = g_strdup_printf("%s; API %u.%u", shown, api.major, api.minor);
    return seal_psp_api_at_least(&api, SEAL_PSP_API_NO_ES_BESIDE_SNP) ? SEAL_CHECK_FAIL
                                                                      : SEAL_CHECK_WARN;
}

SealCheckState
seal_checks_probe_kernel_smt(const SealCheckRow *row,
                             const SealFacts *facts,
                             char **ret_value,
                             char **ret_remedy)
{
    const char *active = seal_facts_get_text(facts, SEAL_FACTS_TEXT_SMT);

    if (!active) {
        *ret_value = g_strdup("not readable");
        return SEAL_CHECK_NA;
    }
    *ret_value = g_strdup(*active == '1' ? "on" : "off");
    return SEAL_CHECK_PASS;
}
