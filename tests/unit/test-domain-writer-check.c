/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Plans that the writer refuses before libvirt sees any XML: each with its code
 * and a message that names the setting, the version that could, or the cure.
 */

#include "test-plan.h"

#include "error.h"
#include "policy.h"

#include <string.h>

#define VARS "/fw/VARS.fd"

static void
assert_refused(const TestPlan *test, SealError code, const char *piece)
{
    g_autoptr(GError) error = NULL;

    g_assert_false(seal_domain_writer_check(&test->plan, &error));
    g_assert_error(error, SEAL_ERROR, (int)code);
    if (!strstr(error->message, piece))
        g_error("\"%s\" is not in the message \"%s\"", piece, error->message);
}

typedef struct {
    const char *extra;
    SealTechnology technology;
    const char *template;
    guint64 libvirt;
    guint64 qemu;
    SealError code;
    const char *piece;
} Case;

#define NONE SEAL_TECHNOLOGY_NONE
#define SEV SEAL_TECHNOLOGY_SEV
#define ES SEAL_TECHNOLOGY_SEV_ES
#define SNP SEAL_TECHNOLOGY_SEV_SNP
#define TDX SEAL_TECHNOLOGY_TDX
#define NEW V(12, 8, 0), V(11, 1, 0)
#define OLD V(9, 0, 0), V(7, 2, 0)
#define OWNER ", 'dh-cert': <'@2084@'>, 'session': <'@128@'>"
#define HASHES ", 'kernel': <'/k'>, 'kernel-hashes': <true>"
#define V(a, b, c) SEAL_VERSION(a, b, c)
#define UNSUPPORTED SEAL_ERROR_NOT_SUPPORTED
#define INVALID SEAL_ERROR_INVALID_ARGUMENT

