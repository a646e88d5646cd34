/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The table at the end of an OVMF image: images built here entry by entry,
 * lengths that lie, and bytes that are no firmware. When Debian's OVMF is
 * installed it is read too; otherwise that case reports itself as skipped.
 */

#include "ovmf.h"

#include <string.h>

#include "error.h"

#define ES_RESET "00f771de-1a7e-4fcb-890e-68c77e2fb44e"
#define SECRET "4c2eb361-7d9b-4cc3-8081-127c90d3d294"
#define HASHES "7255371f-3a3b-4b04-927b-1da6efa8d454"
#define SEV_METADATA "dc886566-984a-4798-a75e-5585a7bf67cc"
#define TDX_METADATA "e47a6535-984a-4798-865e-4685a7bf8ec2"
#define FOOTER "96b582de-1fb2-45f7-baea-a366c55a082d"
#define UNKNOWN "a789a612-0597-4c4b-a49f-cbb1fe9d1ddd"

#define SIZE 512

/* An image that is filled from the end. */
typedef struct {
    guint8 bytes[SIZE];
    gsize at;
} Image;

static void
put(Image *image, const void *data, gsize length)
{
    g_assert_cmpuint(image->at, >=, length);
    image->at -= length;
    memcpy(image->bytes + image->at, data, length);
}

static void
put_le(Image *image, guint64 value, gsize size)
{
    guint8 data[8];

    for (gsize i = 0; i < size; i++)
        data[i] = (guint8)(value >> 8 * i);
    put(image, data, size);
}

/* EFI_GUID: the first three groups little endian, the rest as written. */
static void
put_guid(Image *image, const char *text)
{
    g_auto(GStrv) groups = g_strsplit(text, "-", 5);
    guint64 tail = g_ascii_strtoull(groups[4], NULL, 16);

    for (guint i = 0; i < 6; i++)
        put_le(image, tail >> 8 * i & 0xff, 1);
    put_le(image, GUINT16_SWAP_LE_BE(g_ascii_strtoull(groups[3], NULL, 16)), 2);
    put_le(image, g_ascii_strtoull(groups[2], NULL, 16), 2);
    put_le(image, g_ascii_strtoull(groups[1], NULL, 16), 2);
    put_le(image, g_ascii_strtoull(groups[0], NULL, 16), 4);
}

/* The reset vector and the footer; @length is the table's, which counts the footer. */
static void
start(Image *image, guint length)
{
    static const guint8 halt[16] = {0xfa, 0xf4, 0xeb, 0xfd};
    static const guint8 pad[16] = {0};

    memset(image, 0, sizeof *image);
    image->at = SIZE;
    put(image, halt, sizeof halt);
    put(image, pad, sizeof pad);
    put_guid(image, FOOTER);
    put_le(image, length, 2);
}

/* @length: 0 for the honest one */
static void
add(Image *image, const char *guid, const guint32 *data, guint n, guint length)
{
    put_guid(image, guid);
    put_le(image, length ? length : n * 4 + 18, 2);
    for (guint i = n; i > 0; i--)
        put_le(image, data[i - 1], 4);
}

static SealOvmf
parse(const Image *image)
{
    /* A copy of exactly this size, so that a sanitizer sees each byte too far. */
    g_autofree guint8 *copy = g_memdup2(image->bytes, SIZE);

    return seal_ovmf_parse(copy, SIZE);
}

static void
test_full_table(void)
{
    Image image;
    SealOvmf ovmf;

    start(&image, 18 * 6 + 4 * 7);
    add(&image, ES_RESET, (guint32[]){0x80b004}, 1, 0);
    add(&image, SECRET, (guint32[]){0x810000, 0xc00}, 2, 0);
    add(&image, HASHES, (guint32[]){0x810c00, 0x400}, 2, 0);
    add(&image, SEV_METADATA, (guint32[]){0x800}, 1, 0);
    add(&image, TDX_METADATA, (guint32[]){0x900}, 1, 0);
    ovmf = parse(&image);
    g_assert_true(ovmf.is_firmware);
    g_assert_true(ovmf.has_table);
    g_assert_true(ovmf.has_es_reset);
    g_assert_cmphex(ovmf.es_reset_address, ==, 0x80b004);
    g_assert_true(ovmf.has_secret_area);
    g_assert_cmphex(ovmf.secret_base, ==, 0x810000);
    g_assert_cmphex(ovmf.secret_size, ==, 0xc00);
    g_assert_true(ovmf.has_hashes_area);
    g_assert_cmphex(ovmf.hashes_base, ==, 0x810c00);
    g_assert_cmphex(ovmf.hashes_size, ==, 0x400);
    g_assert_true(ovmf.has_sev_metadata);
    g_assert_true(ovmf.has_tdx_metadata);
}

