/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Sizes and numbers as people write them. Fractions are refused rather than
 * rounded: a VM's memory is measured into what its owner attests, so the
 * number that was typed has to be the number that is used.
 */

#include <errno.h>
#include <glib/gi18n.h>

#include "error.h"
#include "size.h"

typedef struct {
    const char *suffix;
    guint64 factor;
} SizeUnit;

static const SizeUnit units[] = {
    {"", 1},
    {"b", 1},
    {"k", G_GUINT64_CONSTANT(1) << 10},
    {"m", G_GUINT64_CONSTANT(1) << 20},
    {"g", G_GUINT64_CONSTANT(1) << 30},
    {"t", G_GUINT64_CONSTANT(1) << 40},
    {"kib", G_GUINT64_CONSTANT(1) << 10},
    {"mib", G_GUINT64_CONSTANT(1) << 20},
    {"gib", G_GUINT64_CONSTANT(1) << 30},
    {"tib", G_GUINT64_CONSTANT(1) << 40},
    {"kb", G_GUINT64_CONSTANT(1000)},
    {"mb", G_GUINT64_CONSTANT(1000000)},
    {"gb", G_GUINT64_CONSTANT(1000000000)},
    {"tb", G_GUINT64_CONSTANT(1000000000000)},
};

static const SizeUnit *
find_unit(const char *suffix)
{
    for (gsize i = 0; i < G_N_ELEMENTS(units); i++)
        if (g_ascii_strcasecmp(units[i].suffix, suffix) == 0)
            return &units[i];
    return NULL;
}

static gboolean
refuse(const char *text, GError **error)
{
    g_set_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT,
                _("'%s' is not a size or number; write for example 4G, 512M, 4294967296 or 0x3"),
                text);
    return FALSE;
}

gboolean
size_parse(const char *text, guint64 *ret_value, GError **error)
{
    gboolean hex = g_ascii_strncasecmp(text, "0x", 2) == 0;
    const char *digits = hex ? text + 2 : text;
    const SizeUnit *unit;
    char *end = NULL;
    guint64 value;

    /* strtoull takes blanks and signs, and wraps negative numbers around. */
    if (!(hex ? g_ascii_isxdigit(*digits) : g_ascii_isdigit(*digits)))
        return refuse(text, error);
    errno = 0;
    value = g_ascii_strtoull(digits, &end, hex ? 16 : 10);
    if (errno != 0 || (hex && *end != '\0'))
        return refuse(text, error);
    unit = find_unit(end);
    if (unit == NULL || !g_uint64_checked_mul(&value, value, unit->factor))
        return refuse(text, error);
    *ret_value = value;
    return TRUE;
}

char *
size_format(guint64 bytes)
{
    static const char letters[] = "KMGT";
    gsize power = 0;

    if (bytes == 0)
        return g_strdup("0");
    while (power < sizeof letters - 1 && bytes % 1024 == 0) {
        bytes /= 1024;
        power++;
    }
    if (power == 0)
        return g_strdup_printf("%" G_GUINT64_FORMAT, bytes);
    return g_strdup_printf("%" G_GUINT64_FORMAT "%c", bytes, letters[power - 1]);
}
