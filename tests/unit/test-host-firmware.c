/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Firmware descriptors on disk: masking and disabling by name, order, and
 * bad ones, which become sentences and hide nobody else.
 */

#include "host-firmware.h"

#include <string.h>
#include <sys/stat.h>

#include "test-tree.h"

#define SHARE "/usr/share/qemu/firmware/"
#define ETC "/etc/qemu/firmware/"

typedef struct {
    char *root;
    SealFacts *facts;
} Setup;

static void
set_up(Setup *setup, gconstpointer data)
{
    setup->root = test_tree_new();
    setup->facts = seal_facts_new();
}

static void
tear_down(Setup *setup, gconstpointer data)
{
    seal_facts_free(setup->facts);
    test_tree_free(setup->root);
}

static void
write_descriptor(Setup *setup, const char *path, const char *description)
{
    g_autofree char *json = g_strdup_printf(
        "{\"description\": \"%s\", \"interface-types\": [\"uefi\"], \"mapping\": {\"device\": "
        "\"flash\", \"executable\": {\"filename\": \"/fw/%s.fd\", \"format\": \"raw\"}, "
        "\"nvram-template\": {\"filename\": \"/fw/VARS.fd\", \"format\": \"raw\"}}, \"targets\": "
        "[{\"architecture\": \"x86_64\", \"machines\": [\"pc-q35-*\"]}], \"features\": [], "
        "\"tags\": []}",
        description, description);

    test_tree_write(setup->root, path, json);
}

/* Descriptions of what is found, joined. */
static void
expect(Setup *setup, const char *found, guint n_errors)
{
    g_autoptr(GString) joined = g_string_new(NULL);

    host_firmware_read(setup->root, setup->facts);
    for (guint i = 0; i < setup->facts->firmwares->len; i++) {
        const SealFirmware *firmware = g_ptr_array_index(setup->facts->firmwares, i);

        g_string_append_printf(joined, "%s%s", joined->len ? " " : "", firmware->description);
    }
    g_assert_cmpstr(joined->str, ==, found);
    g_assert_cmpuint(g_strv_length(setup->facts->firmware_errors), ==, n_errors);
}

static void
test_none(Setup *setup, gconstpointer data)
{
    expect(setup, "", 0);
}

static void
test_order_is_by_name(Setup *setup, gconstpointer data)
{
    write_descriptor(setup, SHARE "60-b.json", "b");
    write_descriptor(setup, ETC "50-a.json", "a");
    write_descriptor(setup, SHARE "70-c.json", "c");
    expect(setup, "a b c", 0);
    expect(setup, "a b c", 0);
}

static void
test_masking(Setup *setup, gconstpointer data)
{
    write_descriptor(setup, SHARE "60-a.json", "shipped");
    write_descriptor(setup, ETC "60-a.json", "admins");
    write_descriptor(setup, SHARE "70-b.json", "b");
    test_tree_write(setup->root, ETC "70-b.json", "");
    expect(setup, "admins", 0);
}

static void
test_passed_over(Setup *setup, gconstpointer data)
{
    write_descriptor(setup, SHARE "60-a.json", "a");
    write_descriptor(setup, SHARE ".60-b.json", "hidden");
    write_descriptor(setup, SHARE "60-c.json.dpkg-old", "old");
    test_tree_write(setup->root, SHARE "README", "text");
    expect(setup, "a", 0);
}

static void
test_bad_ones(Setup *setup, gconstpointer data)
{
    g_autofree char *fifo = test_tree_path(setup->root, SHARE "30-fifo.json");
    g_autofree char *huge = g_strnfill(SEAL_FIRMWARE_MAX_DESCRIPTOR + 1, ' ');
    g_auto(GStrv) errors = NULL;

    g_assert_cmpint(mkfifo(fifo, 0600), ==, 0);
    test_tree_write(setup->root, SHARE "20-huge.json", huge);
    test_tree_write(setup->root, SHARE "10-broken.json", "{\"description\": ");
    test_tree_write(setup->root, SHARE "40-list.json", "[]");
    write_descriptor(setup, SHARE "50-good.json", "good");
    expect(setup, "good", 4);
    g_assert_nonnull(strstr(setup->facts->firmware_errors[0], "10-broken.json"));
    g_assert_nonnull(strstr(setup->facts->firmware_errors[1], "20-huge.json"));
    g_assert_nonnull(strstr(setup->facts->firmware_errors[2], "30-fifo.json"));
    g_assert_nonnull(strstr(setup->facts->firmware_errors[3], "40-list.json"));
}

