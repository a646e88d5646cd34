/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The <launchSecurity> element. For SEV and SEV-ES libvirt has one type, told
 * apart by the policy. cbitpos and reducedPhysBits are properties of this
 * processor, not of the guest: libvirt 6.9 and later fill them in at each
 * start, and a stored one stops the guest on the next processor generation.
 */

#include "launch-security.h"

#include "version.h"

#define FILLS_CBITPOS SEAL_VERSION(6, 9, 0)

static void
add_processor_bits(xmlNode *element, const SealStack *stack)
{
    if (stack->libvirt_version >= FILLS_CBITPOS)
        return;
    seal_xml_add_uint(element, "cbitpos", stack->cbitpos);
    seal_xml_add_uint(element, "reducedPhysBits", stack->reduced_phys_bits);
}

static void
write_sev(xmlNode *domain, const SealPlan *plan)
{
    const SealSettings *settings = plan->settings;
    /* With 0x, for libvirt reads the policy in base 16 in any case and people do not. */
    g_autofree char *policy = g_strdup_printf("0x%04" G_GINT64_MODIFIER "x", plan->policy);
    xmlNode *element = seal_xml_add(domain, "launchSecurity", NULL);

    seal_xml_set(element, "type", "sev", "kernelHashes", settings->kernel_hashes ? "yes" : NULL,
                 NULL);
    add_processor_bits(element, plan->stack);
    seal_xml_add(element, "policy", policy);
    if (settings->dh_cert)
        seal_xml_add(element, "dhCert", settings->dh_cert);
    if (settings->session)
        seal_xml_add(element, "session", settings->session);
}

static void (*const writers[])(xmlNode *, const SealPlan *) = {
    [SEAL_TECHNOLOGY_SEV] = write_sev,
    [SEAL_TECHNOLOGY_SEV_ES] = write_sev,
};

void
seal_launch_security_write(xmlNode *domain, const SealPlan *plan)
{
    if ((guint)plan->technology < G_N_ELEMENTS(writers) && writers[plan->technology])
        writers[plan->technology](domain, plan);
}
