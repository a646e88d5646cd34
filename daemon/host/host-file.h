/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * Small, bounded reads under a root directory. Everything the host room reads
 * goes through here, so that no FIFO, device or endless file can hold it up.
 */

#include <glib.h>

#include "host.h"

/**
 * host_file_read - read a small text file
 * @root: directory that stands for "/"
 * @path: absolute path under it
 * @max_length: refuse longer ones
 * @ret_length: (nullable): length in bytes
 * Returns: (transfer full) (nullable): NUL-terminated content; NULL when it is
 * absent, no regular file, unreadable or longer.
 */
char *host_file_read(const char *root, const char *path, gsize max_length, gsize *ret_length);

/**
 * host_file_read_line - a file's first line without surrounding white space
 * @root, @path: as above
 * Returns: (transfer full) (nullable): as above, for files up to 4 KiB.
 */
char *host_file_read_line(const char *root, const char *path);

/**
 * host_file_read_tail - the last bytes of a file
 * @root, @path: as above
 * @length: how many at most
 * Returns: (transfer full) (nullable): NULL when absent, unreadable or no regular file.
 */
GBytes *host_file_read_tail(const char *root, const char *path, gsize length);

/**
 * host_file_exists - whether anything is at a path
 * @root, @path: as above
 * Returns: TRUE for files of every kind, also behind a symbolic link.
 */
gboolean host_file_exists(const char *root, const char *path);

/**
 * host_file_state - what stands at a path, as a disk
 * @root, @path: as above
 * Returns: UNKNOWN for places that a sandboxed service sees differently from
 * libvirt (/tmp, /var/tmp, /home, /root, /run/user, /dev) unless it is present there.
 */
HostFileState host_file_state(const char *root, const char *path);
