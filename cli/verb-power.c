/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * start, resume, pause, reboot, shutdown and stop: one row a verb. What they
 * may do is decided by the daemon, which knows each VM's state; here only
 * options are read.
 */

#include <glib/gi18n.h>

#include "error.h"
#include "failure.h"
#include "vm-act.h"

static int
run_plain(Cli *cli, const Verb *verb, GError **error)
{
    return vm_act_each(cli, verb, g_variant_new_array(G_VARIANT_TYPE("{sv}"), NULL, 0), error);
}

static const ArgsOption start_options[] = {
    {"paused", 0, ARGS_FLAG, NULL, N_("leave its processors stopped; resume lets it run")},
    {NULL},
};

static int
run_start(Cli *cli, const Verb *verb, GError **error)
{
    GVariantBuilder options;

    g_variant_builder_init(&options, G_VARIANT_TYPE_VARDICT);
    if (args_has(cli->args, "paused"))
        g_variant_builder_add(&options, "{sv}", "paused", g_variant_new_boolean(TRUE));
    return vm_act_each(cli, verb, g_variant_builder_end(&options), error);
}

static const ArgsOption shutdown_options[] = {
    {"timeout", 0, ARGS_VALUE, "SECONDS", N_("wait until it is off, at most so long")},
    {"force", 0, ARGS_FLAG, NULL, N_("power it off when that time has passed")},
    {NULL},
};

/* Whole seconds, as the daemon counts them; a fraction waits for the next one. */
static guint32
round_up_seconds(guint64 usec)
{
    return (guint32)((usec + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC);
}

static int
run_shutdown(Cli *cli, const Verb *verb, GError **error)
{
    gboolean force = args_has(cli->args, "force");
    guint32 seconds = round_up_seconds(cli->timeout_usec);
    Verb said = *verb;
    GVariantBuilder options;

    if (force && seconds == 0) {
        g_set_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT,
                    _("--force needs --timeout; to power off at once: sealctl stop VM"));
        return FAILURE_USAGE;
    }
    /* The daemon keeps the time; were our own deadline the same, its answer would come too late. */
    cli->timeout_usec = 0;
    g_variant_builder_init(&options, G_VARIANT_TYPE_VARDICT);
    if (seconds != 0) {
        g_variant_builder_add(&options, "{sv}", "timeout", g_variant_new_uint32(seconds));
        said.done = N_("%s is off.");
    }
    if (force)
        g_variant_builder_add(&options, "{sv}", "force", g_variant_new_boolean(TRUE));
    return vm_act_each(cli, &said, g_variant_builder_end(&options), error);
}

const Verb verb_start = {
    .name = "start",
    .words = "VM...",
    .summary = N_("start VMs"),
    .details = N_("An encrypted VM is never started unencrypted: when the host cannot do it, the "
                  "start is\nrefused, and the message says why."),
    .options = {start_options},
    .min_words = 1,
    .max_words = VERB_MANY,
    .method = "Start",
    .done = N_("%s is started."),
    .run = run_start,
};

const Verb verb_resume = {
    .name = "resume",
    .words = "VM...",
    .summary = N_("let paused VMs run"),
    .min_words = 1,
    .max_words = VERB_MANY,
    .method = "Resume",
    .done = N_("%s runs again."),
    .run = run_plain,
};

const Verb verb_pause = {
    .name = "pause",
    .words = "VM...",
    .summary = N_("stop the processors of VMs; their memory stays"),
    .min_words = 1,
    .max_words = VERB_MANY,
    .method = "Suspend",
    .done = N_("%s is paused."),
    .run = run_plain,
};

const Verb verb_reboot = {
    .name = "reboot",
    .words = "VM...",
    .summary = N_("ask guests to reboot"),
    .details =
        N_("A VM of SEV-ES, SEV-SNP or TDX cannot be reset from outside, so this is refused: shut "
           "it down\nand start it. When its guest reboots by itself, it goes off with QEMU before "
           "11.0, and\nset --restart guest-reboot has it started again."),
    .min_words = 1,
    .max_words = VERB_MANY,
    .method = "Reboot",
    .done = N_("%s was asked to reboot."),
    .run = run_plain,
};

const Verb verb_shutdown = {
    .name = "shutdown",
    .words = "VM...",
    .summary = N_("ask guests to shut down"),
    .details = N_("Without --timeout this returns as soon as the guest has been asked."),
    .options = {shutdown_options},
    .min_words = 1,
    .max_words = VERB_MANY,
    .method = "Shutdown",
    .done = N_("%s was told to shut down."),
    .run = run_shutdown,
};

const Verb verb_stop = {
    .name = "stop",
    .words = "VM...",
    .summary = N_("power VMs off at once"),
    .min_words = 1,
    .max_words = VERB_MANY,
    .method = "Stop",
    .done = N_("%s is off."),
    .run = run_plain,
};
