/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Between sd-bus messages and GVariants. Both sides use the same signature
 * letters, so one table of basic types and one rule a container suffice. The
 * depth is bounded here as well, although D-Bus bounds it to 64, so that
 * recursion never depends on what a peer sends.
 */

#include <errno.h>
#include <string.h>

#include "error.h"
#include "variant.h"

#define VARIANT_MAX_DEPTH 70

static GVariant *
refuse(int r, GError **error)
{
    g_set_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT,
                "the message cannot be read: %s; send fewer, shorter and less nested values",
                g_strerror(r < 0 ? -r : EBADMSG));
    return NULL;
}

static gboolean
spend(VariantBudget *budget, gsize bytes)
{
    if (budget->values < 1 || budget->bytes < bytes)
        return FALSE;
    budget->values -= 1;
    budget->bytes -= bytes;
    return TRUE;
}

static gboolean
is_text(char type)
{
    return type == SD_BUS_TYPE_STRING || type == SD_BUS_TYPE_OBJECT_PATH ||
           type == SD_BUS_TYPE_SIGNATURE;
}

static GVariant *
basic_new(char type, const void *value)
{
    switch (type) {
    case SD_BUS_TYPE_BYTE:
        return g_variant_new_byte(*(const guint8 *)value);
    case SD_BUS_TYPE_BOOLEAN:
        return g_variant_new_boolean(*(const int *)value);
    case SD_BUS_TYPE_INT16:
        return g_variant_new_int16(*(const gint16 *)value);
    case SD_BUS_TYPE_UINT16:
        return g_variant_new_uint16(*(const guint16 *)value);
    case SD_BUS_TYPE_INT32:
        return g_variant_new_int32(*(const gint32 *)value);
    case SD_BUS_TYPE_UINT32:
        return g_variant_new_uint32(*(const guint32 *)value);
    case SD_BUS_TYPE_INT64:
        return g_variant_new_int64(*(const gint64 *)value);
    case SD_BUS_TYPE_UINT64:
        return g_variant_new_uint64(*(const guint64 *)value);
    case SD_BUS_TYPE_DOUBLE:
        return g_variant_new_double(*(const double *)value);
    case SD_BUS_TYPE_STRING:
        return g_variant_new_string(*(const char *const *)value);
    case SD_BUS_TYPE_OBJECT_PATH:
        return g_variant_new_object_path(*(const char *const *)value);
    case SD_BUS_TYPE_SIGNATURE:
        return g_variant_new_signature(*(const char *const *)value);
    }
    return NULL;
}

static GVariant *
read_basic(sd_bus_message *message, char type, VariantBudget *budget, GError **error)
{
    union {
        guint64 number;
        double real;
        const char *text;
    } value = {0};
    int r = sd_bus_message_read_basic(message, type, &value);
    GVariant *variant;

    if (r > 0 && !spend(budget, is_text(type) ? strlen(value.text) : 0))
        return refuse(-E2BIG, error);
    variant = r > 0 ? basic_new(type, &value) : NULL;
    return variant != NULL ? variant : refuse(r, error);
}

/* The GVariant type of a container; g_free() it. */
static char *
container_type(char type, const char *contents)
{
    switch (type) {
    case SD_BUS_TYPE_ARRAY:
        return g_strconcat("a", contents, NULL);
    case SD_BUS_TYPE_STRUCT:
        return g_strconcat("(", contents, ")", NULL);
    case SD_BUS_TYPE_DICT_ENTRY:
        return g_strconcat("{", contents, "}", NULL);
    case SD_BUS_TYPE_VARIANT:
        return g_strdup("v");
    }
    return NULL;
}

