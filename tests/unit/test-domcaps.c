/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Domain capabilities of every form that libvirt has had, from before SEV to
 * the TDX of today. The samples are whole documents under tests/data/domcaps;
 * the table says what each must be understood as.
 */

#include "domcaps.h"

#include "test-data.h"

#define NO SEAL_TRISTATE_NO
#define YES SEAL_TRISTATE_YES
#define UNKNOWN SEAL_TRISTATE_UNKNOWN

typedef struct {
    const char *file;
    SealTristate sev, sev_es, sev_snp, tdx, s390_pv;
    gboolean limits;
    guint cbitpos, max_sev, max_sev_es;
    gboolean cpu0_id, launch_security, efi;
} Sample;

static const Sample samples[] = {
    {"4.4-before-sev", NO, NO, NO, NO, NO, FALSE, 0, 0, 0, FALSE, FALSE, FALSE},
    {"4.5-sev", YES, UNKNOWN, NO, NO, NO, FALSE, 47, 0, 0, FALSE, FALSE, FALSE},
    {"6.0-sev", YES, UNKNOWN, NO, NO, NO, FALSE, 47, 0, 0, FALSE, FALSE, TRUE},
    {"8.0-milan", YES, YES, NO, NO, NO, TRUE, 51, 410, 99, FALSE, FALSE, TRUE},
    {"8.0-naples", YES, NO, NO, NO, NO, TRUE, 47, 15, 0, FALSE, FALSE, TRUE},
    {"9.0-milan", YES, YES, NO, NO, NO, TRUE, 51, 410, 99, TRUE, FALSE, TRUE},
    {"9.0-plain", NO, NO, NO, NO, NO, FALSE, 0, 0, 0, FALSE, FALSE, TRUE},
    {"10.5-snp", YES, YES, YES, NO, NO, TRUE, 51, 410, 99, TRUE, TRUE, TRUE},
    {"10.5-plain", NO, NO, NO, NO, NO, FALSE, 0, 0, 0, FALSE, TRUE, TRUE},
    /* 11.6 says yes whatever the host can do; the enum does not follow. */
    {"11.6-tdx-claimed", NO, NO, NO, NO, NO, FALSE, 0, 0, 0, FALSE, TRUE, TRUE},
    {"12.8-tdx", NO, NO, NO, YES, NO, FALSE, 0, 0, 0, FALSE, TRUE, TRUE},
    /* 12.8 lists tdx as soon as QEMU knows it, but asks the kernel for the element. */
    {"12.8-tdx-off", NO, NO, NO, NO, NO, FALSE, 0, 0, 0, FALSE, TRUE, TRUE},
    {"12.8-genoa", YES, YES, YES, NO, NO, TRUE, 51, 907, 99, TRUE, TRUE, TRUE},
    {"12.8-s390", NO, NO, NO, NO, YES, FALSE, 0, 0, 0, FALSE, TRUE, TRUE},
};

static SealDomcaps *
read_sample(const char *name)
{
    g_autofree char *file = g_strdup_printf("domcaps/libvirt-%s.xml", name);
    g_autofree char *xml = test_data_read(file, NULL);
    g_autoptr(GError) error = NULL;
    SealDomcaps *domcaps = seal_domcaps_parse(xml, &error);

    g_assert_no_error(error);
    return domcaps;
}

