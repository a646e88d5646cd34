/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The domain XML of guests with private memory, SEV-SNP and TDX: every attribute
 * and child of their launchSecurity, firmware as ROM, and what their processors
 * and interrupt controllers need. One XPath a row, as in test-domain-writer.c.
 */

#include "test-plan.h"
#include "test-xpath.h"

#define NONE SEAL_TECHNOLOGY_NONE
#define SEV SEAL_TECHNOLOGY_SEV
#define ES SEAL_TECHNOLOGY_SEV_ES
#define SNP SEAL_TECHNOLOGY_SEV_SNP
#define TDX SEAL_TECHNOLOGY_TDX

#define SECURITY "/domain/launchSecurity"
#define ID_BLOCK ", 'id-block': <'@96@'>, 'id-auth': <'@4096@'>"

typedef struct {
    const char *extra;
    SealTechnology technology;
    const char *xpath;
    const char *expected;
} Case;

static const Case cases[] = {
    /* SEV-SNP */
    {"", SNP, SECURITY "/@type", "sev-snp"},
    {"", SNP, SECURITY "/policy", "0x00030000"},
    {"", SNP, "count(" SECURITY "/@*)", "1"},
    {"", SNP, "count(" SECURITY "/*)", "1"},
    {", 'policy-flags': <['smt', 'debug', 'abi-major=1']>", SNP, SECURITY "/policy", "0x000b0100"},
    {", 'technology': <'sev-snp'>, 'policy': <uint64 196608>", SNP, SECURITY "/policy",
     "0x00030000"},
    {", 'kernel': <'/k'>, 'kernel-hashes': <true>", SNP, SECURITY "/@kernelHashes", "yes"},
    {", 'kernel': <'/k'>", SNP, "count(" SECURITY "/@kernelHashes)", "0"},
    {", 'vcek': <false>", SNP, SECURITY "/@vcek", "no"},
    {", 'vcek': <true>", SNP, "count(" SECURITY "/@vcek)", "0"},
    {ID_BLOCK ", 'author-key': <true>", SNP, SECURITY "/@authorKey", "yes"},
    {ID_BLOCK, SNP, "count(" SECURITY "/@authorKey)", "0"},
    {ID_BLOCK, SNP, "string-length(" SECURITY "/idBlock)", "128"},
    {ID_BLOCK, SNP, "string-length(" SECURITY "/idAuth)", "5464"},
    {", 'host-data': <'@32@'>", SNP, "string-length(" SECURITY "/hostData)", "44"},
    {", 'guest-visible-workarounds': <'@16@'>", SNP,
     "string-length(" SECURITY "/guestVisibleWorkarounds)", "24"},
    {"", SNP, "count(//features/pmu | //features/ioapic | //cpu/*)", "0"},
    {"", SNP, "count(//cbitpos | //reducedPhysBits | //dhCert | //session)", "0"},
    /* TDX */
    {"", TDX, SECURITY "/@type", "tdx"},
    {"", TDX, SECURITY "/policy", "0x10000000"},
    {"", TDX, "count(" SECURITY "/@*) + count(" SECURITY "/*)", "2"},
    {", 'policy-flags': <['sept-ve-disable']>", TDX, SECURITY "/policy", "0x10000000"},
    {", 'policy-flags': <['no-debug']>", TDX, SECURITY "/policy", "0x00000000"},
    {", 'mr-config-id': <'@48@'>", TDX, "string-length(" SECURITY "/mrConfigId)", "64"},
    {", 'mr-owner': <'@48@'>", TDX, "string-length(" SECURITY "/mrOwner)", "64"},
    {", 'mr-owner-config': <'@48@'>", TDX, "string-length(" SECURITY "/mrOwnerConfig)", "64"},
    {", 'quote-generation-socket': <'/run/tdx-qgs/qgs.socket'>", TDX,
     SECURITY "/quoteGenerationService/@path", "/run/tdx-qgs/qgs.socket"},
    {"", TDX, "//features/pmu/@state", "off"},
    {"", TDX, "//features/ioapic/@driver", "qemu"},
    {"", TDX, "//cpu/maxphysaddr/@mode", "passthrough"},
    /* both */
    {"", SNP, "//features/smm/@state", "off"},
    {"", TDX, "//features/smm/@state", "off"},
    {"", SNP, "concat(//cpu/@mode, count(//cpu/model))", "host-passthrough0"},
    {"", TDX, "concat(//cpu/@mode, count(//cpu/model))", "host-passthrough0"},
    {"", TDX, "//clock/timer[@name='hpet']/@present", "no"},
    {"", SNP, "/domain/os/loader/@type", "rom"},
    {"", TDX, "/domain/os/loader/@type", "rom"},
    {"", TDX, "count(/domain/os/nvram | /domain/os/loader/@secure | /domain/os/@firmware)", "0"},
    {", 'firmware': <'efi'>", SNP, "concat(/domain/os/@firmware, count(/domain/os/*))", "efi1"},
    {", 'firmware': <'efi'>", TDX, "concat(/domain/os/@firmware, count(/domain/os/*))", "efi1"},
    {"", SNP, "count(//memoryBacking/nosharepages)", "1"},
    {"", TDX, "count(//memoryBacking/*)", "1"},
    {"", SNP, "count(//locked | //memtune | //source[@type='memfd'] | //access)", "0"},
    {", 'memory-backing': <'locked'>", SNP, "count(//locked)", "1"},
    {", 'memory-backing': <'hard-limit'>", TDX, "//hard_limit", "4456448"},
    {", 'memory-backing': <'none'>", TDX, "count(//locked)", "0"},
    {"", SNP, "//memballoon/@model", "none"},
    {"", TDX, "//memballoon/@model", "none"},
    {"", SNP, "//memory/@dumpCore", "off"},
    {"", TDX, "//rng/driver/@iommu", "on"},
};

