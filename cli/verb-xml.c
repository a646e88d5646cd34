/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * xml: the definition of a VM as libvirt keeps it. The daemon takes secrets
 * out and asks polkit, as the definition may still tell more than everyone
 * should see.
 */

#include <glib/gi18n.h>

#include "failure.h"
#include "verb.h"
#include "xml-print.h"

static int
run_xml(Cli *cli, const Verb *verb, GError **error)
{
    Bus *bus = cli_bus(cli, error);
    g_autofree char *path = bus != NULL ? bus_find_vm(bus, args_word(cli->args, 0), error) : NULL;
    const BusTarget target = {path, BUS_VM, "GetXML"};
    g_autoptr(GVariant) reply = NULL;

    if (path == NULL)
        return FAILURE_GENERAL;
    reply = bus_call(bus, BUS_ACT, &target, g_variant_new("(a{sv})", NULL), error);
    return reply != NULL && xml_print_reply(cli, reply, error) ? FAILURE_NONE : FAILURE_GENERAL;
}

const Verb verb_xml = {
    .name = "xml",
    .words = "VM",
    .summary = N_("print a VM's definition for libvirt, without secrets"),
    .min_words = 1,
    .max_words = 1,
    .run = run_xml,
};
