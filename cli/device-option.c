/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * --disk, --cdrom and --network. The keys and their types are those of lib's
 * tables; only the first part, which says what the device is, has a short
 * form of its own.
 */

#include <string.h>
#include <glib/gi18n.h>

#include "device-option.h"
#include "error.h"
#include "setting-value.h"

/* One device under construction: its keys so far, and which there are. */
typedef struct {
    GVariantDict dict;
    SealSettingInfo *rows;
    gsize n_rows;
} Device;

/* Splits at single commas; two in a row are one that belongs to the value. */
static GPtrArray *
split_parts(const char *text)
{
    GPtrArray *parts = g_ptr_array_new_with_free_func(g_free);
    GString *part = g_string_new(NULL);

    for (const char *p = text; *p != '\0'; p++) {
        if (p[0] == ',' && p[1] != ',') {
            g_ptr_array_add(parts, g_string_free(part, FALSE));
            part = g_string_new(NULL);
            continue;
        }
        if (p[0] == ',')
            p++;
        g_string_append_c(part, *p);
    }
    g_ptr_array_add(parts, g_string_free(part, FALSE));
    return parts;
}

static gboolean
device_set(Device *device, const char *key, const char *text, GError **error)
{
    const SealSettingInfo *row = setting_value_find(device->rows, device->n_rows, key, error);
    g_autofree char *path = NULL;
    GVariant *value;

    if (row == NULL)
        return FALSE;
    if (text == NULL && g_str_equal(row->signature, "b"))
        text = "yes";
    if (text == NULL) {
        g_set_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT, _("'%s' needs a value: %s=..."),
                    key, key);
        return FALSE;
    }
    if (g_str_equal(key, "path"))
        text = path = setting_value_path(text);
    value = setting_value_parse(row->signature, text, error);
    if (value == NULL) {
        g_prefix_error(error, "%s: ", key);
        return FALSE;
    }
    g_variant_dict_insert_value(&device->dict, key, value);
    return TRUE;
}

/* "key=value" or "key" */
static gboolean
device_set_part(Device *device, const char *part, GError **error)
{
    const char *sign = strchr(part, '=');
    g_autofree char *key = sign != NULL ? g_strndup(part, (gsize)(sign - part)) : g_strdup(part);
    return device_set(device, key, sign != NULL ? sign + 1 : NULL, error);
}

static gboolean
set_first_of_disk(Device *device, const char *part, GError **error)
{
    gboolean is_path = strchr(part, '=') == NULL || *part == '/' || *part == '.';

    if (*part == '\0') {
        g_set_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT,
                    _("the disk has no path; for example /var/lib/libvirt/images/guest.qcow2"));
        return FALSE;
    }
    return is_path ? device_set(device, "path", part, error) : device_set_part(device, part, error);
}

static gboolean
set_first_of_network(Device *device, const char *part, GError **error)
{
    static const char *const types[] = {"network", "bridge", "direct"};
    const char *sign = strchr(part, '=');

    for (gsize i = 0; sign != NULL && i < G_N_ELEMENTS(types); i++)
        if (strlen(types[i]) == (gsize)(sign - part) && g_str_has_prefix(part, types[i]))
            return device_set(device, "type", types[i], error) &&
                   device_set(device, "source", sign + 1, error);
    if (sign != NULL)
        return device_set_part(device, part, error);
    if (*part == '\0') {
        g_set_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT,
                    _("the network has no name; write for example default or bridge=br0"));
        return FALSE;
    }
    if (g_str_equal(part, "user"))
        return device_set(device, "type", "user", error);
    return device_set(device, "type", "network", error) &&
           device_set(device, "source", part, error);
}

/* Takes over what @device holds, on failure as well. */
static GVariant *
device_finish(Device *device, gboolean ok)
{
    g_autoptr(GVariant) value = g_variant_ref_sink(g_variant_dict_end(&device->dict));
    g_free(device->rows);
    return ok ? g_steal_pointer(&value) : NULL;
}

GVariant *
device_option_disk(const char *text, gboolean cdrom, GError **error)
{
    g_autoptr(GPtrArray) parts = split_parts(text);
    Device device = {0};
    gboolean ok;

    device.rows = seal_settings_list_disk(&device.n_rows);
    g_variant_dict_init(&device.dict, NULL);
    ok = set_first_of_disk(&device, g_ptr_array_index(parts, 0), error);
    if (ok && cdrom)
        ok = device_set(&device, "device", "cdrom", error) &&
             device_set(&device, "readonly", "yes", error);
    for (guint i = 1; ok && i < parts->len; i++)
        ok = device_set_part(&device, g_ptr_array_index(parts, i), error);
    return device_finish(&device, ok);
}

GVariant *
device_option_network(const char *text, GError **error)
{
    g_autoptr(GPtrArray) parts = split_parts(text);
    Device device = {0};
    gboolean ok;

    device.rows = seal_settings_list_network(&device.n_rows);
    g_variant_dict_init(&device.dict, NULL);
    ok = set_first_of_network(&device, g_ptr_array_index(parts, 0), error);
    for (guint i = 1; ok && i < parts->len; i++)
        ok = device_set_part(&device, g_ptr_array_index(parts, i), error);
    return device_finish(&device, ok);
}