static void
test_sample(gconstpointer data)
{
    const Sample *sample = data;
    g_autoptr(SealDomcaps) domcaps = read_sample(sample->file);

    g_assert_cmpint(seal_domcaps_supports(domcaps, SEAL_TECHNOLOGY_NONE), ==, YES);
    g_assert_cmpint(seal_domcaps_supports(domcaps, SEAL_TECHNOLOGY_SEV), ==, sample->sev);
    g_assert_cmpint(seal_domcaps_supports(domcaps, SEAL_TECHNOLOGY_SEV_ES), ==, sample->sev_es);
    g_assert_cmpint(seal_domcaps_supports(domcaps, SEAL_TECHNOLOGY_SEV_SNP), ==, sample->sev_snp);
    g_assert_cmpint(seal_domcaps_supports(domcaps, SEAL_TECHNOLOGY_TDX), ==, sample->tdx);
    g_assert_cmpint(seal_domcaps_supports(domcaps, SEAL_TECHNOLOGY_S390_PV), ==, sample->s390_pv);
    g_assert_cmpint(seal_domcaps_supports(domcaps, SEAL_TECHNOLOGY_AUTO), ==, NO);
    g_assert_cmpint(seal_domcaps_supports(domcaps, SEAL_TECHNOLOGY_INVALID), ==, NO);
    g_assert_cmpint(domcaps->has_guest_limits, ==, sample->limits);
    g_assert_cmpuint(domcaps->cbitpos, ==, sample->cbitpos);
    g_assert_cmpuint(domcaps->reduced_phys_bits, ==, sample->cbitpos ? 1 : 0);
    g_assert_cmpuint(domcaps->max_sev_guests, ==, sample->max_sev);
    g_assert_cmpuint(domcaps->max_sev_es_guests, ==, sample->max_sev_es);
    g_assert_cmpint(domcaps->cpu0_id != NULL, ==, sample->cpu0_id);
    g_assert_cmpint(domcaps->has_launch_security, ==, sample->launch_security);
    g_assert_cmpint(domcaps->efi, ==, sample->efi);
}

static void
test_details(void)
{
    g_autoptr(SealDomcaps) domcaps = read_sample("9.0-milan");
    static const char *const loaders[] = {"/usr/share/OVMF/OVMF_CODE_4M.ms.fd",
                                          "/usr/share/OVMF/OVMF_CODE_4M.fd", NULL};
    static const char *const graphics[] = {"vnc", "spice", "egl-headless", NULL};
    static const char *const rng[] = {"virtio", "virtio-non-transitional", NULL};

    g_assert_cmpstr(domcaps->emulator, ==, "/usr/bin/qemu-system-x86_64");
    g_assert_cmpstr(domcaps->domain_type, ==, "kvm");
    g_assert_cmpstr(domcaps->machine, ==, "pc-q35-7.2");
    g_assert_cmpstr(domcaps->arch, ==, "x86_64");
    g_assert_cmpuint(domcaps->max_vcpus, ==, 288);
    g_assert_true(domcaps->loader_rom);
    g_assert_true(domcaps->loader_pflash);
    g_assert_cmpstrv(domcaps->loaders, loaders);
    g_assert_cmpstrv(domcaps->graphics_types, graphics);
    g_assert_cmpstrv(domcaps->rng_models, rng);
    g_assert_true(g_strv_contains((const char *const *)domcaps->disk_buses, "sata"));
    g_assert_true(g_strv_contains((const char *const *)domcaps->video_models, "none"));
    g_assert_cmpint(domcaps->tdx, ==, UNKNOWN);
}

/* Not told is not the same as none. */
static void
test_old_libvirt(void)
{
    g_autoptr(SealDomcaps) domcaps = read_sample("4.4-before-sev");

    g_assert_cmpint(domcaps->sev, ==, UNKNOWN);
    g_assert_cmpuint(domcaps->max_vcpus, ==, 0);
    g_assert_null(domcaps->disk_buses);
    g_assert_null(domcaps->video_models);
    g_assert_null(domcaps->graphics_types);
    g_assert_null(domcaps->rng_models);
    g_assert_nonnull(domcaps->loaders);
    g_assert_null(domcaps->loaders[0]);
}

static void
test_unknown_values(void)
{
    g_autoptr(SealDomcaps) domcaps = read_sample("12.8-genoa");

    g_assert_cmpuint(domcaps->sectypes, ==,
                     1u << SEAL_TECHNOLOGY_SEV | 1u << SEAL_TECHNOLOGY_SEV_SNP);
}

static void
test_pools(void)
{
    g_autoptr(SealDomcaps) milan = read_sample("9.0-milan");
    g_autoptr(SealDomcaps) old = read_sample("6.0-sev");
    guint total = 4711;

    g_assert_true(seal_domcaps_pool_total(milan, SEAL_POOL_SEV, &total));
    g_assert_cmpuint(total, ==, 410);
    g_assert_true(seal_domcaps_pool_total(milan, SEAL_POOL_SEV_ES, &total));
    g_assert_cmpuint(total, ==, 99);
    g_assert_false(seal_domcaps_pool_total(milan, SEAL_POOL_TDX, &total));
    g_assert_false(seal_domcaps_pool_total(milan, SEAL_POOL_NONE, &total));
    g_assert_false(seal_domcaps_pool_total(old, SEAL_POOL_SEV, &total));
    g_assert_cmpuint(total, ==, 99);
}

