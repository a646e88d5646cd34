/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * How the answer of Host.Check looks. A technology that the processor does
 * not have is one line and not a dozen: nothing can be done about it, and the
 * lines would hide those where something can.
 */

#include <stdio.h>
#include <glib/gi18n.h>

#include "check-print.h"
#include "error.h"
#include "escape.h"
#include "wrap.h"

#define CHECKS_FORMAT "(&s&s&s&s&s&s)"
/* Columns before a remedy's text, and those of a row that are not its id. */
#define REMEDY_INDENT 11
#define STATE_INDENT 10

/* One check; the texts belong to the reply. */
typedef struct {
    const char *id;
    const char *technology;
    const char *state;
    const char *value;
    const char *summary;
    const char *remedy;
} Check;

void
check_print_clear(CheckReport *report)
{
    g_clear_pointer(&report->reply, g_variant_unref);
    g_clear_pointer(&report->host, g_variant_unref);
}

gboolean
check_print_usable(GVariant *reply, gboolean *ret_usable, GError **error)
{
    const char *verdict = NULL;

    if (!g_variant_is_of_type(reply, G_VARIANT_TYPE("(sa(ssssss))"))) {
        g_set_error(error, SEAL_ERROR, SEAL_ERROR_BACKEND,
                    _("sealvirtd answered with %s instead of checks; compare: sealctl version"),
                    g_variant_get_type_string(reply));
        return FALSE;
    }
    g_variant_get_child(reply, 0, "&s", &verdict);
    *ret_usable = g_str_equal(verdict, "usable") || g_str_equal(verdict, "degraded");
    return TRUE;
}

static GArray *
read_checks(GVariant *reply)
{
    g_autoptr(GVariant) list = g_variant_get_child_value(reply, 1);
    GArray *checks = g_array_new(FALSE, FALSE, sizeof(Check));
    GVariantIter iter;
    Check check;

    g_variant_iter_init(&iter, list);
    while (g_variant_iter_next(&iter, CHECKS_FORMAT, &check.id, &check.technology, &check.state,
                               &check.value, &check.summary, &check.remedy))
        g_array_append_val(checks, check);
    return checks;
}

/* Verdict and deciding check of a technology; FALSE when the host has no opinion. */
static gboolean
find_verdict(const CheckReport *report,
             const char *technology,
             const char **ret_verdict,
             const char **ret_check)
{
    g_autoptr(GVariant) verdicts =
        g_variant_lookup_value(report->host, "Verdicts", G_VARIANT_TYPE("a{s(ss)}"));
    return verdicts != NULL &&
           g_variant_lookup(verdicts, technology, "(&s&s)", ret_verdict, ret_check);
}

static TableColour
get_colour(const char *word)
{
    static const struct {
        const char *word;
        TableColour colour;
    } colours[] = {
        {"pass", TABLE_GOOD},       {"warn", TABLE_WARN},   {"fail", TABLE_BAD},
        {"n/a", TABLE_DIM},         {"usable", TABLE_GOOD}, {"degraded", TABLE_WARN},
        {"unavailable", TABLE_BAD},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(colours); i++)
        if (g_str_equal(colours[i].word, word))
            return colours[i].colour;
    return TABLE_PLAIN;
}

/* The one check of a technology that is worth a line, or NULL when all are. */
static const char *
find_only_line(const CheckReport *report, GArray *checks, const char *technology)
{
    const char *verdict = NULL;
    const char *deciding = NULL;

    if (report->whole || !find_verdict(report, technology, &verdict, &deciding))
        return NULL;
    for (guint i = 0; i < checks->len; i++) {
        const Check *check = &g_array_index(checks, Check, i);
        if (g_str_equal(check->technology, technology) && g_str_equal(check->id, deciding) &&
            g_str_equal(check->state, "n/a"))
            return check->id;
    }
    return NULL;
}

static void
print_heading(const Cli *cli, const CheckReport *report, const char *technology)
{
    g_autofree char *safe = escape_text(technology, ESCAPE_LINE);
    g_autofree char *title =
        table_paint(TABLE_BOLD, cli->colour, g_str_equal(safe, "none") ? _("host") : safe);
    g_autoptr(GVariant) capacity =
        g_variant_lookup_value(report->host, "Capacity", G_VARIANT_TYPE("a{s(uuu)}"));
    const char *verdict = NULL;
    const char *deciding = NULL;
    guint32 total = 0;
    guint32 used = 0;
    guint32 unused = 0;

    fputs(title, stdout);
    if (find_verdict(report, technology, &verdict, &deciding)) {
        g_autofree char *safe_verdict = escape_text(verdict, ESCAPE_LINE);
        g_autofree char *painted = table_paint(get_colour(safe_verdict), cli->colour, safe_verdict);
        printf(": %s", painted);
    }
    if (capacity != NULL &&
        g_variant_lookup(capacity, technology, "(uuu)", &total, &used, &unused) && total > 0)
        printf(_(", %u of %u guests free"), unused, total);
    puts("");
}

