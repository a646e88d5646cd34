/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * What a firmware image says of itself: the GUIDed table that OVMF keeps just
 * below the reset vector (edk2 OvmfPkg/ResetVector/Ia16/ResetVectorVtf0.asm).
 * Its last 48 bytes before the end are the footer; entries are walked
 * downwards. Only the tail of the image is needed: SEAL_OVMF_TAIL bytes.
 */

#include <glib.h>

/* How many bytes of the end of an image to read for seal_ovmf_parse(). */
#define SEAL_OVMF_TAIL 4096

/**
 * SealOvmf - plain value
 *
 * @is_firmware: the image ends in an x86 reset vector (a jump or a halt 16
 *   bytes before the end, not all zero or all ones)
 * @has_table: the footer GUID was found and the table's length fits
 * @has_es_reset: SEV-ES reset block, so application processors can start
 * @es_reset_address: its address
 * @has_secret_area, @secret_base, @secret_size: launch secret area; a base of 0
 *   means that this build has none
 * @has_hashes_area, @hashes_base, @hashes_size: kernel hashes table area, likewise
 * @has_sev_metadata: offset to ASEV metadata present (SNP)
 * @has_tdx_metadata: offset to TDVF metadata present (TDX)
 */
typedef struct {
    gboolean is_firmware;
    gboolean has_table;
    gboolean has_es_reset;
    guint32 es_reset_address;
    gboolean has_secret_area;
    guint32 secret_base;
    guint32 secret_size;
    gboolean has_hashes_area;
    guint32 hashes_base;
    guint32 hashes_size;
    gboolean has_sev_metadata;
    gboolean has_tdx_metadata;
} SealOvmf;

/**
 * seal_ovmf_parse - read the table from the end of an image
 * @tail: the last bytes of the file, the end of the file at the end of the buffer
 * @length: how many, in bytes; fewer than 64 is never a firmware
 * Returns: what was found; everything FALSE for anything else. Every length in
 * the table is checked against the buffer, so any bytes are safe.
 */
SealOvmf seal_ovmf_parse(const guint8 *tail, gsize length);
