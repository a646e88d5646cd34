/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Choosing among the firmwares that fit. Descriptors come in the order of
 * their file names, which is the distribution's preference; penalties move one
 * back only where that order was made for unencrypted guests. When none fits,
 * the error says for each candidate why, for that is the question that comes.
 */

#include "firmware.h"

#include "error.h"
#include "text.h"

typedef struct {
    SealTechnology technology;
    const char *cure;
} Cure;

#define CURE_SNP                                                                                   \
    "install an OVMF build for SEV-SNP that is mapped as ROM (package ovmf-amdsev on Debian, "     \
    "edk2-ovmf on Fedora)"
#define CURE_TDX                                                                                   \
    "install an OVMF build for TDX that is mapped as ROM (OVMF.inteltdx of Debian's and Fedora's " \
    "OVMF packages)"

static const Cure cures[] = {
    {SEAL_TECHNOLOGY_NONE, "install UEFI firmware (package ovmf on Debian, edk2-ovmf on Fedora)"},
    {SEAL_TECHNOLOGY_SEV, "install OVMF (package ovmf on Debian, edk2-ovmf on Fedora)"},
    {SEAL_TECHNOLOGY_SEV_ES, "install OVMF of 2021 or later (package ovmf on Debian, edk2-ovmf on "
                             "Fedora)"},
    {SEAL_TECHNOLOGY_SEV_SNP, CURE_SNP},
    {SEAL_TECHNOLOGY_TDX, CURE_TDX},
};

#define CURE_HASHES                                                                                \
    "install an AmdSev build of OVMF, the only one that checks kernel hashes (package "            \
    "ovmf-amdsev on Debian, edk2-ovmf on Fedora), or leave kernel-hashes off"

static const char *
find_cure(const SealFirmwareWish *wish)
{
    if (wish->kernel_hashes)
        return CURE_HASHES;
    for (gsize i = 0; i < G_N_ELEMENTS(cures); i++) {
        if (cures[i].technology == wish->technology)
            return cures[i].cure;
    }
    return "name the firmware image in the setting firmware";
}

static gboolean
has_feature(const SealFirmware *firmware, const char *feature)
{
    return g_strv_contains((const char *const *)firmware->features, feature);
}

/* The lower the better; each penalty outweighs all below it. */
static guint
penalty(const SealFirmware *firmware, const SealFirmwareWish *wish)
{
    gboolean stateful = firmware->mapping == SEAL_FIRMWARE_SPLIT;
    guint sum = 0;

    /* The owner can measure code only; NVRAM would let the host choose what boots. */
    if (wish->measured && stateful)
        sum += 16;
    if (has_feature(firmware, "requires-smm"))
        sum += 8;
    if (has_feature(firmware, "secure-boot") || has_feature(firmware, "enrolled-keys"))
        sum += 4;
    if (!firmware->has_image)
        sum += 2;
    /* Without NVRAM an ordinary guest forgets its boot entries. */
    if (!wish->measured && !stateful)
        sum += 1;
    return sum;
}

static void
list_shortcomings(GPtrArray *candidates, const SealFirmwareWish *wish, GString *list)
{
    for (guint i = 0; i < candidates->len; i++) {
        const SealFirmware *firmware = g_ptr_array_index(candidates, i);
        g_autofree char *why = seal_firmware_why_not(firmware, wish);
        g_autofree char *name =
            seal_text_show(firmware->descriptor ? firmware->descriptor : firmware->executable);

        g_string_append_printf(list, "%s%s %s", i ? "; " : "", name, why);
    }
}

static void
refuse(GPtrArray *candidates, const SealFirmwareWish *wish, GError **error)
{
    g_autoptr(GString) list = g_string_new(NULL);
    const SealTechnologyInfo *info = seal_technology_get_info(wish->technology);

    if (candidates->len > 0)
        list_shortcomings(candidates, wish, list);
    else
        g_string_append(list, "there are no firmware descriptors at all");
    g_set_error(error, SEAL_ERROR, SEAL_ERROR_FIRMWARE_NOT_FOUND,
                "no firmware fits a guest with %s on machine %s: %s. Cure: %s", info->label,
                wish->machine, list->str, find_cure(wish));
}

const SealFirmware *
seal_firmware_choose(GPtrArray *candidates, const SealFirmwareWish *wish, GError **error)
{
    const SealFirmware *best = NULL;
    guint best_penalty = G_MAXUINT;

    for (guint i = 0; i < candidates->len; i++) {
        const SealFirmware *firmware = g_ptr_array_index(candidates, i);
        g_autofree char *why = seal_firmware_why_not(firmware, wish);

        if (!why && penalty(firmware, wish) < best_penalty) {
            best = firmware;
            best_penalty = penalty(firmware, wish);
        }
    }
    if (!best)
        refuse(candidates, wish, error);
    return best;
}