static void
print_remedy(const char *remedy)
{
    g_autofree char *safe = escape_text(remedy, ESCAPE_TEXT);
    g_auto(GStrv) lines = g_strsplit(safe, "\n", -1);

    for (gsize i = 0; lines[i] != NULL; i++) {
        g_autofree char *line = g_strdup_printf("        %s%s", i == 0 ? "-> " : "   ", lines[i]);
        if (*lines[i] != '\0')
            wrap_print(line, REMEDY_INDENT);
    }
}

/* Where the texts of all rows begin: behind states and ids. */
static guint
find_indent(GArray *checks)
{
    gsize longest = 0;

    for (guint i = 0; i < checks->len; i++)
        longest = MAX(longest, table_width(g_array_index(checks, Check, i).id));
    return (guint)longest + STATE_INDENT;
}

/* All rows in one table, so that the columns of all groups stand below each other. */
static char **
render_rows(const Cli *cli, GArray *checks)
{
    static const TableColumn columns[] = {{"", TABLE_LEFT}, {"", TABLE_LEFT}, {"", TABLE_LEFT}};
    g_autoptr(Table) table = table_new(columns, G_N_ELEMENTS(columns));
    g_autofree char *text = NULL;

    for (guint i = 0; i < checks->len; i++) {
        const Check *check = &g_array_index(checks, Check, i);
        g_autofree char *what = *check->value != '\0'
                                    ? g_strdup_printf("%s (%s)", check->summary, check->value)
                                    : g_strdup(check->summary);
        table_add(table, get_colour(check->state), check->state);
        table_add(table, TABLE_PLAIN, check->id);
        table_add(table, TABLE_PLAIN, what);
    }
    text = table_render(table, FALSE, 2, cli->colour);
    return g_strsplit(text, "\n", -1);
}

static void
print_row(const char *row, guint indent)
{
    wrap_print(row, wrap_get_width() < 2 * indent ? REMEDY_INDENT : indent);
}

/* An earlier check has said it already. */
static gboolean
is_consequence(const Check *check)
{
    return g_str_equal(check->state, "n/a") && g_str_has_prefix(check->value, "see ");
}

static void
print_group(const Cli *cli, const CheckReport *report, GArray *checks, char **rows, guint first)
{
    const char *technology = g_array_index(checks, Check, first).technology;
    const char *only = find_only_line(report, checks, technology);
    const char *said = "";

    print_heading(cli, report, technology);
    for (guint i = first; i < checks->len; i++) {
        const Check *check = &g_array_index(checks, Check, i);
        if (!g_str_equal(check->technology, technology))
            continue;
        if (only != NULL && !g_str_equal(check->id, only))
            continue;
        if (!report->whole && is_consequence(check))
            continue;
        print_row(rows[i], find_indent(checks));
        if (g_str_equal(check->state, "pass") || g_str_equal(check->remedy, said))
            continue;
        print_remedy(check->remedy);
        said = check->remedy;
    }
}

static gboolean
was_libvirt_asked(GArray *checks)
{
    for (guint i = 0; i < checks->len; i++) {
        const Check *check = &g_array_index(checks, Check, i);
        if (g_str_equal(check->id, "libvirt.connection"))
            return !g_str_equal(check->state, "n/a");
    }
    return TRUE;
}

/* About the one technology that was asked for. */
static void
print_verdict(const CheckReport *report)
{
    g_autofree char *safe = escape_text(report->technology, ESCAPE_LINE);
    g_autofree char *safe_check = NULL;
    const char *verdict = "";
    const char *check = "";

    if (!find_verdict(report, report->technology, &verdict, &check))
        return;
    safe_check = escape_text(check, ESCAPE_LINE);
    if (g_str_equal(verdict, "usable"))
        printf(_("\n%s can be used on this host.\n"), safe);
    else if (g_str_equal(verdict, "degraded"))
        printf(_("\n%s can be used on this host, with a doubt: see %s.\n"), safe, safe_check);
    else
        printf(_("\n%s cannot be used on this host: see %s.\n"), safe, safe_check);
}

