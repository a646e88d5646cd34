/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Taking leaf 8000001F apart, and finding it in a captured text. The text is
 * anybody's: each register is read as hexadecimal of at most 32 bits, and a
 * line that lacks one is passed over.
 */

#include "cpuid.h"

#include <string.h>

#define LEAF_TEXT "0x8000001f"

static gboolean
bit(guint32 value, guint number)
{
    return (value >> number & 1) != 0;
}

static guint
field(guint32 value, guint from, guint width)
{
    return value >> from & ((1u << width) - 1);
}

SealCpuid
seal_cpuid_decode(const guint32 registers[4])
{
    const guint32 eax = registers[0], ebx = registers[1];
    const SealCpuid cpuid = {
        .known = TRUE,
        .sme = bit(eax, 0),
        .sev = bit(eax, 1),
        .page_flush = bit(eax, 2),
        .sev_es = bit(eax, 3),
        .sev_snp = bit(eax, 4),
        .vmpl = bit(eax, 5),
        .cbit = field(ebx, 0, 6),
        .reduced_phys_bits = field(ebx, 6, 6),
        .vmpls = field(ebx, 12, 4),
        .max_asid = registers[2],
        .min_sev_asid = registers[3],
    };

    return cpuid;
}

/* "eax=0x0101fd3f" somewhere on the line */
static gboolean
read_register(const char *line, const char *name, guint32 *ret_value)
{
    const char *at = strstr(line, name);
    g_autofree char *digits = NULL;
    guint64 value;

    if (!at)
        return FALSE;
    at += strlen(name);
    digits = g_strndup(at, strspn(at, "0123456789abcdefABCDEF"));
    if (!g_ascii_string_to_unsigned(digits, 16, 0, G_MAXUINT32, &value, NULL))
        return FALSE;
    *ret_value = (guint32)value;
    return TRUE;
}

static gboolean
read_line(const char *line, guint32 registers[4])
{
    static const char *const names[] = {"eax=0x", "ebx=0x", "ecx=0x", "edx=0x"};

    for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
        if (!read_register(line, names[i], &registers[i]))
            return FALSE;
    return TRUE;
}

SealCpuid
seal_cpuid_parse(const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text ? text : "", "\n", -1);
    guint32 registers[4];

    for (gsize i = 0; lines[i]; i++) {
        const char *line = g_strstrip(lines[i]);

        if (g_str_has_prefix(line, LEAF_TEXT " ") && read_line(line, registers))
            return seal_cpuid_decode(registers);
    }
    return (SealCpuid){0};
}