static GVariant *
read_value(sd_bus_message *message, guint depth, VariantBudget *budget, GError **error)
{
    const char *contents = NULL;
    g_autofree char *type_text = NULL;
    char type = 0;
    GVariantBuilder builder;
    int r = sd_bus_message_peek_type(message, &type, &contents);

    if (r <= 0 || depth > VARIANT_MAX_DEPTH)
        return refuse(r, error);
    type_text = container_type(type, contents);
    if (type_text == NULL)
        return read_basic(message, type, budget, error);
    if (!spend(budget, 0))
        return refuse(-E2BIG, error);
    r = sd_bus_message_enter_container(message, type, contents);
    if (r < 0)
        return refuse(r, error);
    g_variant_builder_init(&builder, G_VARIANT_TYPE(type_text));
    while ((r = sd_bus_message_at_end(message, FALSE)) == 0) {
        GVariant *child = read_value(message, depth + 1, budget, error);
        if (child == NULL) {
            g_variant_builder_clear(&builder);
            return NULL;
        }
        g_variant_builder_add_value(&builder, child);
    }
    sd_bus_message_exit_container(message);
    return g_variant_builder_end(&builder);
}

GVariant *
variant_read_body(sd_bus_message *message, VariantBudget budget, GError **error)
{
    GVariantBuilder builder;

    g_variant_builder_init(&builder, G_VARIANT_TYPE_TUPLE);
    while (sd_bus_message_at_end(message, TRUE) == 0) {
        GVariant *child = read_value(message, 0, &budget, error);
        if (child == NULL) {
            g_variant_builder_clear(&builder);
            return NULL;
        }
        g_variant_builder_add_value(&builder, child);
    }
    return g_variant_ref_sink(g_variant_builder_end(&builder));
}

static int
append_basic(sd_bus_message *message, GVariant *value)
{
    char type = g_variant_get_type_string(value)[0];
    union {
        guint64 number;
        int boolean;
        double real;
    } plain = {0};

    switch (type) {
    case SD_BUS_TYPE_STRING:
    case SD_BUS_TYPE_OBJECT_PATH:
    case SD_BUS_TYPE_SIGNATURE:
        return sd_bus_message_append_basic(message, type, g_variant_get_string(value, NULL));
    case SD_BUS_TYPE_BOOLEAN:
        plain.boolean = g_variant_get_boolean(value);
        return sd_bus_message_append_basic(message, type, &plain.boolean);
    case SD_BUS_TYPE_UNIX_FD:
        return -EOPNOTSUPP;
    }
    memcpy(&plain, g_variant_get_data(value), MIN(g_variant_get_size(value), sizeof plain));
    return sd_bus_message_append_basic(message, type, &plain);
}

/* What sd-bus wants to know of a container: its letter, and what is inside. */
static char
describe_container(GVariant *value, char **ret_contents)
{
    const char *type = g_variant_get_type_string(value);

    if (g_variant_is_of_type(value, G_VARIANT_TYPE_VARIANT)) {
        g_autoptr(GVariant) inner = g_variant_get_variant(value);
        *ret_contents = g_strdup(g_variant_get_type_string(inner));
        return SD_BUS_TYPE_VARIANT;
    }
    if (type[0] == 'a') {
        *ret_contents = g_strdup(type + 1);
        return SD_BUS_TYPE_ARRAY;
    }
    *ret_contents = g_strndup(type + 1, strlen(type) - 2);
    return type[0] == '{' ? SD_BUS_TYPE_DICT_ENTRY : SD_BUS_TYPE_STRUCT;
}

static int
append_value(sd_bus_message *message, GVariant *value)
{
    g_autofree char *contents = NULL;
    char type;
    int r;

    if (!g_variant_is_container(value))
        return append_basic(message, value);
    type = describe_container(value, &contents);
    r = sd_bus_message_open_container(message, type, contents);
    for (gsize i = 0; r >= 0 && i < g_variant_n_children(value); i++) {
        g_autoptr(GVariant) child = g_variant_get_child_value(value, i);
        r = append_value(message, child);
    }
    return r < 0 ? r : sd_bus_message_close_container(message);
}

gboolean
variant_append_body(sd_bus_message *message, GVariant *body, GError **error)
{
    for (gsize i = 0; i < g_variant_n_children(body); i++) {
        g_autoptr(GVariant) child = g_variant_get_child_value(body, i);
        int r = append_value(message, child);
        if (r < 0) {
            g_set_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT,
                        "a value of type %s cannot be sent over the bus: %s; check its length",
                        g_variant_get_type_string(child), g_strerror(-r));
            return FALSE;
        }
    }
    return TRUE;
}
