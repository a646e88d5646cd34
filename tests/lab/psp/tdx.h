/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The launch of a TDX guest, as KVM_MEMORY_ENCRYPT_OP drives it.
 *
 * It goes by the TDX module of the processor and not by a secure processor beside it, so it has a
 * command set of its own. Every guest holds a private key number, which are as scarce as ASIDs.
 */

#pragma once

#include "config.h"

/**
 * tdx_command - answer KVM_MEMORY_ENCRYPT_OP of a TDX guest or of one of its vCPUs
 * @config: settings; tdx-keys is how many guests fit, tdx-attributes what the module supports
 * @command: NewTdxCommand; its data and hardware error are written
 * Returns: 0, or -1 with errno set: ENOSPC without a free key, EINVAL for what is not supported.
 */
int tdx_command(const Config *config, void *command);
