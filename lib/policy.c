/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The policy table, and what can be said of a number by looking at it. A bit
 * that no row of a technology covers is reserved there, so the reserved masks
 * need no second list that could disagree with the names. SEV and SEV-ES share
 * their rows: to the firmware SEV-ES is the ES bit.
 */

#include "policy.h"

#include "error.h"

#define SEV (1u << SEAL_TECHNOLOGY_SEV | 1u << SEAL_TECHNOLOGY_SEV_ES)
#define SNP (1u << SEAL_TECHNOLOGY_SEV_SNP)
#define TDX (1u << SEAL_TECHNOLOGY_TDX)

static const SealPolicyField fields[] = {
    {SEV, "nodbg", 0, 1, FALSE, NULL, "the host cannot debug, that is decrypt, the guest"},
    {SEV, "noks", 1, 1, FALSE, NULL, "the guest's key is not shared with another guest"},
    {SEV, "es", 2, 1, FALSE, NULL, "registers are encrypted as well (SEV-ES)"},
    {SEV, "nosend", 3, 1, FALSE, NULL, "the guest is not sent to another platform"},
    {SEV, "domain", 4, 1, FALSE, NULL, "sent only to platforms of the same owner's domain"},
    {SEV, "sev", 5, 1, FALSE, NULL, "sent only to platforms with SEV"},
    {SEV, "api-major", 16, 8, FALSE, NULL, "lowest major version of the SEV firmware"},
    {SEV, "api-minor", 24, 8, FALSE, NULL, "lowest minor version of the SEV firmware"},
    {SEV, "no-debug", 0, 1, FALSE, "nodbg", "same as nodbg"},
    {SEV, "debug", 0, 1, TRUE, "nodbg", "the opposite of nodbg"},
    {SEV, "no-key-sharing", 1, 1, FALSE, "noks", "same as noks"},
    {SEV, "key-sharing", 1, 1, TRUE, "noks", "the opposite of noks"},
    {SEV, "no-send", 3, 1, FALSE, "nosend", "same as nosend"},
    {SEV, "send", 3, 1, TRUE, "nosend", "the opposite of nosend"},

    {SNP, "abi-minor", 0, 8, FALSE, NULL, "lowest minor version of the SNP firmware ABI"},
    {SNP, "abi-major", 8, 8, FALSE, NULL, "lowest major version of the SNP firmware ABI"},
    {SNP, "smt", 16, 1, FALSE, NULL, "may run on a host with simultaneous multithreading"},
    {SNP, "migrate-ma", 18, 1, FALSE, NULL, "a migration agent may be associated"},
    {SNP, "debug", 19, 1, FALSE, NULL, "the host may debug, that is decrypt, the guest"},
    {SNP, "single-socket", 20, 1, FALSE, NULL, "runs on one socket only"},
    {SNP, "cxl-allow", 21, 1, FALSE, NULL, "CXL devices and memory may be populated"},
    {SNP, "mem-aes-256-xts", 22, 1, FALSE, NULL, "memory encryption must be AES-256-XTS"},
    {SNP, "rapl-dis", 23, 1, FALSE, NULL, "power metering (RAPL) must be disabled"},
    {SNP, "ciphertext-hiding", 24, 1, FALSE, NULL, "ciphertext hiding must be enabled"},
    {SNP, "page-swap-disable", 25, 1, FALSE, NULL, "pages must not be moved or swapped"},
    {SNP, "allow-smt", 16, 1, FALSE, "smt", "same as smt"},
    {SNP, "no-smt", 16, 1, TRUE, "smt", "the opposite of smt"},
    {SNP, "allow-debug", 19, 1, FALSE, "debug", "same as debug"},
    {SNP, "no-debug", 19, 1, TRUE, "debug", "the opposite of debug"},
    {SNP, "allow-cxl", 21, 1, FALSE, "cxl-allow", "same as cxl-allow"},
    {SNP, "ciphertext-hiding-dram", 24, 1, FALSE, "ciphertext-hiding", "same"},

    {TDX, "debug", 0, 1, FALSE, NULL, "the host may debug, that is decrypt, the guest"},
    {TDX, "hgs-plus-prof", 4, 1, FALSE, NULL, "the host may profile with HGS+"},
    {TDX, "perf-prof", 5, 1, FALSE, NULL, "the host may profile with performance counters"},
    {TDX, "pmt-prof", 6, 1, FALSE, NULL, "the host may profile with platform telemetry"},
    {TDX, "icssd", 16, 1, FALSE, NULL, "the ICSSD attribute"},
    {TDX, "lass", 27, 1, FALSE, NULL, "linear address space separation"},
    {TDX, "sept-ve-disable", 28, 1, FALSE, NULL, "no #VE on access to pending pages"},
    {TDX, "migratable", 29, 1, FALSE, NULL, "the guest may be migrated"},
    {TDX, "pks", 30, 1, FALSE, NULL, "supervisor protection keys"},
    {TDX, "kl", 31, 1, FALSE, NULL, "key locker"},
    {TDX, "tpa", 62, 1, FALSE, NULL, "the TPA attribute"},
    {TDX, "perfmon", 63, 1, FALSE, NULL, "performance monitoring inside the guest"},
    {TDX, "no-debug", 0, 1, TRUE, "debug", "the opposite of debug"},
    {TDX, "allow-debug", 0, 1, FALSE, "debug", "same as debug"},
    {TDX, "migrtable", 29, 1, FALSE, "migratable", "same as migratable"},
};

