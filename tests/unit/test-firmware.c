/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Firmware descriptors: those of today's distributions (tests/data/firmware)
 * as values, and every way in which a descriptor can be wrong, each named in
 * the message. Choosing among them is tested in test-firmware-choose.c.
 */

#include "firmware.h"

#include "test-data.h"

typedef struct {
    const char *file;
    SealFirmwareMapping mapping;
    gboolean uefi;
    const char *executable, *format, *nvram_template;
    const char *features; /* separated by spaces */
} Sample;

static const Sample samples[] = {
    {"60-debian.json", SEAL_FIRMWARE_SPLIT, TRUE, "/usr/share/OVMF/OVMF_CODE_4M.fd", "raw",
     "/usr/share/OVMF/OVMF_VARS_4M.fd", "acpi-s3 amd-sev verbose-dynamic"},
    {"40-debian-secure-enrolled.json", SEAL_FIRMWARE_SPLIT, TRUE,
     "/usr/share/OVMF/OVMF_CODE_4M.ms.fd", "raw", "/usr/share/OVMF/OVMF_VARS_4M.ms.fd",
     "acpi-s3 amd-sev enrolled-keys requires-smm secure-boot verbose-dynamic"},
    {"60-sid-amdsev.json", SEAL_FIRMWARE_MEMORY, TRUE, "/usr/share/ovmf/OVMF.amdsev.fd", "raw",
     NULL, "amd-sev amd-sev-es amd-sev-snp verbose-dynamic"},
    {"60-fedora-amdsev-flash.json", SEAL_FIRMWARE_STATELESS, TRUE,
     "/usr/share/edk2/ovmf/OVMF.amdsev.fd", "raw", NULL, "amd-sev amd-sev-es amd-sev-snp"},
    {"30-qcow2.json", SEAL_FIRMWARE_SPLIT, TRUE, "/usr/share/edk2/ovmf/OVMF_CODE_4M.qcow2", "qcow2",
     "/usr/share/edk2/ovmf/OVMF_VARS_4M.qcow2", "amd-sev amd-sev-es"},
    {"70-combined.json", SEAL_FIRMWARE_COMBINED, TRUE, "/usr/share/OVMF/OVMF.fd", "raw", NULL,
     "amd-sev"},
    {"80-kernel.json", SEAL_FIRMWARE_INVALID, TRUE, "/usr/share/u-boot/u-boot.bin", "raw", NULL,
     ""},
    {"90-bios.json", SEAL_FIRMWARE_MEMORY, FALSE, "/usr/share/seabios/bios-256k.bin", "raw", NULL,
     ""},
};

static void
test_sample(gconstpointer data)
{
    const Sample *sample = data;
    g_autofree char *file = g_build_filename("firmware", sample->file, NULL);
    g_autofree char *features = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(SealFirmware) firmware = NULL;
    gsize length;
    g_autofree char *json = test_data_read(file, &length);

    firmware = seal_firmware_parse(json, length, sample->file, &error);
    g_assert_no_error(error);
    features = g_strjoinv(" ", firmware->features);
    g_assert_cmpstr(firmware->descriptor, ==, sample->file);
    g_assert_cmpint(firmware->mapping, ==, sample->mapping);
    g_assert_cmpint(firmware->uefi, ==, sample->uefi);
    g_assert_cmpstr(firmware->executable, ==, sample->executable);
    g_assert_cmpstr(firmware->format, ==, sample->format);
    g_assert_cmpstr(firmware->nvram_template, ==, sample->nvram_template);
    g_assert_cmpstr(firmware->nvram_format, ==, sample->nvram_template ? sample->format : NULL);
    g_assert_cmpstr(features, ==, sample->features);
    g_assert_false(firmware->has_image);
}

