/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Walks the GUID table at the end of an OVMF image (see footer.h).
 *
 * The table grows downwards from a footer that ends 32 bytes before the image does: each entry is
 * data, a 16-bit length that counts the whole entry, and a GUID in its mixed-endian form.
 */

#include "footer.h"

#include <string.h>

#define GUID_SIZE 16
#define TRAILER_SIZE (2 + GUID_SIZE)
#define FOOTER_END 32

static const uint8_t footer_guid[GUID_SIZE] = {0xde, 0x82, 0xb5, 0x96, 0xb2, 0x1f, 0xf7, 0x45,
                                               0xba, 0xea, 0xa3, 0x66, 0xc5, 0x5a, 0x08, 0x2d};
static const uint8_t reset_guid[GUID_SIZE] = {0xde, 0x71, 0xf7, 0x00, 0x7e, 0x1a, 0xcb, 0x4f,
                                              0x89, 0x0e, 0x68, 0xc7, 0x7e, 0x2f, 0xb4, 0x4e};

/* One entry that ends at @end; returns its length or 0 when it does not fit above @start. */
static size_t
entry_size(const uint8_t *image, size_t start, size_t end)
{
    if (end < start + TRAILER_SIZE)
        return 0;
    const uint8_t *length = image + end - TRAILER_SIZE;
    size_t size = length[0] | (size_t)length[1] << 8;
    return size >= TRAILER_SIZE && size <= end - start ? size : 0;
}

bool
footer_find_reset_address(const uint8_t *image, size_t size, uint32_t *ret_address)
{
    if (size < FOOTER_END + TRAILER_SIZE ||
        memcmp(image + size - FOOTER_END - GUID_SIZE, footer_guid, GUID_SIZE) != 0)
        return false;
    size_t total = entry_size(image, 0, size - FOOTER_END);
    if (total == 0)
        return false;

    size_t start = size - FOOTER_END - total;
    size_t end = size - FOOTER_END - TRAILER_SIZE;
    for (size_t length; (length = entry_size(image, start, end)) != 0; end -= length) {
        const uint8_t *data = image + end - length;
        if (memcmp(image + end - GUID_SIZE, reset_guid, GUID_SIZE) != 0)
            continue;
        if (length < TRAILER_SIZE + sizeof(uint32_t))
            return false;
        memcpy(ret_address, data, sizeof(uint32_t));
        return true;
    }
    return false;
}
