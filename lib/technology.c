/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The technology table. Minimum versions are those of the first release that
 * can start such a guest at all: Linux and QEMU release notes, libvirt NEWS
 * (4.5 SEV, 10.5 SEV-SNP, 11.6 TDX, 7.6 Secure Execution). SEV-ES has the same
 * libvirt row as SEV because to libvirt it is only a policy bit.
 */

#include "technology.h"

#include "policy.h"
#include "version.h"

/* The names of no technology, that settings may still carry. */
#define NAME_AUTO "auto"

#define DEFAULT_SEV (SEAL_POLICY_SEV_NODBG | SEAL_POLICY_SEV_NOKS | SEAL_POLICY_SEV_NOSEND)

static const SealTechnologyInfo infos[] = {
    [SEAL_TECHNOLOGY_NONE] =
        {
            .name = "none",
            .label = "no memory encryption",
            .creatable = TRUE,
        },
    [SEAL_TECHNOLOGY_SEV] =
        {
            .name = "sev",
            .label = "AMD SEV",
            .xml_type = "sev",
            .pool = SEAL_POOL_SEV,
            .firmware_feature = "amd-sev",
            .cpu_flag = "sev",
            .kernel_module = "kvm_amd",
            .kernel_parameter = "sev",
            .min_kernel = SEAL_VERSION(4, 16, 0),
            .min_qemu = SEAL_VERSION(2, 12, 0),
            .min_libvirt = SEAL_VERSION(4, 5, 0),
            .policy_bits = 32,
            .default_policy = DEFAULT_SEV,
            .rank = 1,
            .pins_memory = TRUE,
            .measured_start = TRUE,
            .creatable = TRUE,
        },
    [SEAL_TECHNOLOGY_SEV_ES] =
        {
            .name = "sev-es",
            .label = "AMD SEV-ES",
            .xml_type = "sev",
            .pool = SEAL_POOL_SEV_ES,
            .firmware_feature = "amd-sev-es",
            .cpu_flag = "sev_es",
            .kernel_module = "kvm_amd",
            .kernel_parameter = "sev_es",
            .min_kernel = SEAL_VERSION(5, 11, 0),
            .min_qemu = SEAL_VERSION(6, 0, 0),
            .min_libvirt = SEAL_VERSION(4, 5, 0),
            .policy_bits = 32,
            .default_policy = DEFAULT_SEV | SEAL_POLICY_SEV_ES,
            .rank = 2,
            .pins_memory = TRUE,
            .measured_start = TRUE,
            .creatable = TRUE,
        },
    [SEAL_TECHNOLOGY_SEV_SNP] =
        {
            .name = "sev-snp",
            .label = "AMD SEV-SNP",
            .xml_type = "sev-snp",
            .pool = SEAL_POOL_SEV_ES,
            .firmware_feature = "amd-sev-snp",
            .cpu_flag = "sev_snp",
            .kernel_module = "kvm_amd",
            .kernel_parameter = "sev_snp",
            .min_kernel = SEAL_VERSION(6, 11, 0),
            .min_qemu = SEAL_VERSION(9, 1, 0),
            .min_libvirt = SEAL_VERSION(10, 5, 0),
            .policy_bits = 64,
            .default_policy = SEAL_POLICY_SNP_SMT | SEAL_POLICY_SNP_RESERVED_ONE,
            .rank = 4,
            .private_memory = TRUE,
            .creatable = TRUE,
        },
    [SEAL_TECHNOLOGY_TDX] =
        {
            .name = "tdx",
            .label = "Intel TDX",
            .xml_type = "tdx",
            .pool = SEAL_POOL_TDX,
            .firmware_feature = "intel-tdx",
            .cpu_flag = "tdx_host_platform",
            .kernel_module = "kvm_intel",
            .kernel_parameter = "tdx",
            .min_kernel = SEAL_VERSION(6, 16, 0),
            .min_qemu = SEAL_VERSION(10, 1, 0),
            .min_libvirt = SEAL_VERSION(11, 6, 0),
            .policy_bits = 64,
            .default_policy = SEAL_POLICY_TDX_SEPT_VE_DISABLE,
            .rank = 3,
            .private_memory = TRUE,
            .creatable = TRUE,
        },
    [SEAL_TECHNOLOGY_S390_PV] =
        {
            .name = "s390-pv",
            .label = "IBM Secure Execution",
            .xml_type = "s390-pv",
            .min_kernel = SEAL_VERSION(5, 7, 0),
            .min_qemu = SEAL_VERSION(5, 1, 0),
            .min_libvirt = SEAL_VERSION(7, 6, 0),
        },
};

G_STATIC_ASSERT(G_N_ELEMENTS(infos) == SEAL_TECHNOLOGY_LAST + 1);

static const char *const pool_names[SEAL_POOL_INVALID] = {
    [SEAL_POOL_SEV] = "sev",
    [SEAL_POOL_SEV_ES] = "sev-es",
    [SEAL_POOL_TDX] = "tdx",
};

const SealTechnologyInfo *
seal_technology_get_info(SealTechnology technology)
{
    if ((guint)technology >= G_N_ELEMENTS(infos))
        return &infos[SEAL_TECHNOLOGY_NONE];
    return &infos[technology];
}

const char *
seal_technology_to_string(SealTechnology technology)
{
    if (technology == SEAL_TECHNOLOGY_AUTO)
        return NAME_AUTO;
    if ((guint)technology >= G_N_ELEMENTS(infos))
        return NULL;
    return infos[technology].name;
}

SealTechnology
seal_technology_from_string(const char *name)
{
    if (g_strcmp0(name, NAME_AUTO) == 0)
        return SEAL_TECHNOLOGY_AUTO;
    for (guint i = 0; i < G_N_ELEMENTS(infos); i++) {
        if (g_strcmp0(name, infos[i].name) == 0)
            return (SealTechnology)i;
    }
    return SEAL_TECHNOLOGY_INVALID;
}

SealTechnology
seal_technology_from_launch_security(const char *xml_type, guint64 policy)
{
    if (!xml_type)
        return SEAL_TECHNOLOGY_NONE;
    for (guint i = SEAL_TECHNOLOGY_FIRST; i <= SEAL_TECHNOLOGY_LAST; i++) {
        if (g_strcmp0(xml_type, infos[i].xml_type) != 0)
            continue;
        if (i == SEAL_TECHNOLOGY_SEV && (policy & SEAL_POLICY_SEV_ES))
            return SEAL_TECHNOLOGY_SEV_ES;
        return (SealTechnology)i;
    }
    return SEAL_TECHNOLOGY_INVALID;
}

const char *
seal_technology_pool_to_string(SealPool pool)
{
    if ((guint)pool >= G_N_ELEMENTS(pool_names))
        return NULL;
    return pool_names[pool];
}
