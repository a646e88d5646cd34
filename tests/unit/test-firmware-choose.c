/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Which firmware is chosen on the hosts that exist, and the reasons that are
 * given for those that are not: a table of one candidate and one wish each,
 * then whole sets of descriptors in the order in which a host has them.
 */

#include "firmware.h"

#include "test-data.h"

#define OLD                                                                                        \
    {                                                                                              \
        .is_firmware = TRUE                                                                        \
    }
#define ES                                                                                         \
    {                                                                                              \
        .is_firmware = TRUE, .has_table = TRUE, .has_es_reset = TRUE, .has_secret_area = TRUE,     \
        .has_hashes_area = TRUE                                                                    \
    }
#define AMDSEV                                                                                     \
    {                                                                                              \
        .is_firmware = TRUE, .has_table = TRUE, .has_es_reset = TRUE, .has_sev_metadata = TRUE,    \
        .has_hashes_area = TRUE, .hashes_base = 0x810c00, .hashes_size = 0x400                     \
    }

static const SealOvmf image_none = {0};
static const SealOvmf image_old = OLD;
static const SealOvmf image_es = ES;
static const SealOvmf image_amdsev = AMDSEV;
static const SealOvmf image_no_base = {
    .is_firmware = TRUE, .has_es_reset = TRUE, .has_hashes_area = TRUE, .hashes_size = 0x400};
static const SealOvmf image_tdx = {.is_firmware = TRUE, .has_tdx_metadata = TRUE};

static SealFirmware *
load(const char *name, const SealOvmf *image)
{
    g_autofree char *file = g_build_filename("firmware", name, NULL);
    g_autoptr(GError) error = NULL;
    gsize length;
    g_autofree char *json = test_data_read(file, &length);
    SealFirmware *firmware = seal_firmware_parse(json, length, name, &error);

    g_assert_no_error(error);
    if (image) {
        firmware->has_image = TRUE;
        firmware->image = *image;
    }
    return firmware;
}

typedef struct {
    const char *file;
    const SealOvmf *image; /* NULL: could not be read */
    SealTechnology technology;
    const char *machine;
    gboolean kernel_hashes;
    const char *why; /* NULL: it fits */
} Fit;

#define DEBIAN "60-debian.json"
#define SECURE "40-debian-secure-enrolled.json"
#define SID "60-sid-amdsev.json"
#define FLASH "60-fedora-amdsev-flash.json"
#define TDX "60-sid-inteltdx.json"

