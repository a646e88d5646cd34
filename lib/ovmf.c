/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Walking OVMF's GUIDed table. It grows downwards from the footer, each entry
 * being data, a 16 bit length that counts itself and the GUID, and the GUID,
 * so a reader comes to the name before the data. GUIDs are stored in the mixed
 * order of EFI_GUID; the table below holds them as they lie in the file.
 */

#include "ovmf.h"

#include <string.h>

#define GUID_SIZE 16
#define ENTRY_HEADER (GUID_SIZE + 2)
/* The footer's GUID ends this far before the end of the image; the reset vector follows. */
#define FOOTER_END 32
#define RESET_VECTOR 16
#define MIN_IMAGE 64
/* What QEMU writes there (target/i386/sev.c, PaddedSevHashTable); it refuses a smaller area. */
#define HASHES_TABLE 176

/* The image being read: what is found, and the bytes that offsets lead into. */
typedef struct {
    SealOvmf ovmf;
    const guint8 *tail;
    gsize length;
} Image;

typedef void (*EntryReader)(Image *image, const guint8 *data);

typedef struct {
    guint8 guid[GUID_SIZE];
    gsize min_size;
    EntryReader read;
} Entry;

/* 96b582de-1fb2-45f7-baea-a366c55a082d */
static const guint8 footer_guid[GUID_SIZE] = {0xde, 0x82, 0xb5, 0x96, 0xb2, 0x1f, 0xf7, 0x45,
                                              0xba, 0xea, 0xa3, 0x66, 0xc5, 0x5a, 0x08, 0x2d};

static guint32
read_le(const guint8 *data, gsize size)
{
    guint32 value = 0;

    for (gsize i = size; i > 0; i--)
        value = value << 8 | data[i - 1];
    return value;
}

static void
read_es_reset(Image *image, const guint8 *data)
{
    image->ovmf.has_es_reset = TRUE;
    image->ovmf.es_reset_address = read_le(data, 4);
}

static void
read_secret_area(Image *image, const guint8 *data)
{
    image->ovmf.has_secret_area = TRUE;
    image->ovmf.secret_base = read_le(data, 4);
    image->ovmf.secret_size = read_le(data + 4, 4);
}

static void
read_hashes_area(Image *image, const guint8 *data)
{
    image->ovmf.has_hashes_area = TRUE;
    image->ovmf.hashes_base = read_le(data, 4);
    image->ovmf.hashes_size = read_le(data + 4, 4);
}

static void
read_sev_metadata(Image *image, const guint8 *data)
{
    guint32 offset = read_le(data, 4);

    image->ovmf.has_sev_metadata =
        offset != 0 &&
        seal_ovmf_metadata_read_sev(image->tail, image->length, offset, &image->ovmf.sev_sections);
}

static void
read_tdx_metadata(Image *image, const guint8 *data)
{
    guint32 offset = read_le(data, 4);

    image->ovmf.has_tdx_metadata =
        offset != 0 &&
        seal_ovmf_metadata_read_tdx(image->tail, image->length, offset, &image->ovmf.tdx_sections);
}

static void
read_svsm(Image *image, const guint8 *data)
{
    image->ovmf.has_svsm = read_le(data, 4) != 0;
}

static const Entry entries[] = {
    /* 00f771de-1a7e-4fcb-890e-68c77e2fb44e */
    {{0xde, 0x71, 0xf7, 0x00, 0x7e, 0x1a, 0xcb, 0x4f, 0x89, 0x0e, 0x68, 0xc7, 0x7e, 0x2f, 0xb4,
      0x4e},
     4,
     read_es_reset},
    /* 4c2eb361-7d9b-4cc3-8081-127c90d3d294 */
    {{0x61, 0xb3, 0x2e, 0x4c, 0x9b, 0x7d, 0xc3, 0x4c, 0x80, 0x81, 0x12, 0x7c, 0x90, 0xd3, 0xd2,
      0x94},
     8,
     read_secret_area},
    /* 7255371f-3a3b-4b04-927b-1da6efa8d454 */
    {{0x1f, 0x37, 0x55, 0x72, 0x3b, 0x3a, 0x04, 0x4b, 0x92, 0x7b, 0x1d, 0xa6, 0xef, 0xa8, 0xd4,
      0x54},
     8,
     read_hashes_area},
    /* dc886566-984a-4798-a75e-5585a7bf67cc */
    {{0x66, 0x65, 0x88, 0xdc, 0x4a, 0x98, 0x98, 0x47, 0xa7, 0x5e, 0x55, 0x85, 0xa7, 0xbf, 0x67,
      0xcc},
     4,
     read_sev_metadata},
    /* e47a6535-984a-4798-865e-4685a7bf8ec2 */
    {{0x35, 0x65, 0x7a, 0xe4, 0x4a, 0x98, 0x98, 0x47, 0x86, 0x5e, 0x46, 0x85, 0xa7, 0xbf, 0x8e,
      0xc2},
     4,
     read_tdx_metadata},
    /* a789a612-0597-4c4b-a49f-cbb1fe9d1ddd */
    {{0x12, 0xa6, 0x89, 0xa7, 0x97, 0x05, 0x4b, 0x4c, 0xa4, 0x9f, 0xcb, 0xb1, 0xfe, 0x9d, 0x1d,
      0xdd},
     4,
     read_svsm},
};

