/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What sealctl reads from and shows to people: sizes that survive a round
 * trip, text that cannot hurt a terminal, tables that line up, JSON that
 * other programs read without rounding.
 */

#include <string.h>

#include "error.h"
#include "escape.h"
#include "json-output.h"
#include "setting-value.h"
#include "size.h"
#include "table.h"
#include "vm-fields.h"
#include "wrap.h"

typedef struct {
    const char *text;
    guint64 value;
} SizeRow;

static const SizeRow good_sizes[] = {
    {"0", 0},
    {"1", 1},
    {"4294967296", G_GUINT64_CONSTANT(4294967296)},
    {"4G", G_GUINT64_CONSTANT(4294967296)},
    {"4g", G_GUINT64_CONSTANT(4294967296)},
    {"4GiB", G_GUINT64_CONSTANT(4294967296)},
    {"512M", 536870912},
    {"1KB", 1000},
    {"1T", G_GUINT64_CONSTANT(1099511627776)},
    {"0x3", 3},
    {"0XfF", 255},
    {"010", 10},
    {"18446744073709551615", G_MAXUINT64},
    {"16777215T", G_GUINT64_CONSTANT(18446742974197923840)},
};

static const char *const bad_sizes[] = {
    "",
    " 1",
    "1 ",
    "-1",
    "+1",
    "1.5G",
    "G",
    "4X",
    "4GG",
    "0x",
    "0x1G",
    "1e3",
    "4 G",
    "16777216T",
    "18446744073709551616",
    "0xfffffffffffffffff",
    "four",
};

static void
test_size(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(good_sizes); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *formatted = NULL;
        guint64 value = 1;
        guint64 again = 2;
        g_assert_true(size_parse(good_sizes[i].text, &value, &error));
        g_assert_no_error(error);
        g_assert_cmpuint(value, ==, good_sizes[i].value);
        formatted = size_format(value);
        g_assert_true(size_parse(formatted, &again, &error));
        g_assert_cmpuint(again, ==, value);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(bad_sizes); i++) {
        g_autoptr(GError) error = NULL;
        guint64 value = 77;
        g_assert_false(size_parse(bad_sizes[i], &value, &error));
        g_assert_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT);
        g_assert_nonnull(strstr(error->message, bad_sizes[i]));
        g_assert_cmpuint(value, ==, 77);
    }
}

static void
test_size_format(void)
{
    static const SizeRow rows[] = {
        {"0", 0},
        {"1000", 1000},
        {"1K", 1024},
        {"1536M", 1610612736},
        {"4G", G_GUINT64_CONSTANT(4294967296)},
        {"2048T", G_GUINT64_CONSTANT(2251799813685248)},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text = size_format(rows[i].value);
        g_assert_cmpstr(text, ==, rows[i].text);
    }
}