static void
test_unknown_entries(void)
{
    Image image;
    SealOvmf ovmf;

    start(&image, 18 * 3 + 4 * 4);
    add(&image, UNKNOWN, (guint32[]){1, 2, 3}, 3, 0);
    add(&image, ES_RESET, (guint32[]){0x1234}, 1, 0);
    ovmf = parse(&image);
    g_assert_cmphex(ovmf.es_reset_address, ==, 0x1234);
    g_assert_false(ovmf.has_secret_area);
}

static void
test_empty_table(void)
{
    Image image;
    SealOvmf ovmf;

    start(&image, 18);
    add(&image, ES_RESET, (guint32[]){1}, 1, 0);
    ovmf = parse(&image);
    g_assert_true(ovmf.has_table);
    g_assert_false(ovmf.has_es_reset);
}

static void
test_lying_table_lengths(void)
{
    static const guint lengths[] = {0, 17, SIZE - 31, 0x8000, 0xffff};

    for (gsize i = 0; i < G_N_ELEMENTS(lengths); i++) {
        Image image;
        SealOvmf ovmf;

        start(&image, lengths[i]);
        add(&image, ES_RESET, (guint32[]){1}, 1, 0);
        ovmf = parse(&image);
        g_assert_true(ovmf.is_firmware);
        g_assert_false(ovmf.has_table);
        g_assert_false(ovmf.has_es_reset);
    }
}

static void
test_lying_entry_lengths(void)
{
    static const guint lengths[] = {1, 17, 100, 0xffff};

    for (gsize i = 0; i < G_N_ELEMENTS(lengths); i++) {
        Image image;
        SealOvmf ovmf;

        start(&image, 18 * 2 + 4);
        add(&image, ES_RESET, (guint32[]){1}, 1, lengths[i]);
        ovmf = parse(&image);
        g_assert_true(ovmf.has_table);
        g_assert_false(ovmf.has_es_reset);
    }
}

/* An entry with the right name and too little in it. */
static void
test_short_entry(void)
{
    Image image;
    SealOvmf ovmf;

    start(&image, 18 * 3 + 8);
    add(&image, SECRET, (guint32[]){0x810000}, 1, 0);
    add(&image, ES_RESET, (guint32[]){7}, 1, 0);
    ovmf = parse(&image);
    g_assert_false(ovmf.has_secret_area);
    g_assert_cmphex(ovmf.es_reset_address, ==, 7);
}

/* A list of sections at 400 bytes before the end. */
static void
add_list(Image *image, const char *signature, guint count, gsize section, gsize type_at)
{
    guint8 *list = image->bytes + SIZE - 400;
    const guint32 head[] = {16 + count * (guint32)section, 1, count};

    memcpy(list, signature, 4);
    for (gsize i = 0; i < G_N_ELEMENTS(head); i++) {
        guint32 little = GUINT32_TO_LE(head[i]);

        memcpy(list + 4 + i * 4, &little, 4);
    }
    for (gsize i = 0; i < count && 16 + (i + 1) * section <= 200; i++)
        list[16 + i * section + type_at] = (guint8)(i + 1);
}

static void
test_sections(void)
{
    Image image;
    SealOvmf ovmf;

    start(&image, 18 * 2 + 4);
    add(&image, SEV_METADATA, (guint32[]){400}, 1, 0);
    add_list(&image, "ASEV", 3, 12, 8);
    ovmf = parse(&image);
    g_assert_true(ovmf.has_sev_metadata);
    g_assert_true(ovmf.sev_sections.read);
    g_assert_cmpuint(ovmf.sev_sections.version, ==, 1);
    g_assert_cmpuint(ovmf.sev_sections.count, ==, 3);
    g_assert_cmphex(ovmf.sev_sections.types, ==, 0xe);
    start(&image, 18 * 2 + 4);
    add(&image, TDX_METADATA, (guint32[]){400}, 1, 0);
    add_list(&image, "TDVF", 2, 32, 24);
    ovmf = parse(&image);
    g_assert_true(ovmf.has_tdx_metadata);
    g_assert_cmpuint(ovmf.tdx_sections.count, ==, 2);
    g_assert_cmphex(ovmf.tdx_sections.types, ==, 0x6);
}

/* Where something else stands, where the list does not fit, and where nobody can look. */
static void
test_bad_sections(void)
{
    static const struct {
        const char *signature;
        guint32 offset;
        guint count;
        gboolean has;
    } rows[] = {
        {"ASEV", 0, 3, FALSE},      {"ASEV", 1, 3, FALSE},         {"ASEV", 15, 3, FALSE},
        {"XXXX", 400, 3, FALSE},    {"ASEV", 400, 32, TRUE},       {"ASEV", 400, 33, FALSE},
        {"ASEV", 400, 9999, FALSE}, {"ASEV", 0xffffffff, 3, TRUE}, {"ASEV", SIZE + 1, 3, TRUE},
        {"ASEV", SIZE, 3, FALSE},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        Image image;
        SealOvmf ovmf;

        start(&image, 18 * 2 + 4);
        add(&image, SEV_METADATA, &rows[i].offset, 1, 0);
        add_list(&image, rows[i].signature, rows[i].count, 12, 8);
        ovmf = parse(&image);
        g_assert_cmpint(ovmf.has_sev_metadata, ==, rows[i].has);
        g_assert_true(ovmf.has_sev_metadata || !ovmf.sev_sections.read);
    }
}

