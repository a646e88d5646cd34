/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * JSON from GVariants, through json-glib's builder, so that quoting and
 * nesting are not ours to get wrong. Byte arrays come as base64, as nobody
 * reads a certificate as a list of numbers.
 */

#include <json-glib/json-glib.h>

#include "escape.h"
#include "json-output.h"

/* JSON numbers are doubles to most readers: exact up to here. */
#define JSON_EXACT (G_GINT64_CONSTANT(1) << 53)

static void
add_unsigned(JsonBuilder *builder, guint64 number)
{
    g_autofree char *text = g_strdup_printf("%" G_GUINT64_FORMAT, number);
    if (number <= (guint64)JSON_EXACT)
        json_builder_add_int_value(builder, (gint64)number);
    else
        json_builder_add_string_value(builder, text);
}

static void
add_signed(JsonBuilder *builder, gint64 number)
{
    g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT, number);
    if (number >= -JSON_EXACT && number <= JSON_EXACT)
        json_builder_add_int_value(builder, number);
    else
        json_builder_add_string_value(builder, text);
}

static void
add_basic(JsonBuilder *builder, GVariant *value)
{
    switch (g_variant_get_type_string(value)[0]) {
    case 'b':
        json_builder_add_boolean_value(builder, g_variant_get_boolean(value));
        return;
    case 'y':
        add_unsigned(builder, g_variant_get_byte(value));
        return;
    case 'q':
        add_unsigned(builder, g_variant_get_uint16(value));
        return;
    case 'u':
        add_unsigned(builder, g_variant_get_uint32(value));
        return;
    case 't':
        add_unsigned(builder, g_variant_get_uint64(value));
        return;
    case 'n':
        add_signed(builder, g_variant_get_int16(value));
        return;
    case 'i':
        add_signed(builder, g_variant_get_int32(value));
        return;
    case 'x':
        add_signed(builder, g_variant_get_int64(value));
        return;
    case 'd':
        json_builder_add_double_value(builder, g_variant_get_double(value));
        return;
    }
    json_builder_add_string_value(builder, g_variant_get_string(value, NULL));
}

static void
add_bytes(JsonBuilder *builder, GVariant *value)
{
    gsize size = 0;
    const guchar *bytes = g_variant_get_fixed_array(value, &size, 1);
    g_autofree char *text = g_base64_encode(bytes, size);
    json_builder_add_string_value(builder, text);
}

static void
add_value(JsonBuilder *builder, GVariant *value)
{
    gboolean object = g_variant_is_of_type(value, G_VARIANT_TYPE("a{s*}")) ||
                      g_variant_is_of_type(value, G_VARIANT_TYPE("a{o*}"));
    gboolean wrapper = g_variant_is_of_type(value, G_VARIANT_TYPE_VARIANT);

    if (g_variant_is_of_type(value, G_VARIANT_TYPE_BYTESTRING)) {
        add_bytes(builder, value);
        return;
    }
    if (!g_variant_is_container(value)) {
        add_basic(builder, value);
        return;
    }
    if (!wrapper)
        (object ? json_builder_begin_object : json_builder_begin_array)(builder);
    for (gsize i = 0; i < g_variant_n_children(value); i++) {
        g_autoptr(GVariant) child = g_variant_get_child_value(value, i);
        g_autoptr(GVariant) key = object ? g_variant_get_child_value(child, 0) : NULL;
        g_autoptr(GVariant) member = object ? g_variant_get_child_value(child, 1) : NULL;
        if (object)
            json_builder_set_member_name(builder, g_variant_get_string(key, NULL));
        add_value(builder, object ? member : child);
    }
    if (!wrapper)
        (object ? json_builder_end_object : json_builder_end_array)(builder);
}

char *
json_output_format(GVariant *value, gboolean pretty)
{
    g_autoptr(GVariant) owned = g_variant_ref_sink(value);
    g_autoptr(JsonBuilder) builder = json_builder_new();
    g_autoptr(JsonNode) root = NULL;
    g_autofree char *text = NULL;

    add_value(builder, owned);
    root = json_builder_get_root(builder);
    text = json_to_string(root, pretty);
    return escape_text(text, ESCAPE_JSON);
}
