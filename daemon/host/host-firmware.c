/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Descriptors are few and small, but they are other people's files: names
 * first, masked by directory, then each is read under a cap, and a bad one
 * becomes a sentence in the facts instead of an end to the search. What became
 * of each file is noted, so that nobody has to guess why one does not count.
 */

#include "host-firmware.h"

#include "host-file.h"
#include "host-firmware-known.h"

/* Later directories mask earlier ones. The per-user one is not libvirt's for qemu:///system. */
static const char *const descriptor_dirs[] = {"/usr/share/qemu/firmware", "/etc/qemu/firmware"};

/* More than this is no firmware directory but an attack or an accident. */
#define MAX_DESCRIPTORS 256

static int
compare_names(gconstpointer a, gconstpointer b)
{
    return g_strcmp0(a, b);
}

static void
note(SealFacts *facts, SealFirmwareFileState state, const char *path, const char *why)
{
    g_ptr_array_add(facts->firmware_files, seal_firmware_file_new(state, path, why));
}

static void
collect_names(const char *root, const char *dir, GHashTable *paths, SealFacts *facts)
{
    g_auto(GStrv) names = host_file_list(root, dir, MAX_DESCRIPTORS);

    for (gsize i = 0; names && names[i]; i++) {
        g_autofree char *path = g_build_filename(dir, names[i], NULL);
        const char *masked = g_hash_table_lookup(paths, names[i]);

        if (!g_str_has_suffix(names[i], ".json"))
            continue;
        if (masked)
            note(facts, SEAL_FIRMWARE_FILE_MASKED, masked, path);
        g_hash_table_replace(paths, g_strdup(names[i]), g_steal_pointer(&path));
    }
}

static void
refuse(SealFacts *facts, GPtrArray *errors, const char *path, const char *why)
{
    note(facts, SEAL_FIRMWARE_FILE_BAD, path, why);
    g_ptr_array_add(errors, g_strdup(why));
}

/* What another format says of itself is not at the end of its file. */
static void
look_at_image(const char *root, SealFirmware *firmware)
{
    if (g_str_equal(firmware->format, "raw"))
        firmware->has_image =
            host_firmware_read_image(root, firmware->executable, &firmware->image);
    if (!firmware->has_image) {
        g_autofree char *dir = g_path_get_dirname(firmware->executable);

        firmware->is_missing = host_file_exists(root, dir) &&
                               host_file_state(root, firmware->executable) == HOST_FILE_ABSENT;
    }
}

static void
read_descriptor(const char *root, const char *path, SealFacts *facts, GPtrArray *errors)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *name = g_path_get_basename(path);
    g_autofree char *text = NULL;
    SealFirmware *firmware;
    gsize length = 0;

    text = host_file_read(root, path, SEAL_FIRMWARE_MAX_DESCRIPTOR, &length);
    if (!text) {
        g_autofree char *why = g_strdup_printf("%s cannot be read or is longer than %d bytes", path,
                                               SEAL_FIRMWARE_MAX_DESCRIPTOR);

        refuse(facts, errors, path, why);
        return;
    }
    if (length == 0) {
        note(facts, SEAL_FIRMWARE_FILE_DISABLED, path, NULL);
        return;
    }
    firmware = seal_firmware_parse(text, length, name, &error);
    if (!firmware) {
        refuse(facts, errors, path, error->message);
        return;
    }
    look_at_image(root, firmware);
    note(facts, SEAL_FIRMWARE_FILE_USED, path, NULL);
    g_ptr_array_add(facts->firmwares, firmware);
}

void
host_firmware_read(const char *root, SealFacts *facts)
{
    g_autoptr(GHashTable) paths = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_autoptr(GPtrArray) errors = g_ptr_array_new();
    g_autoptr(GList) names = NULL;

    g_ptr_array_set_size(facts->firmwares, 0);
    g_ptr_array_set_size(facts->firmware_files, 0);
    for (gsize i = 0; i < G_N_ELEMENTS(descriptor_dirs); i++)
        collect_names(root, descriptor_dirs[i], paths, facts);
    names = g_list_sort(g_hash_table_get_keys(paths), compare_names);
    for (GList *link = names; link; link = link->next)
        read_descriptor(root, g_hash_table_lookup(paths, link->data), facts, errors);
    if (!names)
        host_firmware_known_read(root, facts);
    g_ptr_array_add(errors, NULL);
    g_strfreev(facts->firmware_errors);
    facts->firmware_errors = (GStrv)g_ptr_array_steal(errors, NULL);
}

void
host_firmware_note_session(const char *dir, SealFacts *facts)
{
    g_auto(GStrv) names = host_file_list(dir, "/", MAX_DESCRIPTORS);

    for (gsize i = 0; names && names[i]; i++) {
        g_autofree char *path = g_build_filename(dir, names[i], NULL);

        if (g_str_has_suffix(names[i], ".json"))
            note(facts, SEAL_FIRMWARE_FILE_SESSION, path, NULL);
    }
}

gboolean
host_firmware_read_image(const char *root, const char *path, SealOvmf *ret_image)
{
    g_autoptr(GBytes) tail = host_file_read_tail(root, path, SEAL_OVMF_TAIL);
    gsize length = 0;
    const guint8 *bytes;

    if (!tail)
        return FALSE;
    bytes = g_bytes_get_data(tail, &length);
    *ret_image = seal_ovmf_parse(bytes, length);
    return TRUE;
}