/* What firmware does at the reset vector before it jumps. */
static const struct {
    guint8 length;
    guint8 code[3];
} before_jump[] = {
    {1, {0x90}},             /* nop */
    {1, {0xfa}},             /* cli */
    {1, {0xfc}},             /* cld */
    {2, {0x0f, 0x09}},       /* wbinvd */
    {3, {0x0f, 0x20, 0xc0}}, /* mov %cr0, %eax: edk2 of 2025 asks whether it runs in a TDX guest */
    {2, {0xa8, 0x01}},       /* test $1, %al */
};

/* Length of one such instruction, 0 when @code begins with none. */
static gsize
length_before_jump(const guint8 *code)
{
    for (gsize i = 0; i < G_N_ELEMENTS(before_jump); i++) {
        if (memcmp(code, before_jump[i].code, before_jump[i].length) == 0)
            return before_jump[i].length;
    }
    return 0;
}

/* Whether a processor could start at the reset vector: a jump or a halt comes soon. */
static gboolean
is_reset_vector(const guint8 *code)
{
    static const guint8 leave[] = {0x74, 0xe9, 0xea, 0xeb, 0xf4};
    gsize i = 0, length;

    while (i < RESET_VECTOR / 2 && (length = length_before_jump(code + i)) > 0)
        i += length;
    return memchr(leave, code[i], sizeof leave) != NULL;
}

static void
read_entry(Image *image, const guint8 *guid, const guint8 *data, gsize size)
{
    for (gsize i = 0; i < G_N_ELEMENTS(entries); i++) {
        if (memcmp(guid, entries[i].guid, GUID_SIZE) == 0 && size >= entries[i].min_size)
            entries[i].read(image, data);
    }
}

/* @table: the bytes below the footer; a length that does not fit ends the walk. */
static void
walk_table(Image *image, const guint8 *table, gsize length)
{
    while (length >= ENTRY_HEADER) {
        const guint8 *guid = table + length - GUID_SIZE;
        gsize size = read_le(guid - 2, 2);

        if (size < ENTRY_HEADER || size > length)
            return;
        read_entry(image, guid, table + length - size, size - ENTRY_HEADER);
        length -= size;
    }
}

SealOvmf
seal_ovmf_parse(const guint8 *tail, gsize length)
{
    Image image = {.tail = tail, .length = length};
    const guint8 *footer;
    gsize size;

    if (!tail || length < MIN_IMAGE)
        return image.ovmf;
    image.ovmf.is_firmware = is_reset_vector(tail + length - RESET_VECTOR);
    footer = tail + length - FOOTER_END - GUID_SIZE;
    if (memcmp(footer, footer_guid, GUID_SIZE) != 0)
        return image.ovmf;
    /* The table's length counts the footer entry itself. */
    size = read_le(footer - 2, 2);
    if (size < ENTRY_HEADER || size > length - FOOTER_END)
        return image.ovmf;
    image.ovmf.has_table = TRUE;
    walk_table(&image, footer + GUID_SIZE - size, size - ENTRY_HEADER);
    return image.ovmf;
}

gboolean
seal_ovmf_can_inject_secret(const SealOvmf *ovmf)
{
    return ovmf->has_secret_area && ovmf->secret_base != 0 && ovmf->secret_size != 0;
}

gboolean
seal_ovmf_can_check_hashes(const SealOvmf *ovmf)
{
    return ovmf->has_hashes_area && ovmf->hashes_base != 0 && ovmf->hashes_size >= HASHES_TABLE;
}
