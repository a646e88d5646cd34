/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * Small, bounded reads under a root directory. Everything the host room reads
 * goes through here, so that no FIFO, device or endless file can hold it up.
 */

#include <sys/stat.h>

#include "host.h"

/**
 * host_file_open - open below a root directory
 * @root: directory that stands for "/"
 * @path: absolute path under it; links in a tree other than "/" cannot lead out of it
 * @flags: of open(2); never blocks, never becomes a terminal
 * Returns: a descriptor, or -1 with errno.
 */
int host_file_open(const char *root, const char *path, int flags);

/**
 * host_file_read_state - read a small text file, and say what became of it
 * @root, @path: as above
 * @max_length: refuse longer ones
 * @ret_text: (transfer full): NUL-terminated content, set for PRESENT only
 * @ret_length: (nullable): length in bytes, likewise
 * Returns: ABSENT, UNREADABLE (also for what is no regular file or longer) or PRESENT.
 */
SealFactsTextState host_file_read_state(
    const char *root, const char *path, gsize max_length, char **ret_text, gsize *ret_length);

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
 * host_file_list - names in a directory
 * @root, @path: as above
 * @max: no more than this many
 * Returns: (transfer full) (nullable): sorted, without those that start with a dot; NULL when
 * it is no directory or may not be read.
 */
GStrv host_file_list(const char *root, const char *path, guint max);

/**
 * host_file_stat - what stat(2) says; a device is not opened for it
 * @root, @path: as above
 * @ret_stat: filled on success
 * Returns: FALSE with errno when there is nothing, or it may not be looked at.
 */
gboolean host_file_stat(const char *root, const char *path, struct stat *ret_stat);

/**
 * host_file_exists - whether anything is at a path
 * @root, @path: as above
 * Returns: TRUE for files of every kind, and for links that lead nowhere.
 */
gboolean host_file_exists(const char *root, const char *path);

/**
 * host_file_state - what stands at a path, as a disk
 * @root, @path: as above
 * Returns: UNKNOWN for places that a sandboxed service sees differently from
 * libvirt (/tmp, /var/tmp, /home, /root, /run/user, /dev) unless it is present there.
 */
HostFileState host_file_state(const char *root, const char *path);
