/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Printing of domain XML. A final line break is added where it is missing, so
 * that `sealctl xml VM > vm.xml` makes a proper text file and the prompt of a
 * shell does not stick to the last element.
 */

#include <glib/gi18n.h>

#include "error.h"
#include "xml-print.h"

gboolean
xml_print_reply(const Cli *cli, GVariant *reply, GError **error)
{
    const char *xml = NULL;

    if (!g_variant_is_of_type(reply, G_VARIANT_TYPE("(s)"))) {
        g_set_error(error, SEAL_ERROR, SEAL_ERROR_BACKEND,
                    _("sealvirtd answered with %s instead of XML; compare: sealctl version"),
                    g_variant_get_type_string(reply));
        return FALSE;
    }
    g_variant_get(reply, "(&s)", &xml);
    if (cli->json != CLI_JSON_OFF) {
        cli_print_json(cli, g_variant_new_parsed("{'xml': %s}", xml));
        return TRUE;
    }
    cli_print(cli, xml);
    if (!g_str_has_suffix(xml, "\n"))
        cli_print(cli, "\n");
    return TRUE;
}
