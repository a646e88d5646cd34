/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * Notes that outlive the daemon: what a create is about to make, written
 * before it is made and removed when the create has ended, so that a daemon
 * that was killed in between can take it away when it is back. One small file
 * each, in the state directory. Blocks; runs in a thread of host.c.
 */

#include <glib.h>

/**
 * host_journal_note - write a note, replacing one of the same name
 * @directory: the state directory
 * @name: file name: letters, digits and dashes
 * @text: at most 64 KiB
 * Returns: FALSE with SEAL_ERROR_BACKEND when it cannot be written.
 */
gboolean
host_journal_note(const char *directory, const char *name, const char *text, GError **error);

/**
 * host_journal_forget - remove a note
 * @directory: the state directory
 * @name: as noted; nothing happens when there is none
 * Returns: FALSE with SEAL_ERROR_BACKEND when it cannot be removed.
 */
gboolean host_journal_forget(const char *directory, const char *name, GError **error);

/**
 * host_journal_recall - every note there is
 * @directory: the state directory
 * Returns: (transfer full) (element-type utf8 utf8): name -> text; empty when there is none.
 */
GHashTable *host_journal_recall(const char *directory);
