/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * Settings files of the form "key = value": libvirt's own (docs of qemu.conf:
 * strings in quotes, numbers, lists in brackets over several lines) and the
 * shell's as in /etc/default. One lenient reader serves both, for all that is
 * wanted are single values, and a file that libvirt refuses is libvirt's to
 * complain about.
 */

#include <glib.h>

/**
 * seal_conf_get - a single value
 * @text: (nullable): content of the file
 * @key: exact
 * Returns: (transfer full) (nullable): the value given last, without quotes; NULL when the
 * key is not there, is commented out, or its last value is a list.
 */
char *seal_conf_get(const char *text, const char *key);

/**
 * seal_conf_get_list - a list
 * @text: (nullable): content of the file
 * @key: exact
 * Returns: (transfer full) (nullable): NULL-terminated items of the value given last; a
 * single value is a list of one; NULL when the key is not there.
 */
GStrv seal_conf_get_list(const char *text, const char *key);
