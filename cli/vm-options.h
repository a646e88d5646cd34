/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * The options that describe a VM, which create and preview share, and their
 * way into the settings that the daemon takes. The form of values is checked
 * here, their meaning by the daemon.
 */

#include "args.h"

/* For the verbs' rows. */
extern const ArgsOption vm_options_table[];

/**
 * vm_options_read - settings from the command line
 * @args: the command line; options that are not in vm_options_table are left alone
 * Returns: (transfer full): a{sv} for CreateVM and PreviewVM; NULL with an error
 * that begins with the option: a value of another type, an unknown setting or
 * key, a file of the guest owner that cannot be read.
 */
GVariant *vm_options_read(const Args *args, GError **error);
