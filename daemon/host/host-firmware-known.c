/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The table of well-known images. An image without variables stands twice, as
 * flash for SEV and as ROM for SNP and TDX, which cannot start from flash. An
 * image that cannot be read or is no firmware is passed over: there is nothing
 * that could be believed instead.
 */

#include "host-firmware-known.h"

#include "host-file.h"
#include "host-firmware.h"

typedef struct {
    const char *executable;
    const char *nvram_template;
    gboolean rom;
} Known;

#define DEBIAN "/usr/share/OVMF/"
#define DEBIAN_ROM "/usr/share/ovmf/"
#define FEDORA "/usr/share/edk2/ovmf/"
#define ARCH "/usr/share/edk2/x64/"

static const Known known[] = {
    {DEBIAN "OVMF_CODE_4M.fd", DEBIAN "OVMF_VARS_4M.fd", FALSE},
    {DEBIAN "OVMF_CODE.fd", DEBIAN "OVMF_VARS.fd", FALSE},
    {FEDORA "OVMF_CODE.fd", FEDORA "OVMF_VARS.fd", FALSE},
    {ARCH "OVMF_CODE.4m.fd", ARCH "OVMF_VARS.4m.fd", FALSE},
    {DEBIAN_ROM "OVMF.amdsev.fd", NULL, FALSE},
    {FEDORA "OVMF.amdsev.fd", NULL, FALSE},
    {DEBIAN_ROM "OVMF.amdsev.fd", NULL, TRUE},
    {FEDORA "OVMF.amdsev.fd", NULL, TRUE},
    {DEBIAN_ROM "OVMF.inteltdx.fd", NULL, TRUE},
    {DEBIAN_ROM "OVMF.inteltdx.ms.fd", NULL, TRUE},
    {FEDORA "OVMF.inteltdx.fd", NULL, TRUE},
    {FEDORA "OVMF.inteltdx.secboot.fd", NULL, TRUE},
};

void
host_firmware_known_read(const char *root, SealFacts *facts)
{
    for (gsize i = 0; i < G_N_ELEMENTS(known); i++) {
        SealOvmf image;
        SealFirmware *firmware;

        if (known[i].nvram_template && !host_file_exists(root, known[i].nvram_template))
            continue;
        if (!host_firmware_read_image(root, known[i].executable, &image) || !image.is_firmware)
            continue;
        firmware = seal_firmware_new_for_path(known[i].executable, known[i].nvram_template, &image,
                                              known[i].rom);
        g_free(firmware->description);
        firmware->description = g_strdup("found in its usual place, without a descriptor");
        g_ptr_array_add(facts->firmwares, firmware);
    }
}
