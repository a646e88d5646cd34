/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * Guest policies: from named flags to the number that the secure processor or
 * the TDX module measures, and back. The layouts are those of AMD 55766 (SEV
 * and SEV-ES, 32 bit), AMD 56860 (SEV-SNP, 64 bit) and Intel's TD ATTRIBUTES
 * (64 bit). Names are AMD's and Intel's in lower case with dashes; the words
 * that Proxmox users know (no-debug, no-key-sharing, allow-smt) are aliases.
 */

#include "technology.h"

/* SEV and SEV-ES guest policy bits (AMD 55766, guest policy structure). */
#define SEAL_POLICY_SEV_NODBG (G_GUINT64_CONSTANT(1) << 0)
#define SEAL_POLICY_SEV_NOKS (G_GUINT64_CONSTANT(1) << 1)
#define SEAL_POLICY_SEV_ES (G_GUINT64_CONSTANT(1) << 2)
#define SEAL_POLICY_SEV_NOSEND (G_GUINT64_CONSTANT(1) << 3)
/* SEV-SNP guest policy bits (AMD 56860, guest policy structure). */
#define SEAL_POLICY_SNP_SMT (G_GUINT64_CONSTANT(1) << 16)
#define SEAL_POLICY_SNP_RESERVED_ONE (G_GUINT64_CONSTANT(1) << 17)
#define SEAL_POLICY_SNP_DEBUG (G_GUINT64_CONSTANT(1) << 19)
/* TD attributes (Intel TDX module ABI, ATTRIBUTES). */
#define SEAL_POLICY_TDX_DEBUG (G_GUINT64_CONSTANT(1) << 0)
#define SEAL_POLICY_TDX_SEPT_VE_DISABLE (G_GUINT64_CONSTANT(1) << 28)

/**
 * SealPolicyField - one named part of a policy, a row of the table
 *
 * @technologies: bit set of 1 << SealTechnology that have it
 * @name: canonical name, or an alias when @alias_of is set
 * @shift, @width: width 1 is a flag, wider is a number written "name=N"
 * @inverted: naming it clears the bit (the aliases that say "no-...")
 * @alias_of: canonical name that decoding prints instead, or NULL
 * @summary: what it means when named, one English line
 */
typedef struct {
    guint technologies;
    const char *name;
    guint shift;
    guint width;
    gboolean inverted;
    const char *alias_of;
    const char *summary;
} SealPolicyField;

/**
 * seal_policy_get_fields - the table, for help texts, docs and tests
 * @ret_n: number of rows
 * Returns: (transfer none): the first row.
 */
const SealPolicyField *seal_policy_get_fields(gsize *ret_n);

/**
 * seal_policy_field_mask - the bits that a row covers
 * @field: a row of the table
 * Returns: a mask.
 */
guint64 seal_policy_field_mask(const SealPolicyField *field);

/**
 * seal_policy_get_required - the bits that the technology demands
 * @technology: any
 * Returns: a mask: ES for sev-es, reserved bit 17 for sev-snp, else 0.
 */
guint64 seal_policy_get_required(SealTechnology technology);

/**
 * seal_policy_encode - named flags to the number
 * @technology: sev, sev-es, sev-snp or tdx
 * @flags: (nullable): NULL-terminated names, "name=N" for numbers, "bit-N" and "bit-N=0" as
 *   seal_policy_decode() writes them; a bit that has a name must be called by it
 * @ret_policy: the policy, with the bits that the technology demands (ES for
 *   sev-es, reserved bit 17 for sev-snp)
 * Returns: FALSE with SEAL_ERROR_INVALID_ARGUMENT for a technology without
 * policy, an unknown name, a number that does not fit, a flag named together
 * with its opposite, or a result that seal_policy_validate() refuses.
 */
gboolean seal_policy_encode(SealTechnology technology,
                            const char *const *flags,
                            guint64 *ret_policy,
                            GError **error);

/**
 * seal_policy_decode - the number to named flags
 * @technology: sev, sev-es, sev-snp or tdx; anything else names all bits "bit-N"
 * @policy: any number, also an illegal one
 * Returns: (transfer full): NULL-terminated names, lowest bit first; unnamed
 * bits as "bit-N"; a bit that must be one and is not as "bit-N=0". Encoding
 * the names of a legal policy gives the same number again.
 */
GStrv seal_policy_decode(SealTechnology technology, guint64 policy);

/**
 * seal_policy_validate - whether the specification allows a policy
 * @technology: the technology it is for
 * @policy: the number
 * Returns: FALSE with SEAL_ERROR_INVALID_ARGUMENT that names the value, the
 * offending bits and the cure: reserved bits set, a must-be-one bit clear,
 * wider than the field, or the ES bit at odds with the technology.
 */
gboolean seal_policy_validate(SealTechnology technology, guint64 policy, GError **error);

/**
 * seal_policy_check_kernel - whether the running kernel starts a guest with a policy
 * @technology: the technology it is for; only SNP and TDX policies are checked by KVM
 * @policy: a policy that seal_policy_validate() accepts
 * @kernel_version: packed, for the message; 0 when unknown, which refuses nothing unless @has_mask
 * @has_mask: KVM told the bits it accepts (KVM_X86_SNP_POLICY_BITS, or the supported
 *   attributes of KVM_TDX_CAPABILITIES)
 * @mask: those bits; without them an SNP policy is held against what Linux 6.12 accepts
 *   (arch/x86/kvm/svm/sev.c, snp_launch_start), which demands smt as well
 * Returns: FALSE with SEAL_ERROR_NOT_SUPPORTED that names the bits, the kernel and a policy
 * that would do.
 */
gboolean seal_policy_check_kernel(SealTechnology technology,
                                  guint64 policy,
                                  guint64 kernel_version,
                                  gboolean has_mask,
                                  guint64 mask,
                                  GError **error);

/**
 * seal_policy_debug_allowed - whether the host may decrypt guest memory
 * @technology: the technology it is for
 * @policy: the number
 * Returns: TRUE when the policy lets the host read the guest (SEV and SEV-ES:
 * NODBG clear; SNP and TDX: DEBUG set), and for technology none; FALSE for s390-pv,
 * which has no policy, and for unknown technologies.
 */
gboolean seal_policy_debug_allowed(SealTechnology technology, guint64 policy);
