/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * From named flags to the policy number. Flags start from the bits that the
 * technology demands, not from the default policy: a caller who names flags
 * gets those and no others. Naming a flag twice is harmless, naming it with
 * its opposite is an error, because one of the two cannot be meant.
 */

#include "policy.h"

#include <string.h>

#include "error.h"
#include "text.h"

/* What the flags read so far ask for. */
typedef struct {
    SealTechnology technology;
    guint64 set;   /* bits asked to be one; numbers with their value */
    guint64 clear; /* bits asked to be zero */
    guint64 named; /* bits of numbers that were given */
} Wish;

static const SealPolicyField *
find_field(SealTechnology technology, const char *name, gsize length)
{
    gsize n;
    const SealPolicyField *fields = seal_policy_get_fields(&n);

    for (gsize i = 0; i < n; i++) {
        if ((fields[i].technologies & 1u << technology) &&
            strncmp(fields[i].name, name, length) == 0 && fields[i].name[length] == '\0')
            return &fields[i];
    }
    return NULL;
}

static const SealPolicyField *
find_field_of_bit(SealTechnology technology, guint64 bit)
{
    gsize n;
    const SealPolicyField *fields = seal_policy_get_fields(&n);

    for (gsize i = 0; i < n; i++) {
        if ((fields[i].technologies & 1u << technology) && !fields[i].alias_of &&
            (seal_policy_field_mask(&fields[i]) & bit))
            return &fields[i];
    }
    return NULL;
}

static char *
list_names(SealTechnology technology)
{
    gsize n;
    const SealPolicyField *fields = seal_policy_get_fields(&n);
    GString *list = g_string_new(NULL);

    for (gsize i = 0; i < n; i++) {
        if (fields[i].alias_of || !(fields[i].technologies & 1u << technology))
            continue;
        g_string_append_printf(list, "%s%s%s", list->len ? ", " : "", fields[i].name,
                               fields[i].width > 1 ? "=N" : "");
    }
    return g_string_free(list, FALSE);
}

static G_GNUC_PRINTF(4, 5) gboolean
    refuse(SealTechnology technology, const char *flag, GError **error, const char *format, ...)
{
    g_autofree char *shown = seal_text_show(flag);
    g_autofree char *why = NULL;
    va_list ap;

    va_start(ap, format);
    why = g_strdup_vprintf(format, ap);
    va_end(ap);
    g_set_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT, "policy flag \"%s\" for %s: %s",
                shown, seal_technology_to_string(technology), why);
    return FALSE;
}

static gboolean
add_number(Wish *wish, const SealPolicyField *field, const char *flag, GError **error)
{
    const char *text = strchr(flag, '=');
    guint64 max = (G_GUINT64_CONSTANT(1) << field->width) - 1;
    guint64 mask = seal_policy_field_mask(field);
    guint64 value = 0;

    if (!text || !g_ascii_string_to_unsigned(text + 1, 10, 0, max, &value, NULL))
        return refuse(wish->technology, flag, error,
                      "needs a decimal number from 0 to %" G_GUINT64_FORMAT ", for example %s=1",
                      max, field->name);
    if ((wish->named & mask) && (wish->set & mask) != value << field->shift)
        return refuse(wish->technology, flag, error,
                      "given before with another number; give it once");
    wish->set |= value << field->shift;
    wish->named |= mask;
    return TRUE;
}

/* "bit-N" and "bit-N=0", the forms in which decoding writes bits without a name. */
static gboolean
add_bit(Wish *wish, const char *flag, GError **error)
{
    g_auto(GStrv) parts = g_strsplit(flag + strlen("bit-"), "=", 2);
    const SealPolicyField *field;
    gboolean zero = parts[0] && parts[1];
    guint64 n = 0;

    if (!g_ascii_string_to_unsigned(parts[0] ? parts[0] : "", 10, 0, 63, &n, NULL) ||
        (zero && g_strcmp0(parts[1], "0") != 0))
        return refuse(wish->technology, flag, error,
                      "is not a bit; write bit-N or bit-N=0 with N from 0 to 63");
    field = find_field_of_bit(wish->technology, G_GUINT64_CONSTANT(1) << n);
    if (field && !zero)
        return refuse(wish->technology, flag, error, "this bit has a name; write %s%s", field->name,
                      field->width > 1 ? "=N" : "");
    if (zero)
        wish->clear |= G_GUINT64_CONSTANT(1) << n;
    else
        wish->set |= G_GUINT64_CONSTANT(1) << n;
    return TRUE;
}

static gboolean
add_flag(Wish *wish, const char *flag, GError **error)
{
    const SealPolicyField *field = find_field(wish->technology, flag, strcspn(flag, "="));

    if (!field && g_str_has_prefix(flag, "bit-"))
        return add_bit(wish, flag, error);
    if (!field) {
        g_autofree char *names = list_names(wish->technology);

        return refuse(wish->technology, flag, error, "unknown; known are %s", names);
    }
    if (field->width > 1)
        return add_number(wish, field, flag, error);
    if (strchr(flag, '='))
        return refuse(wish->technology, flag, error, "takes no value; write %s", field->name);
    if (field->inverted)
        wish->clear |= seal_policy_field_mask(field);
    else
        wish->set |= seal_policy_field_mask(field);
    if (wish->set & wish->clear & seal_policy_field_mask(field))
        return refuse(wish->technology, flag, error,
                      "named together with its opposite; leave one of them out");
    return TRUE;
}

gboolean
seal_policy_encode(SealTechnology technology,
                   const char *const *flags,
                   guint64 *ret_policy,
                   GError **error)
{
    Wish wish = {.technology = technology};
    guint64 policy;

    /* Without a policy no flag means anything, so this error comes first. */
    if (seal_technology_get_info(technology)->policy_bits == 0)
        return seal_policy_validate(technology, 0, error);
    for (gsize i = 0; flags && flags[i]; i++) {
        if (!add_flag(&wish, flags[i], error))
            return FALSE;
    }
    policy = (wish.set | seal_policy_get_required(technology)) & ~wish.clear;
    if (!seal_policy_validate(technology, policy, error))
        return FALSE;
    *ret_policy = policy;
    return TRUE;
}