static void
test_cases(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const Case *c = &cases[i];
        g_autofree char *dict = g_strconcat(TEST_PLAN_GOOD, c->extra, NULL);
        g_autoptr(TestPlan) test = test_plan_new(dict, c->technology, "rom");
        g_autoptr(GError) error = NULL;
        g_autofree char *xml = NULL;

        test->firmware->image.has_hashes_area = TRUE;
        test->firmware->image.hashes_base = 0x810c00;
        test->firmware->image.hashes_size = 0x400;
        seal_domain_writer_check(&test->plan, &error);
        g_assert_no_error(error);
        xml = seal_domain_writer_write(&test->plan);
        test_xpath_assert(xml, c->xpath, c->expected);
    }
}

typedef struct {
    const char *extra;
    SealTechnology technology;
    const char *template;
    const char *ids; /* separated by blanks, in the order of the table */
} Warning;

static const Warning warnings[] = {
    {"", SNP, "rom", ""},
    {"", TDX, "rom", ""},
    {"", ES, "/fw/VARS.fd", ""},
    {", 'memory-backing': <'locked'>", ES, "/fw/VARS.fd", ""},
    {", 'policy-flags': <['noks']>", ES, "/fw/VARS.fd", "debug-policy sending-policy"},
    {", 'policy-flags': <['no-debug']>", SEV, "/fw/VARS.fd", "key-sharing-policy sending-policy"},
    {", 'policy-flags': <['nodbg', 'nosend']>", ES, NULL, "key-sharing-policy"},
    {", 'policy-flags': <['nodbg', 'noks', 'domain', 'sev']>", SEV, NULL, "sending-policy"},
    {", 'policy-flags': <['nodbg', 'noks', 'nosend']>", SEV, NULL, ""},
    {", 'policy': <uint64 5>, 'technology': <'sev-es'>", ES, NULL,
     "key-sharing-policy sending-policy"},
    {", 'policy': <uint64 3>, 'technology': <'sev'>", SEV, NULL, "sending-policy"},
    {", 'policy': <uint64 11>, 'technology': <'sev'>", SEV, NULL, ""},
    {", 'policy-flags': <['smt', 'debug']>", SNP, "rom", "debug-policy"},
    {", 'policy-flags': <['no-debug']>", TDX, "rom", "sept-ve"},
    {", 'policy': <uint64 268435456>, 'technology': <'tdx'>", TDX, "rom", ""},
    {", 'display': <'vnc'>", SNP, "rom", "display"},
    {", 'display': <'vnc'>, 'clipboard': <true>", ES, NULL, "clipboard display"},
    {", 'display': <'spice'>, 'clipboard': <true>, 'tpm': <true>", NONE, "/fw/VARS.fd", ""},
    {", 'display': <'vnc'>, 'video': <'virtio-gl'>", ES, NULL, "display video-gl"},
    {", 'tpm': <true>", TDX, "rom", "tpm"},
    {", 'numa-nodes': <'0'>", SNP, "rom", "numa-private-memory"},
    {", 'numa-nodes': <'0'>", ES, NULL, ""},
    {", 'memory-backing': <'locked'>", SNP, "rom", "locked-private-memory"},
    {", 'memory-backing': <'hugepages'>", TDX, "rom", "hugepages-private-memory"},
    {", 'machine': <'pc'>", ES, NULL, "machine-pc"},
    {", 'machine': <'pc'>", NONE, "/fw/VARS.fd", ""},
    {", 'kernel': <'/k'>", ES, NULL, "kernel-unmeasured"},
    {", 'kernel': <'/k'>", SNP, "rom", "kernel-unmeasured"},
    {", 'kernel': <'/k'>", TDX, "rom", ""},
    {", 'dh-cert': <'@2084@'>, 'session': <'@128@'>, 'autostart': <true>", ES, NULL,
     "autostart-unattested"},
    {", 'dh-cert': <'@2084@'>, 'session': <'@128@'>", ES, "/fw/VARS.fd", ""},
    {", 'dh-cert': <'@2084@'>, 'session': <'@128@'>, 'firmware': <'/fw/CODE.fd'>, "
     "'nvram-template': <'/fw/VARS.fd'>",
     ES, "/fw/VARS.fd", "nvram-unmeasured"},
    {ID_BLOCK, SNP, "rom", "id-block-policy"},
};