#define FEATURES(inner) "<domainCapabilities><features>" inner "</features></domainCapabilities>"

/* From 10.5 on SEV is said twice, and either no is a no. */
static void
test_sev_said_twice(void)
{
    static const struct {
        const char *xml;
        SealTristate sev, sev_es;
    } rows[] = {
        {FEATURES("<sev supported='yes'><maxESGuests>9</maxESGuests></sev>"
                  "<launchSecurity><enum name='sectype'><value>sev</value></enum>"
                  "</launchSecurity>"),
         YES, YES},
        {FEATURES("<sev supported='yes'><maxESGuests>9</maxESGuests></sev>"
                  "<launchSecurity supported='no'/>"),
         NO, NO},
        {FEATURES("<sev supported='no'/><launchSecurity><enum name='sectype'><value>sev</value>"
                  "</enum></launchSecurity>"),
         NO, NO},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(SealDomcaps) domcaps = seal_domcaps_parse(rows[i].xml, NULL);

        g_assert_cmpint(seal_domcaps_supports(domcaps, SEAL_TECHNOLOGY_SEV), ==, rows[i].sev);
        g_assert_cmpint(seal_domcaps_supports(domcaps, SEAL_TECHNOLOGY_SEV_ES), ==, rows[i].sev_es);
    }
}

static void
test_refusals(void)
{
    static const char *const rows[][2] = {
        {"<domain/>", "another root"},
        {"<domainCapabilities>", "not well formed"},
        {"<!DOCTYPE d><domainCapabilities/>", "DTD"},
        {FEATURES("<sev supported='yes'><cbitpos>x</cbitpos></sev>"), "<cbitpos> is \"x\""},
        {FEATURES("<sev supported='yes'><cbitpos/></sev>"), "<cbitpos> is \"\""},
        {FEATURES("<sev supported='yes'><maxGuests>-1</maxGuests></sev>"), "<maxGuests>"},
        {FEATURES("<sev supported='yes'><maxESGuests>4294967296</maxESGuests></sev>"),
         "<maxESGuests>"},
        {FEATURES("<sev supported='yes'><reducedPhysBits>0x1</reducedPhysBits></sev>"),
         "<reducedPhysBits>"},
        {"<domainCapabilities><vcpu max='many'/></domainCapabilities>", "many"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        GError *error = NULL;

        g_assert_null(seal_domcaps_parse(rows[i][0], &error));
        test_data_assert_refused(error, SEAL_ERROR_INVALID_ARGUMENT, rows[i][1]);
    }
}

static void
test_null(void)
{
    GError *error = NULL;

    g_assert_null(seal_domcaps_parse(NULL, &error));
    test_data_assert_refused(error, SEAL_ERROR_INVALID_ARGUMENT, "is empty");
    seal_domcaps_free(NULL);
}

static void
test_nothing_told(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(SealDomcaps) domcaps = seal_domcaps_parse("<domainCapabilities/>", &error);

    g_assert_no_error(error);
    g_assert_null(domcaps->machine);
    g_assert_cmpint(seal_domcaps_supports(domcaps, SEAL_TECHNOLOGY_SEV), ==, NO);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(samples); i++) {
        g_autofree char *path = g_strdup_printf("/domcaps/sample/%s", samples[i].file);

        g_test_add_data_func(path, &samples[i], test_sample);
    }
    g_test_add_func("/domcaps/details", test_details);
    g_test_add_func("/domcaps/old-libvirt", test_old_libvirt);
    g_test_add_func("/domcaps/unknown-values", test_unknown_values);
    g_test_add_func("/domcaps/pools", test_pools);
    g_test_add_func("/domcaps/sev-said-twice", test_sev_said_twice);
    g_test_add_func("/domcaps/refusals", test_refusals);
    g_test_add_func("/domcaps/null", test_null);
    g_test_add_func("/domcaps/nothing-told", test_nothing_told);
    return g_test_run();
}