static const Fit fits[] = {
    {DEBIAN, &image_es, SEAL_TECHNOLOGY_NONE, "q35", FALSE, NULL},
    {DEBIAN, &image_es, SEAL_TECHNOLOGY_SEV, "q35", FALSE, NULL},
    {DEBIAN, &image_es, SEAL_TECHNOLOGY_SEV, "pc-q35-7.2", FALSE, NULL},
    {DEBIAN, &image_es, SEAL_TECHNOLOGY_SEV, "pc-i440fx-7.2", FALSE, NULL},
    {DEBIAN, &image_es, SEAL_TECHNOLOGY_SEV, "pc", FALSE, NULL},
    {DEBIAN, &image_es, SEAL_TECHNOLOGY_SEV, "microvm", FALSE, "machine microvm on x86_64"},
    {DEBIAN, NULL, SEAL_TECHNOLOGY_SEV, "q35", FALSE, NULL},
    {DEBIAN, &image_old, SEAL_TECHNOLOGY_SEV, "q35", FALSE, NULL},
    /* Not declared, but the image can. */
    {DEBIAN, &image_es, SEAL_TECHNOLOGY_SEV_ES, "q35", FALSE, NULL},
    {DEBIAN, &image_old, SEAL_TECHNOLOGY_SEV_ES, "q35", FALSE, "does not support AMD SEV-ES"},
    {DEBIAN, NULL, SEAL_TECHNOLOGY_SEV_ES, "q35", FALSE, "no amd-sev-es feature"},
    {DEBIAN, &image_none, SEAL_TECHNOLOGY_SEV, "q35", FALSE, "no firmware image"},
    {DEBIAN, &image_es, SEAL_TECHNOLOGY_SEV_SNP, "q35", FALSE, "need it as ROM"},
    {DEBIAN, &image_es, SEAL_TECHNOLOGY_SEV, "q35", TRUE, "base 0"},
    {DEBIAN, &image_no_base, SEAL_TECHNOLOGY_SEV, "q35", TRUE, "base 0"},
    {DEBIAN, &image_old, SEAL_TECHNOLOGY_SEV, "q35", TRUE, "no area for kernel hashes"},
    {DEBIAN, NULL, SEAL_TECHNOLOGY_SEV, "q35", TRUE, "could not be read"},
    {SECURE, &image_es, SEAL_TECHNOLOGY_SEV, "q35", FALSE, NULL},
    {SECURE, &image_es, SEAL_TECHNOLOGY_SEV_ES, "q35", FALSE, "requires SMM, which AMD SEV-ES"},
    {SECURE, &image_es, SEAL_TECHNOLOGY_NONE, "pc", FALSE, "machine pc"},
    {SID, &image_amdsev, SEAL_TECHNOLOGY_SEV, "q35", TRUE, NULL},
    {SID, &image_amdsev, SEAL_TECHNOLOGY_SEV_ES, "q35", TRUE, NULL},
    {SID, &image_amdsev, SEAL_TECHNOLOGY_SEV_SNP, "q35", FALSE, NULL},
    {SID, NULL, SEAL_TECHNOLOGY_SEV_SNP, "q35", FALSE, NULL},
    {SID, &image_es, SEAL_TECHNOLOGY_SEV_SNP, "q35", FALSE, "shows no support for AMD SEV-SNP"},
    {SID, &image_old, SEAL_TECHNOLOGY_SEV_ES, "q35", FALSE, "declares amd-sev-es, but"},
    {SID, &image_amdsev, SEAL_TECHNOLOGY_TDX, "q35", FALSE, "does not support Intel TDX"},
    {SID, &image_amdsev, SEAL_TECHNOLOGY_SEV, "pc-i440fx-9.2", FALSE, "is not made for"},
    {FLASH, &image_amdsev, SEAL_TECHNOLOGY_SEV_ES, "q35", FALSE, NULL},
    {FLASH, &image_amdsev, SEAL_TECHNOLOGY_SEV_SNP, "q35", FALSE, "mapped as flash"},
    {TDX, &image_tdx, SEAL_TECHNOLOGY_TDX, "q35", FALSE, NULL},
    {TDX, &image_es, SEAL_TECHNOLOGY_TDX, "q35", FALSE, "declares intel-tdx, but"},
    {"30-qcow2.json", &image_none, SEAL_TECHNOLOGY_SEV_ES, "q35", FALSE, NULL},
    {"70-combined.json", &image_es, SEAL_TECHNOLOGY_SEV, "q35", FALSE, "in one file"},
    {"80-kernel.json", &image_es, SEAL_TECHNOLOGY_NONE, "q35", FALSE, "neither as flash nor"},
    {"90-bios.json", &image_es, SEAL_TECHNOLOGY_NONE, "q35", FALSE, "is no UEFI"},
};

static void
test_why_not(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(fits); i++) {
        g_autoptr(SealFirmware) firmware = load(fits[i].file, fits[i].image);
        const SealFirmwareWish wish = {.technology = fits[i].technology,
                                       .arch = "x86_64",
                                       .machine = fits[i].machine,
                                       .kernel_hashes = fits[i].kernel_hashes};
        g_autofree char *why = seal_firmware_why_not(firmware, &wish);

        if (!fits[i].why)
            g_assert_cmpstr(why, ==, NULL);
        else if (!why || !strstr(why, fits[i].why))
            g_error("row %" G_GSIZE_FORMAT ": \"%s\" instead of \"%s\"", i, why, fits[i].why);
    }
}

static void
test_other_architecture(void)
{
    g_autoptr(SealFirmware) firmware = load(DEBIAN, &image_es);
    const SealFirmwareWish wish = {SEAL_TECHNOLOGY_NONE, "aarch64", "virt", FALSE, FALSE};
    g_autofree char *why = seal_firmware_why_not(firmware, &wish);

    g_assert_cmpstr(why, ==, "is not made for machine virt on aarch64");
}