static const Case cases[] = {
    {"", SNP, "rom", V(9, 0, 0), V(7, 2, 0), UNSUPPORTED,
     "libvirt 10.5.0, QEMU 9.1.0 and Linux 6.11.0"},
    {"", SNP, "rom", V(11, 3, 0), V(9, 0, 0), UNSUPPORTED, "QEMU 9.1.0"},
    {"", TDX, "rom", V(11, 3, 0), V(10, 0, 0), UNSUPPORTED, "libvirt 11.6.0"},
    {"", TDX, "rom", V(12, 8, 0), V(10, 0, 0), UNSUPPORTED, "QEMU 10.1.0 and Linux 6.16.0"},
    {"", SEAL_TECHNOLOGY_S390_PV, "rom", V(12, 0, 0), V(10, 1, 0), UNSUPPORTED, "s390-pv"},
    {"", ES, VARS, V(9, 0, 0), V(5, 2, 0), UNSUPPORTED, "technology sev-es needs"},
    {", 'vcpus': <uint32 256>", SEV, VARS, V(9, 0, 0), V(7, 2, 0), UNSUPPORTED, "vcpus is 256"},
    {", 'machine': <'pc'>", SEV, VARS, V(5, 1, 0), V(4, 0, 0), UNSUPPORTED, "libvirt 5.2.0"},
    {", 'machine': <'pc'>, 'display': <'vnc'>, 'video': <'virtio'>", SEV, VARS, V(9, 0, 0),
     V(7, 2, 0), INVALID, "video is virtio"},
    {", 'firmware': <'efi'>", SEV, VARS, V(7, 1, 0), V(7, 2, 0), UNSUPPORTED, "7.2.0"},
    {", 'firmware': <'efi'>" OWNER, SEV, VARS, V(8, 5, 0), V(7, 2, 0), UNSUPPORTED, "8.6.0"},
    {"", SEV, NULL, V(8, 5, 0), V(7, 2, 0), UNSUPPORTED, "variable store needs libvirt 8.6.0"},
    {HASHES, NONE, VARS, V(9, 0, 0), V(7, 2, 0), INVALID, "technology none"},
    {HASHES, SEV, VARS, V(9, 0, 0), V(7, 2, 0), INVALID, "no room for the hashes"},
    {OWNER, NONE, VARS, V(9, 0, 0), V(7, 2, 0), INVALID, "dh-cert and session are given"},
    {", 'memory-backing': <'none'>", SEV, VARS, V(9, 0, 0), V(7, 2, 0), INVALID,
     "memory-backing is none"},
    /* firmware as ROM */
    {"", SNP, VARS, NEW, INVALID, "need it as ROM"},
    {"", TDX, NULL, NEW, INVALID, "mapped as flash"},
    {", 'firmware': <'efi'>", SNP, "rom", V(11, 7, 0), V(10, 0, 0), UNSUPPORTED, "libvirt 11.8.0"},
    {", 'firmware': <'efi'>", TDX, "rom", V(11, 6, 0), V(10, 1, 0), UNSUPPORTED, "libvirt 11.8.0"},
    {", 'machine': <'pc'>", SNP, "rom", NEW, INVALID, "need a q35 machine"},
    {", 'machine': <'pc-i440fx-7.2'>", TDX, "rom", NEW, INVALID, "pc-i440fx-7.2"},
    {", 'machine': <'pc'>, 'display': <'vnc'>, 'video': <'virtio-gl'>", SEV, VARS, OLD, INVALID,
     "video is virtio-gl"},
    /* machines of before virtio 1.0 */
    {", 'machine': <'pc-q35-2.4'>", SEV, VARS, OLD, INVALID, "machine is pc-q35-2.4"},
    {", 'machine': <'pc-q35-2.6'>", ES, VARS, OLD, INVALID, "a version from 2.7 on"},
    {", 'machine': <'pc-q35-2.6'>", TDX, "rom", NEW, INVALID, "machine is pc-q35-2.6"},
    {", 'machine': <'pc-i440fx-2.6'>", SEV, VARS, OLD, INVALID, "machine is pc-i440fx-2.6"},
    {", 'machine': <'pc-i440fx-1.4'>", ES, VARS, OLD, INVALID, "machine is pc-i440fx-1.4"},
    {", 'machine': <'pc-i440fx-2.6'>", SNP, "rom", NEW, INVALID, "need a q35 machine"},
    /* settings of other technologies */
    {OWNER, SNP, "rom", NEW, INVALID, "technology sev-snp has no measured start"},
    {OWNER, TDX, "rom", NEW, INVALID, "attest from inside the guest"},
    {HASHES, TDX, "rom", NEW, INVALID, "choose sev, sev-es or sev-snp"},
    {", 'firmware': <'/fw/CODE.fd'>, 'nvram-template': <'/fw/VARS.fd'>", SNP, "rom", NEW, INVALID,
     "nvram-template is given, but technology sev-snp"},
    {", 'id-block': <'@96@'>, 'id-auth': <'@4096@'>", ES, VARS, OLD, INVALID, "id-block is given"},
    {", 'host-data': <'@32@'>", TDX, "rom", NEW, INVALID, "host-data is given"},
    {", 'guest-visible-workarounds': <'@16@'>", NONE, VARS, OLD, INVALID, "choose sev-snp"},
    {", 'vcek': <false>", SEV, VARS, OLD, INVALID, "vcek is false, but technology sev"},
    {", 'mr-config-id': <'@48@'>", SNP, "rom", NEW, INVALID, "mr-config-id is given"},
    {", 'mr-owner': <'@48@'>", SEV, VARS, OLD, INVALID, "choose tdx"},
    {", 'mr-owner-config': <'@48@'>", SNP, "rom", NEW, INVALID, "mr-owner-config is given"},
    {", 'quote-generation-socket': <'/q'>", NONE, VARS, OLD, INVALID, "quote-generation-socket"},
    /* policies */
    {", 'policy-flags': <['pks']>", TDX, "rom", NEW, UNSUPPORTED, "sets pks"},
    {", 'policy-flags': <['debug', 'sept-ve-disable']>", TDX, "rom", NEW, UNSUPPORTED,
     "sets debug"},
    {", 'policy-flags': <['perfmon', 'sept-ve-disable']>", TDX, "rom", NEW, UNSUPPORTED,
     "give 0x10000000"},
    /* clipboard */
    {", 'display': <'vnc'>, 'clipboard': <true>", SEV, VARS, V(8, 3, 0), V(7, 2, 0), UNSUPPORTED,
     "libvirt 8.4.0"},
    {", 'display': <'vnc'>, 'clipboard': <true>", SEV, VARS, V(9, 0, 0), V(6, 0, 0), UNSUPPORTED,
     "QEMU 6.1.0"},
};

static void
test_cases(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const Case *c = &cases[i];
        g_autofree char *dict = g_strconcat(TEST_PLAN_GOOD, c->extra, NULL);
        g_autoptr(TestPlan) test = test_plan_new(dict, c->technology, c->template);

        test->stack.libvirt_version = c->libvirt;
        test->stack.qemu_version = c->qemu;
        assert_refused(test, c->code, c->piece);
    }
}

/* 2.10 is newer than 2.7, names without a number are not judged, and plain guests have them all. */
static void
test_machines_that_pass(void)
{
    static const struct {
        const char *machine;
        SealTechnology technology;
    } rows[] = {
        {"q35", SEV},          {"pc", SEV},
        {"pc-q35-2.7", ES},    {"pc-q35-2.10", SEV},
        {"pc-q35-4.0.1", SEV}, {"pc-i440fx-2.7", ES},
        {"pc-q35-10.0", ES},   {"pc-q35-rhel9.4.0", SEV},
        {"pc-q35-2.4", NONE},  {"pc-i440fx-1.4", NONE},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *dict =
            g_strdup_printf(TEST_PLAN_GOOD ", 'machine': <'%s'>", rows[i].machine);
        g_autoptr(TestPlan) test = test_plan_new(dict, rows[i].technology, VARS);
        g_autoptr(GError) error = NULL;

        seal_domain_writer_check(&test->plan, &error);
        g_assert_no_error(error);
    }
}

