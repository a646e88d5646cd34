/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Settings files: libvirt's form and the shell's, comments, quotes, lists over
 * several lines, and texts that break off anywhere.
 */

#include "conf.h"

#include <string.h>

static const struct {
    const char *text;
    const char *value; /* of "user" */
} values[] = {
    {"user = \"qemu\"\n", "qemu"},
    {"user=qemu", "qemu"},
    {"  user\t=\t'qemu'", "qemu"},
    {"# user = \"qemu\"\n", NULL},
    {"#user=a\nuser=b # why\n", "b"},
    {"user=a\nuser=b\n", "b"},
    {"user = [ \"a\" ]", NULL},
    {"user = \"a\\\"b\"", "a\"b"},
    {"user = \"a # b\"", "a # b"},
    {"user = \"never ends", "never ends"},
    {"user", NULL},
    {"user =", ""},
    {"users = 1\nuser_name = 2", NULL},
    {"export user=x;other", "x"},
    {"other = [ \"user = 1\",\n  \"x\" ]\nuser = 7", "7"},
    {"other = [ \"user = 1\"", NULL},
    {"= user\nuser = z", "z"},
    {"", NULL},
    {NULL, NULL},
};

static void
test_values(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(values); i++) {
        g_autofree char *value = seal_conf_get(values[i].text, "user");

        g_test_message("%s", values[i].text ? values[i].text : "(null)");
        g_assert_cmpstr(value, ==, values[i].value);
    }
}

static const struct {
    const char *text;
    const char *items; /* of "list", joined; NULL when there is none */
} lists[] = {
    {"list = [ ]", ""},
    {"list = []", ""},
    {"list = [ \"mount\" ]", "mount"},
    {"list = [\n  \"a\", # first\n  'b',\n  c\n]\nx = 1\n", "a|b|c"},
    {"list = \"one\"", "one"},
    {"list = [ \"a\" \"b\"", "a|b"},
    {"list = [ , , \"a\",, ]", "a"},
    {"list = [", ""},
    {"other = [ \"a\" ]", NULL},
    {"", NULL},
};

static void
test_lists(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(lists); i++) {
        g_auto(GStrv) items = seal_conf_get_list(lists[i].text, "list");
        g_autofree char *joined = items ? g_strjoinv("|", items) : NULL;

        g_test_message("%s", lists[i].text);
        g_assert_cmpstr(joined, ==, lists[i].items);
    }
}

/* Each position is looked at a bounded number of times, however odd the text. */
static void
test_long(void)
{
    static const char *const pieces[] = {"[", "\"", "x=[", ",", "#", "a = \n", "list=["};

    for (gsize i = 0; i < G_N_ELEMENTS(pieces); i++) {
        g_autoptr(GString) text = g_string_new(NULL);
        g_auto(GStrv) items = NULL;
        g_autofree char *value = NULL;

        for (guint n = 0; n < 20000; n++)
            g_string_append(text, pieces[i]);
        items = seal_conf_get_list(text->str, "list");
        value = seal_conf_get(text->str, "a");
        g_assert_true(!value || strlen(value) <= text->len);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/conf/values", test_values);
    g_test_add_func("/conf/lists", test_lists);
    g_test_add_func("/conf/long", test_long);
    return g_test_run();
}
