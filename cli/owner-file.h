/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * Files that go between host and guest owner: certificates on the way out,
 * sessions and secrets on the way in. Owners' tools disagree about base64 and
 * plain bytes, so either is taken; and a file that is there is not written
 * over without being told to, for it may be the only copy.
 */

#include <glib.h>

/**
 * owner_file_base64 - a file as base64
 * @path: a file of at most 64 KiB: base64 as sevctl writes it, or the plain
 *   bytes as sev-tool does, which are encoded
 * Returns: (transfer full): base64 text without line breaks. Errors:
 * SEAL_ERROR_NOT_FOUND when there is no such file, SEAL_ERROR_INVALID_ARGUMENT
 * when it cannot be read, is empty or too big.
 */
char *owner_file_base64(const char *path, GError **error);

/**
 * owner_file_bytes - a file as bytes
 * @path: as in owner_file_base64(); base64 is decoded
 * Returns: (transfer full): an array of bytes ("ay"), not floating. Errors: as
 * owner_file_base64().
 */
GVariant *owner_file_bytes(const char *path, GError **error);

/**
 * owner_file_check_free - whether a file may be written
 * @path: where; @force: over one that is there as well
 * Returns: FALSE with SEAL_ERROR_EXISTS when something is there and @force is
 * not set.
 */
gboolean owner_file_check_free(const char *path, gboolean force, GError **error);

/**
 * owner_file_write - write a file that everybody may read, whole or not at all
 * @path: where; a symbolic link of that name is replaced and never followed
 * @bytes: its content, an array of bytes ("ay")
 * Returns: FALSE with SEAL_ERROR_NOT_FOUND when the directory is missing,
 * otherwise with the error of the system.
 */
gboolean owner_file_write(const char *path, GVariant *bytes, GError **error);
