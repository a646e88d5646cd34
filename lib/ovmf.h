/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * What a firmware image says of itself: the GUIDed table that OVMF keeps just
 * below the reset vector (edk2 OvmfPkg/ResetVector/Ia16/ResetVectorVtf0.asm).
 * Its last 48 bytes before the end are the footer; entries are walked
 * downwards. Only the tail of the image is needed: SEAL_OVMF_TAIL bytes.
 */

#include "ovmf-metadata.h"

/* How many bytes of the end of an image to read for seal_ovmf_parse(). */
#define SEAL_OVMF_TAIL (64 * 1024)

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
 * @has_sev_metadata: ASEV metadata present (SNP), and not something else where it should be
 * @sev_sections: what it lists
 * @has_tdx_metadata: TDVF metadata present (TDX), likewise
 * @tdx_sections: what it lists
 * @has_svsm: made for a secure VM service module below it
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
    SealOvmfSections sev_sections;
    gboolean has_tdx_metadata;
    SealOvmfSections tdx_sections;
    gboolean has_svsm;
} SealOvmf;

/**
 * seal_ovmf_parse - read the table from the end of an image
 * @tail: the last bytes of the file, the end of the file at the end of the buffer
 * @length: how many, in bytes; fewer than 64 is never a firmware
 * Returns: what was found; everything FALSE for anything else. Every length in
 * the table is checked against the buffer, so any bytes are safe.
 */
SealOvmf seal_ovmf_parse(const guint8 *tail, gsize length);

/**
 * seal_ovmf_can_inject_secret - whether a guest owner's secret has a place
 * @ovmf: what an image says
 * Returns: FALSE as well when the area is there with address or size 0, as in Debian 12: QEMU
 * would write the secret to address 0 then without complaint.
 */
gboolean seal_ovmf_can_inject_secret(const SealOvmf *ovmf);

/**
 * seal_ovmf_can_check_hashes - whether hashes of kernel, initrd and command line have a place
 * @ovmf: what an image says
 * Returns: FALSE as well when the area is there with address 0 or less room than QEMU's table of
 * hashes needs.
 */
gboolean seal_ovmf_can_check_hashes(const SealOvmf *ovmf);
