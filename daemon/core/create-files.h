/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * The files that a VM needs by path, besides its firmware: disks, kernel,
 * initrd and the template of its variables, and whether they are there.
 */

#include "core.h"
#include "settings.h"

/**
 * CreateFiles - for one create
 * @paths: borrowed from the settings, disks first, a NULL at the end
 * @n_disks: how many of them are disks
 * @unseen: borrowed likewise: disks that only libvirt can judge, known after the check
 */
typedef struct {
    GPtrArray *paths;
    guint n_disks;
    GPtrArray *unseen;
} CreateFiles;

/**
 * create_files_init - name the files
 * @files: (out): cleared with create_files_clear()
 * @settings: outlives @files
 */
void create_files_init(CreateFiles *files, const SealSettings *settings);

/**
 * create_files_clear - give them back
 * @files: as set by create_files_init()
 */
void create_files_clear(CreateFiles *files);

/**
 * create_files_check - judge what was seen of them
 * @files: the files
 * @inspection: of @files->paths, in their order
 * Returns: FALSE with SEAL_ERROR_NOT_FOUND, SEAL_ERROR_INVALID_ARGUMENT (a directory, say) or
 *   the error of @inspection, which may be about the firmware.
 */
gboolean create_files_check(CreateFiles *files, const HostInspection *inspection, GError **error);
