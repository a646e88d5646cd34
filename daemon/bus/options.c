/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Options are few, so a walk over the table a key is all it takes. Keys come
 * from anybody and are shown escaped.
 */

#include "options.h"

#include "error.h"
#include "text.h"

static const OptionRow *
find_row(const OptionRow *rows, const char *key)
{
    for (; rows->key; rows++)
        if (g_str_equal(rows->key, key))
            return rows;
    return NULL;
}

static gboolean
refuse_key(const OptionRow *rows, const char *key, GError **error)
{
    g_autofree char *shown = seal_text_show(key);
    g_autoptr(GString) known = g_string_new(NULL);

    for (; rows->key; rows++)
        g_string_append_printf(known, "%s%s", known->len ? ", " : "", rows->key);
    g_set_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT,
                "unknown option \"%s\"; known here: %s", shown, known->len ? known->str : "none");
    return FALSE;
}

static void
store(const OptionRow *row, GVariant *value)
{
    switch (row->type[0]) {
    case 'b':
        *(gboolean *)row->value = g_variant_get_boolean(value);
        break;
    case 'u':
        *(guint32 *)row->value = g_variant_get_uint32(value);
        break;
    case 't':
        *(guint64 *)row->value = g_variant_get_uint64(value);
        break;
    case 's':
        g_free(*(char **)row->value);
        *(char **)row->value = g_variant_dup_string(value, NULL);
        break;
    }
}

static gboolean
read_one(const char *key, GVariant *value, const OptionRow *rows, GHashTable *seen, GError **error)
{
    const OptionRow *row = find_row(rows, key);

    if (!row)
        return refuse_key(rows, key, error);
    if (!g_hash_table_add(seen, (gpointer)row->key)) {
        g_set_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT,
                    "option \"%s\" is given twice; give it once", row->key);
        return FALSE;
    }
    if (!g_variant_is_of_type(value, G_VARIANT_TYPE(row->type))) {
        g_set_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT,
                    "option \"%s\" has type %s; send type %s", row->key,
                    g_variant_get_type_string(value), row->type);
        return FALSE;
    }
    store(row, value);
    return TRUE;
}

gboolean
options_read(GVariant *dict, const OptionRow *rows, GError **error)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    GVariantIter iter;
    const char *key;
    GVariant *value;

    g_variant_iter_init(&iter, dict);
    while (g_variant_iter_next(&iter, "{&sv}", &key, &value)) {
        gboolean ok = read_one(key, value, rows, seen, error);

        g_variant_unref(value);
        if (!ok)
            return FALSE;
    }
    return TRUE;
}
