/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Reads the settings of the simulated secure processor (see config.h for where they come from).
 *
 * The table is flat and of fixed size because this code runs in the constructor of a preload
 * library, inside processes that are not ours: it allocates nothing and keeps no file open.
 */

#include "config.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static Config active;
static bool is_active;

static char *
strip(char *text)
{
    while (isspace((unsigned char)*text))
        text++;
    size_t length = strlen(text);
    while (length > 0 && isspace((unsigned char)text[length - 1]))
        text[--length] = '\0';
    return text;
}

static bool
parse_value(const char *text, long *ret_value)
{
    if (strcmp(text, "on") == 0 || strcmp(text, "off") == 0) {
        *ret_value = text[1] == 'n';
        return true;
    }
    char *end = NULL;
    long value = strtol(text, &end, 0);
    if (end == text || *end != '\0')
        return false;
    *ret_value = value;
    return true;
}

static void
set_entry(Config *config, const char *key, long value)
{
    size_t at = 0;
    while (at < config->n_entries && strcmp(config->entries[at].key, key) != 0)
        at++;
    if (at == CONFIG_MAX_ENTRIES || strlen(key) >= CONFIG_KEY_SIZE)
        return;
    snprintf(config->entries[at].key, CONFIG_KEY_SIZE, "%s", key);
    config->entries[at].value = value;
    if (at == config->n_entries)
        config->n_entries++;
}

static void
load_line(Config *config, char *line)
{
    line[strcspn(line, "#\n")] = '\0';
    char *equals = strchr(line, '=');
    if (equals == NULL)
        return;
    *equals = '\0';
    long value = 0;
    if (parse_value(strip(equals + 1), &value))
        set_entry(config, strip(line), value);
}

bool
config_load_file(Config *config, const char *path)
{
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return false;
    char line[256];
    while (fgets(line, sizeof(line), file) != NULL)
        load_line(config, line);
    fclose(file);
    return true;
}

/* Before the other constructors (they have no priority), for they ask config_active(). */
__attribute__((constructor(101))) static void
load_at_start(void)
{
    if (!config_load_file(&active, CONFIG_PLATFORM_FILE))
        return;
    config_load_file(&active, CONFIG_INJECTION_FILE);
    is_active = true;
}

const Config *
config_active(void)
{
    return is_active ? &active : NULL;
}

long
config_get(const Config *config, const char *key, long fallback)
{
    for (size_t i = 0; i < config->n_entries; i++)
        if (strcmp(config->entries[i].key, key) == 0)
            return config->entries[i].value;
    return fallback;
}

long
config_get_suffixed(const Config *config, const char *stem, const char *suffix, long fallback)
{
    char key[CONFIG_KEY_SIZE];
    snprintf(key, sizeof(key), "%s%s", stem, suffix);
    return config_get(config, key, fallback);
}
