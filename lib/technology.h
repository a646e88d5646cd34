/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * The technologies of memory encryption, as one table. Whatever differs from
 * one to the next without needing code of its own is a column here, so that
 * a further technology is a row, its policy flags and its launchSecurity
 * children.
 */

#include <glib.h>

/**
 * SealTechnology - values are an index into the table, not a wire format;
 * on the bus and in files a technology is its name.
 */
typedef enum {
    SEAL_TECHNOLOGY_NONE,
    SEAL_TECHNOLOGY_SEV,
    SEAL_TECHNOLOGY_SEV_ES,
    SEAL_TECHNOLOGY_SEV_SNP,
    SEAL_TECHNOLOGY_TDX,
    SEAL_TECHNOLOGY_S390_PV,
    SEAL_TECHNOLOGY_AUTO, /* a wish in settings, never a property of a VM */
    SEAL_TECHNOLOGY_INVALID,
} SealTechnology;

/* The real ones: sev ... s390-pv */
#define SEAL_TECHNOLOGY_FIRST SEAL_TECHNOLOGY_SEV
#define SEAL_TECHNOLOGY_LAST SEAL_TECHNOLOGY_S390_PV

/**
 * SealPool - where the launch takes its key slot from. Names are those of the
 * contract's Capacity property ("sev", "sev-es", "tdx"); SNP guests take theirs
 * from sev-es, as the kernel's misc cgroup accounts them.
 */
typedef enum {
    SEAL_POOL_NONE,
    SEAL_POOL_SEV,
    SEAL_POOL_SEV_ES,
    SEAL_POOL_TDX,
    SEAL_POOL_INVALID,
} SealPool;

/**
 * SealTechnologyInfo - one row
 *
 * @name: contract name; @label: as AMD, Intel and IBM write it
 * @xml_type: launchSecurity type attribute, NULL for none
 * @pool: pool of key slots that a running guest takes one of
 * @firmware_feature: feature of QEMU's firmware descriptors, NULL when none is needed
 * @cpu_flag: flag in /proc/cpuinfo that says the silicon can, NULL when there is none
 * @kernel_module, @kernel_parameter: /sys/module/M/parameters/P that must be on, or NULL
 * @min_kernel, @min_qemu, @min_libvirt: first versions that can start such a guest
 * @policy_bits: width of the policy in bits, 0 for no policy
 * @default_policy: the policy of a VM whose owner did not say: debug and key
 *   sharing off, no-send for SEV and SEV-ES
 * @rank: auto prefers the higher; 0 is never chosen
 * @pins_memory: KVM pins all guest memory, so the memory lock limit must cover it
 * @private_memory: guest memory is not the host's to map (guest_memfd): no device has memory in it,
 *   and firmware must be mapped as ROM, pflash does not work
 * @measured_start: guest owner can attest before the guest runs (dh-cert, session)
 * @creatable: the XML writer knows it; FALSE is pass-through only
 */
typedef struct {
    const char *name;
    const char *label;
    const char *xml_type;
    SealPool pool;
    const char *firmware_feature;
    const char *cpu_flag;
    const char *kernel_module;
    const char *kernel_parameter;
    guint64 min_kernel;
    guint64 min_qemu;
    guint64 min_libvirt;
    guint policy_bits;
    guint64 default_policy;
    guint rank;
    gboolean pins_memory;
    gboolean private_memory;
    gboolean measured_start;
    gboolean creatable;
} SealTechnologyInfo;

/**
 * seal_technology_get_info - the row of a technology
 * @technology: any but AUTO and INVALID
 * Returns: (transfer none): a static row; that of NONE for AUTO and INVALID.
 */
const SealTechnologyInfo *seal_technology_get_info(SealTechnology technology);

/**
 * seal_technology_to_string - the contract's name
 * @technology: any value
 * Returns: (transfer none): "none", "sev", ..., "auto"; NULL for INVALID.
 */
const char *seal_technology_to_string(SealTechnology technology);

/**
 * seal_technology_from_string - read the contract's name
 * @name: (nullable): exact, lower case
 * Returns: SEAL_TECHNOLOGY_INVALID when it is no name of ours.
 */
SealTechnology seal_technology_from_string(const char *name);

/**
 * seal_technology_from_launch_security - which technology a domain uses
 * @xml_type: (nullable): type attribute of launchSecurity, NULL when there is no element
 * @policy: its policy; SEV-ES is SEV with policy bit 2 set (AMD 55766, guest policy)
 * Returns: SEAL_TECHNOLOGY_INVALID for a type this version does not know.
 */
SealTechnology seal_technology_from_launch_security(const char *xml_type, guint64 policy);

/**
 * seal_technology_pool_to_string - the contract's pool name
 * @pool: any value
 * Returns: (transfer none): "sev", "sev-es", "tdx"; NULL for NONE and INVALID.
 */
const char *seal_technology_pool_to_string(SealPool pool);
