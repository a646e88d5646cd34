/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * Owner and mode of a device node, and whether a user could open it. A live
 * host is asked with stat(2); in a captured tree, which cannot hold device
 * nodes, the line that "ls -l" prints of it stands in the node's place.
 */

#include <glib.h>

/**
 * SealDeviceNode - plain value
 * @known: the rest is set
 * @mode: permission bits; @owner, @group: names, or decimal ids where no name is known
 */
typedef struct {
    gboolean known;
    guint mode;
    char *owner;
    char *group;
} SealDeviceNode;

/**
 * seal_device_node_clear - forget it
 * @node: any; not known afterwards
 */
void seal_device_node_clear(SealDeviceNode *node);

/**
 * seal_device_node_parse - from the output of "ls -l"
 * @text: (nullable): for example "crw------- 1 root root 10, 123 Nov 20 12:00 /dev/sev"
 * @ret_node: replaced
 * Returns: FALSE, @ret_node untouched, when it is no line about a character device.
 */
gboolean seal_device_node_parse(const char *text, SealDeviceNode *ret_node);

/**
 * seal_device_node_may_open - whether a user can open it for reading and writing
 * @node: a known one
 * @user: name; "root" always can
 * @group: (nullable): name of the user's group
 * Returns: by the permission bits alone; labels of SELinux and AppArmor may still forbid it.
 */
gboolean seal_device_node_may_open(const SealDeviceNode *node, const char *user, const char *group);
