/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * One method on one or several VMs: what start, stop, delete and their like
 * have in common. They differ in a row of the verb table and in their options,
 * so that a further verb of this kind needs no code of its own.
 */

#include "verb.h"

/**
 * vm_act_each - call a verb's method on every VM of the command line
 * @cli: the run; its words are names or UUIDs
 * @verb: its method is called, its done text is said
 * @options: the method's a{sv}; a floating reference is consumed
 *
 * One after the other, so that one password serves all; a failure is shown
 * and the rest is still done.
 * Returns: the exit code of the first failure, FAILURE_NONE without one. With
 * @error set, the bus could not be reached and nothing was tried.
 */
int vm_act_each(Cli *cli, const Verb *verb, GVariant *options, GError **error);
