/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * Looking at files that somebody named, which may lie on a file system that
 * never answers. Whoever asks is answered within a deadline all the same, and
 * the threads that hang are few and nobody else's: facts and notes need none
 * of them.
 */

#include "host.h"

typedef struct HostInspect HostInspect;

/**
 * host_inspect_new - nothing is looked at yet
 * @root: directory that stands for "/"; copied
 * @deadline: milliseconds that an answer may take
 * Returns: (transfer full)
 */
HostInspect *host_inspect_new(const char *root, guint deadline);

/**
 * host_inspect_ask - look at files
 * @inspect: the inspector
 * @paths: NULL-terminated; copied
 * @firmware: (nullable): an image to read as well; copied
 * @done: called exactly once, later; HostInspection.error is SEAL_ERROR_TIMEOUT when a file
 *   system did not answer by the deadline, or has not answered others who asked for that path
 * @data: for @done
 * Main thread only.
 */
void host_inspect_ask(HostInspect *inspect,
                      const char *const *paths,
                      const char *firmware,
                      HostInspectDone done,
                      gpointer data);

/**
 * host_inspect_free - stop
 * @inspect: (nullable) (transfer full)
 * What is still out is not answered; threads that hang are left to finish on their own. Main
 * thread only.
 */
void host_inspect_free(HostInspect *inspect);