const SealPolicyField *
seal_policy_get_fields(gsize *ret_n)
{
    *ret_n = G_N_ELEMENTS(fields);
    return fields;
}

guint64
seal_policy_get_required(SealTechnology technology)
{
    if (technology == SEAL_TECHNOLOGY_SEV_ES)
        return SEAL_POLICY_SEV_ES;
    if (technology == SEAL_TECHNOLOGY_SEV_SNP)
        return SEAL_POLICY_SNP_RESERVED_ONE;
    return 0;
}

guint64
seal_policy_field_mask(const SealPolicyField *field)
{
    return ((G_GUINT64_CONSTANT(1) << field->width) - 1) << field->shift;
}

/* The canonical row that covers a bit, NULL for a reserved one. */
static const SealPolicyField *
find_field(SealTechnology technology, guint bit)
{
    for (gsize i = 0; i < G_N_ELEMENTS(fields); i++) {
        const SealPolicyField *field = &fields[i];

        if (!field->alias_of && (field->technologies & 1u << technology) &&
            (seal_policy_field_mask(field) >> bit & 1))
            return field;
    }
    return NULL;
}

static guint64
reserved_mask(SealTechnology technology)
{
    guint64 known = seal_policy_get_required(technology);

    for (gsize i = 0; i < G_N_ELEMENTS(fields); i++) {
        if (fields[i].technologies & 1u << technology)
            known |= seal_policy_field_mask(&fields[i]);
    }
    return ~known;
}

/* Of a number that is not zero. */
static guint
lowest_bit(guint64 number)
{
    return (guint)__builtin_ctzll(number);
}

/* What decoding prints for one bit that is set or has to be, NULL for nothing. */
static char *
decode_bit(SealTechnology technology, guint64 policy, guint bit)
{
    const SealPolicyField *field = find_field(technology, bit);
    guint64 required = seal_policy_get_required(technology) >> bit & 1;
    guint64 value = policy >> bit & 1;

    if (field && field->width > 1) {
        value = policy & seal_policy_field_mask(field);
        if (bit != lowest_bit(value))
            return NULL;
        return g_strdup_printf("%s=%" G_GUINT64_FORMAT, field->name, value >> field->shift);
    }
    if (required && !value)
        return g_strdup_printf("bit-%u=0", bit);
    if (field)
        return g_strdup(field->name);
    return required ? NULL : g_strdup_printf("bit-%u", bit);
}

GStrv
seal_policy_decode(SealTechnology technology, guint64 policy)
{
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    guint64 rest = policy | seal_policy_get_required(technology);

    /* An inventory decodes thousands of policies: zeros, which are most bits, cost nothing. */
    for (; rest; rest &= rest - 1) {
        g_autofree char *name = decode_bit(technology, policy, lowest_bit(rest));

        if (name)
            g_strv_builder_add(builder, name);
    }
    return g_strv_builder_end(builder);
}