static void
test_warnings(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(warnings); i++) {
        g_autofree char *dict = g_strconcat(TEST_PLAN_GOOD, warnings[i].extra, NULL);
        g_autoptr(TestPlan) test =
            test_plan_new(dict, warnings[i].technology, warnings[i].template);
        g_auto(GStrv) rows = seal_domain_writer_warnings(&test->plan);
        g_autoptr(GString) ids = g_string_new(NULL);

        for (guint j = 0; rows[j]; j++) {
            const char *colon = strstr(rows[j], ": ");

            g_assert_nonnull(colon);
            g_assert_cmpuint(strlen(colon), >, 40);
            g_string_append_printf(ids, "%s%.*s", j ? " " : "", (int)(colon - rows[j]), rows[j]);
        }
        if (!g_str_equal(ids->str, warnings[i].ids))
            g_error("warnings \"%s\", not \"%s\", for %s", ids->str, warnings[i].ids, dict);
    }
}

/* Which policy an ID block was made for is in its bytes 88 to 95, the lowest first. */
static void
test_id_block_of_this_policy(void)
{
    guchar block[96] = {[90] = 3};
    g_autofree char *base64 = g_base64_encode(block, sizeof block);
    g_autofree char *dict =
        g_strdup_printf(TEST_PLAN_GOOD ", 'id-block': <'%s'>, 'id-auth': <'@4096@'>", base64);
    g_autoptr(TestPlan) test = test_plan_new(dict, SNP, "rom");
    g_auto(GStrv) rows = seal_domain_writer_warnings(&test->plan);

    g_assert_cmphex(test->plan.policy, ==, 0x30000);
    g_assert_cmpuint(g_strv_length(rows), ==, 0);
}

/* Before libvirt 8.6 variables cannot be left away, so that is said. */
static void
test_nvram_of_old_libvirt(void)
{
    g_autoptr(TestPlan) test = test_plan_new(
        TEST_PLAN_GOOD ", 'dh-cert': <'@2084@'>, 'session': <'@128@'>", ES, "/fw/VARS.fd");
    g_auto(GStrv) rows = NULL;
    g_autofree char *xml = NULL;

    test_plan_set_stack(test, SEAL_VERSION(8, 5, 0), SEAL_VERSION(7, 2, 0));
    g_assert_true(seal_domain_writer_check(&test->plan, NULL));
    xml = seal_domain_writer_write(&test->plan);
    test_xpath_assert(xml, "/domain/os/nvram/@template", "/fw/VARS.fd");
    test_xpath_assert(xml, "count(/domain/os/loader/@stateless)", "0");
    rows = seal_domain_writer_warnings(&test->plan);
    g_assert_cmpuint(g_strv_length(rows), ==, 1);
    g_assert_true(g_str_has_prefix(rows[0], "nvram-unmeasured: "));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/domain-writer-private/cases", test_cases);
    g_test_add_func("/domain-writer-private/warnings", test_warnings);
    g_test_add_func("/domain-writer-private/id-block", test_id_block_of_this_policy);
    g_test_add_func("/domain-writer-private/nvram-of-old-libvirt", test_nvram_of_old_libvirt);
    return g_test_run();
}