static void
test_directory_of_thousands(Setup *setup, gconstpointer data)
{
    for (guint i = 0; i < 400; i++) {
        g_autofree char *path = g_strdup_printf(SHARE "%03u.json", i);

        test_tree_write(setup->root, path, "{}");
    }
    host_firmware_read(setup->root, setup->facts);
    g_assert_cmpuint(g_strv_length(setup->facts->firmware_errors), <=, 256);
}

static void
test_images(Setup *setup, gconstpointer data)
{
    g_autofree char *image = test_tree_path(setup->root, "/fw/a.fd");
    guint8 bytes[4096] = {0};
    const SealFirmware *firmware;
    SealOvmf read = {0};

    /* An x86 reset vector: a near jump 16 bytes before the end. */
    bytes[sizeof bytes - 16] = 0xe9;
    g_assert_true(g_file_set_contents(image, (const char *)bytes, sizeof bytes, NULL));
    write_descriptor(setup, SHARE "a.json", "a");
    write_descriptor(setup, SHARE "b.json", "missing");
    expect(setup, "a missing", 0);
    firmware = g_ptr_array_index(setup->facts->firmwares, 0);
    g_assert_true(firmware->has_image);
    g_assert_true(firmware->image.is_firmware);
    firmware = g_ptr_array_index(setup->facts->firmwares, 1);
    g_assert_false(firmware->has_image);
    g_assert_true(host_firmware_read_image(setup->root, "/fw/a.fd", &read));
    g_assert_true(read.is_firmware);
    g_assert_false(host_firmware_read_image(setup->root, "/fw", &read));
    g_assert_false(host_firmware_read_image(setup->root, "/none", &read));
    test_tree_write(setup->root, "/fw/text", "not a firmware");
    g_assert_true(host_firmware_read_image(setup->root, "/fw/text", &read));
    g_assert_false(read.is_firmware);
}

/* A file of the given name that ends as firmware does. */
static void
write_image(Setup *setup, const char *path)
{
    g_autofree char *full = test_tree_path(setup->root, path);
    guint8 bytes[256] = {0};

    bytes[sizeof bytes - 16] = 0xe9;
    g_assert_true(g_file_set_contents(full, (const char *)bytes, sizeof bytes, NULL));
}

/* Without any descriptor images in their usual places are taken, with one they are not. */
static void
test_known_places(Setup *setup, gconstpointer data)
{
    const SealFirmware *firmware;

    write_image(setup, "/usr/share/OVMF/OVMF_CODE_4M.fd");
    host_firmware_read(setup->root, setup->facts);
    g_assert_cmpuint(setup->facts->firmwares->len, ==, 0);
    test_tree_write(setup->root, "/usr/share/OVMF/OVMF_VARS_4M.fd", "variables");
    test_tree_write(setup->root, "/usr/share/edk2/ovmf/OVMF.amdsev.fd", "no firmware");
    write_image(setup, "/usr/share/ovmf/OVMF.inteltdx.fd");
    host_firmware_read(setup->root, setup->facts);
    g_assert_cmpuint(setup->facts->firmwares->len, ==, 2);
    firmware = g_ptr_array_index(setup->facts->firmwares, 0);
    g_assert_null(firmware->descriptor);
    g_assert_cmpint(firmware->mapping, ==, SEAL_FIRMWARE_SPLIT);
    g_assert_cmpstr(firmware->nvram_template, ==, "/usr/share/OVMF/OVMF_VARS_4M.fd");
    firmware = g_ptr_array_index(setup->facts->firmwares, 1);
    g_assert_cmpint(firmware->mapping, ==, SEAL_FIRMWARE_MEMORY);
    write_descriptor(setup, SHARE "60-a.json", "a");
    expect(setup, "a", 0);
    test_tree_write(setup->root, SHARE "60-a.json", "");
    expect(setup, "", 0);
}

