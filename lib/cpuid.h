/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * CPUID leaf 8000001F, in which AMD's processors say what they can encrypt and
 * for how many guests (AMD64 Architecture Programmer's Manual volume 3, E.4.17).
 * A live host gives it as registers (/dev/cpu/0/cpuid, for root and only with
 * the module cpuid); a captured one as the text that "cpuid -1 -r" prints.
 */

#include <glib.h>

#define SEAL_CPUID_LEAF 0x8000001fu

/**
 * SealCpuid - plain value
 * @known: the rest is set
 * @sme, @sev, @page_flush, @sev_es, @sev_snp, @vmpl: bits 0 to 5 of EAX
 * @cbit: EBX 5:0, the address bit that marks encrypted memory
 * @reduced_phys_bits: EBX 11:6; @vmpls: EBX 15:12, privilege levels inside of SNP guests
 * @max_asid: ECX, the number of key slots; @min_sev_asid: EDX, the first for plain SEV
 */
typedef struct {
    gboolean known;
    gboolean sme;
    gboolean sev;
    gboolean page_flush;
    gboolean sev_es;
    gboolean sev_snp;
    gboolean vmpl;
    guint cbit;
    guint reduced_phys_bits;
    guint vmpls;
    guint32 max_asid;
    guint32 min_sev_asid;
} SealCpuid;

/**
 * seal_cpuid_decode - from registers
 * @registers: EAX, EBX, ECX, EDX of leaf 8000001F
 * Returns: by value; always known.
 */
SealCpuid seal_cpuid_decode(const guint32 registers[4]);

/**
 * seal_cpuid_parse - from the text of "cpuid -1 -r"
 * @text: (nullable): lines such as "0x8000001f 0x00: eax=0x... ebx=0x... ecx=0x... edx=0x..."
 * Returns: by value; not known when no line is the leaf's, or a number on it is none.
 */
SealCpuid seal_cpuid_parse(const char *text);
