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

/**
 * VmAct - what to do with one VM
 * @cli: the run, connected; @verb: its row; @path: the VM's object; @data: as given
 * Returns: FALSE with the error of the peer.
 */
typedef gboolean (*VmAct)(
    Cli *cli, const Verb *verb, const char *path, gpointer data, GError **error);

/**
 * vm_act_each_by - the same with more than one call of a method
 * @cli, @verb: as in vm_act_each()
 * @act: called for every VM that is found; @data: handed on to it
 * Returns: as vm_act_each().
 */
int vm_act_each_by(Cli *cli, const Verb *verb, VmAct act, gpointer data, GError **error);
