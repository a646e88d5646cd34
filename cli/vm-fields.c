/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The properties of a VM as people and scripts see them. Text shows sizes with
 * units and policies in hexadecimal; JSON keeps the plain numbers of the bus,
 * since a script would only have to take the units off again.
 */

#include <glib/gi18n.h>

#include "size.h"
#include "vm-fields.h"

static char *
format_text(GVariant *value)
{
    gboolean text = g_variant_is_of_type(value, G_VARIANT_TYPE_STRING) ||
                    g_variant_is_of_type(value, G_VARIANT_TYPE_OBJECT_PATH);

    return text ? g_variant_dup_string(value, NULL) : g_variant_print(value, FALSE);
}

static char *
format_size(GVariant *value)
{
    return g_variant_is_of_type(value, G_VARIANT_TYPE_UINT64)
               ? size_format(g_variant_get_uint64(value))
               : format_text(value);
}

static char *
format_hex(GVariant *value)
{
    return g_variant_is_of_type(value, G_VARIANT_TYPE_UINT64)
               ? g_strdup_printf("0x%" G_GINT64_MODIFIER "x", g_variant_get_uint64(value))
               : format_text(value);
}

static char *
format_bool(GVariant *value)
{
    if (!g_variant_is_of_type(value, G_VARIANT_TYPE_BOOLEAN))
        return format_text(value);
    return g_strdup(g_variant_get_boolean(value) ? _("yes") : _("no"));
}

static char *
format_list(GVariant *value)
{
    g_autofree const char **words = NULL;

    if (!g_variant_is_of_type(value, G_VARIANT_TYPE_STRING_ARRAY))
        return format_text(value);
    words = g_variant_get_strv(value, NULL);
    return g_strjoinv(" ", (char **)words);
}

static const VmField fields[] = {
    {"Name", "name", N_("Name"), format_text},
    {"UUID", "uuid", N_("UUID"), format_text},
    {"State", "state", N_("State"), format_text},
    {"StateReason", "state_reason", N_("Reason"), format_text},
    {"Technology", "technology", N_("Technology"), format_text},
    {"Policy", "policy", N_("Policy"), format_hex},
    {"PolicyFlags", "policy_flags", N_("Policy flags"), format_list},
    {"Attestable", "attestable", N_("Attestable"), format_bool},
    {"Memory", "memory", N_("Memory"), format_size},
    {"VCPUs", "vcpus", N_("vCPUs"), format_text},
    {"MachineType", "machine_type", N_("Machine"), format_text},
    {"Firmware", "firmware", N_("Firmware"), format_text},
    {"Autostart", "autostart", N_("Autostart"), format_bool},
    {"Restart", "restart", N_("Restart"), format_text},
    {"Persistent", "persistent", N_("Persistent"), format_bool},
};

const VmField *
vm_fields_get(gsize *ret_n)
{
    *ret_n = G_N_ELEMENTS(fields);
    return fields;
}

static const VmField *
find_field(const char *property)
{
    for (gsize i = 0; i < G_N_ELEMENTS(fields); i++)
        if (g_str_equal(fields[i].property, property))
            return &fields[i];
    return NULL;
}

char *
vm_fields_text(GVariant *properties, const char *property)
{
    g_autoptr(GVariant) value = g_variant_lookup_value(properties, property, NULL);
    const VmField *field = find_field(property);

    if (value == NULL)
        return g_strdup("");
    return field != NULL ? field->format(value) : format_text(value);
}

/* A new word begins at a capital that ends a run of them or follows a small letter. */
static gboolean
begins_word(const char *name, gsize i)
{
    return i > 0 && g_ascii_isupper(name[i]) &&
           (g_ascii_islower(name[i - 1]) || g_ascii_islower(name[i + 1]));
}

char *
vm_fields_key(const char *property)
{
    const VmField *field = find_field(property);
    GString *key = NULL;

    if (field != NULL)
        return g_strdup(field->key);
    key = g_string_new(NULL);
    for (gsize i = 0; property[i] != '\0'; i++) {
        if (begins_word(property, i))
            g_string_append_c(key, '_');
        g_string_append_c(key, g_ascii_tolower(property[i]));
    }
    return g_string_free(key, FALSE);
}

static void
add_known(GVariantBuilder *object, GVariant *properties)
{
    for (gsize i = 0; i < G_N_ELEMENTS(fields); i++) {
        g_autoptr(GVariant) value = g_variant_lookup_value(properties, fields[i].property, NULL);
        if (value != NULL)
            g_variant_builder_add(object, "{sv}", fields[i].key, value);
    }
}

GVariant *
vm_fields_json(GVariant *properties, const char *path)
{
    GVariantBuilder object;
    GVariantIter iter;
    const char *property;
    GVariant *value;

    g_variant_builder_init(&object, G_VARIANT_TYPE_VARDICT);
    add_known(&object, properties);
    g_variant_iter_init(&iter, properties);
    while (g_variant_iter_loop(&iter, "{&sv}", &property, &value)) {
        g_autofree char *key = vm_fields_key(property);
        if (find_field(property) == NULL)
            g_variant_builder_add(&object, "{sv}", key, value);
    }
    if (path != NULL)
        g_variant_builder_add(&object, "{sv}", "object", g_variant_new_string(path));
    return g_variant_builder_end(&object);
}

TableColour
vm_fields_state_colour(const char *state)
{
    static const struct {
        const char *state;
        TableColour colour;
    } colours[] = {
        {"running", TABLE_GOOD}, {"paused", TABLE_WARN}, {"awaiting-attestation", TABLE_WARN},
        {"crashed", TABLE_BAD},  {"shutoff", TABLE_DIM},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(colours); i++)
        if (g_strcmp0(colours[i].state, state) == 0)
            return colours[i].colour;
    return TABLE_PLAIN;
}