static void
test_escape(void)
{
    static const struct {
        const char *text;
        EscapeMode mode;
        const char *expected;
    } rows[] = {
        {NULL, ESCAPE_LINE, ""},
        {"Gr\303\274\303\237e", ESCAPE_LINE, "Gr\303\274\303\237e"},
        {"a\nb\tc", ESCAPE_LINE, "a\\x0ab\\x09c"},
        {"a\nb\tc\r", ESCAPE_TEXT, "a\nb\tc\\x0d"},
        {"\033[2J\177", ESCAPE_TEXT, "\\x1b[2J\\x7f"},
        {"\302\233", ESCAPE_LINE, "\\x9b"},
        {"\342\200\256x\342\200\250", ESCAPE_LINE, "\\u{202e}x\\u{2028}"},
        {"\342\200\256\302\233", ESCAPE_JSON, "\\u202e\\u009b"},
        {"\377ok\303", ESCAPE_LINE, "\\xffok\\xc3"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text = escape_text(rows[i].text, rows[i].mode);
        g_assert_cmpstr(text, ==, rows[i].expected);
    }
}

static void
test_table(void)
{
    static const TableColumn columns[] = {
        {"NAME", TABLE_LEFT}, {"SIZE", TABLE_RIGHT}, {"REST", TABLE_LEFT}};
    g_autoptr(Table) table = table_new(columns, G_N_ELEMENTS(columns));
    g_autofree char *plain = NULL;
    g_autofree char *coloured = NULL;

    table_add(table, TABLE_PLAIN, "\346\274\242\345\255\227x"); /* two wide characters */
    table_add(table, TABLE_PLAIN, "1");
    table_add(table, TABLE_PLAIN, "");
    table_add(table, TABLE_GOOD, "a\033");
    table_add(table, TABLE_PLAIN, "12345");
    table_add(table, TABLE_PLAIN, "end");
    plain = table_render(table, TRUE, 0, FALSE);
    g_assert_cmpstr(plain, ==,
                    "NAME    SIZE  REST\n"
                    "\346\274\242\345\255\227x      1  -\n"
                    "a\\x1b  12345  end\n");
    coloured = table_render(table, FALSE, 2, TRUE);
    g_assert_nonnull(strstr(coloured, "  \033[32ma\\x1b\033[0m  12345  end\n"));
}

static void
test_json(void)
{
    static const struct {
        const char *value;
        const char *json;
    } rows[] = {
        {"{'a': <true>, 'b': <@t 9007199254740992>}", "{\"a\":true,\"b\":9007199254740992}"},
        {"(@t 9007199254740993,)", "[\"9007199254740993\"]"},
        {"(@t 18446744073709551615,)", "[\"18446744073709551615\"]"},
        {"(int64 -9223372036854775808,)", "[\"-9223372036854775808\"]"},
        {"[('x', 1)]", "[[\"x\",1]]"},
        {"@aa{sv} []", "[]"},
        {"@a{sv} {}", "{}"},
        {"([byte 0x01, 0x02],)", "[\"AQI=\"]"},
        {"('q\"\\n\\u202e',)", "[\"q\\\"\\n\\u202e\"]"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        GVariant *value = g_variant_parse(NULL, rows[i].value, NULL, NULL, &error);
        g_autofree char *json = NULL;
        g_assert_no_error(error);
        json = json_output_format(value, FALSE);
        g_assert_cmpstr(json, ==, rows[i].json);
        g_variant_unref(value);
    }
}

static void
test_key(void)
{
    static const struct {
        const char *property;
        const char *key;
    } rows[] = {
        {"VCPUs", "vcpus"},
        {"PolicyFlags", "policy_flags"},
        {"BackendState", "backend_state"},
        {"QEMUVersion", "qemu_version"},
        {"BackendURI", "backend_uri"},
        {"StartedByUID", "started_by_uid"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *key = vm_fields_key(rows[i].property);
        g_assert_cmpstr(key, ==, rows[i].key);
    }
}

static void
test_setting_value(void)
{
    static const struct {
        const char *signature;
        const char *text;
        const char *expected; /* NULL: refused */
    } rows[] = {
        {"s", "", "''"},
        {"s", "\377", NULL},
        {"t", "4G", "uint64 4294967296"},
        {"u", "0x10", "uint32 16"},
        {"u", "4294967296", NULL},
        {"b", "Off", "false"},
        {"b", "1", "true"},
        {"b", "perhaps", NULL},
        {"as", "a,b", "['a', 'b']"},
        {"aa{sv}", "x", NULL},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GVariant) value = setting_value_parse(rows[i].signature, rows[i].text, &error);
        g_autofree char *text = value != NULL ? g_variant_print(value, TRUE) : NULL;
        g_assert_cmpstr(text, ==, rows[i].expected);
        if (rows[i].expected == NULL)
            g_assert_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT);
    }
}

static void
test_width(void)
{
    g_assert_cmpuint(table_width("\033[32mpass\033[0m"), ==, 4);
    g_assert_cmpuint(table_width("pass\033[32"), ==, 4);
    g_assert_cmpuint(table_width("\033["), ==, 0);
}

static const struct {
    const char *line;
    guint indent;
    guint width;
    const char *wrapped;
} wraps[] = {
    {"one two three four five six seven eight nine ten", 4, 40,
     "one two three four five six seven eight\n    nine ten"},
    {"one two three four five six seven eight nine ten", 4, 0,
     "one two three four five six seven eight nine ten"},
    {"  pass  cpu.id  one two three four five six seven eight nine", 16, 50,
     "  pass  cpu.id  one two three four five six seven\n                eight nine"},
    {"  pass  cpu.id  too narrow to break anything sensibly here", 16, 40,
     "  pass  cpu.id  too narrow to break anything sensibly here"},
    {"see /a/path/that/is/longer/than/the/whole/line/and/stays/whole now", 2, 40,
     "see\n  /a/path/that/is/longer/than/the/whole/line/and/stays/whole\n  now"},
    {"\033[32mpass\033[0m is painted and takes but four", 2, 33,
     "\033[32mpass\033[0m is painted and takes but\n  four"},
    {"\xe6\xbc\xa2\xe5\xad\x97\xe6\xbc\xa2\xe5\xad\x97 are eight and with these thirty-nine", 2, 40,
     "\xe6\xbc\xa2\xe5\xad\x97\xe6\xbc\xa2\xe5\xad\x97 are eight and with these\n  thirty-nine"},
    {"", 2, 40, ""},
};

static void
test_wrap(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(wraps); i++) {
        g_autofree char *wrapped = wrap_line(wraps[i].line, wraps[i].indent, wraps[i].width);

        g_assert_cmpstr(wrapped, ==, wraps[i].wrapped);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cli/size/parse", test_size);
    g_test_add_func("/cli/size/format", test_size_format);
    g_test_add_func("/cli/escape", test_escape);
    g_test_add_func("/cli/table", test_table);
    g_test_add_func("/cli/json", test_json);
    g_test_add_func("/cli/key", test_key);
    g_test_add_func("/cli/setting-value", test_setting_value);
    g_test_add_func("/cli-text/width", test_width);
    g_test_add_func("/cli-text/wrap", test_wrap);
    return g_test_run();
}
