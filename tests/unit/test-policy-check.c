/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a kernel accepts of a policy: the rules of Linux 6.12, which refuses most
 * bits of an SEV-SNP policy, and masks that a newer KVM told. Expected answers
 * are those of the kernel's source and of launches that people reported.
 */

#include "error.h"
#include "policy.h"
#include "version.h"

#include <string.h>

#define SNP SEAL_TECHNOLOGY_SEV_SNP
#define TDX SEAL_TECHNOLOGY_TDX
#define LINUX_6_12 SEAL_VERSION(6, 12, 0)

typedef struct {
    SealTechnology technology;
    guint64 policy;
    guint64 kernel;
    gboolean has_mask;
    guint64 mask;
    const char *piece; /* of the refusal, NULL when it is accepted */
} Case;

static const Case cases[] = {
    {SNP, 0x30000, LINUX_6_12, FALSE, 0, NULL},
    {SNP, 0x30133, LINUX_6_12, FALSE, 0, NULL},
    {SNP, 0xb0000, LINUX_6_12, FALSE, 0, NULL},
    {SNP, 0xf0000, LINUX_6_12, FALSE, 0, "sets migrate-ma, with which the KVM of Linux 6.12"},
    {SNP, 0x70000, LINUX_6_12, FALSE, 0, "give 0x30000"},
    {SNP, 0x20000, LINUX_6_12, FALSE, 0, "lacks smt"},
    {SNP, 0x130000, LINUX_6_12, FALSE, 0, "sets single-socket"},
    {SNP, 0x630000, LINUX_6_12, FALSE, 0, "sets cxl-allow, mem-aes-256-xts"},
    {SNP, 0x1030000, SEAL_VERSION(6, 11, 0), FALSE, 0, "Linux 6.11.0"},
    /* a kernel that is not known refuses nothing */
    {SNP, 0x70000, 0, FALSE, 0, NULL},
    /* what KVM told counts, with and without smt */
    {SNP, 0x20000, LINUX_6_12, TRUE, 0x3f0000, NULL},
    {SNP, 0x170000, LINUX_6_12, TRUE, 0x3f0000, NULL},
    {SNP, 0x1030000, LINUX_6_12, TRUE, 0x3f0000, "sets ciphertext-hiding"},
    {SNP, 0x1030000, 0, TRUE, 0x3f0000, "Linux unknown"},
    /* TDX only when it told */
    {TDX, 0x10000001, SEAL_VERSION(6, 16, 0), FALSE, 0, NULL},
    {TDX, 0x10000000, SEAL_VERSION(6, 16, 0), TRUE, 0x10000000, NULL},
    {TDX, 0x10000001, SEAL_VERSION(6, 16, 0), TRUE, 0x10000000, "sets debug"},
    /* the others never meet the kernel */
    {SEAL_TECHNOLOGY_SEV, 0xffffffff, LINUX_6_12, TRUE, 0, NULL},
    {SEAL_TECHNOLOGY_NONE, 0, LINUX_6_12, TRUE, 0, NULL},
};

static void
test_cases(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const Case *c = &cases[i];
        g_autoptr(GError) error = NULL;
        gboolean ok = seal_policy_check_kernel(c->technology, c->policy, c->kernel, c->has_mask,
                                               c->mask, &error);

        g_assert_cmpint(ok, ==, c->piece == NULL);
        if (ok)
            continue;
        g_assert_error(error, SEAL_ERROR, SEAL_ERROR_NOT_SUPPORTED);
        if (!strstr(error->message, c->piece))
            g_error("\"%s\" is not in the message \"%s\"", c->piece, error->message);
    }
}

/* The policy that the message offers instead is one that the same kernel takes. */
static void
test_offered_policy_is_accepted(void)
{
    for (guint bit = 16; bit < 26; bit++) {
        guint64 policy = (G_GUINT64_CONSTANT(1) << bit) | 0x20000;
        g_autoptr(GError) error = NULL;
        const char *offer;

        if (seal_policy_check_kernel(SNP, policy, LINUX_6_12, FALSE, 0, &error))
            continue;
        offer = strstr(error->message, "give 0x");
        g_assert_nonnull(offer);
        policy = g_ascii_strtoull(offer + strlen("give 0x"), NULL, 16);
        g_assert_true(seal_policy_check_kernel(SNP, policy, LINUX_6_12, FALSE, 0, NULL));
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/policy-check/cases", test_cases);
    g_test_add_func("/policy-check/offered-policy", test_offered_policy_is_accepted);
    return g_test_run();
}