static void
test_firmware(void)
{
    static const char *const features[] = {"requires-smm", NULL};
    g_autoptr(TestPlan) test = test_plan_new(TEST_PLAN_GOOD, ES, VARS);

    g_strfreev(test->firmware->features);
    test->firmware->features = g_strdupv((GStrv)features);
    assert_refused(test, SEAL_ERROR_INVALID_ARGUMENT, "a sev-es guest cannot have that");

    test->plan.technology = SEV;
    g_free(test->firmware->format);
    test->firmware->format = g_strdup("qcow2");
    assert_refused(test, SEAL_ERROR_NOT_SUPPORTED, "libvirt 9.2.0");

    test->firmware->mapping = SEAL_FIRMWARE_COMBINED;
    assert_refused(test, SEAL_ERROR_INVALID_ARGUMENT, "/fw/CODE.fd");

    test->plan.firmware = NULL;
    assert_refused(test, SEAL_ERROR_FIRMWARE_NOT_FOUND, "firmware=PATH");
}

static void
test_kernel_hashes_versions(void)
{
    g_autoptr(TestPlan) test = test_plan_new(TEST_PLAN_GOOD HASHES, SEV, "rom");

    test->firmware->image.has_hashes_area = TRUE;
    assert_refused(test, SEAL_ERROR_INVALID_ARGUMENT, "no room");
    test->firmware->image.hashes_base = 0x810c00;
    assert_refused(test, SEAL_ERROR_INVALID_ARGUMENT, "no room");
    test->firmware->image.hashes_size = 0x400;
    test->stack.libvirt_version = SEAL_VERSION(7, 10, 0);
    assert_refused(test, SEAL_ERROR_NOT_SUPPORTED, "libvirt 8.0.0");
    test->stack.libvirt_version = SEAL_VERSION(9, 0, 0);
    test->stack.qemu_version = SEAL_VERSION(6, 1, 0);
    assert_refused(test, SEAL_ERROR_NOT_SUPPORTED, "QEMU 6.2.0");
    /* An image that nobody could read may well have the room. */
    test->stack.qemu_version = SEAL_VERSION(6, 2, 0);
    test->firmware->has_image = FALSE;
    test->firmware->image.has_hashes_area = FALSE;
    g_assert_true(seal_domain_writer_check(&test->plan, NULL));
}

/* The kernel counts as well: what it cannot do is said before QEMU has to. */
static void
test_kernel(void)
{
    g_autoptr(TestPlan) test =
        test_plan_new(TEST_PLAN_GOOD ", 'policy-flags': <['smt', 'migrate-ma']>", SNP, "rom");

    test->stack.kernel_version = V(6, 1, 0);
    assert_refused(test, SEAL_ERROR_NOT_SUPPORTED, "QEMU 11.1.0 and Linux 6.1.0; upgrade");
    test->stack.kernel_version = V(6, 12, 0);
    assert_refused(test, SEAL_ERROR_NOT_SUPPORTED, "sets migrate-ma");
    test->stack.has_policy_mask = TRUE;
    test->stack.policy_mask = 0x70000;
    g_assert_true(seal_domain_writer_check(&test->plan, NULL));
}

/* Asked before a firmware is chosen: an old stack is what to say first. */
static void
test_stack_before_firmware(void)
{
    g_autoptr(TestPlan) test = test_plan_new(TEST_PLAN_GOOD, SNP, "rom");
    g_autoptr(GError) error = NULL;

    test->plan.firmware = NULL;
    g_assert_true(seal_domain_writer_check_stack(&test->plan, NULL));
    test_plan_set_stack(test, OLD);
    g_assert_false(seal_domain_writer_check_stack(&test->plan, &error));
    g_assert_error(error, SEAL_ERROR, SEAL_ERROR_NOT_SUPPORTED);
}

/* A version that is not known refuses nothing: libvirt will, if it must. */
static void
test_unknown_versions(void)
{
    g_autoptr(TestPlan) test = test_plan_new(TEST_PLAN_GOOD, ES, NULL);

    test->stack.libvirt_version = 0;
    test->stack.qemu_version = 0;
    g_assert_true(seal_domain_writer_check(&test->plan, NULL));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/domain-writer-check/cases", test_cases);
    g_test_add_func("/domain-writer-check/machines-that-pass", test_machines_that_pass);
    g_test_add_func("/domain-writer-check/firmware", test_firmware);
    g_test_add_func("/domain-writer-check/kernel-hashes", test_kernel_hashes_versions);
    g_test_add_func("/domain-writer-check/kernel", test_kernel);
    g_test_add_func("/domain-writer-check/stack-before-firmware", test_stack_before_firmware);
    g_test_add_func("/domain-writer-check/unknown-versions", test_unknown_versions);
    return g_test_run();
}
