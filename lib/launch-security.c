/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The <launchSecurity> element. For SEV and SEV-ES libvirt has one type, told
 * apart by the policy. cbitpos and reducedPhysBits are properties of this
 * processor, not of the guest: libvirt 6.9 and later fill them in at each
 * start, and a stored one stops the guest on the next processor generation. The
 * policy is always written, for SEV-SNP libvirt demands what QEMU would default.
 */

#include "launch-security.h"

#include "version.h"

#define FILLS_CBITPOS SEAL_VERSION(6, 9, 0)

/* A child that is written when its setting is given. */
typedef struct {
    const char *name;
    const char *text;
} Child;

static void
add_children(xmlNode *element, const Child *children, gsize n)
{
    for (gsize i = 0; i < n; i++) {
        if (children[i].text)
            seal_xml_add(element, children[i].name, children[i].text);
    }
}

static xmlNode *
add_element(xmlNode *domain, const SealPlan *plan)
{
    const char *type = seal_technology_get_info(plan->technology)->xml_type;

    return seal_xml_set(seal_xml_add(domain, "launchSecurity", NULL), "type", type, NULL);
}

/* With 0x, for libvirt reads the policy in base 16 in any case and people do not. */
static void
add_policy(xmlNode *element, guint64 policy, int digits)
{
    g_autofree char *text = g_strdup_printf("0x%0*" G_GINT64_MODIFIER "x", digits, policy);

    seal_xml_add(element, "policy", text);
}

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
    const Child children[] = {{"dhCert", settings->dh_cert}, {"session", settings->session}};
    xmlNode *element = add_element(domain, plan);

    seal_xml_set(element, "kernelHashes", settings->kernel_hashes ? "yes" : NULL, NULL);
    add_processor_bits(element, plan->stack);
    add_policy(element, plan->policy, 4);
    add_children(element, children, G_N_ELEMENTS(children));
}

/* Every libvirt that knows SEV-SNP fills in the processor's bits by itself. */
static void
write_snp(xmlNode *domain, const SealPlan *plan)
{
    const SealSettings *settings = plan->settings;
    const Child children[] = {
        {"guestVisibleWorkarounds", settings->guest_visible_workarounds},
        {"idBlock", settings->id_block},
        {"idAuth", settings->id_auth},
        {"hostData", settings->host_data},
    };
    xmlNode *element = add_element(domain, plan);

    seal_xml_set(element, "kernelHashes", settings->kernel_hashes ? "yes" : NULL, "authorKey",
                 settings->author_key ? "yes" : NULL, "vcek", settings->vcek ? NULL : "no", NULL);
    add_policy(element, plan->policy, 8);
    add_children(element, children, G_N_ELEMENTS(children));
}

static void
write_tdx(xmlNode *domain, const SealPlan *plan)
{
    const SealSettings *settings = plan->settings;
    const Child children[] = {
        {"mrConfigId", settings->mr_config_id},
        {"mrOwner", settings->mr_owner},
        {"mrOwnerConfig", settings->mr_owner_config},
    };
    xmlNode *element = add_element(domain, plan);

    add_policy(element, plan->policy, 8);
    add_children(element, children, G_N_ELEMENTS(children));
    if (settings->quote_generation_socket)
        seal_xml_set(seal_xml_add(element, "quoteGenerationService", NULL), "path",
                     settings->quote_generation_socket, NULL);
}

static void (*const writers[])(xmlNode *, const SealPlan *) = {
    [SEAL_TECHNOLOGY_SEV] = write_sev,
    [SEAL_TECHNOLOGY_SEV_ES] = write_sev,
    [SEAL_TECHNOLOGY_SEV_SNP] = write_snp,
    [SEAL_TECHNOLOGY_TDX] = write_tdx,
};

void
seal_launch_security_write(xmlNode *domain, const SealPlan *plan)
{
    if ((guint)plan->technology < G_N_ELEMENTS(writers) && writers[plan->technology])
        writers[plan->technology](domain, plan);
}
