/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * cancel: have a job end early, named by its own id or by the VM that it works
 * on, which is what people know.
 */

#include <stdio.h>
#include <glib/gi18n.h>

#include "escape.h"
#include "failure.h"
#include "job-list.h"
#include "verb.h"

static void
say_cancelled(const Cli *cli, const JobItem *job)
{
    g_autofree char *safe = escape_text(job->id, ESCAPE_LINE);

    if (cli->json != CLI_JSON_OFF)
        cli_print_json(
            cli, g_variant_new_parsed("{'job': <%s>, 'vm': <%s>, 'ok': <true>}", job->id, job->vm));
    else if (!cli->quiet)
        printf(_("Job %s was asked to end.\n"), safe);
}

static int
run_cancel(Cli *cli, const Verb *verb, GError **error)
{
    Bus *bus = cli_bus(cli, error);
    g_autoptr(GPtrArray) jobs = bus != NULL ? job_list_get(bus, error) : NULL;
    const JobItem *job = jobs != NULL ? job_list_find(jobs, args_word(cli->args, 0), error) : NULL;
    g_autoptr(GVariant) reply = NULL;

    if (job == NULL)
        return FAILURE_GENERAL;
    const BusTarget target = {job->path, BUS_JOB, "Cancel"};
    reply = bus_call(bus, BUS_ACT, &target, g_variant_new("(a{sv})", NULL), error);
    if (reply == NULL)
        return FAILURE_GENERAL;
    say_cancelled(cli, job);
    return FAILURE_NONE;
}

const Verb verb_cancel = {
    .name = "cancel",
    .words = "JOB|VM",
    .summary = N_("have a job end early, or the one that works on a VM"),
    .details =
        N_("The call that started it fails; a guest that was asked to shut down may still do "
           "so. jobs\nshows which ones can be cancelled."),
    .min_words = 1,
    .max_words = 1,
    .run = run_cancel,
};
