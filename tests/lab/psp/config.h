/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Settings of the simulated secure processor.
 *
 * libvirt hands LD_PRELOAD to QEMU but no other variable of the lab, so the settings travel in two
 * files at fixed paths inside the lab: what the host is (written once from the profile) and which
 * faults to show (rewritten by lab-psp). Both are flat "key = value" lines; a later line wins.
 */

#pragma once

#include <stdbool.h>
#include <stddef.h>

#define CONFIG_RUNTIME_DIR "/run/sealvirt-lab"
#define CONFIG_PLATFORM_FILE CONFIG_RUNTIME_DIR "/psp.conf"
#define CONFIG_INJECTION_FILE CONFIG_RUNTIME_DIR "/inject.conf"
#define CONFIG_KEY_SIZE 40
#define CONFIG_MAX_ENTRIES 64

typedef struct {
    char key[CONFIG_KEY_SIZE];
    long value;
} ConfigEntry;

typedef struct {
    size_t n_entries;
    ConfigEntry entries[CONFIG_MAX_ENTRIES];
} Config;

/**
 * config_load_file - add the settings of one file to @config
 * @config: settings read so far; entries of the file override earlier ones
 * @path: file of "key = value" lines; "#" opens a comment; on, off and numbers (0x too) are values
 * Returns: true when the file could be read. A line that makes no sense is skipped, as a preload
 * library has nobody to tell.
 */
bool config_load_file(Config *config, const char *path);

/**
 * config_active - the settings of this process, read at its start
 * Returns: (unowned) the settings, or NULL outside a lab: then every hook steps aside.
 */
const Config *config_active(void);

/**
 * config_get - one setting
 * @config: the settings
 * @key: name of the setting
 * @fallback: what to answer when the setting is absent
 * Returns: its value; on is 1 and off is 0.
 */
long config_get(const Config *config, const char *key, long fallback);

/**
 * config_get_suffixed - one setting whose name is made of two parts, as in "launch-start" "-errno"
 * @config: the settings
 * @stem: first part
 * @suffix: second part
 * @fallback: what to answer when the setting is absent
 * Returns: its value.
 */
long config_get_suffixed(const Config *config, const char *stem, const char *suffix, long fallback);
