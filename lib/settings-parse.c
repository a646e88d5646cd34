/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reading a caller's a{sv} by the table of settings. One reader a kind, chosen
 * by the row; whatever does not fit ends in one message with the key, the value
 * and the cure. Types are exact: a number that arrives as another type is a
 * mistake that would show later, and worse, as a wrong amount of memory.
 */

#include "settings-nearest.h"
#include "settings-refused.h"
#include "settings-rules.h"
#include "settings-table.h"

#include "error.h"
#include "text.h"

typedef gboolean (*Reader)(const SealSettingsRow *row,
                           gpointer object,
                           const char *label,
                           GVariant *value,
                           GError **error);

static gboolean
read_bool(
    const SealSettingsRow *row, gpointer object, const char *label, GVariant *value, GError **error)
{
    G_STRUCT_MEMBER(gboolean, object, row->offset) = g_variant_get_boolean(value);
    return TRUE;
}

static gboolean
check_number(const SealSettingsRow *row, const char *label, guint64 number, GError **error)
{
    if (number < row->min || number > row->max)
        return seal_error_invalid(error,
                                  "%s is %" G_GUINT64_FORMAT "; give %" G_GUINT64_FORMAT
                                  " to %" G_GUINT64_FORMAT ", for example %s",
                                  label, number, row->min, row->max, row->example);
    if (row->step && number % row->step)
        return seal_error_invalid(error,
                                  "%s is %" G_GUINT64_FORMAT
                                  "; give a multiple of %" G_GUINT64_FORMAT ", for example %s",
                                  label, number, row->step, row->example);
    return TRUE;
}

static gboolean
read_uint(
    const SealSettingsRow *row, gpointer object, const char *label, GVariant *value, GError **error)
{
    guint number = g_variant_get_uint32(value);

    if (!check_number(row, label, number, error))
        return FALSE;
    G_STRUCT_MEMBER(guint, object, row->offset) = number;
    return TRUE;
}

static gboolean
read_uint64(
    const SealSettingsRow *row, gpointer object, const char *label, GVariant *value, GError **error)
{
    guint64 number = g_variant_get_uint64(value);

    if (!check_number(row, label, number, error))
        return FALSE;
    G_STRUCT_MEMBER(guint64, object, row->offset) = number;
    if (row->has_offset)
        G_STRUCT_MEMBER(gboolean, object, row->has_offset) = TRUE;
    return TRUE;
}

static gboolean
read_word(
    const SealSettingsRow *row, gpointer object, const char *label, GVariant *value, GError **error)
{
    const char *word = g_variant_get_string(value, NULL);
    const char *reason = seal_settings_refused_word(row->key, word);
    g_autoptr(GString) known = g_string_new(NULL);
    g_autofree char *shown = NULL;

    for (const SealSettingsWord *w = row->words; w->word; w++) {
        if (g_str_equal(word, w->word)) {
            G_STRUCT_MEMBER(int, object, row->offset) = w->value;
            return TRUE;
        }
        g_string_append_printf(known, "%s%s", known->len ? ", " : "", w->word);
    }
    shown = seal_text_show(word);
    return seal_error_invalid(error, "%s is \"%s\"%s%s; give one of %s", label, shown,
                              reason ? ", " : "", reason ? reason : "", known->str);
}

static gboolean
read_text(
    const SealSettingsRow *row, gpointer object, const char *label, GVariant *value, GError **error)
{
    const char *text = g_variant_get_string(value, NULL);

    if (!row->validate(label, text, error) ||
        (row->decoded && !seal_settings_validate_decoded(label, text, row->decoded, error)))
        return FALSE;
    G_STRUCT_MEMBER(char *, object, row->offset) = g_strdup(text);
    return TRUE;
}

static gboolean
read_texts(
    const SealSettingsRow *row, gpointer object, const char *label, GVariant *value, GError **error)
{
    gsize n = g_variant_n_children(value);
    g_auto(GStrv) texts = NULL;

    if (n > row->max)
        return seal_error_invalid(
            error, "%s has %" G_GSIZE_FORMAT " members; give at most %" G_GUINT64_FORMAT, label, n,
            row->max);
    texts = g_variant_dup_strv(value, NULL);
    for (gsize i = 0; i < n; i++) {
        g_autofree char *member = g_strdup_printf("%s[%" G_GSIZE_FORMAT "]", label, i);

        if (!row->validate(member, texts[i], error))
            return FALSE;
    }
    G_STRUCT_MEMBER(GStrv, object, row->offset) = g_steal_pointer(&texts);
    return TRUE;
}

static const Reader readers[] = {
    [SEAL_SETTINGS_KIND_BOOL] = read_bool,     [SEAL_SETTINGS_KIND_UINT] = read_uint,
    [SEAL_SETTINGS_KIND_UINT64] = read_uint64, [SEAL_SETTINGS_KIND_WORD] = read_word,
    [SEAL_SETTINGS_KIND_TEXT] = read_text,     [SEAL_SETTINGS_KIND_TEXTS] = read_texts,
    [SEAL_SETTINGS_KIND_DICTS] = NULL,
};

