/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * Version numbers as libvirt packs them: major * 1000000 + minor * 1000 +
 * release (virConnectGetLibVersion). The same form serves libvirt, QEMU and
 * the kernel, so that tables can compare them as plain integers.
 */

#include <glib.h>

#define SEAL_VERSION(major, minor, release)                                                        \
    ((guint64)(major)*1000000 + (guint64)(minor)*1000 + (guint64)(release))

/**
 * seal_version_format - write a packed version as people read it
 * @version: packed version
 * Returns: (transfer full): "9.0.0"; "unknown" for 0.
 */
char *seal_version_format(guint64 version);

/**
 * seal_version_parse - read the leading dotted numbers of a text
 * @text: (nullable): "6.12.0-1-amd64", "9.0" or anything that starts so
 * Returns: the packed version, 0 when @text does not start with a number.
 * Components above 999 (minor, release) or 9999 (major) give 0.
 */
guint64 seal_version_parse(const char *text);