/* Aliases match patterns of their family that leave the version open, and no others. */
static void
test_globs(void)
{
    static const struct {
        const char *glob, *machine;
        gboolean fits;
    } rows[] = {
        {"pc-q35-*", "q35", TRUE},
        {"pc-q35-*", "pc-q35-rhel9.4.0", TRUE},
        {"pc-q35-rhel*", "q35", TRUE},
        {"*", "q35", TRUE},
        {"q35", "q35", TRUE},
        {"pc-q35-7.2", "q35", FALSE},
        {"pc-q35-7.2", "pc-q35-7.2", TRUE},
        {"pc-q35-?.2", "pc-q35-7.2", TRUE},
        {"pc-i440fx-*", "q35", FALSE},
        {"pc-i440fx-*", "pc", TRUE},
        {"pc-q35-*", "pc", FALSE},
        {"pc-q35-*", "xpc-q35-7.2", FALSE},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *json = g_strdup_printf(
            "{\"interface-types\":[\"uefi\"],\"mapping\":{\"device\":\"memory\",\"filename\":\"/"
            "a\"},\"targets\":[{\"architecture\":\"x86_64\",\"machines\":[\"%s\"]}]}",
            rows[i].glob);
        g_autoptr(SealFirmware) firmware = seal_firmware_parse(json, strlen(json), "x", NULL);
        const SealFirmwareWish wish = {SEAL_TECHNOLOGY_NONE, "x86_64", rows[i].machine, FALSE,
                                       FALSE};
        g_autofree char *why = seal_firmware_why_not(firmware, &wish);

        g_assert_cmpint(why == NULL, ==, rows[i].fits);
    }
}

static GPtrArray *
new_candidates(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify)seal_firmware_free);
}

static GPtrArray *
debian12(void)
{
    GPtrArray *candidates = new_candidates();

    g_ptr_array_add(candidates, load(SECURE, &image_es));
    g_ptr_array_add(candidates, load("50-debian-secure.json", &image_es));
    g_ptr_array_add(candidates, load(DEBIAN, &image_es));
    return candidates;
}

static GPtrArray *
debian_sid(void)
{
    GPtrArray *candidates = debian12();

    g_ptr_array_insert(candidates, 2, load(SID, &image_amdsev));
    g_ptr_array_insert(candidates, 3, load(TDX, &image_tdx));
    return candidates;
}

static void
test_choose(void)
{
    static const struct {
        gboolean sid;
        SealTechnology technology;
        gboolean measured, kernel_hashes;
        const char *file;
    } rows[] = {
        {FALSE, SEAL_TECHNOLOGY_NONE, FALSE, FALSE, DEBIAN},
        {FALSE, SEAL_TECHNOLOGY_SEV, FALSE, FALSE, DEBIAN},
        {FALSE, SEAL_TECHNOLOGY_SEV_ES, FALSE, FALSE, DEBIAN},
        {FALSE, SEAL_TECHNOLOGY_SEV, TRUE, FALSE, DEBIAN},
        {TRUE, SEAL_TECHNOLOGY_NONE, FALSE, FALSE, DEBIAN},
        {TRUE, SEAL_TECHNOLOGY_SEV, FALSE, FALSE, DEBIAN},
        {TRUE, SEAL_TECHNOLOGY_SEV, TRUE, FALSE, SID},
        {TRUE, SEAL_TECHNOLOGY_SEV_ES, FALSE, TRUE, SID},
        {TRUE, SEAL_TECHNOLOGY_SEV_SNP, FALSE, FALSE, SID},
        {TRUE, SEAL_TECHNOLOGY_TDX, FALSE, FALSE, TDX},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GPtrArray) candidates = rows[i].sid ? debian_sid() : debian12();
        g_autoptr(GError) error = NULL;
        const SealFirmwareWish wish = {rows[i].technology, "x86_64", "q35", rows[i].measured,
                                       rows[i].kernel_hashes};
        const SealFirmware *chosen = seal_firmware_choose(candidates, &wish, &error);

        g_assert_no_error(error);
        g_assert_cmpstr(chosen->descriptor, ==, rows[i].file);
    }
}

/* Secure Boot is taken when there is nothing else, and the first of equals wins. */
static void
test_order(void)
{
    g_autoptr(GPtrArray) candidates = debian12();
    const SealFirmwareWish wish = {SEAL_TECHNOLOGY_SEV, "x86_64", "q35", FALSE, FALSE};

    g_ptr_array_remove_index(candidates, 2);
    g_assert_cmpstr(seal_firmware_choose(candidates, &wish, NULL)->descriptor, ==, SECURE);
    g_ptr_array_add(candidates, load(DEBIAN, NULL));
    g_ptr_array_add(candidates, load("30-qcow2.json", &image_none));
    g_assert_cmpstr(seal_firmware_choose(candidates, &wish, NULL)->descriptor, ==, "30-qcow2.json");
    g_ptr_array_add(candidates, load(DEBIAN, &image_es));
    g_assert_cmpstr(seal_firmware_choose(candidates, &wish, NULL)->descriptor, ==, "30-qcow2.json");
}

