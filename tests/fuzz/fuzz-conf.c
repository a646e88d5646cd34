/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Settings files from anywhere. Whatever stands in them, values are parts of
 * the text, a single value is the list of one, and asking twice gives the same.
 */

#include <string.h>

#include "conf.h"
#include "fuzz.h"

static void
ask(const char *text, const char *key)
{
    g_autofree char *value = seal_conf_get(text, key);
    g_autofree char *again = seal_conf_get(text, key);
    g_auto(GStrv) items = seal_conf_get_list(text, key);

    g_assert_cmpstr(value, ==, again);
    g_assert_true(!value || items);
    if (value) {
        g_assert_cmpuint(g_strv_length(items), ==, 1);
        g_assert_cmpstr(items[0], ==, value);
        g_assert_cmpuint(strlen(value), <=, strlen(text));
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *text = g_strndup(data ? (const char *)data : "", size);

    ask(text, "user");
    ask(text, "namespaces");
    ask(text, "ON_SHUTDOWN");
    return 0;
}
