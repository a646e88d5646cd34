/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Why a firmware does not fit. Each reason is one small function that gives a
 * clause or NULL, and the table calls them in the order in which a reader
 * would ask: is it UEFI at all, is it for this machine, can it do the
 * technology, can it do what else was wished. The first clause is the answer.
 */

#include "firmware.h"

#include <string.h>

typedef char *(*Reason)(const SealFirmware *firmware, const SealFirmwareWish *wish);

/* An alias and a canonical name of its family, for patterns that end open. */
typedef struct {
    const char *alias;
    const char *family;
} Alias;

static const Alias aliases[] = {
    {"q35", "pc-q35-"},
    {"pc", "pc-i440fx-"},
};

static gboolean
has_feature(const SealFirmware *firmware, const char *feature)
{
    return g_strv_contains((const char *const *)firmware->features, feature);
}

/* What an image in another format says of itself is not at the end of the file. */
static gboolean
knows_image(const SealFirmware *firmware)
{
    return firmware->has_image && g_strcmp0(firmware->format, "raw") == 0;
}

static const char *
label(const SealFirmwareWish *wish)
{
    return seal_technology_get_info(wish->technology)->label;
}

static char *
not_uefi(const SealFirmware *firmware, const SealFirmwareWish *wish)
{
    return firmware->uefi ? NULL : g_strdup("is no UEFI firmware");
}

static gboolean
matches_machine(const char *glob, const char *machine)
{
    if (g_pattern_match_simple(glob, machine))
        return TRUE;
    for (gsize i = 0; i < G_N_ELEMENTS(aliases); i++) {
        if (strcmp(aliases[i].alias, machine) == 0)
            return g_str_has_prefix(glob, aliases[i].family) && g_str_has_suffix(glob, "*");
    }
    return FALSE;
}

static gboolean
matches_target(const SealFirmwareTarget *target, const SealFirmwareWish *wish)
{
    if (strcmp(target->architecture, wish->arch) != 0)
        return FALSE;
    for (gsize i = 0; target->machines[i]; i++) {
        if (matches_machine(target->machines[i], wish->machine))
            return TRUE;
    }
    return FALSE;
}

static char *
not_for_machine(const SealFirmware *firmware, const SealFirmwareWish *wish)
{
    for (guint i = 0; i < firmware->targets->len; i++) {
        if (matches_target(g_ptr_array_index(firmware->targets, i), wish))
            return NULL;
    }
    return g_strdup_printf("is not made for machine %s on %s", wish->machine, wish->arch);
}

static char *
not_mappable(const SealFirmware *firmware, const SealFirmwareWish *wish)
{
    gboolean rom = seal_technology_get_info(wish->technology)->private_memory;

    switch (firmware->mapping) {
    case SEAL_FIRMWARE_COMBINED:
        return g_strdup("keeps code and NVRAM in one file, which libvirt cannot use");
    case SEAL_FIRMWARE_INVALID:
        return g_strdup("is mapped neither as flash nor as ROM");
    case SEAL_FIRMWARE_SPLIT:
    case SEAL_FIRMWARE_STATELESS:
        if (rom)
            return g_strdup_printf("is mapped as flash, but %s guests need it as ROM", label(wish));
        break;
    case SEAL_FIRMWARE_MEMORY:
        break;
    }
    return NULL;
}

static char *
not_there(const SealFirmware *firmware, const SealFirmwareWish *wish)
{
    if (!firmware->is_missing)
        return NULL;
    return g_strdup_printf("names %s, which is not there", firmware->executable);
}

static char *
not_an_image(const SealFirmware *firmware, const SealFirmwareWish *wish)
{
    if (!knows_image(firmware) || firmware->image.is_firmware)
        return NULL;
    return g_strdup_printf("names %s, which is no firmware image (it has no reset vector)",
                           firmware->executable);
}

