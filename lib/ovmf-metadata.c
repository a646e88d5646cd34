/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Both lists have the same head: signature, size, version, number of
 * sections, 32 bit each. They differ in the size of a section and in where its
 * type stands. Everything is checked against the bytes at hand before it is
 * touched.
 */

#include "ovmf-metadata.h"

#include <string.h>

#define HEAD 16
#define WORD 4

/* How one of the two lists is laid out. */
typedef struct {
    const char *signature;
    gsize section;
    gsize type_at;
} Form;

static const Form sev_form = {"ASEV", 12, 8};
static const Form tdx_form = {"TDVF", 32, 24};

static guint32
read_word(const guint8 *data)
{
    return data[0] | (guint32)data[1] << 8 | (guint32)data[2] << 16 | (guint32)data[3] << 24;
}

static void
read_sections(const Form *form, const guint8 *list, gsize length, SealOvmfSections *ret_sections)
{
    SealOvmfSections sections = {.version = read_word(list + 2 * WORD),
                                 .count = read_word(list + 3 * WORD)};

    if (sections.count > SEAL_OVMF_METADATA_MAX || HEAD + sections.count * form->section > length)
        return;
    for (guint i = 0; i < sections.count; i++) {
        guint32 type = read_word(list + HEAD + i * form->section + form->type_at);

        if (type < 32)
            sections.types |= 1u << type;
    }
    sections.read = TRUE;
    *ret_sections = sections;
}

static gboolean
read_list(const Form *form,
          const guint8 *tail,
          gsize length,
          guint32 offset,
          SealOvmfSections *ret_sections)
{
    const guint8 *list = tail + length - MIN(offset, length);

    *ret_sections = (SealOvmfSections){0};
    if (offset > length)
        return TRUE;
    if (offset < HEAD || memcmp(list, form->signature, WORD) != 0)
        return FALSE;
    read_sections(form, list, offset, ret_sections);
    return ret_sections->read;
}

gboolean
seal_ovmf_metadata_read_sev(const guint8 *tail,
                            gsize length,
                            guint32 offset,
                            SealOvmfSections *ret_sections)
{
    return read_list(&sev_form, tail, length, offset, ret_sections);
}

gboolean
seal_ovmf_metadata_read_tdx(const guint8 *tail,
                            gsize length,
                            guint32 offset,
                            SealOvmfSections *ret_sections)
{
    return read_list(&tdx_form, tail, length, offset, ret_sections);
}
