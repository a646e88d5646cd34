/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Probes of what else on a host meets encrypted guests: services that save
 * guests when the host goes down, which QEMU refuses for encrypted memory so
 * that the guest is lost, mandatory access control, and what guests themselves
 * should be told.
 */

#include "checks-probe.h"

#include <string.h>

#include "conf.h"
#include "text.h"
#include "version.h"

/* libvirt 11.2 is the first whose daemon can save guests at shutdown by itself. */
#define AUTO_SHUTDOWN SEAL_VERSION(11, 2, 0)

SealCheckState
seal_checks_probe_host_libvirt_guests(const SealCheckRow *row,
                                      const SealFacts *facts,
                                      char **ret_value,
                                      char **ret_remedy)
{
    const SealFactsFile *file = &facts->files[SEAL_FACTS_TEXT_LIBVIRT_GUESTS];
    g_autofree char *set = seal_conf_get(file->text, "ON_SHUTDOWN");
    g_autofree char *action = seal_text_show(set ? set : "suspend, by default");

    if (file->state == SEAL_FACTS_TEXT_UNKNOWN) {
        *ret_value = g_strdup("not known");
        return SEAL_CHECK_NA;
    }
    if (!(facts->devices & SEAL_FACTS_DEVICE_GUESTS)) {
        *ret_value = g_strdup("libvirt-guests is not enabled");
        return SEAL_CHECK_PASS;
    }
    if (file->state == SEAL_FACTS_TEXT_UNREADABLE) {
        *ret_value = g_strdup_printf("%s not readable", file->path);
        return SEAL_CHECK_NA;
    }
    *ret_value = g_strdup_printf("ON_SHUTDOWN is %s", action);
    return set && !g_str_equal(set, "suspend") ? SEAL_CHECK_PASS : SEAL_CHECK_WARN;
}

SealCheckState
seal_checks_probe_host_auto_shutdown(const SealCheckRow *row,
                                     const SealFacts *facts,
                                     char **ret_value,
                                     char **ret_remedy)
{
    const SealFactsFile *file = &facts->files[SEAL_FACTS_TEXT_QEMU_CONF];
    g_autofree char *set = seal_conf_get(file->text, "auto_shutdown_try_save");
    g_autofree char *shown = seal_text_show(set);

    if (facts->libvirt_version && facts->libvirt_version < AUTO_SHUTDOWN) {
        *ret_value = g_strdup("libvirt before 11.2 does not");
        return SEAL_CHECK_PASS;
    }
    if (file->state == SEAL_FACTS_TEXT_UNKNOWN || file->state == SEAL_FACTS_TEXT_UNREADABLE) {
        *ret_value = g_strdup("/etc/libvirt/qemu.conf not readable");
        return SEAL_CHECK_NA;
    }
    *ret_value = set ? g_strdup_printf("auto_shutdown_try_save is %s", shown)
                     : g_strdup("auto_shutdown_try_save is not set");
    return !set || g_str_equal(set, "none") ? SEAL_CHECK_PASS : SEAL_CHECK_WARN;
}

SealCheckState
seal_checks_probe_host_selinux(const SealCheckRow *row,
                               const SealFacts *facts,
                               char **ret_value,
                               char **ret_remedy)
{
    const char *enforce = seal_facts_get_text(facts, SEAL_FACTS_TEXT_SELINUX);

    *ret_value = g_strdup(!enforce ? "not in use" : *enforce == '1' ? "enforcing" : "permissive");
    return enforce ? SEAL_CHECK_PASS : SEAL_CHECK_NA;
}

SealCheckState
seal_checks_probe_host_apparmor(const SealCheckRow *row,
                                const SealFacts *facts,
                                char **ret_value,
                                char **ret_remedy)
{
    const char *enabled = seal_facts_get_text(facts, SEAL_FACTS_TEXT_APPARMOR);
    const char *profiles = seal_facts_get_text(facts, SEAL_FACTS_TEXT_APPARMOR_PROFILES);

    if (!enabled || *enabled != 'Y') {
        *ret_value = g_strdup("not in use");
        return SEAL_CHECK_NA;
    }
    *ret_value = g_strdup(!profiles                      ? "on; its profiles are not readable"
                          : strstr(profiles, "libvirt-") ? "on, with libvirt's profiles"
                                                         : "on, without libvirt's profiles");
    return SEAL_CHECK_PASS;
}

SealCheckState
seal_checks_probe_host_swiotlb(const SealCheckRow *row,
                               const SealFacts *facts,
                               char **ret_value,
                               char **ret_remedy)
{
    *ret_value = g_strdup("by default 6 % of a guest's memory, 1 GiB at most");
    return SEAL_CHECK_PASS;
}
