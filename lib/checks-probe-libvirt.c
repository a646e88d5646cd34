/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Probes of libvirt and QEMU. libvirt repeats what QEMU said when it was last
 * asked, which may be long ago, and QEMU says what it was built for, which the
 * kernel may have switched off. So both directions of disagreement are checks.
 */

#include "checks-probe.h"

#include "version.h"

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
seal_checks_probe_libvirt_qemu_version(const SealCheckRow *row,
                                       const SealFacts *facts,
                                       char **ret_value,
                                       char **ret_remedy)
{
    *ret_value = seal_version_format(facts->qemu_version);
    return compare(facts->qemu_version, seal_technology_get_info(row->technology)->min_qemu, "QEMU",
                   ret_remedy);
}

SealCheckState
seal_checks_probe_libvirt_connection(const SealCheckRow *row,
                                     const SealFacts *facts,
                                     char **ret_value,
                                     char **ret_remedy)
{
    if (facts->offline && !facts->backend_connected) {
        *ret_value = g_strdup("not asked");
        *ret_remedy = g_strdup("save what libvirt says on that host and name the file: virsh "
                               "domcapabilities --virttype kvm --machine q35 > FILE; sealctl check "
                               "--domcaps FILE");
        return SEAL_CHECK_NA;
    }
    *ret_value = g_strdup(facts->backend_uri ? facts->backend_uri : "no URI");
    return facts->backend_connected ? SEAL_CHECK_PASS : SEAL_CHECK_FAIL;
}

SealCheckState
seal_checks_probe_libvirt_domcaps_there(const SealCheckRow *row,
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

/* The host can do it as far as the kernel says. */
static gboolean
host_can(SealTechnology technology, const SealFacts *facts)
{
    const SealTechnologyInfo *info = seal_technology_get_info(technology);
    gboolean amd = g_strcmp0(info->kernel_module, "kvm_amd") == 0;

    return facts->kvm_device && (facts->sev_device || !amd) &&
           seal_facts_parameter_is_on(facts, info->kernel_module, info->kernel_parameter);
}

static gboolean
stack_can(SealTechnology technology, const SealFacts *facts)
{
    const SealTechnologyInfo *info = seal_technology_get_info(technology);

    return facts->libvirt_version >= info->min_libvirt && facts->qemu_version >= info->min_qemu;
}

static gboolean
libvirt_can(SealTechnology technology, const SealFacts *facts)
{
    return seal_domcaps_supports(facts->domcaps, technology) == SEAL_TRISTATE_YES;
}

typedef gboolean (*Disagreement)(SealTechnology technology, const SealFacts *facts);

static gboolean
libvirt_is_behind(SealTechnology technology, const SealFacts *facts)
{
    return host_can(technology, facts) && stack_can(technology, facts) &&
           seal_domcaps_supports(facts->domcaps, technology) == SEAL_TRISTATE_NO;
}

static gboolean
libvirt_is_ahead(SealTechnology technology, const SealFacts *facts)
{
    return libvirt_can(technology, facts) && !host_can(technology, facts);
}

/* Labels of the technologies on which libvirt and host disagree; NULL when there are none. */
static char *
list_disagreements(const SealFacts *facts, Disagreement disagree)
{
    GString *list = g_string_new(NULL);

    for (guint t = SEAL_TECHNOLOGY_SEV; t <= SEAL_TECHNOLOGY_TDX; t++)
        if (disagree((SealTechnology)t, facts))
            g_string_append_printf(list, "%s%s", list->len ? ", " : "",
                                   seal_technology_get_info((SealTechnology)t)->label);
    return g_string_free(list, list->len == 0);
}

SealCheckState
seal_checks_probe_libvirt_cache(const SealCheckRow *row,
                                const SealFacts *facts,
                                char **ret_value,
                                char **ret_remedy)
{
    g_autofree char *list = list_disagreements(facts, libvirt_is_behind);

    *ret_value = list ? g_strdup_printf("the kernel offers %s, libvirt does not", list)
                      : g_strdup("libvirt offers what the kernel does");
    return list ? SEAL_CHECK_WARN : SEAL_CHECK_PASS;
}

SealCheckState
seal_checks_probe_libvirt_claims(const SealCheckRow *row,
                                 const SealFacts *facts,
                                 char **ret_value,
                                 char **ret_remedy)
{
    g_autofree char *list = list_disagreements(facts, libvirt_is_ahead);

    *ret_value = list ? g_strdup_printf("libvirt offers %s, the kernel does not", list)
                      : g_strdup("nothing beyond the kernel");
    return list ? SEAL_CHECK_WARN : SEAL_CHECK_PASS;
}

SealCheckState
seal_checks_probe_libvirt_domcaps(const SealCheckRow *row,
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
