/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * Validators of single text values, inside lib/ only. Each looks at one text
 * and knows nothing of the other settings or of the host; whether a file is
 * there is for the daemon to find out. What they let through is safe in XML,
 * in a file name and on QEMU's command line as libvirt writes it.
 */

#include <glib.h>

/**
 * SealSettingsValidator - whether a text will do
 * @label: how to call the setting in the message, for example "disks[0].path"
 * @value: UTF-8 text
 * Returns: FALSE with SEAL_ERROR_INVALID_ARGUMENT: label, value, cure.
 */
typedef gboolean (*SealSettingsValidator)(const char *label, const char *value, GError **error);

/**
 * seal_settings_validate_path - an absolute path of a file
 * @label, @value: as in SealSettingsValidator
 * Returns: FALSE with SEAL_ERROR_INVALID_ARGUMENT when it is empty, not absolute, 4096 bytes or
 * longer, has ".." or control characters in it, ends in "/" or a blank, or lies under /proc,
 * /sys or /dev/fd, which name something else to each process.
 */
gboolean seal_settings_validate_path(const char *label, const char *value, GError **error);

/**
 * seal_settings_validate_canonical - one spelling for all spellings of an absolute path
 * @path: absolute
 * Returns: (transfer full): without "//", "/./" and "..".
 */
char *seal_settings_validate_canonical(const char *path);

/**
 * seal_settings_validate_firmware - a path as above, or "efi"
 * @label, @value: as in SealSettingsValidator
 * Returns: FALSE with SEAL_ERROR_INVALID_ARGUMENT.
 */
gboolean seal_settings_validate_firmware(const char *label, const char *value, GError **error);

/**
 * seal_settings_validate_machine - a machine type that UEFI guests can use
 * @label, @value: as in SealSettingsValidator
 * Returns: FALSE with SEAL_ERROR_INVALID_ARGUMENT for anything but q35 and pc machines.
 */
gboolean seal_settings_validate_machine(const char *label, const char *value, GError **error);

/**
 * seal_settings_validate_cmdline - a kernel command line
 * @label, @value: as in SealSettingsValidator
 * Returns: FALSE with SEAL_ERROR_INVALID_ARGUMENT for control characters and more than
 * 2047 bytes (Linux, arch/x86/include/asm/setup.h: COMMAND_LINE_SIZE).
 */
gboolean seal_settings_validate_cmdline(const char *label, const char *value, GError **error);

/**
 * seal_settings_validate_base64 - strict base64 of at most 32 KiB, never shown
 * @label, @value: as in SealSettingsValidator
 * Returns: FALSE with SEAL_ERROR_INVALID_ARGUMENT for another alphabet, line breaks, a length
 * that is no multiple of 4, wrong padding, or nothing at all. The message says where, not what.
 */
gboolean seal_settings_validate_base64(const char *label, const char *value, GError **error);

/**
 * seal_settings_validate_decoded - whether strict base64 holds so many bytes
 * @label: as in SealSettingsValidator
 * @value: text that seal_settings_validate_base64() accepts
 * @size: bytes after decoding
 * Returns: FALSE with SEAL_ERROR_INVALID_ARGUMENT that names both sizes. libvirt lets other
 * sizes pass where it cannot decode, and QEMU stops (libvirt src/conf/domain_validate.c).
 */
gboolean
seal_settings_validate_decoded(const char *label, const char *value, gsize size, GError **error);

/**
 * seal_settings_validate_socket - an absolute path of a Unix socket
 * @label, @value: as in SealSettingsValidator
 * Returns: FALSE with SEAL_ERROR_INVALID_ARGUMENT as for a path, and for more than 107 bytes
 * (unix(7): sun_path).
 */
gboolean seal_settings_validate_socket(const char *label, const char *value, GError **error);

/**
 * seal_settings_validate_bitmap - a set of processors or NUMA nodes such as "0-3,8,^2"
 * @label, @value: as in SealSettingsValidator
 * Returns: FALSE with SEAL_ERROR_INVALID_ARGUMENT when libvirt would not read it
 * (src/util/virbitmap.c, virBitmapParse) or nothing is left in the set.
 */
gboolean seal_settings_validate_bitmap(const char *label, const char *value, GError **error);

/**
 * seal_settings_validate_mac - a unicast MAC address with colons
 * @label, @value: as in SealSettingsValidator
 * Returns: FALSE with SEAL_ERROR_INVALID_ARGUMENT.
 */
gboolean seal_settings_validate_mac(const char *label, const char *value, GError **error);

/**
 * seal_settings_validate_object - the name of a libvirt network, pool or volume
 * @label, @value: as in SealSettingsValidator
 * Returns: FALSE with SEAL_ERROR_INVALID_ARGUMENT for control characters, a slash, "." and "..",
 * nothing, and more than 255 bytes.
 */
gboolean seal_settings_validate_object(const char *label, const char *value, GError **error);

/**
 * seal_settings_validate_flag - one name of "policy-flags", as far as form goes
 * @label, @value: as in SealSettingsValidator
 * Returns: FALSE with SEAL_ERROR_INVALID_ARGUMENT; whether the flag exists is for
 * seal_policy_encode().
 */
gboolean seal_settings_validate_flag(const char *label, const char *value, GError **error);

/**
 * seal_settings_validate_device - the name of a bridge or network device on the host
 * @label, @value: as in SealSettingsValidator
 * Returns: FALSE with SEAL_ERROR_INVALID_ARGUMENT for more than 15 characters (Linux: IFNAMSIZ)
 * and any but letters, digits and "_.:-".
 */
gboolean seal_settings_validate_device(const char *label, const char *value, GError **error);
