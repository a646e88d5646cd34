/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * can: whether an operation of libvirt can work on a VM, before somebody tries
 * it and reads a late error of QEMU. The daemon decides, as it depends on the
 * QEMU that it runs with; which operations there are to ask about is known
 * here, and a word that is not is passed on for a newer daemon to know.
 */

#include <stdio.h>
#include <glib/gi18n.h>

#include "escape.h"
#include "failure.h"
#include "operation-guard.h"
#include "verb.h"
#include "wrap.h"

/* Blanks before a reason, which stands below its operation. */
#define REASON_INDENT 4

typedef struct {
    const char *operation;
    const char *title; /* NULL when not known here */
    gboolean possible;
    char *reason;
} Answer;

static void
answer_clear(gpointer data)
{
    Answer *answer = data;
    g_free(answer->reason);
}

static gboolean
ask(Cli *cli, const char *path, Answer *answer, GError **error)
{
    const BusTarget target = {path, BUS_VM, "CheckOperation"};
    g_autoptr(GVariant) reply = NULL;

    if (!g_utf8_validate(answer->operation, -1, NULL))
        answer->operation = "?"; /* no operation either, and refused with a list of them */
    reply = bus_call_typed(cli->bus, BUS_READ, &target,
                           g_variant_new("(sa{sv})", answer->operation, NULL), "(bs)", error);
    if (reply != NULL)
        g_variant_get(reply, "(bs)", &answer->possible, &answer->reason);
    return reply != NULL;
}

static GArray *
ask_all(Cli *cli, const char *path, GError **error)
{
    gsize n = 0;
    const SealOperationInfo *operations = seal_operation_guard_list(&n);
    const char *wanted = args_word(cli->args, 1);
    g_autoptr(GArray) answers = g_array_new(FALSE, TRUE, sizeof(Answer));

    g_array_set_clear_func(answers, answer_clear);
    for (gsize i = 0; i < (wanted != NULL ? 1 : n); i++) {
        Answer answer = {wanted, NULL, FALSE, NULL};

        if (wanted == NULL)
            answer = (Answer){operations[i].name, operations[i].title, FALSE, NULL};
        if (!ask(cli, path, &answer, error))
            return NULL;
        g_array_append_val(answers, answer);
    }
    return g_steal_pointer(&answers);
}

static GVariant *
make_json(const char *name, const GArray *answers)
{
    GVariantBuilder list;

    g_variant_builder_init(&list, G_VARIANT_TYPE("aa{sv}"));
    for (guint i = 0; i < answers->len; i++) {
        const Answer *answer = &g_array_index(answers, Answer, i);

        g_variant_builder_add_parsed(&list, "{'operation': <%s>, 'possible': <%b>, 'reason': <%s>}",
                                     answer->operation, answer->possible, answer->reason);
    }
    return g_variant_new_parsed("{'vm': <%s>, 'operations': <%@aa{sv}>}", name,
                                g_variant_builder_end(&list));
}

static void
print_reason(const Answer *answer)
{
    g_autofree char *safe = escape_text(answer->reason, ESCAPE_LINE);
    g_autofree char *line = g_strdup_printf("%*s%s", REASON_INDENT, "", safe);

    if (!answer->possible)
        wrap_print(line, REASON_INDENT);
}

static void
print_one(const Cli *cli, const Answer *answer)
{
    g_autofree char *word = table_paint(answer->possible ? TABLE_GOOD : TABLE_BAD, cli->colour,
                                        answer->possible ? _("yes") : _("no"));

    puts(word);
    print_reason(answer);
}

/* Where titles begin: behind answers and operations, with two blanks after each. */
static guint
find_title(const GArray *answers)
{
    gsize operation = 0;

    for (guint i = 0; i < answers->len; i++)
        operation = MAX(operation, table_width(g_array_index(answers, Answer, i).operation));
    return (guint)(MAX(table_width(_("yes")), table_width(_("no"))) + operation) + 4;
}

static void
print_all(const Cli *cli, const GArray *answers)
{
    static const TableColumn columns[] = {{"", TABLE_LEFT}, {"", TABLE_LEFT}, {"", TABLE_LEFT}};
    guint title = find_title(answers);
    g_autoptr(Table) table = table_new(columns, G_N_ELEMENTS(columns));
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;

    for (guint i = 0; i < answers->len; i++) {
        const Answer *answer = &g_array_index(answers, Answer, i);

        table_add(table, answer->possible ? TABLE_GOOD : TABLE_BAD,
                  answer->possible ? _("yes") : _("no"));
        table_add(table, TABLE_BOLD, answer->operation);
        table_add(table, TABLE_PLAIN, answer->title);
    }
    text = table_render(table, FALSE, 0, cli->colour);
    lines = g_strsplit(text, "\n", -1);
    for (guint i = 0; i < answers->len; i++) {
        wrap_print(lines[i], title);
        print_reason(&g_array_index(answers, Answer, i));
    }
}

static int
run_can(Cli *cli, const Verb *verb, GError **error)
{
    const char *name = args_word(cli->args, 0);
    gboolean one = args_word(cli->args, 1) != NULL;
    Bus *bus = cli_bus(cli, error);
    g_autofree char *path = bus != NULL ? bus_find_vm(bus, name, error) : NULL;
    g_autoptr(GArray) answers = path != NULL ? ask_all(cli, path, error) : NULL;
    const Answer *first = NULL;

    if (answers == NULL)
        return FAILURE_GENERAL;
    first = &g_array_index(answers, Answer, 0);
    if (cli->json != CLI_JSON_OFF)
        cli_print_json(cli, make_json(name, answers));
    else if (one && !cli->quiet)
        print_one(cli, first);
    else if (!one)
        print_all(cli, answers);
    return one && !first->possible ? FAILURE_GENERAL : FAILURE_NONE;
}

const Verb verb_can = {
    .name = "can",
    .words = "VM [OPERATION]",
    .summary = N_("say whether an operation of libvirt can work on a VM, and what to do instead"),
    .details =
        N_("Succeeds when it can. Without an operation it goes through all there are. This is "
           "about what\nencryption and this host's QEMU allow, not about the state of the VM "
           "now."),
    .min_words = 1,
    .max_words = 2,
    .run = run_can,
};