static void
test_abilities(void)
{
    SealOvmf ovmf = {.has_secret_area = TRUE, .has_hashes_area = TRUE};

    g_assert_false(seal_ovmf_can_inject_secret(&ovmf));
    g_assert_false(seal_ovmf_can_check_hashes(&ovmf));
    ovmf.secret_base = ovmf.hashes_base = 0x810000;
    g_assert_false(seal_ovmf_can_inject_secret(&ovmf));
    g_assert_false(seal_ovmf_can_check_hashes(&ovmf));
    ovmf.secret_size = ovmf.hashes_size = 175;
    g_assert_false(seal_ovmf_can_check_hashes(&ovmf));
    ovmf.secret_size = ovmf.hashes_size = 176;
    g_assert_true(seal_ovmf_can_inject_secret(&ovmf));
    g_assert_true(seal_ovmf_can_check_hashes(&ovmf));
}

static void
test_reset_vectors(void)
{
    static const struct {
        guint8 code[8];
        gboolean firmware;
    } rows[] = {
        {{0x90, 0x90, 0xe9, 0xab, 0xf3}, TRUE},
        {{0xea, 0x5b, 0xe0, 0x00, 0xf0}, TRUE},
        {{0x0f, 0x09, 0xe9, 0x00, 0x00}, TRUE},
        {{0xfa, 0xf4, 0xeb, 0xfd}, TRUE},
        {{0x0f, 0x20, 0xc0, 0xa8, 0x01, 0x74, 0x05, 0xe9}, TRUE},
        {{0x0f, 0x20, 0xc0, 0xa8, 0x01, 0x00, 0x05, 0xe9}, FALSE},
        {{0xeb, 0xfe}, TRUE},
        {{0, 0, 0, 0, 0, 0, 0, 0}, FALSE},
        {{255, 255, 255, 255, 255, 255, 255}, FALSE},
        {{'a', 'b', 'c', 'd'}, FALSE},
        {{0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90}, FALSE},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        guint8 tail[64] = {0};

        memcpy(tail + sizeof tail - 16, rows[i].code, sizeof rows[i].code);
        g_assert_cmpint(seal_ovmf_parse(tail, sizeof tail).is_firmware, ==, rows[i].firmware);
    }
}

static void
test_too_short(void)
{
    static const guint8 tail[63] = {[47] = 0xeb};

    g_assert_false(seal_ovmf_parse(tail, sizeof tail).is_firmware);
    g_assert_false(seal_ovmf_parse(NULL, 0).is_firmware);
}

static void
test_debian(void)
{
    g_autofree char *bytes = NULL;
    gsize length = 0;
    SealOvmf ovmf;

    if (!g_file_get_contents("/usr/share/OVMF/OVMF_CODE_4M.fd", &bytes, &length, NULL)) {
        g_test_skip("OVMF_CODE_4M.fd is not installed (package ovmf)");
        return;
    }
    ovmf = seal_ovmf_parse((const guint8 *)bytes + length - SEAL_OVMF_TAIL, SEAL_OVMF_TAIL);
    g_assert_true(ovmf.is_firmware);
    g_assert_true(ovmf.has_table);
    g_assert_true(ovmf.has_es_reset);
}

static void
test_debian_vars(void)
{
    g_autofree char *bytes = NULL;
    gsize length = 0;

    if (!g_file_get_contents("/usr/share/OVMF/OVMF_VARS_4M.fd", &bytes, &length, NULL)) {
        g_test_skip("OVMF_VARS_4M.fd is not installed (package ovmf)");
        return;
    }
    g_assert_false(seal_ovmf_parse((const guint8 *)bytes, length).is_firmware);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/ovmf/full-table", test_full_table);
    g_test_add_func("/ovmf/unknown-entries", test_unknown_entries);
    g_test_add_func("/ovmf/empty-table", test_empty_table);
    g_test_add_func("/ovmf/lying-table-lengths", test_lying_table_lengths);
    g_test_add_func("/ovmf/lying-entry-lengths", test_lying_entry_lengths);
    g_test_add_func("/ovmf/short-entry", test_short_entry);
    g_test_add_func("/ovmf/sections", test_sections);
    g_test_add_func("/ovmf/bad-sections", test_bad_sections);
    g_test_add_func("/ovmf/abilities", test_abilities);
    g_test_add_func("/ovmf/reset-vectors", test_reset_vectors);
    g_test_add_func("/ovmf/too-short", test_too_short);
    g_test_add_func("/ovmf/debian", test_debian);
    g_test_add_func("/ovmf/debian-vars", test_debian_vars);
    return g_test_run();
}