static void
test_targets(void)
{
    gsize length;
    g_autofree char *json = test_data_read("firmware/60-debian.json", &length);
    g_autoptr(SealFirmware) firmware = seal_firmware_parse(json, length, "60", NULL);
    const SealFirmwareTarget *target = g_ptr_array_index(firmware->targets, 0);
    static const char *const machines[] = {"pc-i440fx-*", "pc-q35-*", NULL};

    g_assert_cmpuint(firmware->targets->len, ==, 1);
    g_assert_cmpstr(target->architecture, ==, "x86_64");
    g_assert_cmpstrv(target->machines, machines);
}

#define MEMORY "\"mapping\":{\"device\":\"memory\",\"filename\":\"/a\"}"
#define FLASH(inner) "{\"mapping\":{\"device\":\"flash\"," inner "}}"
#define CODE "\"executable\":{\"filename\":\"/a\",\"format\":\"raw\"}"

static void
test_shortest(void)
{
    static const char *const rows[] = {
        "{" MEMORY "}",
        "\n{" MEMORY ",\"unknown\":{\"a\":[1,2,{}]}}\n",
        FLASH("\"mode\":\"stateless\"," CODE),
        FLASH("\"mode\":\"stateless\",\"executable\":{\"filename\":\"/a\"}"),
        FLASH(CODE ",\"nvram-template\":{\"filename\":\"/b\",\"format\":\"raw\"}"),
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(SealFirmware) firmware =
            seal_firmware_parse(rows[i], strlen(rows[i]), "x.json", &error);

        g_assert_no_error(error);
        g_assert_cmpstr(firmware->executable, ==, "/a");
        g_assert_cmpstr(firmware->description, ==, "");
        g_assert_nonnull(firmware->features);
        g_assert_cmpuint(firmware->targets->len, ==, 0);
    }
}