static gboolean
refuse_unknown(const SealSettingsTable *table, const char *label, const char *key, GError **error)
{
    const char *nearest = seal_settings_nearest(table, key);
    const char *reason = seal_settings_refused_key(key);
    g_autofree char *shown = seal_text_show(label);
    g_autoptr(GString) known = g_string_new(NULL);

    if (reason)
        return seal_error_invalid(error, "there is no setting \"%s\": %s", shown, reason);
    if (nearest)
        return seal_error_invalid(error, "there is no setting \"%s\"; did you mean %s?", shown,
                                  nearest);
    for (gsize i = 0; i < table->n_rows; i++)
        g_string_append_printf(known, "%s%s", i ? ", " : "", table->rows[i].key);
    return seal_error_invalid(error, "there is no setting \"%s\"; known here are %s", shown,
                              known->str);
}

static gboolean
check_type(const SealSettingsRow *row, const char *label, GVariant *value, GError **error)
{
    const char *signature = seal_settings_table_signature(row->kind);
    g_autofree char *text = NULL;
    g_autofree char *shown_value = NULL;
    g_autofree char *shown_type = NULL;

    if (g_variant_is_of_type(value, G_VARIANT_TYPE(signature)))
        return TRUE;
    /* Containers say enough by their type, and secrets are never shown. */
    if (!row->secret && g_variant_type_is_basic(g_variant_get_type(value)))
        text = g_variant_print(value, FALSE);
    shown_value = seal_text_show(text);
    shown_type = seal_text_show(g_variant_get_type_string(value));
    return seal_error_invalid(error, "%s%s%s is of D-Bus type \"%s\"; give type \"%s\" (%s)", label,
                              text ? " = " : "", shown_value, shown_type, signature,
                              seal_settings_table_type_name(row->kind));
}

/* A key in either of its places: "memory", "disks[0].bus". */
static gboolean
parse_entry(const SealSettingsTable *table,
            gpointer object,
            const char *label,
            const char *key,
            GVariant *value,
            guint64 *seen,
            Reader read_dicts,
            GError **error)
{
    const SealSettingsRow *row = seal_settings_table_find(table, key);
    guint64 bit = row ? G_GUINT64_CONSTANT(1) << (row - table->rows) : 0;
    Reader read = row && readers[row->kind] ? readers[row->kind] : read_dicts;

    if (!row)
        return refuse_unknown(table, label, key, error);
    if (*seen & bit)
        return seal_error_invalid(error, "%s is given twice; give it once", label);
    *seen |= bit;
    return check_type(row, label, value, error) && read(row, object, label, value, error);
}

static gboolean
parse_dict(const SealSettingsTable *table,
           gpointer object,
           const char *prefix,
           GVariant *dict,
           Reader read_dicts,
           GError **error)
{
    GVariantIter iter;
    GVariant *next;
    const char *key;
    guint64 seen = 0;

    g_variant_iter_init(&iter, dict);
    while (g_variant_iter_next(&iter, "{&sv}", &key, &next)) {
        g_autoptr(GVariant) value = next;
        g_autofree char *label = g_strconcat(prefix, key, NULL);

        if (!parse_entry(table, object, label, key, value, &seen, read_dicts, error))
            return FALSE;
    }
    return TRUE;
}

static gpointer
new_object(const SealSettingsTable *table)
{
    gpointer object = g_malloc0(table->size);

    for (gsize i = 0; i < table->n_rows; i++) {
        const SealSettingsRow *row = &table->rows[i];

        if (row->initial)
            G_STRUCT_MEMBER(int, object, row->offset) = row->initial;
    }
    return object;
}

static gboolean
read_dicts(
    const SealSettingsRow *row, gpointer object, const char *label, GVariant *value, GError **error)
{
    GPtrArray *array = G_STRUCT_MEMBER(GPtrArray *, object, row->offset);
    gsize n = g_variant_n_children(value);

    if (n > row->max)
        return seal_error_invalid(
            error, "%s has %" G_GSIZE_FORMAT " members; give at most %" G_GUINT64_FORMAT, label, n,
            row->max);
    for (gsize i = 0; i < n; i++) {
        g_autoptr(GVariant) dict = g_variant_get_child_value(value, i);
        g_autofree char *prefix = g_strdup_printf("%s[%" G_GSIZE_FORMAT "].", label, i);
        gpointer member = new_object(row->members);

        g_ptr_array_add(array, member);
        if (!parse_dict(row->members, member, prefix, dict, NULL, error))
            return FALSE;
    }
    return TRUE;
}

static SealSettings *
new_settings(const char *name)
{
    SealSettings *settings = new_object(seal_settings_table_top());

    settings->name = g_strdup(name);
    settings->disks = g_ptr_array_new_with_free_func(seal_settings_free_disk);
    settings->networks = g_ptr_array_new_with_free_func(seal_settings_free_network);
    return settings;
}

SealSettings *
seal_settings_parse(const char *name, GVariant *dict, GError **error)
{
    g_autoptr(SealSettings) settings = NULL;

    if (!seal_settings_validate_name(name, error))
        return NULL;
    if (!g_variant_is_of_type(dict, G_VARIANT_TYPE_VARDICT)) {
        seal_error_invalid(error,
                           "the settings are not of D-Bus type \"a{sv}\"; give a dictionary");
        return NULL;
    }
    settings = new_settings(name);
    if (!parse_dict(seal_settings_table_top(), settings, "", dict, read_dicts, error))
        return NULL;
    if (!seal_settings_rules_apply(settings, error))
        return NULL;
    return g_steal_pointer(&settings);
}
