/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * Printing of domain XML, which xml and preview share: as it is into a file
 * or a pipe, with control characters made visible on a terminal, and as an
 * object with the key "xml" in JSON.
 */

#include "cli.h"

/**
 * xml_print_reply - print the XML that a method returned
 * @cli: the run
 * @reply: (s), as from PreviewVM and GetXML
 * Returns: FALSE with SEAL_ERROR_BACKEND when the reply is of another type.
 */
gboolean xml_print_reply(const Cli *cli, GVariant *reply, GError **error);