static void
test_refusals(void)
{
    static const char *const rows[][2] = {
        {"", "x.json: the file is empty"},
        {"{", "JSON's complaint"},
        {"nonsense", "JSON's complaint"},
        {"[]", "is no JSON object"},
        {"null", "is no JSON object"},
        {"\"text\"", "is no JSON object"},
        {"{}", "mapping is missing"},
        {"{\"mapping\":[]}", "mapping is no object"},
        {"{\"mapping\":null}", "mapping is no object"},
        {"{\"mapping\":{}}", "device is missing"},
        {"{\"mapping\":{\"device\":1}}", "device is no string"},
        {"{\"mapping\":{\"device\":\"tape\"}}", "device is \"tape\""},
        {"{\"mapping\":{\"device\":\"memory\"}}", "filename is missing"},
        {"{\"mapping\":{\"device\":\"memory\",\"filename\":\"a\"}}", "no absolute path"},
        {"{\"mapping\":{\"device\":\"memory\",\"filename\":true}}", "filename is no string"},
        {FLASH("\"mode\":\"odd\"," CODE), "mode is \"odd\""},
        {FLASH("\"mode\":[]," CODE), "mode is no string"},
        {FLASH("\"mode\":\"split\""), "executable is missing"},
        {FLASH("\"executable\":\"/a\""), "executable is no object"},
        {FLASH("\"executable\":{\"filename\":\"/a\",\"format\":\"vmdk\"}"), "format is \"vmdk\""},
        {FLASH("\"executable\":{\"filename\":\"/a\",\"format\":{}}"), "format is no string"},
        {FLASH(CODE), "nvram-template is missing"},
        {FLASH(CODE ",\"nvram-template\":{\"filename\":\"b\"}"), "no absolute path"},
        {"{\"description\":5," MEMORY "}", "description is no string"},
        {"{\"interface-types\":\"uefi\"," MEMORY "}", "interface-types is no array"},
        {"{\"interface-types\":[1]," MEMORY "}", "interface-types holds"},
        {"{\"features\":{}," MEMORY "}", "features is no array"},
        {"{\"features\":[[]]," MEMORY "}", "features holds"},
        {"{\"targets\":{}," MEMORY "}", "targets is no array"},
        {"{\"targets\":[\"x86_64\"]," MEMORY "}", "targets holds"},
        {"{\"targets\":[{}]," MEMORY "}", "architecture is missing"},
        {"{\"targets\":[{\"architecture\":\"x\",\"machines\":[null]}]," MEMORY "}",
         "machines holds"},
        {"{\"description\":\"\xff\"," MEMORY "}", "no UTF-8"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        GError *error = NULL;

        g_assert_null(seal_firmware_parse(rows[i][0], strlen(rows[i][0]), "x.json", &error));
        test_data_assert_refused(error, SEAL_ERROR_INVALID_ARGUMENT, rows[i][1]);
    }
}

static void
test_limits(void)
{
    g_autofree char *large = g_strnfill(SEAL_FIRMWARE_MAX_DESCRIPTOR + 1, ' ');
    g_autofree char *deep = g_strnfill(40000, '[');
    g_autoptr(GString) close = g_string_new("{\"a\":");
    GError *error = NULL;

    g_assert_null(seal_firmware_parse(large, strlen(large), "x", &error));
    test_data_assert_refused(error, SEAL_ERROR_INVALID_ARGUMENT, "larger than 64 KiB");
    error = NULL;
    g_assert_null(seal_firmware_parse(deep, strlen(deep), "x", &error));
    test_data_assert_refused(error, SEAL_ERROR_INVALID_ARGUMENT, "nested deeper than 32");
    error = NULL;
    g_assert_null(seal_firmware_parse("{}\0{}", 5, "x", &error));
    test_data_assert_refused(error, SEAL_ERROR_INVALID_ARGUMENT, "no UTF-8 text");
    error = NULL;
    g_assert_null(seal_firmware_parse(NULL, 0, "x", &error));
    test_data_assert_refused(error, SEAL_ERROR_INVALID_ARGUMENT, "is empty");
    error = NULL;
    for (guint i = 0; i < 100; i++)
        g_string_append(close, "\"[[[[{{{{\\\"\",");
    g_assert_null(seal_firmware_parse(close->str, close->len, "x", &error));
    test_data_assert_refused(error, SEAL_ERROR_INVALID_ARGUMENT, "JSON's complaint");
}

static void
test_new_for_path(void)
{
    static const struct {
        const char *nvram;
        gboolean rom;
        SealFirmwareMapping mapping;
    } rows[] = {
        {NULL, FALSE, SEAL_FIRMWARE_STATELESS},
        {"/vars", FALSE, SEAL_FIRMWARE_SPLIT},
        {NULL, TRUE, SEAL_FIRMWARE_MEMORY},
        {"/vars", TRUE, SEAL_FIRMWARE_MEMORY},
    };
    const SealOvmf image = {.is_firmware = TRUE, .has_es_reset = TRUE, .es_reset_address = 7};

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(SealFirmware) firmware =
            seal_firmware_new_for_path("/code", rows[i].nvram, &image, rows[i].rom);
        gboolean split = rows[i].mapping == SEAL_FIRMWARE_SPLIT;

        g_assert_null(firmware->descriptor);
        g_assert_true(firmware->uefi && firmware->has_image);
        g_assert_cmpint(firmware->mapping, ==, rows[i].mapping);
        g_assert_cmpstr(firmware->executable, ==, "/code");
        g_assert_cmpstr(firmware->nvram_template, ==, split ? "/vars" : NULL);
        g_assert_cmpuint(firmware->image.es_reset_address, ==, 7);
    }
    seal_firmware_free(NULL);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(samples); i++) {
        g_autofree char *path = g_strdup_printf("/firmware/sample/%s", samples[i].file);

        g_test_add_data_func(path, &samples[i], test_sample);
    }
    g_test_add_func("/firmware/targets", test_targets);
    g_test_add_func("/firmware/shortest", test_shortest);
    g_test_add_func("/firmware/refusals", test_refusals);
    g_test_add_func("/firmware/limits", test_limits);
    g_test_add_func("/firmware/new-for-path", test_new_for_path);
    return g_test_run();
}
