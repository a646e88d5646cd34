/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * measurement: what the secure processor measured at a VM's paused start, for
 * its owner to judge. This host judges nothing: who controls it could make it
 * say anything, and it has not the keys. So a person is told whom to ask and
 * with what, ready to be copied.
 */

#include <stdio.h>
#include <glib/gi18n.h>

#include "escape.h"
#include "failure.h"
#include "verb.h"
#include "vm-fields.h"

static char *
format_value(GVariant *value)
{
    gsize size = 0;
    const guchar *bytes = NULL;

    if (g_variant_is_of_type(value, G_VARIANT_TYPE_BYTE))
        return g_strdup_printf("%u", g_variant_get_byte(value));
    if (g_variant_is_of_type(value, G_VARIANT_TYPE_UINT64))
        return g_strdup_printf("0x%" G_GINT64_MODIFIER "x", g_variant_get_uint64(value));
    if (g_variant_is_of_type(value, G_VARIANT_TYPE_STRING))
        return g_variant_dup_string(value, NULL);
    if (!g_variant_is_of_type(value, G_VARIANT_TYPE_BYTESTRING))
        return g_variant_print(value, FALSE);
    bytes = g_variant_get_fixed_array(value, &size, 1);
    return g_base64_encode(bytes, size);
}

static char *
get_text(GVariant *told, const char *key)
{
    g_autoptr(GVariant) value = g_variant_lookup_value(told, key, NULL);

    return value != NULL ? format_value(value) : g_strdup("");
}

static void
print_fields(const Cli *cli, GVariant *told)
{
    static const struct {
        const char *key;
        const char *label;
    } fields[] = {
        {"measurement", N_("Measurement:")}, {"api-major", N_("API major:")},
        {"api-minor", N_("API minor:")},     {"build-id", N_("Build:")},
        {"policy", N_("Policy:")},           {"firmware", N_("Firmware:")},
    };
    static const TableColumn columns[] = {{"", TABLE_RIGHT}, {"", TABLE_LEFT}};
    g_autoptr(Table) table = table_new(columns, G_N_ELEMENTS(columns));
    g_autofree char *text = NULL;

    for (gsize i = 0; i < G_N_ELEMENTS(fields); i++) {
        g_autofree char *value = get_text(told, fields[i].key);

        table_add(table, TABLE_BOLD, _(fields[i].label));
        table_add(table, TABLE_PLAIN, value);
    }
    text = table_render(table, FALSE, 0, cli->colour);
    fputs(text, stdout);
}

/* What is measured besides is left to the owner: from here it would prove nothing. */
static void
print_what_next(GVariant *told, gboolean registers)
{
    g_autofree char *measurement = get_text(told, "measurement");
    g_autofree char *major = get_text(told, "api-major");
    g_autofree char *minor = get_text(told, "api-minor");
    g_autofree char *build = get_text(told, "build-id");

    printf(_("\nIt proves nothing here. The owner judges it elsewhere, with own keys, policy and "
             "firmware:\n"));
    printf("  virt-qemu-sev-validate \\\n"
           "    --measurement %s \\\n"
           "    --api-major %s --api-minor %s --build-id %s \\\n"
           "    --tik owner_tik.bin --tek owner_tek.bin --policy N --firmware FILE%s\n",
           measurement, major, minor, build, registers ? " \\" : "");
    if (registers)
        puts("    --num-cpus N --cpu-family N --cpu-model N --cpu-stepping N");
}

static void
print_judgement(Cli *cli, const char *name, const char *path, GVariant *told)
{
    g_autoptr(GVariant) vm = bus_get_all(cli->bus, path, BUS_VM, NULL);
    g_autofree char *technology = vm != NULL ? vm_fields_text(vm, "Technology") : g_strdup("");
    gboolean attestable = TRUE;

    if (vm != NULL)
        g_variant_lookup(vm, "Attestable", "b", &attestable);
    if (attestable)
        print_what_next(told, g_str_equal(technology, "sev-es"));
    else
        /* Without an owner's session there is no owner who has the keys. */
        printf(_("\nNobody can judge it: %s was created without its owner's --dh-cert-file and "
                 "--session-file.\n"),
               name);
}

static void
print_text(Cli *cli, const char *name, const char *path, GVariant *told)
{
    g_autofree char *safe = escape_text(name, ESCAPE_LINE);
    g_autofree char *source = get_text(told, "source");

    if (g_str_equal(source, "guest")) {
        printf(_("%s is measured for itself: ask inside the guest for its report, and judge that "
                 "elsewhere.\n"),
               safe);
        return;
    }
    print_fields(cli, told);
    if (cli->legend)
        print_judgement(cli, safe, path, told);
}

/* What the daemon told, in its words and its order. */
static GVariant *
make_json(const char *name, GVariant *told)
{
    GVariantBuilder object;
    GVariantIter iter;
    const char *key;
    GVariant *value;

    g_variant_builder_init(&object, G_VARIANT_TYPE_VARDICT);
    g_variant_builder_add(&object, "{sv}", "vm", g_variant_new_string(name));
    g_variant_iter_init(&iter, told);
    while (g_variant_iter_loop(&iter, "{&sv}", &key, &value))
        g_variant_builder_add(&object, "{sv}", key, value);
    return g_variant_builder_end(&object);
}

static int
run_measurement(Cli *cli, const Verb *verb, GError **error)
{
    const char *name = args_word(cli->args, 0);
    Bus *bus = cli_bus(cli, error);
    g_autofree char *path = bus != NULL ? bus_find_vm(bus, name, error) : NULL;
    const BusTarget target = {path, BUS_VM, "GetMeasurement"};
    g_autoptr(GVariant) reply = NULL;
    g_autoptr(GVariant) told = NULL;

    if (path == NULL)
        return FAILURE_GENERAL;
    reply = bus_call_typed(bus, BUS_ACT, &target, g_variant_new("(a{sv})", NULL), "(a{sv})", error);
    if (reply == NULL)
        return FAILURE_GENERAL;
    told = g_variant_get_child_value(reply, 0);
    if (cli->json != CLI_JSON_OFF)
        cli_print_json(cli, make_json(name, told));
    else
        print_text(cli, name, path, told);
    return FAILURE_NONE;
}

const Verb verb_measurement = {
    .name = "measurement",
    .words = "VM",
    .summary = N_("show what was measured when a VM was started, for its owner to judge"),
    .details = N_("SEV and SEV-ES: start the VM with --paused first. A VM of SEV-SNP or TDX tells "
                  "its\nmeasurement to its guest only."),
    .min_words = 1,
    .max_words = 1,
    .run = run_measurement,
};
