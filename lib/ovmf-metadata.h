/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * The lists of memory sections that OVMF builds for SEV-SNP and TDX carry: what
 * QEMU has to prepare and measure before such a guest may run. Their entries in
 * the GUIDed table (ovmf.h) are an offset from the end of the image; these read
 * what lies there (edk2, OvmfPkg/ResetVector/X64/OvmfSevMetadata.asm and
 * OvmfTdxMetadata.asm; Intel, TDX Virtual Firmware Design Guide, 11).
 */

#include <glib.h>

/* More sections than this are no metadata. Real images have below ten. */
#define SEAL_OVMF_METADATA_MAX 64

/**
 * SealOvmfSections - plain value
 * @read: a list stands there and could be read to its end; without it the rest is 0
 * @version: of the list's form; @count: sections
 * @types: bits of 1 << type, for types below 32
 */
typedef struct {
    gboolean read;
    guint32 version;
    guint count;
    guint32 types;
} SealOvmfSections;

/* Types of SEV's list. */
#define SEAL_OVMF_METADATA_SEV_SECRETS 2
#define SEAL_OVMF_METADATA_SEV_CPUID 3
#define SEAL_OVMF_METADATA_SEV_HASHES 16
/* Types of TDX's list. */
#define SEAL_OVMF_METADATA_TDX_HOB 2

/**
 * seal_ovmf_metadata_read_sev - the list that starts with "ASEV"
 * @tail: the last bytes of the image; @length: how many
 * @offset: from the end of the image
 * @ret_sections: what was found
 * Returns: FALSE when something else stands at @offset; TRUE when the list does, or when
 * @offset is before @tail and nothing can be said.
 */
gboolean seal_ovmf_metadata_read_sev(const guint8 *tail,
                                     gsize length,
                                     guint32 offset,
                                     SealOvmfSections *ret_sections);

/**
 * seal_ovmf_metadata_read_tdx - the list that starts with "TDVF"
 * @tail: the last bytes of the image; @length: how many
 * @offset: from the end of the image
 * @ret_sections: what was found
 * Returns: as above.
 */
gboolean seal_ovmf_metadata_read_tdx(const guint8 *tail,
                                     gsize length,
                                     guint32 offset,
                                     SealOvmfSections *ret_sections);