/* "bit-6, bit-7" */
static char *
list_bits(guint64 mask)
{
    GString *list = g_string_new(NULL);

    for (guint bit = 0; bit < 64; bit++) {
        if (mask >> bit & 1)
            g_string_append_printf(list, "%sbit-%u", list->len ? ", " : "", bit);
    }
    return g_string_free(list, FALSE);
}

/* The cure has the bits that must be one as well, or following it would end in the next refusal. */
static gboolean
refuse_reserved(const SealTechnologyInfo *info,
                guint64 policy,
                guint64 reserved,
                guint64 required,
                GError **error)
{
    g_autofree char *bits = list_bits(policy & reserved);
    g_autofree char *missing = list_bits(required & ~policy);
    g_autofree char *set = g_strdup_printf("set %s as well, which gives", missing);

    g_set_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT,
                "policy 0x%" G_GINT64_MODIFIER "x sets %s, reserved for %s and to be zero; "
                "clear them, %s 0x%" G_GINT64_MODIFIER "x",
                policy, bits, info->name, *missing ? set : "which leaves",
                (policy & ~reserved) | required);
    return FALSE;
}

static gboolean
refuse_missing(const SealTechnologyInfo *info, guint64 policy, guint64 required, GError **error)
{
    g_autofree char *bits = list_bits(required & ~policy);

    g_set_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT,
                "policy 0x%" G_GINT64_MODIFIER "x leaves %s clear, which %s demands to be one; "
                "set it, which gives 0x%" G_GINT64_MODIFIER "x",
                policy, bits, info->name, policy | required);
    return FALSE;
}

gboolean
seal_policy_validate(SealTechnology technology, guint64 policy, GError **error)
{
    const SealTechnologyInfo *info = seal_technology_get_info(technology);
    guint64 required = seal_policy_get_required(technology);
    guint64 reserved;

    if (info->policy_bits == 0) {
        const char *name = seal_technology_to_string(technology);

        g_set_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT,
                    "technology %s has no policy; leave the policy out or choose sev, sev-es, "
                    "sev-snp or tdx",
                    name ? name : "unknown");
        return FALSE;
    }
    if (info->policy_bits < 64 && policy >> info->policy_bits) {
        g_set_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT,
                    "policy 0x%" G_GINT64_MODIFIER "x is wider than the %u bits that %s has; "
                    "use at most 0x%" G_GINT64_MODIFIER "x",
                    policy, info->policy_bits, info->name,
                    (G_GUINT64_CONSTANT(1) << info->policy_bits) - 1);
        return FALSE;
    }
    reserved = reserved_mask(technology);
    if (policy & reserved)
        return refuse_reserved(info, policy, reserved, required, error);
    if (technology == SEAL_TECHNOLOGY_SEV && (policy & SEAL_POLICY_SEV_ES)) {
        g_set_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT,
                    "policy 0x%" G_GINT64_MODIFIER "x sets the ES flag (bit-2), which sev does "
                    "not have; use technology sev-es",
                    policy);
        return FALSE;
    }
    if (~policy & required)
        return refuse_missing(info, policy, required, error);
    return TRUE;
}

gboolean
seal_policy_debug_allowed(SealTechnology technology, guint64 policy)
{
    switch (technology) {
    case SEAL_TECHNOLOGY_NONE:
        return TRUE;
    case SEAL_TECHNOLOGY_SEV:
    case SEAL_TECHNOLOGY_SEV_ES:
        return !(policy & SEAL_POLICY_SEV_NODBG);
    case SEAL_TECHNOLOGY_SEV_SNP:
        return !!(policy & SEAL_POLICY_SNP_DEBUG);
    case SEAL_TECHNOLOGY_TDX:
        return !!(policy & SEAL_POLICY_TDX_DEBUG);
    case SEAL_TECHNOLOGY_S390_PV:
    case SEAL_TECHNOLOGY_AUTO:
    case SEAL_TECHNOLOGY_INVALID:
        break;
    }
    return FALSE;
}
