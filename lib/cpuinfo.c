/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * /proc/cpuinfo line by line. Each known key is a row. Architectures that are
 * not x86 name no vendor; a key that only they have stands for it then, so that
 * the check can say "another architecture" instead of "could not be read".
 */

#include "cpuinfo.h"

#include <string.h>

#include "text.h"

typedef void (*Taker)(SealFacts *facts, const char *value);

static void
take_vendor(SealFacts *facts, const char *value)
{
    if (!facts->cpu_vendor)
        facts->cpu_vendor = seal_text_show(value);
}

static void
take_model_name(SealFacts *facts, const char *value)
{
    if (!facts->cpu_model_name)
        facts->cpu_model_name = seal_text_show(value);
}

static guint
read_number(const char *value)
{
    guint64 number = 0;

    return g_ascii_string_to_unsigned(value, 10, 0, G_MAXUINT16, &number, NULL) ? (guint)number : 0;
}

static void
take_family(SealFacts *facts, const char *value)
{
    facts->cpu_family = read_number(value);
}

static void
take_model(SealFacts *facts, const char *value)
{
    facts->cpu_model = read_number(value);
}

static void
take_stepping(SealFacts *facts, const char *value)
{
    facts->cpu_stepping = read_number(value);
}

static void
take_flags(SealFacts *facts, const char *value)
{
    if (!facts->cpu_flags)
        facts->cpu_flags = g_strsplit(value, " ", -1);
}

static void
take_bugs(SealFacts *facts, const char *value)
{
    if (!facts->cpu_bugs)
        facts->cpu_bugs = g_strsplit(value, " ", -1);
}

static const struct {
    const char *key;
    Taker take;
} keys[] = {
    {"vendor_id", take_vendor}, {"model name", take_model_name}, {"cpu family", take_family},
    {"model", take_model},      {"stepping", take_stepping},     {"flags", take_flags},
    {"bugs", take_bugs},
};

/* Keys of architectures without vendor_id, and what they stand for. */
static const struct {
    const char *key;
    const char *vendor;
} others[] = {
    {"CPU implementer", "ARM"},
    {"isa", "RISC-V"},
    {"revision", "POWER"},
    {"CPU Family", "LoongArch"},
};

static void
forget(SealFacts *facts)
{
    g_clear_pointer(&facts->cpu_vendor, g_free);
    g_clear_pointer(&facts->cpu_model_name, g_free);
    g_clear_pointer(&facts->cpu_flags, g_strfreev);
    g_clear_pointer(&facts->cpu_bugs, g_strfreev);
    facts->cpu_family = facts->cpu_model = facts->cpu_stepping = 0;
}

static void
take_line(SealFacts *facts, const char *key, const char *value, const char **ret_other)
{
    for (gsize i = 0; i < G_N_ELEMENTS(keys); i++)
        if (g_str_equal(keys[i].key, key))
            keys[i].take(facts, value);
    for (gsize i = 0; i < G_N_ELEMENTS(others); i++)
        if (g_str_equal(others[i].key, key))
            *ret_other = others[i].vendor;
}

/* The first block ends with an empty line. */
static GStrv
split_first_block(const char *text)
{
    const char *end = strstr(text, "\n\n");
    g_autofree char *block = end ? g_strndup(text, (gsize)(end - text)) : g_strdup(text);

    return g_strsplit(block, "\n", -1);
}

void
seal_cpuinfo_parse(const char *text, SealFacts *facts)
{
    g_auto(GStrv) lines = NULL;
    const char *other = NULL;

    forget(facts);
    if (!text)
        return;
    lines = split_first_block(text);
    for (gsize i = 0; lines[i]; i++) {
        char *colon = strchr(lines[i], ':');

        if (!colon)
            continue;
        *colon = '\0';
        take_line(facts, g_strstrip(lines[i]), g_strstrip(colon + 1), &other);
    }
    if (!facts->cpu_vendor && other)
        facts->cpu_vendor = g_strdup(other);
}
