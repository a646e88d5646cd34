/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Descriptors are few and small, but they are other people's files: names
 * first, masked by directory, then each is read under a cap, and a bad one
 * becomes a sentence in the facts instead of an end to the search.
 */

#include "host-firmware.h"

#include "host-file.h"

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
collect_names(const char *root, const char *dir_path, GHashTable *paths)
{
    g_autofree char *full = g_build_filename(root, dir_path, NULL);
    g_autoptr(GDir) dir = g_dir_open(full, 0, NULL);
    const char *name;

    while (dir && (name = g_dir_read_name(dir)) && g_hash_table_size(paths) < MAX_DESCRIPTORS) {
        if (g_str_has_suffix(name, ".json") && name[0] != '.')
            g_hash_table_replace(paths, g_strdup(name), g_build_filename(dir_path, name, NULL));
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
    if (text && length == 0)
        return;
    if (!text) {
        g_ptr_array_add(errors, g_strdup_printf("%s cannot be read or is longer than %d bytes",
                                                path, SEAL_FIRMWARE_MAX_DESCRIPTOR));
        return;
    }
    firmware = seal_firmware_parse(text, length, name, &error);
    if (!firmware) {
        g_ptr_array_add(errors, g_strdup(error->message));
        return;
    }
    firmware->has_image = host_firmware_read_image(root, firmware->executable, &firmware->image);
    g_ptr_array_add(facts->firmwares, firmware);
}

void
host_firmware_read(const char *root, SealFacts *facts)
{
    g_autoptr(GHashTable) paths = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_autoptr(GPtrArray) errors = g_ptr_array_new();
    g_autoptr(GList) names = NULL;

    g_ptr_array_set_size(facts->firmwares, 0);
    for (gsize i = 0; i < G_N_ELEMENTS(descriptor_dirs); i++)
        collect_names(root, descriptor_dirs[i], paths);
    names = g_list_sort(g_hash_table_get_keys(paths), compare_names);
    for (GList *link = names; link; link = link->next)
        read_descriptor(root, g_hash_table_lookup(paths, link->data), facts, errors);
    g_ptr_array_add(errors, NULL);
    g_strfreev(facts->firmware_errors);
    facts->firmware_errors = (GStrv)g_ptr_array_steal(errors, NULL);
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
