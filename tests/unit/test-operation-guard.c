/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The guard's answers, operation by operation, against what QEMU really does
 * to encrypted guests; and that every operation it lists can be asked about.
 */

#include "error.h"
#include "operation-guard.h"
#include "version.h"

typedef struct {
    const char *operation;
    SealTechnology technology;
    guint64 qemu;
    gboolean works;
} Case;

static const Case cases[] = {
    {"migrate", SEAL_TECHNOLOGY_SEV, SEAL_VERSION(11, 1, 0), FALSE},
    {"migrate", SEAL_TECHNOLOGY_TDX, SEAL_VERSION(11, 1, 0), FALSE},
    {"migrate", SEAL_TECHNOLOGY_NONE, SEAL_VERSION(7, 2, 0), TRUE},
    {"migrate", SEAL_TECHNOLOGY_INVALID, SEAL_VERSION(7, 2, 0), TRUE},
    {"save", SEAL_TECHNOLOGY_SEV_SNP, SEAL_VERSION(10, 0, 0), FALSE},
    {"managed-save", SEAL_TECHNOLOGY_SEV_ES, SEAL_VERSION(7, 2, 0), FALSE},
    {"snapshot-memory", SEAL_TECHNOLOGY_SEV, 0, FALSE},
    {"snapshot-disk", SEAL_TECHNOLOGY_SEV, 0, TRUE},
    {"dump-memory", SEAL_TECHNOLOGY_SEV, SEAL_VERSION(11, 0, 0), FALSE},
    {"reboot", SEAL_TECHNOLOGY_SEV, SEAL_VERSION(7, 2, 0), TRUE},
    {"reboot", SEAL_TECHNOLOGY_SEV_ES, SEAL_VERSION(10, 2, 0), FALSE},
    {"reboot", SEAL_TECHNOLOGY_SEV_ES, SEAL_VERSION(11, 1, 0), FALSE},
    {"reboot", SEAL_TECHNOLOGY_TDX, 0, FALSE},
    {"hotplug-memory", SEAL_TECHNOLOGY_SEV, SEAL_VERSION(10, 0, 0), FALSE},
    {"hotplug-vcpu", SEAL_TECHNOLOGY_SEV, SEAL_VERSION(10, 0, 0), TRUE},
    {"hotplug-vcpu", SEAL_TECHNOLOGY_SEV_SNP, SEAL_VERSION(10, 0, 0), FALSE},
    {"hotplug-device", SEAL_TECHNOLOGY_SEV_SNP, SEAL_VERSION(10, 0, 0), TRUE},
    {"hostdev", SEAL_TECHNOLOGY_SEV_SNP, SEAL_VERSION(9, 1, 0), FALSE},
    {"hostdev", SEAL_TECHNOLOGY_SEV_SNP, SEAL_VERSION(9, 2, 0), TRUE},
    {"balloon", SEAL_TECHNOLOGY_SEV, SEAL_VERSION(9, 2, 0), FALSE},
    {"virtiofs", SEAL_TECHNOLOGY_SEV, SEAL_VERSION(9, 2, 0), FALSE},
};

static void
test_cases(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const Case *c = &cases[i];
        g_autoptr(GError) error = NULL;
        g_autofree char *reason = NULL;

        g_assert_true(
            seal_operation_guard_check(c->operation, c->technology, c->qemu, &reason, &error));
        g_assert_no_error(error);
        if ((reason == NULL) != c->works)
            g_error("%s on %s: %s", c->operation, seal_technology_to_string(c->technology),
                    reason ? reason : "works");
    }
}

static void
test_all_listed(void)
{
    gsize n = 0;
    const SealOperationInfo *list = seal_operation_guard_list(&n);

    g_assert_cmpuint(n, >, 8);
    for (gsize i = 0; i < n; i++) {
        g_autofree char *reason = NULL;

        g_assert_true(
            seal_operation_guard_check(list[i].name, SEAL_TECHNOLOGY_SEV_ES, 0, &reason, NULL));
        g_assert_cmpstr(list[i].title, !=, "");
    }
}

static void
test_reason_has_a_cure(void)
{
    g_autofree char *reason = NULL, *other = NULL;

    g_assert_true(seal_operation_guard_check("reboot", SEAL_TECHNOLOGY_SEV_ES,
                                             SEAL_VERSION(7, 2, 0), &reason, NULL));
    g_assert_nonnull(strstr(reason, "SEV-ES"));
    g_assert_nonnull(strstr(reason, "QEMU 11.0"));
    g_assert_nonnull(strstr(reason, "start it again"));
    g_assert_true(seal_operation_guard_check("hostdev", SEAL_TECHNOLOGY_SEV_SNP,
                                             SEAL_VERSION(9, 1, 0), &other, NULL));
    g_assert_nonnull(strstr(other, "on QEMU 9.1.0"));
    g_assert_nonnull(strstr(other, "upgrade to QEMU 9.2.0"));
}

static void
test_unknown(void)
{
    g_autoptr(GError) error = NULL;
    char *reason = (char *)"untouched";

    g_assert_false(
        seal_operation_guard_check("fly\033[m", SEAL_TECHNOLOGY_SEV, 0, &reason, &error));
    g_assert_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT);
    g_assert_null(strchr(error->message, '\033'));
    g_assert_nonnull(strstr(error->message, "migrate"));
    g_assert_cmpstr(reason, ==, "untouched");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/operation-guard/cases", test_cases);
    g_test_add_func("/operation-guard/all-listed", test_all_listed);
    g_test_add_func("/operation-guard/reason-has-a-cure", test_reason_has_a_cure);
    g_test_add_func("/operation-guard/unknown", test_unknown);
    return g_test_run();
}
