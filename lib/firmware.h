/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * UEFI firmware for guests: reading QEMU's firmware descriptors
 * (docs/interop/firmware.json in QEMU) and choosing the image that fits a
 * technology and a machine. Descriptors of Debian 12 and 13 declare amd-sev
 * only, although the images can do SEV-ES; the image's own table (ovmf.h)
 * decides then.
 */

#include "ovmf.h"
#include "technology.h"

/* A descriptor longer than this is refused. Real ones are below 2 KiB. */
#define SEAL_FIRMWARE_MAX_DESCRIPTOR (64 * 1024)

/**
 * SealFirmwareMapping - how QEMU maps the image
 */
typedef enum {
    SEAL_FIRMWARE_SPLIT,     /* pflash code, separate NVRAM made from a template */
    SEAL_FIRMWARE_COMBINED,  /* pflash code and NVRAM in one file; not usable by libvirt */
    SEAL_FIRMWARE_STATELESS, /* pflash code, no NVRAM */
    SEAL_FIRMWARE_MEMORY,    /* ROM, -bios */
    SEAL_FIRMWARE_INVALID,   /* QEMU's devices "kernel" and "igvm", which libvirt cannot map */
} SealFirmwareMapping;

/**
 * SealFirmwareFileState - what became of a descriptor that was found
 */
typedef enum {
    SEAL_FIRMWARE_FILE_USED,
    SEAL_FIRMWARE_FILE_MASKED,   /* a file of the same name in a later directory replaces it */
    SEAL_FIRMWARE_FILE_DISABLED, /* it is empty, which disables the name */
    SEAL_FIRMWARE_FILE_BAD,      /* it cannot be read */
    SEAL_FIRMWARE_FILE_SESSION,  /* in a user's directory, which counts for qemu:///session only */
} SealFirmwareFileState;

/**
 * SealFirmwareFile - one descriptor as a file
 * @path: where it is
 * @why: (nullable): what masks it, or why it cannot be read
 */
typedef struct {
    SealFirmwareFileState state;
    char *path;
    char *why;
} SealFirmwareFile;

/**
 * seal_firmware_file_new - note a descriptor
 * @state: what became of it
 * @path: where it is; copied
 * @why: (nullable): copied
 * Returns: (transfer full): free with seal_firmware_file_free().
 */
SealFirmwareFile *
seal_firmware_file_new(SealFirmwareFileState state, const char *path, const char *why);

/**
 * seal_firmware_file_free - give it back
 * @data: (nullable) (transfer full): a SealFirmwareFile
 */
void seal_firmware_file_free(gpointer data);

/**
 * SealFirmwareTarget - architecture and machine patterns it is made for
 * @architecture: "x86_64"; @machines: NULL-terminated globs such as "pc-q35-*"
 */
typedef struct {
    char *architecture;
    GStrv machines;
} SealFirmwareTarget;

/**
 * SealFirmware - one usable image
 *
 * @descriptor: file name of the descriptor it came from, NULL when the user named the image
 * @description: the descriptor's words
 * @uefi: interface-types has "uefi"
 * @executable: path of the image; @format: "raw" or "qcow2"
 * @nvram_template: path or NULL; @nvram_format likewise
 * @features: NULL-terminated feature names
 * @targets: (element-type SealFirmwareTarget)
 * @has_image, @image: what the image itself says, once the host adapter has read it;
 *   @has_image FALSE means that the file could not be read, and then the descriptor is
 *   believed. The image of a qcow2 firmware is never looked at.
 * @is_missing: there is no such file, though its directory is there
 */
typedef struct {
    char *descriptor;
    char *description;
    gboolean uefi;
    SealFirmwareMapping mapping;
    char *executable;
    char *format;
    char *nvram_template;
    char *nvram_format;
    GStrv features;
    GPtrArray *targets;
    gboolean has_image;
    SealOvmf image;
    gboolean is_missing;
} SealFirmware;

/**
 * seal_firmware_parse - read one descriptor
 * @json: bytes, need not be NUL-terminated
 * @length: in bytes, at most SEAL_FIRMWARE_MAX_DESCRIPTOR
 * @name: file name, for messages and SealFirmware.descriptor
 * Returns: (transfer full): or NULL with SEAL_ERROR_INVALID_ARGUMENT that names
 * @name and the member at fault: not JSON, nested deeper than 32, a member of
 * the wrong type, an unknown device or mode, a path that is not absolute.
 */
SealFirmware *seal_firmware_parse(const char *json, gsize length, const char *name, GError **error);

/**
 * seal_firmware_new_for_path - an image the user named, without descriptor
 * @executable: absolute path
 * @nvram_template: (nullable): absolute path
 * @image: what the image says
 * @rom: map it as ROM; else pflash, split with a template, stateless without
 * Returns: (transfer full): a firmware that targets every x86_64 machine.
 */
SealFirmware *seal_firmware_new_for_path(const char *executable,
                                         const char *nvram_template,
                                         const SealOvmf *image,
                                         gboolean rom);

/**
 * seal_firmware_free - give it back
 * @firmware: (nullable) (transfer full)
 */
void seal_firmware_free(SealFirmware *firmware);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(SealFirmware, seal_firmware_free)

/**
 * SealFirmwareWish - what is looked for
 * @technology: NONE for an unencrypted UEFI guest
 * @arch: "x86_64"; @machine: canonical machine name or alias, "q35" matches "pc-q35-*"
 * @measured: the owner will check the measurement, so rather no NVRAM (it is not measured)
 * @kernel_hashes: needs a hashes area with a base that is not 0
 * @secret: the owner will inject a secret, which needs an area with a base that is not 0
 */
typedef struct {
    SealTechnology technology;
    const char *arch;
    const char *machine;
    gboolean measured;
    gboolean kernel_hashes;
    gboolean secret;
} SealFirmwareWish;

/**
 * seal_firmware_why_not - why a firmware does not fit
 * @firmware: a candidate
 * @wish: what is looked for
 * Returns: (transfer full) (nullable): one English clause that names the
 * firmware's shortcoming, for example "requires SMM, which SEV-ES guests cannot
 * have"; NULL when it fits. The technology must be declared by the descriptor
 * or shown by the image (SEV-ES: reset block; SNP: ASEV metadata; TDX: TDVF
 * metadata); where the image was read and contradicts the descriptor, the image wins.
 */
char *seal_firmware_why_not(const SealFirmware *firmware, const SealFirmwareWish *wish);

/**
 * seal_firmware_choose - the best fitting one
 * @candidates: (element-type SealFirmware): in descriptor order, first is preferred
 * @wish: what is looked for
 * Returns: (transfer none): one of @candidates, or NULL with
 * SEAL_ERROR_FIRMWARE_NOT_FOUND that lists each candidate and its shortcoming and
 * names what to install. For a measured start prefers those without NVRAM, then
 * images without secure-boot and enrolled-keys (SMM is slow and forbidden for
 * most), then images that could be read, then those with NVRAM.
 */
const SealFirmware *
seal_firmware_choose(GPtrArray *candidates, const SealFirmwareWish *wish, GError **error);
