/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Text into typed settings. Only the form is checked here; whether a value
 * makes sense is the daemon's to say, so that busctl and sealctl hear the
 * same answer.
 */

#include <string.h>
#include <glib/gi18n.h>

#include "error.h"
#include "setting-value.h"
#include "settings-refused.h"
#include "size.h"

static GVariant *
parse_text(const char *text, GError **error)
{
    if (g_utf8_validate(text, -1, NULL))
        return g_variant_new_string(text);
    g_set_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT,
                _("'%s' is not UTF-8 text; rename what it names"), text);
    return NULL;
}

static GVariant *
parse_unsigned(const char *text, GError **error)
{
    guint64 number = 0;

    if (!size_parse(text, &number, error))
        return NULL;
    if (number <= G_MAXUINT32)
        return g_variant_new_uint32((guint32)number);
    g_set_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT,
                _("%s is too large; at most %u fits"), text, G_MAXUINT32);
    return NULL;
}

static GVariant *
parse_size(const char *text, GError **error)
{
    guint64 number = 0;
    return size_parse(text, &number, error) ? g_variant_new_uint64(number) : NULL;
}

static GVariant *
parse_boolean(const char *text, GError **error)
{
    static const char *const words[] = {"yes", "true", "on", "1", "no", "false", "off", "0"};

    for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
        if (g_ascii_strcasecmp(text, words[i]) == 0)
            return g_variant_new_boolean(i < G_N_ELEMENTS(words) / 2);
    g_set_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT,
                _("'%s' is neither yes nor no; write yes or no"), text);
    return NULL;
}

static GVariant *
parse_words(const char *text, GError **error)
{
    g_auto(GStrv) words = g_strsplit(text, ",", -1);
    g_autoptr(GVariant) checked = parse_text(text, error);
    return checked != NULL ? g_variant_new_strv((const char *const *)words, -1) : NULL;
}

GVariant *
setting_value_parse(const char *signature, const char *text, GError **error)
{
    static const struct {
        const char *signature;
        GVariant *(*parse)(const char *text, GError **error);
    } parsers[] = {
        {"s", parse_text},    {"t", parse_size},   {"u", parse_unsigned},
        {"b", parse_boolean}, {"as", parse_words},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(parsers); i++)
        if (g_str_equal(parsers[i].signature, signature))
            return parsers[i].parse(text, error);
    g_set_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT,
                _("'%s' cannot be written as one word; use the option of that name"), text);
    return NULL;
}

const SealSettingInfo *
setting_value_find(const SealSettingInfo *rows, gsize n_rows, const char *key, GError **error)
{
    g_autoptr(GString) known = g_string_new(NULL);
    const char *reason = seal_settings_refused_key(key);

    for (gsize i = 0; i < n_rows; i++) {
        if (g_str_equal(rows[i].key, key))
            return &rows[i];
        g_string_append_printf(known, "%s%s", i > 0 ? ", " : "", rows[i].key);
    }
    if (reason != NULL)
        g_set_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT,
                    _("there is no setting '%s': %s"), key, reason);
    else
        g_set_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT,
                    _("there is no setting '%s'; there are %s"), key, known->str);
    return NULL;
}

char *
setting_value_path(const char *text)
{
    /* An absolute one is left alone: "/link/.." need not be "/". */
    return g_path_is_absolute(text) ? g_strdup(text) : g_canonicalize_filename(text, NULL);
}
