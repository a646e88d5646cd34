/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the running kernel accepts of a policy. The specification allows more
 * than KVM does: Linux 6.11 and 6.12 refuse most bits of an SEV-SNP policy
 * before the secure processor sees it, with EINVAL and not a word of why. Newer
 * kernels publish the bits they take; where KVM was asked, its answer counts.
 */

#include "policy.h"

#include "error.h"
#include "version.h"

/* linux 6.12, arch/x86/kvm/svm/sev.c, snp_launch_start(): it refuses single-socket as well. */
#define SNP_ABI_VERSION G_GUINT64_CONSTANT(0xffff)
#define SNP_DEMANDED (SEAL_POLICY_SNP_SMT | SEAL_POLICY_SNP_RESERVED_ONE)
#define SNP_ACCEPTED (SNP_ABI_VERSION | SNP_DEMANDED | SEAL_POLICY_SNP_DEBUG)

/* Bits of a policy as their names, "migrate-ma, cxl-allow"; those that must be one say so. */
static char *
name_bits(SealTechnology technology, guint64 bits)
{
    guint64 required = seal_policy_get_required(technology);
    g_auto(GStrv) names = seal_policy_decode(technology, bits | required);

    return g_strjoinv(", ", names);
}

/* @offer: a policy that this kernel would take */
static gboolean
refuse(SealTechnology technology,
       guint64 policy,
       guint64 offer,
       guint64 kernel_version,
       GError **error)
{
    gboolean excess = (policy & ~offer) != 0;
    g_autofree char *names = name_bits(technology, excess ? policy & ~offer : offer & ~policy);
    g_autofree char *kernel = seal_version_format(kernel_version);

    g_set_error(error, SEAL_ERROR, SEAL_ERROR_NOT_SUPPORTED,
                "policy 0x%" G_GINT64_MODIFIER "x %s %s, %s the KVM of Linux %s refuses %s guests; "
                "give 0x%" G_GINT64_MODIFIER "x, or upgrade the kernel to one that supports it",
                policy, excess ? "sets" : "lacks", names, excess ? "with which" : "without which",
                kernel, seal_technology_get_info(technology)->label, offer);
    return FALSE;
}

gboolean
seal_policy_check_kernel(SealTechnology technology,
                         guint64 policy,
                         guint64 kernel_version,
                         gboolean has_mask,
                         guint64 mask,
                         GError **error)
{
    gboolean snp = technology == SEAL_TECHNOLOGY_SEV_SNP;
    guint64 demanded = has_mask ? 0 : SNP_DEMANDED;
    guint64 accepted = has_mask ? mask | seal_policy_get_required(technology) : SNP_ACCEPTED;
    guint64 offer = (policy & accepted) | demanded;

    /* Only SNP and TDX policies meet the kernel; of TDX it must have told what it takes. */
    if (!snp && (technology != SEAL_TECHNOLOGY_TDX || !has_mask))
        return TRUE;
    if (!has_mask && kernel_version == 0)
        return TRUE;
    return offer == policy || refuse(technology, policy, offer, kernel_version, error);
}