static void
test_image_of_another_format(Setup *setup, gconstpointer data)
{
    const SealFirmware *firmware;

    test_tree_write(setup->root, SHARE "60-q.json",
                    "{\"description\": \"q\", \"interface-types\": [\"uefi\"], \"mapping\": "
                    "{\"device\": \"flash\", \"mode\": \"stateless\", \"executable\": "
                    "{\"filename\": \"/fw/q.qcow2\", \"format\": \"qcow2\"}}, \"targets\": [], "
                    "\"features\": [], \"tags\": []}");
    write_image(setup, "/fw/q.qcow2");
    expect(setup, "q", 0);
    firmware = g_ptr_array_index(setup->facts->firmwares, 0);
    g_assert_false(firmware->has_image);
    g_assert_false(firmware->is_missing);
}

/* An image that is not there does not fit; one whose directory was not captured is believed. */
static void
test_missing_image(Setup *setup, gconstpointer data)
{
    const SealFirmwareWish wish = {.arch = "x86_64", .machine = "q35"};
    const SealFirmware *firmware;
    g_autofree char *believed = NULL;
    g_autofree char *missed = NULL;

    write_descriptor(setup, SHARE "60-a.json", "a");
    expect(setup, "a", 0);
    firmware = g_ptr_array_index(setup->facts->firmwares, 0);
    believed = seal_firmware_why_not(firmware, &wish);
    g_assert_null(believed);
    test_tree_write(setup->root, "/fw/other.fd", "x");
    expect(setup, "a", 0);
    firmware = g_ptr_array_index(setup->facts->firmwares, 0);
    missed = seal_firmware_why_not(firmware, &wish);
    g_assert_cmpstr(missed, ==, "names /fw/a.fd, which is not there");
}

/* "state path" of each descriptor that was found, in order. */
static void
expect_files(Setup *setup, const char *expected)
{
    static const char *const words[] = {"used", "masked", "disabled", "bad", "session"};
    g_autoptr(GString) joined = g_string_new(NULL);

    for (guint i = 0; i < setup->facts->firmware_files->len; i++) {
        const SealFirmwareFile *file = g_ptr_array_index(setup->facts->firmware_files, i);
        g_autofree char *name = g_path_get_basename(file->path);

        g_string_append_printf(joined, "%s%s %s", i ? ", " : "", words[file->state], name);
    }
    g_assert_cmpstr(joined->str, ==, expected);
}

static void
test_what_became_of_files(Setup *setup, gconstpointer data)
{
    g_autofree char *session = g_build_filename(setup->root, "home", NULL);

    write_descriptor(setup, SHARE "10-a.json", "a");
    write_descriptor(setup, ETC "10-a.json", "a");
    test_tree_write(setup->root, SHARE "20-b.json", "{");
    test_tree_write(setup->root, ETC "30-c.json", "");
    write_descriptor(setup, "/home/40-d.json", "d");
    expect(setup, "a", 1);
    host_firmware_note_session(session, setup->facts);
    expect_files(setup, "masked 10-a.json, used 10-a.json, bad 20-b.json, disabled 30-c.json, "
                        "session 40-d.json");
    g_assert_cmpuint(setup->facts->firmwares->len, ==, 1);
}

#define ADD(path, function) g_test_add(path, Setup, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("/host-firmware/none", test_none);
    ADD("/host-firmware/order-is-by-name", test_order_is_by_name);
    ADD("/host-firmware/masking", test_masking);
    ADD("/host-firmware/passed-over", test_passed_over);
    ADD("/host-firmware/bad-ones", test_bad_ones);
    ADD("/host-firmware/directory-of-thousands", test_directory_of_thousands);
    ADD("/host-firmware/images", test_images);
    ADD("/host-firmware/known-places", test_known_places);
    ADD("/host-firmware/image-of-another-format", test_image_of_another_format);
    ADD("/host-firmware/missing-image", test_missing_image);
    ADD("/host-firmware/what-became-of-files", test_what_became_of_files);
    return g_test_run();
}
