/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The platform side of the simulated processor: what /dev/sev answers.
 *
 * QEMU asks it three things: the firmware's state and version, the platform's certificates, and the
 * chip's identity. Layouts are the kernel's (linux/psp-sev.h).
 */

#pragma once

#include "config.h"

#define PLATFORM_DEVICE "/dev/sev"

struct sev_issue_cmd;

/**
 * platform_open - open the simulated /dev/sev
 * @config: settings; open-errno makes it fail
 * Returns: a new file descriptor with close-on-exec, or -1 with errno set (ENOENT when the host of
 * the settings has no secure processor).
 */
int platform_open(const Config *config);

/**
 * platform_command - answer SEV_ISSUE_CMD
 * @config: settings of the platform
 * @command: the caller's command; its buffers and error field are written
 * Returns: 0, or -1 with errno set and the firmware status in @command.
 */
int platform_command(const Config *config, struct sev_issue_cmd *command);