static void
print_conclusion(const CheckReport *report, GArray *checks)
{
    g_autoptr(GVariant) list =
        g_variant_lookup_value(report->host, "Technologies", G_VARIANT_TYPE_STRING_ARRAY);
    g_autofree const char **names = list != NULL ? g_variant_get_strv(list, NULL) : NULL;
    g_autofree char *joined = names != NULL ? g_strjoinv(", ", (char **)names) : g_strdup("");
    g_autofree char *safe = escape_text(joined, ESCAPE_LINE);

    if (*safe != '\0')
        printf(_("\nThis host can run, best first: %s.\n"), safe);
    else if (!was_libvirt_asked(checks))
        puts(_("\nWithout libvirt's answer it stays open what this host can run."));
    else
        puts(_("\nThis host cannot run encrypted VMs."));
}

void
check_print_text(const Cli *cli, const CheckReport *report)
{
    g_autoptr(GArray) checks = read_checks(report->reply);
    g_auto(GStrv) rows = render_rows(cli, checks);
    g_autoptr(GHashTable) done = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < checks->len; i++) {
        const char *technology = g_array_index(checks, Check, i).technology;
        if (g_hash_table_add(done, (gpointer)technology))
            print_group(cli, report, checks, rows, i);
    }
    if (cli->legend && report->technology != NULL && !g_str_equal(report->technology, "auto"))
        print_verdict(report);
    else if (cli->legend)
        print_conclusion(report, checks);
}

static GVariant *
checks_to_json(GArray *checks)
{
    GVariantBuilder array;

    g_variant_builder_init(&array, G_VARIANT_TYPE("aa{ss}"));
    for (guint i = 0; i < checks->len; i++) {
        const Check *check = &g_array_index(checks, Check, i);
        g_variant_builder_add_parsed(
            &array,
            "{'id': %s, 'technology': %s, 'state': %s, 'value': %s, 'summary': %s, 'remedy': %s}",
            check->id, check->technology, check->state, check->value, check->summary,
            check->remedy);
    }
    return g_variant_builder_end(&array);
}

/* a{s(...)} with the members of the tuples named: a{sa{sv}} */
static GVariant *
name_members(GVariant *host, const char *property, const char *const *names)
{
    g_autoptr(GVariant) dictionary = g_variant_lookup_value(host, property, NULL);
    GVariantBuilder object;
    GVariantIter iter;
    GVariant *entry;

    g_variant_builder_init(&object, G_VARIANT_TYPE("a{sa{sv}}"));
    if (dictionary == NULL || !g_variant_is_of_type(dictionary, G_VARIANT_TYPE("a{sr}")))
        return g_variant_builder_end(&object);
    g_variant_iter_init(&iter, dictionary);
    while ((entry = g_variant_iter_next_value(&iter)) != NULL) {
        g_autoptr(GVariant) owned = entry;
        g_autoptr(GVariant) key = g_variant_get_child_value(owned, 0);
        g_autoptr(GVariant) tuple = g_variant_get_child_value(owned, 1);
        g_variant_builder_open(&object, G_VARIANT_TYPE("{sa{sv}}"));
        g_variant_builder_add_value(&object, key);
        g_variant_builder_open(&object, G_VARIANT_TYPE_VARDICT);
        for (gsize i = 0; names[i] != NULL && i < g_variant_n_children(tuple); i++) {
            g_autoptr(GVariant) member = g_variant_get_child_value(tuple, i);
            g_variant_builder_add(&object, "{sv}", names[i], member);
        }
        g_variant_builder_close(&object);
        g_variant_builder_close(&object);
    }
    return g_variant_builder_end(&object);
}

void
check_print_json(const Cli *cli, const CheckReport *report)
{
    static const char *const verdict_names[] = {"verdict", "check", NULL};
    static const char *const capacity_names[] = {"total", "used", "free", NULL};
    g_autoptr(GArray) checks = read_checks(report->reply);
    g_autoptr(GVariant) technologies =
        g_variant_lookup_value(report->host, "Technologies", G_VARIANT_TYPE_STRING_ARRAY);
    const char *verdict = NULL;
    GVariantBuilder object;

    g_variant_get_child(report->reply, 0, "&s", &verdict);
    g_variant_builder_init(&object, G_VARIANT_TYPE_VARDICT);
    g_variant_builder_add(&object, "{sv}", "verdict", g_variant_new_string(verdict));
    if (technologies != NULL)
        g_variant_builder_add(&object, "{sv}", "technologies", technologies);
    g_variant_builder_add(&object, "{sv}", "verdicts",
                          name_members(report->host, "Verdicts", verdict_names));
    g_variant_builder_add(&object, "{sv}", "capacity",
                          name_members(report->host, "Capacity", capacity_names));
    g_variant_builder_add(&object, "{sv}", "checks", checks_to_json(checks));
    cli_print_json(cli, g_variant_builder_end(&object));
}