/* Secure Boot builds guard their variables with SMM, which needs readable registers. */
static char *
needs_smm(const SealFirmware *firmware, const SealFirmwareWish *wish)
{
    if (wish->technology == SEAL_TECHNOLOGY_NONE || wish->technology == SEAL_TECHNOLOGY_SEV ||
        !has_feature(firmware, "requires-smm"))
        return NULL;
    return g_strdup_printf("requires SMM, which %s guests cannot have", label(wish));
}

/* Proof in the image that it can do a technology; SEV left its marks only with SEV-ES. */
static gboolean
image_shows(const SealOvmf *image, SealTechnology technology)
{
    switch (technology) {
    case SEAL_TECHNOLOGY_SEV:
        return image->has_es_reset || image->has_secret_area || image->has_sev_metadata;
    case SEAL_TECHNOLOGY_SEV_ES:
        return image->has_es_reset;
    case SEAL_TECHNOLOGY_SEV_SNP:
        return image->has_sev_metadata;
    case SEAL_TECHNOLOGY_TDX:
        return image->has_tdx_metadata;
    case SEAL_TECHNOLOGY_NONE:
    case SEAL_TECHNOLOGY_S390_PV:
    case SEAL_TECHNOLOGY_AUTO:
    case SEAL_TECHNOLOGY_INVALID:
        break;
    }
    return FALSE;
}

static char *
not_for_technology(const SealFirmware *firmware, const SealFirmwareWish *wish)
{
    const char *feature = seal_technology_get_info(wish->technology)->firmware_feature;
    gboolean declared;

    if (!feature)
        return NULL;
    declared = has_feature(firmware, feature);
    if (knows_image(firmware) && image_shows(&firmware->image, wish->technology))
        return NULL;
    /* Images from before SEV-ES can do SEV without any mark, so nothing contradicts there. */
    if (declared && (!knows_image(firmware) || wish->technology == SEAL_TECHNOLOGY_SEV))
        return NULL;
    if (declared)
        return g_strdup_printf("declares %s, but its image %s shows no support for %s", feature,
                               firmware->executable, label(wish));
    return g_strdup_printf("does not support %s (no %s feature, and no mark of it in the image)",
                           label(wish), feature);
}

static char *
no_hashes_area(const SealFirmware *firmware, const SealFirmwareWish *wish)
{
    if (!wish->kernel_hashes ||
        (knows_image(firmware) && seal_ovmf_can_check_hashes(&firmware->image)))
        return NULL;
    if (!knows_image(firmware))
        return g_strdup_printf("has an image %s that could not be read, so it is not known "
                               "whether it can check kernel hashes",
                               firmware->executable);
    if (!firmware->image.has_hashes_area)
        return g_strdup("has no area for kernel hashes");
    return g_strdup("has an empty area for kernel hashes (base 0), so it cannot check them");
}

static char *
no_secret_area(const SealFirmware *firmware, const SealFirmwareWish *wish)
{
    if (!wish->secret || (knows_image(firmware) && seal_ovmf_can_inject_secret(&firmware->image)))
        return NULL;
    if (!knows_image(firmware))
        return g_strdup_printf("has an image %s that could not be read, so it is not known "
                               "whether it can take a secret",
                               firmware->executable);
    if (!firmware->image.has_secret_area)
        return g_strdup("has no area for a secret");
    return g_strdup("has an empty area for a secret (base 0), so it cannot take one");
}

static const Reason reasons[] = {
    not_uefi,  not_for_machine,    not_mappable,   not_there,      not_an_image,
    needs_smm, not_for_technology, no_hashes_area, no_secret_area,
};

char *
seal_firmware_why_not(const SealFirmware *firmware, const SealFirmwareWish *wish)
{
    for (gsize i = 0; i < G_N_ELEMENTS(reasons); i++) {
        char *why = reasons[i](firmware, wish);

        if (why)
            return why;
    }
    return NULL;
}
