/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * How the answer of Host.Check looks: grouped by technology, the verdict of
 * each first, the cure right below what it cures. The check verb asks and
 * decides the exit code; this only prints.
 */

#include "cli.h"

/**
 * CheckReport - what is shown
 * @reply: (sa(ssssss)), of Host.Check
 * @host: a{sv}, all properties of Host
 * @whole: also every check of technologies that the processor does not have
 * @technology: (nullable): the only one that was asked for
 */
typedef struct {
    GVariant *reply;
    GVariant *host;
    gboolean whole;
    const char *technology;
} CheckReport;

/**
 * check_print_clear - give the answer back
 * @report: whose @reply and @host are owned
 */
void check_print_clear(CheckReport *report);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CheckReport, check_print_clear)

/**
 * check_print_usable - the verdict of a reply
 * @reply: of Host.Check
 * @ret_usable: whether the technology asked for, or any, can be used
 * Returns: FALSE with SEAL_ERROR_BACKEND when the reply is of another type.
 */
gboolean check_print_usable(GVariant *reply, gboolean *ret_usable, GError **error);

/**
 * check_print_text - for people
 * @cli: the run
 * @report: what to show
 */
void check_print_text(const Cli *cli, const CheckReport *report);

/**
 * check_print_json - for scripts: verdict, technologies, verdicts, capacity, checks
 * @cli: the run
 * @report: what to show
 */
void check_print_json(const Cli *cli, const CheckReport *report);
