/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The technology table: every row complete and consistent with itself, names
 * that lead back, and the launchSecurity types of libvirt with the one case
 * where the policy decides.
 */

#include "technology.h"

#include "error.h"
#include "policy.h"
#include "version.h"

static void
test_names(void)
{
    for (guint i = SEAL_TECHNOLOGY_NONE; i <= SEAL_TECHNOLOGY_AUTO; i++) {
        const char *name = seal_technology_to_string((SealTechnology)i);

        g_assert_nonnull(name);
        g_assert_cmpint(seal_technology_from_string(name), ==, i);
    }
    g_assert_null(seal_technology_to_string(SEAL_TECHNOLOGY_INVALID));
    g_assert_null(seal_technology_to_string((SealTechnology)4711));
}

static void
test_unknown_names(void)
{
    static const char *const unknown[] = {NULL, "", "SEV", "sev_es", "snp", "sev ", "invalid"};

    for (gsize i = 0; i < G_N_ELEMENTS(unknown); i++)
        g_assert_cmpint(seal_technology_from_string(unknown[i]), ==, SEAL_TECHNOLOGY_INVALID);
}

static void
test_rows(void)
{
    for (guint i = SEAL_TECHNOLOGY_FIRST; i <= SEAL_TECHNOLOGY_LAST; i++) {
        const SealTechnologyInfo *info = seal_technology_get_info((SealTechnology)i);

        g_assert_nonnull(info->label);
        g_assert_nonnull(info->xml_type);
        g_assert_cmpuint(info->min_libvirt, >=, SEAL_VERSION(4, 5, 0));
        g_assert_cmpuint(info->min_qemu, >, 0);
        g_assert_cmpuint(info->min_kernel, >, 0);
        g_assert_true((info->kernel_module == NULL) == (info->kernel_parameter == NULL));
        g_assert_false(info->pins_memory && info->private_memory);
        g_assert_true((info->rank > 0) == (info->policy_bits > 0));
        g_assert_true((info->rank > 0) == info->creatable);
    }
}

static void
test_default_policies(void)
{
    static const struct {
        SealTechnology technology;
        guint64 policy;
    } rows[] = {
        {SEAL_TECHNOLOGY_SEV, 0x0b},
        {SEAL_TECHNOLOGY_SEV_ES, 0x0f},
        {SEAL_TECHNOLOGY_SEV_SNP, 0x30000},
        {SEAL_TECHNOLOGY_TDX, 0x10000000},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        guint64 policy = seal_technology_get_info(rows[i].technology)->default_policy;

        g_assert_cmphex(policy, ==, rows[i].policy);
        g_assert_true(seal_policy_validate(rows[i].technology, policy, &error));
        g_assert_no_error(error);
        g_assert_false(seal_policy_debug_allowed(rows[i].technology, policy));
    }
}

static void
test_info_of_no_technology(void)
{
    const SealTechnologyInfo *none = seal_technology_get_info(SEAL_TECHNOLOGY_NONE);

    g_assert_cmpstr(none->name, ==, "none");
    g_assert_true(none->creatable);
    g_assert_cmpuint(none->rank, ==, 0);
    g_assert_true(seal_technology_get_info(SEAL_TECHNOLOGY_AUTO) == none);
    g_assert_true(seal_technology_get_info(SEAL_TECHNOLOGY_INVALID) == none);
    g_assert_true(seal_technology_get_info((SealTechnology)-1) == none);
}

static void
test_auto_prefers_more_protection(void)
{
    const SealTechnology order[] = {SEAL_TECHNOLOGY_SEV, SEAL_TECHNOLOGY_SEV_ES,
                                    SEAL_TECHNOLOGY_SEV_SNP};

    for (gsize i = 1; i < G_N_ELEMENTS(order); i++)
        g_assert_cmpuint(seal_technology_get_info(order[i])->rank, >,
                         seal_technology_get_info(order[i - 1])->rank);
    g_assert_cmpuint(seal_technology_get_info(SEAL_TECHNOLOGY_TDX)->rank, >,
                     seal_technology_get_info(SEAL_TECHNOLOGY_SEV_ES)->rank);
    g_assert_cmpuint(seal_technology_get_info(SEAL_TECHNOLOGY_S390_PV)->rank, ==, 0);
}

static void
test_launch_security(void)
{
    static const struct {
        const char *type;
        guint64 policy;
        SealTechnology technology;
    } rows[] = {
        {NULL, 0, SEAL_TECHNOLOGY_NONE},           {"sev", 0x3, SEAL_TECHNOLOGY_SEV},
        {"sev", 0x33, SEAL_TECHNOLOGY_SEV},        {"sev", 0x7, SEAL_TECHNOLOGY_SEV_ES},
        {"sev", 0x4, SEAL_TECHNOLOGY_SEV_ES},      {"sev-snp", 0x30000, SEAL_TECHNOLOGY_SEV_SNP},
        {"sev-snp", 0x4, SEAL_TECHNOLOGY_SEV_SNP}, {"tdx", 0, SEAL_TECHNOLOGY_TDX},
        {"s390-pv", 0, SEAL_TECHNOLOGY_S390_PV},   {"cca", 0, SEAL_TECHNOLOGY_INVALID},
        {"", 0, SEAL_TECHNOLOGY_INVALID},          {"sev-es", 0x7, SEAL_TECHNOLOGY_INVALID},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        g_assert_cmpint(seal_technology_from_launch_security(rows[i].type, rows[i].policy), ==,
                        rows[i].technology);
}

static void
test_pools(void)
{
    g_assert_cmpstr(seal_technology_pool_to_string(SEAL_POOL_SEV), ==, "sev");
    g_assert_cmpstr(seal_technology_pool_to_string(SEAL_POOL_SEV_ES), ==, "sev-es");
    g_assert_cmpstr(seal_technology_pool_to_string(SEAL_POOL_TDX), ==, "tdx");
    g_assert_null(seal_technology_pool_to_string(SEAL_POOL_NONE));
    g_assert_null(seal_technology_pool_to_string(SEAL_POOL_INVALID));
    /* The kernel charges SNP guests to sev_es. */
    g_assert_cmpint(seal_technology_get_info(SEAL_TECHNOLOGY_SEV_SNP)->pool, ==, SEAL_POOL_SEV_ES);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/technology/names", test_names);
    g_test_add_func("/technology/unknown-names", test_unknown_names);
    g_test_add_func("/technology/rows", test_rows);
    g_test_add_func("/technology/default-policies", test_default_policies);
    g_test_add_func("/technology/info-of-no-technology", test_info_of_no_technology);
    g_test_add_func("/technology/auto-order", test_auto_prefers_more_protection);
    g_test_add_func("/technology/launch-security", test_launch_security);
    g_test_add_func("/technology/pools", test_pools);
    return g_test_run();
}
