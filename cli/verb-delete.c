/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * delete: remove VMs that are off. Disks stay unless asked for by --volumes,
 * as they may be shared and cannot be brought back; the small file with the
 * firmware's variables goes along, as it is of no use without the VM.
 */

#include <glib/gi18n.h>

#include "vm-act.h"

static const ArgsOption delete_options[] = {
    {"keep-nvram", 0, ARGS_FLAG, NULL, N_("keep the file with the firmware's variables")},
    {"volumes", 0, ARGS_FLAG, NULL, N_("remove the storage volumes of its disks as well")},
    {NULL},
};

static int
run_delete(Cli *cli, const Verb *verb, GError **error)
{
    GVariantBuilder options;

    g_variant_builder_init(&options, G_VARIANT_TYPE_VARDICT);
    if (args_has(cli->args, "keep-nvram"))
        g_variant_builder_add(&options, "{sv}", "nvram", g_variant_new_boolean(FALSE));
    if (args_has(cli->args, "volumes"))
        g_variant_builder_add(&options, "{sv}", "volumes", g_variant_new_boolean(TRUE));
    return vm_act_each(cli, verb, g_variant_builder_end(&options), error);
}

const Verb verb_delete = {
    .name = "delete",
    .words = "VM...",
    .summary = N_("remove VMs that are off"),
    .details = N_("It does not ask back. Disks stay unless --volumes is given."),
    .options = {delete_options},
    .min_words = 1,
    .max_words = VERB_MANY,
    .method = "Delete",
    .done = N_("%s is deleted."),
    .run = run_delete,
};
