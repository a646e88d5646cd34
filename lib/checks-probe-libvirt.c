/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Probes of libvirt and QEMU. libvirt repeats what QEMU said when it was last
 * asked, which may be long ago, and QEMU says what it was built for, which the
 * kernel may have switched off. So both directions of disagreement are checks.
 */

#include "checks-probe.h"

#include <string.h>

#include "version.h"

#define CACHE_CURE                                                                                 \
    "cached capabilities are out of date: rm /var/cache/libvirt/qemu/capabilities/*, then "        \
    "restart libvirtd or virtqemud; if it stays, QEMU cannot open /dev/sev"

/* libvirt, src/qemu/qemu_capabilities.c: now and formerly. */
static const char *const without_kvm[] = {"'kvm' is not supported", "KVM is not supported"};

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

static gboolean
is_without_kvm(const SealFacts *facts)
{
    for (gsize i = 0; facts->domcaps_error && i < G_N_ELEMENTS(without_kvm); i++)
        if (strstr(facts->domcaps_error, without_kvm[i]))
            return TRUE;
    return FALSE;
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
    if (!(facts->missing & SEAL_FACTS_PART_MISC) && !facts->kvm_device)
        *ret_remedy = g_strdup("there is no /dev/kvm, without which libvirt has no such guests to "
                               "tell of: see kernel.kvm; libvirt looks again by itself");
    else if (is_without_kvm(facts))
        *ret_remedy = g_strdup("libvirt cannot use /dev/kvm although it is there: let QEMU's user "
                               "open it (group kvm, mode 0660, that user in the group), then "
                               "restart libvirtd or virtqemud");
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

/* Of a saved answer of libvirt the versions are not known. */
static gboolean
knows_stack(const SealFacts *facts)
{
    return facts->libvirt_version && facts->qemu_version;
}

/* The kernel can do it and libvirt does not offer it. */
static char *
cure_not_offered(SealTechnology technology, const SealFacts *facts)
{
    const SealTechnologyInfo *info = seal_technology_get_info(technology);
    g_autofree char *libvirt = seal_version_format(info->min_libvirt);
    g_autofree char *qemu = seal_version_format(info->min_qemu);

    if (stack_can(technology, facts))
        return g_strdup("the kernel can do it, so libvirt's " CACHE_CURE);
    if (knows_stack(facts))
        return g_strdup_printf("libvirt %s and QEMU %s offer it, and newer ones; these here do not",
                               libvirt, qemu);
    return g_strdup_printf("the kernel can do it; if libvirt is %s or newer and QEMU %s or newer, "
                           "libvirt's " CACHE_CURE,
                           libvirt, qemu);
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
        *ret_remedy = cure_not_offered(row->technology, facts);
    return SEAL_CHECK_FAIL;
}