/* What the owner measures must be all that decides, whatever stands first. */
static void
test_measured_avoids_nvram(void)
{
    g_autoptr(GPtrArray) candidates = debian12();
    SealFirmwareWish wish = {SEAL_TECHNOLOGY_SEV, "x86_64", "q35", TRUE, FALSE};

    g_ptr_array_add(candidates, load(FLASH, NULL));
    g_assert_cmpstr(seal_firmware_choose(candidates, &wish, NULL)->descriptor, ==, FLASH);
    wish.measured = FALSE;
    g_assert_cmpstr(seal_firmware_choose(candidates, &wish, NULL)->descriptor, ==, DEBIAN);
}

static void
test_none_fits(void)
{
    static const struct {
        SealTechnology technology;
        gboolean kernel_hashes;
        const char *fragments[4];
    } rows[] = {
        {SEAL_TECHNOLOGY_SEV_SNP,
         FALSE,
         {"AMD SEV-SNP on machine q35", SECURE " is mapped as flash", DEBIAN, "ovmf-amdsev"}},
        {SEAL_TECHNOLOGY_TDX, FALSE, {"Intel TDX", "OVMF.inteltdx", DEBIAN, "as ROM"}},
        {SEAL_TECHNOLOGY_SEV_ES, TRUE, {SECURE " requires SMM", "base 0", "AmdSev", "kernel-hash"}},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GPtrArray) candidates = debian12();
        const SealFirmwareWish wish = {rows[i].technology, "x86_64", "q35", FALSE,
                                       rows[i].kernel_hashes};
        g_autoptr(GError) error = NULL;

        g_assert_null(seal_firmware_choose(candidates, &wish, &error));
        for (gsize k = 0; k < G_N_ELEMENTS(rows[i].fragments); k++)
            test_data_assert_refused(g_error_copy(error), SEAL_ERROR_FIRMWARE_NOT_FOUND,
                                     rows[i].fragments[k]);
    }
}

static void
test_no_candidates(void)
{
    g_autoptr(GPtrArray) candidates = new_candidates();
    const SealFirmwareWish wish = {SEAL_TECHNOLOGY_SEV, "x86_64", "q35", FALSE, FALSE};
    GError *error = NULL;

    g_assert_null(seal_firmware_choose(candidates, &wish, &error));
    test_data_assert_refused(error, SEAL_ERROR_FIRMWARE_NOT_FOUND, "no firmware descriptors");
}

static void
test_named_by_user(void)
{
    const SealFirmwareWish wish = {SEAL_TECHNOLOGY_SEV_ES, "x86_64", "q35", TRUE, FALSE};
    g_autoptr(SealFirmware) good = seal_firmware_new_for_path("/code.fd", NULL, &image_es, FALSE);
    g_autoptr(SealFirmware) bad =
        seal_firmware_new_for_path("/etc/passwd", NULL, &image_none, TRUE);
    g_autofree char *why_good = seal_firmware_why_not(good, &wish);
    g_autofree char *why_bad = seal_firmware_why_not(bad, &wish);

    g_assert_cmpstr(why_good, ==, NULL);
    g_assert_cmpstr(why_bad, ==,
                    "names /etc/passwd, which is no firmware image (it has no reset vector)");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/firmware-choose/why-not", test_why_not);
    g_test_add_func("/firmware-choose/other-architecture", test_other_architecture);
    g_test_add_func("/firmware-choose/globs", test_globs);
    g_test_add_func("/firmware-choose/choose", test_choose);
    g_test_add_func("/firmware-choose/order", test_order);
    g_test_add_func("/firmware-choose/measured", test_measured_avoids_nvram);
    g_test_add_func("/firmware-choose/none-fits", test_none_fits);
    g_test_add_func("/firmware-choose/no-candidates", test_no_candidates);
    g_test_add_func("/firmware-choose/named-by-user", test_named_by_user);
    return g_test_run();
}
