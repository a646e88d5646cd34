/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * --disk, --cdrom and --network: what a device is first, then more about it,
 * separated by commas, in the manner of virt-install. A comma inside a value
 * is written twice.
 */

#include <glib.h>

/**
 * device_option_disk - one member of the setting "disks"
 * @text: "PATH[,KEY=VALUE]..." or "pool=POOL,volume=VOLUME[,...]"; a key
 *   alone, such as readonly, means yes
 * @cdrom: it is a CD-ROM drive, and so readonly
 * Returns: (transfer full): a{sv}; NULL with SEAL_ERROR_INVALID_ARGUMENT
 * for an unknown key or a value of another type.
 */
GVariant *device_option_disk(const char *text, gboolean cdrom, GError **error);

/**
 * device_option_network - one member of the setting "networks"
 * @text: "NETWORK", "network=NETWORK", "bridge=BRIDGE", "direct=DEVICE" or
 *   "user", with "[,KEY=VALUE]..." behind
 * Returns: as device_option_disk().
 */
GVariant *device_option_network(const char *text, GError **error);
