/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a stranger may see of a domain: no password, session or cookie at any
 * depth, and everything else as it was, so that the XML still defines the same
 * domain. The reader must understand both alike.
 */

#include "domain.h"

#include "test-data.h"

#define UUID "4dea22b3-1d52-d8f3-2516-782e98ab3fa0"
#define DOMAIN(inner) "<domain><name>a</name><uuid>" UUID "</uuid>" inner "</domain>"

static char *
redact(const char *xml)
{
    g_autoptr(GError) error = NULL;
    char *text = seal_domain_reader_redact(xml, &error);

    g_assert_no_error(error);
    return text;
}

static void
test_secrets_are_gone(void)
{
    static const char *const secrets[][2] = {
        {"sev-debian12", "hunter2"},  {"sev-debian12", "passwd"},  {"sev-debian12", "U0VDUkVU"},
        {"sev-debian12", "<session"}, {"plain-bios", "TOPSECRET"}, {"plain-bios", "cookie"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(secrets); i++) {
        g_autofree char *file = g_strdup_printf("domains/%s.xml", secrets[i][0]);
        g_autofree char *xml = test_data_read(file, NULL);
        g_autofree char *text = redact(xml);

        g_assert_nonnull(strstr(xml, secrets[i][1]));
        g_assert_null(strstr(text, secrets[i][1]));
    }
}

static void
test_rest_stays(void)
{
    static const char *const kept[] = {
        "<dhCert>QUFBQQ==</dhCert>",
        "<policy>0x000b</policy>",
        "listen=\"127.0.0.1\"",
        "<listen type=\"address\"",
        "restart=\"guest-reboot\"",
        "<title>front end</title>",
        "</domain>\n",
        "<seclabel type=\"dynamic\"",
    };
    g_autofree char *xml = test_data_read("domains/sev-debian12.xml", NULL);
    g_autofree char *text = redact(xml);
    g_autofree char *again = redact(text);
    g_autoptr(SealDomain) domain = seal_domain_reader_parse(text, SEAL_DOMAIN_DEVICES, NULL);

    for (gsize i = 0; i < G_N_ELEMENTS(kept); i++)
        g_assert_nonnull(strstr(text, kept[i]));
    g_assert_cmpstr(again, ==, text);
    g_assert_cmpuint(domain->devices->len, ==, 23);
    g_assert_cmphex(domain->policy, ==, 0xb);
    g_assert_true(g_str_has_prefix(text, "<domain type=\"kvm\" id=\"3\">\n  <name>"));
}

static void
test_forms(void)
{
    static const char *const rows[][2] = {
        {DOMAIN("<launchSecurity><session>S3CRET</session><session>S3CRET</session>"
                "</launchSecurity>"),
         "S3CRET"},
        {DOMAIN("<launchSecurity><session/><session><a>S3CRET</a></session></launchSecurity>"),
         "S3CRET"},
        {DOMAIN("<devices><graphics passwd='S3CRET'/><graphics passwd=\"S3CRET\"/></devices>"),
         "S3CRET"},
        {DOMAIN("<a><b><c><d passwd='S3CRET'><e passwd='S3CRET'/></d></c></b></a><f passwd='S3CRET'"
                "/>"),
         "S3CRET"},
        {"<domain passwd='S3CRET'/>", "S3CRET"},
        {DOMAIN("<!-- S3CRET -->"), "S3CRET"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text = redact(rows[i][0]);

        g_assert_null(strstr(text, rows[i][1]));
    }
}

/* A session elsewhere is none of launch security's. */
static void
test_other_sessions_stay(void)
{
    g_autofree char *text = redact(DOMAIN("<metadata><session>mine</session></metadata>"));

    g_assert_nonnull(strstr(text, "<session>mine</session>"));
}

static void
test_refusals(void)
{
    static const char *const rows[] = {"", "<domain>", "<network/>", "<!DOCTYPE domain><domain/>"};

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        GError *error = NULL;

        g_assert_null(seal_domain_reader_redact(rows[i], &error));
        test_data_assert_refused(error, SEAL_ERROR_INVALID_ARGUMENT, NULL);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/domain-redact/secrets-are-gone", test_secrets_are_gone);
    g_test_add_func("/domain-redact/rest-stays", test_rest_stays);
    g_test_add_func("/domain-redact/forms", test_forms);
    g_test_add_func("/domain-redact/other-sessions-stay", test_other_sessions_stay);
    g_test_add_func("/domain-redact/refusals", test_refusals);
    return g_test_run();
}
