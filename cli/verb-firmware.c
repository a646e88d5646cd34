/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * firmware: which UEFI image a new VM would get and why, for each technology.
 * Reads descriptors and images itself, as everybody may, so that it works
 * without the daemon and on captured hosts.
 */

#include <glib/gi18n.h>

#include "error.h"
#include "failure.h"
#include "firmware-print.h"
#include "host-firmware.h"
#include "verb.h"

static const ArgsOption firmware_options[] = {
    {"technology", 't', ARGS_VALUE, "T", N_("only this one: sev, sev-es, sev-snp or tdx")},
    {"root", 0, ARGS_VALUE, "DIR",
     N_("look at the host whose files are below DIR, not at this one")},
    {NULL},
};

static gboolean
read_technology(const Args *args, SealTechnology *ret_technology, GError **error)
{
    const char *name = args_get(args, "technology");

    *ret_technology = name != NULL ? seal_technology_from_string(name) : SEAL_TECHNOLOGY_AUTO;
    if (*ret_technology == SEAL_TECHNOLOGY_AUTO ||
        (*ret_technology >= SEAL_TECHNOLOGY_SEV && *ret_technology <= SEAL_TECHNOLOGY_TDX))
        return TRUE;
    g_set_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT,
                _("'%s' is no technology that needs firmware of its own; use sev, sev-es, sev-snp "
                  "or tdx"),
                name);
    return FALSE;
}

static SealFacts *
read_firmware(const Args *args, GError **error)
{
    const char *root = args_has(args, "root") ? args_get(args, "root") : "/";
    g_autofree char *session = g_build_filename(g_get_user_config_dir(), "qemu", "firmware", NULL);
    SealFacts *facts;

    if (!g_file_test(root, G_FILE_TEST_IS_DIR)) {
        g_set_error(error, SEAL_ERROR, SEAL_ERROR_NOT_FOUND,
                    _("there is no directory %s; name the one that has the captured /proc, /sys "
                      "and /etc"),
                    root);
        return NULL;
    }
    facts = seal_facts_new();
    host_firmware_read(root, facts);
    if (g_str_equal(root, "/"))
        host_firmware_note_session(session, facts);
    return facts;
}

static gboolean
has_any(const SealFacts *facts, SealTechnology only)
{
    for (SealTechnology t = SEAL_TECHNOLOGY_SEV; t <= SEAL_TECHNOLOGY_TDX; t++) {
        const SealFirmwareWish wish = {.technology = t, .arch = "x86_64", .machine = "q35"};

        if ((only == SEAL_TECHNOLOGY_AUTO || only == t) &&
            seal_firmware_choose(facts->firmwares, &wish, NULL) != NULL)
            return TRUE;
    }
    return FALSE;
}

static int
run_firmware(Cli *cli, const Verb *verb, GError **error)
{
    g_autoptr(SealFacts) facts = NULL;
    SealTechnology technology;

    if (!read_technology(cli->args, &technology, error))
        return FAILURE_USAGE;
    facts = read_firmware(cli->args, error);
    if (facts == NULL)
        return FAILURE_GENERAL;
    if (cli->json != CLI_JSON_OFF)
        firmware_print_json(cli, facts, technology);
    else if (!cli->quiet)
        firmware_print_text(cli, facts, technology);
    return has_any(facts, technology) ? FAILURE_NONE : FAILURE_GENERAL;
}

const Verb verb_firmware = {
    .name = "firmware",
    .summary = N_("show the UEFI firmware for encrypted VMs, and why it is taken or not"),
    .details = N_("Exits with 0 when there is some for a technology, or for the one asked for. "
                  "Needs no daemon."),
    .options = {firmware_options},
    .run = run_firmware,
};
