/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * certificates: what a guest owner needs to make a session for this host, as
 * the files that sevctl takes. Nothing in them is secret. Whether they lead up
 * to AMD is for the owner to check, elsewhere: a host that lies would say yes.
 */

#include <stdio.h>
#include <glib/gi18n.h>

#include "error.h"
#include "escape.h"
#include "failure.h"
#include "owner-file.h"
#include "verb.h"

typedef struct {
    const char *key; /* in the reply of GetCertificates */
    const char *name;
    const char *summary;
} CertificateFile;

static const CertificateFile files[] = {
    {"pdh", "host.pdh", N_("the processor's certificate, to make a session with")},
    {"cert-chain", "host.chain", N_("what signed it, to be checked up to AMD's root")},
};

static const ArgsOption certificates_options[] = {
    {"directory", 0, ARGS_VALUE, "DIR", N_("where to write the files; default the current one")},
    {"force", 0, ARGS_FLAG, NULL, N_("write over files that are there")},
    {NULL},
};

static char *
make_path(const Cli *cli, const CertificateFile *file)
{
    const char *directory = args_get(cli->args, "directory");

    return directory != NULL ? g_build_filename(directory, file->name, NULL) : g_strdup(file->name);
}

static gboolean
check_all_free(const Cli *cli, GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autofree char *path = make_path(cli, &files[i]);

        if (!owner_file_check_free(path, args_has(cli->args, "force"), error))
            return FALSE;
    }
    return TRUE;
}

/* Both of a pair are asked about before anything is written: half a pair is of no use. */
static gboolean
check_all_told(GVariant *certificates, GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autoptr(GVariant) bytes =
            g_variant_lookup_value(certificates, files[i].key, G_VARIANT_TYPE_BYTESTRING);

        if (bytes != NULL)
            continue;
        g_set_error(error, SEAL_ERROR, SEAL_ERROR_BACKEND,
                    _("sealvirtd told no %s; compare: sealctl version"), files[i].key);
        return FALSE;
    }
    return TRUE;
}

static gboolean
write_all(const Cli *cli, GVariant *certificates, Table *told, GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autofree char *path = make_path(cli, &files[i]);
        g_autoptr(GVariant) bytes =
            g_variant_lookup_value(certificates, files[i].key, G_VARIANT_TYPE_BYTESTRING);

        if (!owner_file_write(path, bytes, error))
            return FALSE;
        table_add(told, TABLE_BOLD, path);
        table_add(told, TABLE_PLAIN, _(files[i].summary));
    }
    return TRUE;
}

/* In the form in which AMD's key server wants it. */
static void
print_processor(GVariant *certificates)
{
    g_autoptr(GVariant) id =
        g_variant_lookup_value(certificates, "cpu0-id", G_VARIANT_TYPE_BYTESTRING);
    gsize size = 0;
    const guchar *bytes = id != NULL ? g_variant_get_fixed_array(id, &size, 1) : NULL;
    g_autoptr(GString) hex = g_string_new(NULL);

    for (gsize i = 0; i < size; i++)
        g_string_append_printf(hex, "%02x", bytes[i]);
    if (size > 0)
        printf(_("\nAMD's key server knows this processor as\n%s\n"), hex->str);
}

static gboolean
save(const Cli *cli, GVariant *certificates, GError **error)
{
    static const TableColumn columns[] = {{"", TABLE_LEFT}, {"", TABLE_LEFT}};
    g_autoptr(Table) table = table_new(columns, G_N_ELEMENTS(columns));
    g_autofree char *text = NULL;

    if (!check_all_told(certificates, error) || !write_all(cli, certificates, table, error))
        return FALSE;
    if (cli->quiet || cli->json != CLI_JSON_OFF)
        return TRUE;
    text = table_render(table, FALSE, 0, cli->colour);
    fputs(text, stdout);
    if (cli->legend)
        print_processor(certificates);
    return TRUE;
}

static int
run_certificates(Cli *cli, const Verb *verb, GError **error)
{
    static const BusTarget target = {BUS_PATH_HOST, BUS_HOST, "GetCertificates"};
    gboolean files_wanted = cli->json == CLI_JSON_OFF || args_has(cli->args, "directory");
    g_autoptr(GVariant) reply = NULL;
    g_autoptr(GVariant) certificates = NULL;

    if ((files_wanted && !check_all_free(cli, error)) || cli_bus(cli, error) == NULL)
        return FAILURE_GENERAL;
    reply = bus_call_typed(cli->bus, BUS_ACT, &target, g_variant_new("(a{sv})", NULL), "(a{sv})",
                           error);
    if (reply == NULL)
        return FAILURE_GENERAL;
    certificates = g_variant_get_child_value(reply, 0);
    if (files_wanted && !save(cli, certificates, error))
        return FAILURE_GENERAL;
    if (cli->json != CLI_JSON_OFF)
        cli_print_json(cli, certificates);
    return FAILURE_NONE;
}

const Verb verb_certificates = {
    .name = "certificates",
    .summary = N_("write what a guest owner needs for a measured start (SEV, SEV-ES)"),
    .details = N_("Writes host.pdh and host.chain, which are no secrets. The owner makes a session "
                  "with them:\n\n"
                  "  cat host.pdh host.chain > host.sev && sevctl verify --sev host.sev\n"
                  "  sevctl session --name owner host.pdh POLICY\n\n"
                  "With --json they are printed in base64, and written only to a --directory."),
    .options = {certificates_options},
    .run = run_certificates,
};
