/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Probes of the UEFI firmware for guests. What a descriptor declares and what
 * its image shows are two things; ours is chosen by both, libvirt's own choice
 * (firmware='efi') by the first alone.
 */

#include "checks-probe.h"

#include "text.h"

#define MACHINE "q35"

static char *
show_name(const SealFirmware *firmware)
{
    return seal_text_show(firmware->descriptor ? firmware->descriptor : firmware->executable);
}

/* "60-edk2-x86_64.json does not declare amd-sev-es; ..." */
static char *
list_shortcomings(const SealFacts *facts, const SealFirmwareWish *wish)
{
    GString *list = g_string_new(NULL);

    for (guint i = 0; i < facts->firmwares->len; i++) {
        const SealFirmware *firmware = g_ptr_array_index(facts->firmwares, i);
        g_autofree char *why = seal_firmware_why_not(firmware, wish);
        g_autofree char *name = show_name(firmware);

        g_string_append_printf(list, "%s%s %s", i ? "; " : "", name, why ? why : "fits");
    }
    if (list->len == 0)
        g_string_append(list, "no firmware descriptor found");
    return g_string_free(list, FALSE);
}

static SealFirmwareWish
wish_for(SealTechnology technology)
{
    const SealFirmwareWish wish = {.technology = technology, .arch = "x86_64", .machine = MACHINE};

    return wish;
}

SealCheckState
seal_checks_probe_firmware_available(const SealCheckRow *row,
                                     const SealFacts *facts,
                                     char **ret_value,
                                     char **ret_remedy)
{
    const SealFirmwareWish wish = wish_for(row->technology);
    const SealFirmware *firmware = seal_firmware_choose(facts->firmwares, &wish, NULL);

    *ret_value = firmware ? g_strdup(firmware->executable) : list_shortcomings(facts, &wish);
    return firmware ? SEAL_CHECK_PASS : SEAL_CHECK_FAIL;
}

SealCheckState
seal_checks_probe_firmware_descriptors(const SealCheckRow *row,
                                       const SealFacts *facts,
                                       char **ret_value,
                                       char **ret_remedy)
{
    guint n_errors = g_strv_length(facts->firmware_errors);

    if (n_errors == 0) {
        *ret_value = g_strdup_printf("%u images", facts->firmwares->len);
        return SEAL_CHECK_PASS;
    }
    *ret_value = g_strdup_printf("%u unreadable", n_errors);
    *ret_remedy = g_strjoinv("; ", facts->firmware_errors);
    return SEAL_CHECK_WARN;
}

static gboolean
has_silicon(const SealFacts *facts, SealTechnology technology)
{
    return seal_facts_has_cpu_flag(facts, seal_technology_get_info(technology)->cpu_flag) &&
           !seal_facts_get_own_encryption(facts);
}

/* Fits a technology by its image although the descriptor does not declare it. */
static gboolean
is_undeclared(const SealFirmware *firmware, SealTechnology technology)
{
    const SealFirmwareWish wish = wish_for(technology);
    g_autofree char *why = seal_firmware_why_not(firmware, &wish);

    return !why && firmware->descriptor &&
           !g_strv_contains((const char *const *)firmware->features,
                            seal_technology_get_info(technology)->firmware_feature);
}

SealCheckState
seal_checks_probe_firmware_declared(const SealCheckRow *row,
                                    const SealFacts *facts,
                                    char **ret_value,
                                    char **ret_remedy)
{
    g_autoptr(GString) list = g_string_new(NULL);

    for (guint i = 0; i < facts->firmwares->len; i++) {
        const SealFirmware *firmware = g_ptr_array_index(facts->firmwares, i);
        g_autofree char *name = show_name(firmware);

        for (guint t = SEAL_TECHNOLOGY_SEV; t <= SEAL_TECHNOLOGY_TDX; t++)
            if (has_silicon(facts, (SealTechnology)t) && is_undeclared(firmware, (SealTechnology)t))
                g_string_append_printf(
                    list, "%s%s lacks %s", list->len ? "; " : "", name,
                    seal_technology_get_info((SealTechnology)t)->firmware_feature);
    }
    *ret_value = g_strdup(list->len ? list->str : "all of it");
    return list->len ? SEAL_CHECK_WARN : SEAL_CHECK_PASS;
}

typedef gboolean (*Ability)(const SealOvmf *image);

/* The first image that can be used for SEV and has an ability. */
static SealCheckState
find_image(const SealFacts *facts, Ability ability, char **ret_value)
{
    const SealFirmwareWish wish = wish_for(SEAL_TECHNOLOGY_SEV);

    for (guint i = 0; i < facts->firmwares->len; i++) {
        const SealFirmware *firmware = g_ptr_array_index(facts->firmwares, i);
        g_autofree char *why = seal_firmware_why_not(firmware, &wish);

        if (!why && firmware->has_image && ability(&firmware->image)) {
            *ret_value = g_strdup(firmware->executable);
            return SEAL_CHECK_PASS;
        }
    }
    *ret_value = g_strdup_printf("none of %u images", facts->firmwares->len);
    return SEAL_CHECK_NA;
}

SealCheckState
seal_checks_probe_firmware_hashes(const SealCheckRow *row,
                                  const SealFacts *facts,
                                  char **ret_value,
                                  char **ret_remedy)
{
    return find_image(facts, seal_ovmf_can_check_hashes, ret_value);
}

SealCheckState
seal_checks_probe_firmware_secret(const SealCheckRow *row,
                                  const SealFacts *facts,
                                  char **ret_value,
                                  char **ret_remedy)
{
    return find_image(facts, seal_ovmf_can_inject_secret, ret_value);
}
