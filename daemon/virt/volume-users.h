/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * Which domain has a storage volume as a disk, asked before one is deleted:
 * libvirt itself deletes a volume under the guest that writes to it.
 */

#include <glib.h>
#include <libvirt/libvirt.h>

/**
 * volume_users_find - the first domain that has one of some volumes as a disk
 * @connection: open connection
 * @volumes: (element-type virStorageVol): any number, looked for in one pass over all domains
 * @except: (nullable): UUID of a domain that does not count
 * @ret_user: (out) (transfer full) (nullable): the domain's name, NULL when there is none
 * @ret_volume: (out) (transfer none) (nullable): the volume that it has
 * @error: SEAL_ERROR_BACKEND or closer when that is not known, also for a single domain
 * Returns: TRUE when it is known.
 */
gboolean volume_users_find(virConnectPtr connection,
                           const GPtrArray *volumes,
                           const char *except,
                           char **ret_user,
                           virStorageVolPtr *ret_volume,
                           GError **error);
