/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Firmware descriptors from anywhere: reading them and holding what was read
 * against every technology. A descriptor that fits must also be chosen, and
 * one that does not must say why.
 */

#include "firmware.h"
#include "fuzz.h"

static void
hold_against(GPtrArray *candidates, SealTechnology technology, const char *machine)
{
    const SealFirmware *firmware = g_ptr_array_index(candidates, 0);
    const SealFirmwareWish wish = {technology, "x86_64", machine, TRUE, technology % 2 == 0};
    g_autofree char *why = seal_firmware_why_not(firmware, &wish);
    g_autoptr(GError) error = NULL;
    const SealFirmware *chosen = seal_firmware_choose(candidates, &wish, &error);

    g_assert_true((why == NULL) == (chosen == firmware));
    g_assert_true((chosen == NULL) == (error != NULL));
    if (error)
        g_assert_true(g_utf8_validate(error->message, -1, NULL));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) candidates =
        g_ptr_array_new_with_free_func((GDestroyNotify)seal_firmware_free);
    SealFirmware *firmware = seal_firmware_parse((const char *)data, size, "x.json", &error);

    g_assert_true((firmware == NULL) == (error != NULL));
    if (error)
        g_assert_true(g_utf8_validate(error->message, -1, NULL));
    if (!firmware)
        return 0;
    g_ptr_array_add(candidates, firmware);
    g_assert_true(g_path_is_absolute(firmware->executable));
    for (guint i = SEAL_TECHNOLOGY_NONE; i <= SEAL_TECHNOLOGY_S390_PV; i++) {
        hold_against(candidates, (SealTechnology)i, "q35");
        hold_against(candidates, (SealTechnology)i, "pc-q35-7.2");
    }
    return 0;
}
