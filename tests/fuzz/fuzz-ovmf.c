/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The end of any file as firmware. The table's lengths come from the file, so
 * the sanitizer's watch over the buffer is the test; beyond it, nothing may be
 * found where there is no table.
 */

#include "fuzz.h"
#include "ovmf.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    SealOvmf ovmf = seal_ovmf_parse(data, size);
    gboolean found = ovmf.has_es_reset || ovmf.has_secret_area || ovmf.has_hashes_area ||
                     ovmf.has_sev_metadata || ovmf.has_tdx_metadata;

    g_assert_true(ovmf.has_table || !found);
    g_assert_true(size >= 64 || !ovmf.is_firmware);
    g_assert_true(ovmf.has_es_reset || ovmf.es_reset_address == 0);
    g_assert_true(ovmf.has_secret_area || ovmf.secret_base == 0);
    g_assert_true(ovmf.has_hashes_area || ovmf.hashes_base == 0);
    return 0;
}
