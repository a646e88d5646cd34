/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Each thing that an image can say is one small function, which adds a clause.
 * An area with address 0 is worse than none: older QEMU takes it at its word.
 */

#include "firmware-words.h"

typedef void (*Teller)(GStrvBuilder *clauses, const SealOvmf *image);

const char *
firmware_words_name(const SealFirmware *firmware)
{
    return firmware->descriptor ? firmware->descriptor : firmware->executable;
}

const char *
firmware_words_mapping(SealFirmwareMapping mapping)
{
    switch (mapping) {
    case SEAL_FIRMWARE_SPLIT:
        return "flash with variables";
    case SEAL_FIRMWARE_COMBINED:
        return "flash with code and variables in one";
    case SEAL_FIRMWARE_STATELESS:
        return "flash without variables";
    case SEAL_FIRMWARE_MEMORY:
        return "rom";
    case SEAL_FIRMWARE_INVALID:
        break;
    }
    return "neither flash nor rom";
}

const char *
firmware_words_state(SealFirmwareFileState state)
{
    switch (state) {
    case SEAL_FIRMWARE_FILE_USED:
        return "used";
    case SEAL_FIRMWARE_FILE_MASKED:
        return "masked";
    case SEAL_FIRMWARE_FILE_DISABLED:
        return "disabled";
    case SEAL_FIRMWARE_FILE_SESSION:
        return "session-only";
    case SEAL_FIRMWARE_FILE_BAD:
        break;
    }
    return "unreadable";
}

static void
add(GStrvBuilder *clauses, char *clause)
{
    g_strv_builder_add(clauses, clause);
    g_free(clause);
}

static void
tell_es_reset(GStrvBuilder *clauses, const SealOvmf *image)
{
    add(clauses, image->has_es_reset
                     ? g_strdup_printf("SEV-ES reset block at 0x%x", image->es_reset_address)
                     : g_strdup("no SEV-ES reset block"));
}

static void
tell_secret(GStrvBuilder *clauses, const SealOvmf *image)
{
    if (seal_ovmf_can_inject_secret(image))
        add(clauses, g_strdup_printf("secret area at 0x%x, 0x%x bytes", image->secret_base,
                                     image->secret_size));
    else
        add(clauses, g_strdup(image->has_secret_area ? "empty secret area" : "no secret area"));
}

static void
tell_hashes(GStrvBuilder *clauses, const SealOvmf *image)
{
    if (seal_ovmf_can_check_hashes(image))
        add(clauses, g_strdup_printf("kernel hashes area at 0x%x, 0x%x bytes", image->hashes_base,
                                     image->hashes_size));
    else
        add(clauses, g_strdup(image->has_hashes_area ? "empty kernel hashes area"
                                                     : "no kernel hashes area"));
}

static void
tell_sections(GStrvBuilder *clauses,
              const char *what,
              gboolean has,
              const SealOvmfSections *sections)
{
    if (!has)
        add(clauses, g_strdup_printf("no %s", what));
    else if (!sections->read)
        add(clauses, g_strdup_printf("%s that cannot be read", what));
    else
        add(clauses, g_strdup_printf("%s version %u with %u sections", what, sections->version,
                                     sections->count));
}

static void
tell_sev_metadata(GStrvBuilder *clauses, const SealOvmf *image)
{
    tell_sections(clauses, "SEV metadata", image->has_sev_metadata, &image->sev_sections);
}

static void
tell_tdx_metadata(GStrvBuilder *clauses, const SealOvmf *image)
{
    tell_sections(clauses, "TDX metadata", image->has_tdx_metadata, &image->tdx_sections);
}

static void
tell_svsm(GStrvBuilder *clauses, const SealOvmf *image)
{
    if (image->has_svsm)
        add(clauses, g_strdup("made for an SVSM"));
}

static const Teller tellers[] = {
    tell_es_reset, tell_secret, tell_hashes, tell_sev_metadata, tell_tdx_metadata, tell_svsm,
};

/* Why the image says nothing; NULL when it does. */
static const char *
find_silence(const SealFirmware *firmware)
{
    if (firmware->is_missing)
        return "there is no such file";
    if (g_strcmp0(firmware->format, "raw") != 0)
        return "not looked at, for it is no raw image";
    if (!firmware->has_image)
        return "could not be read";
    if (!firmware->image.is_firmware)
        return "no firmware: no reset vector at its end";
    return firmware->image.has_table ? NULL : "nothing: it has no GUID table";
}

GStrv
firmware_words_image(const SealFirmware *firmware)
{
    g_autoptr(GStrvBuilder) clauses = g_strv_builder_new();
    const char *silence = find_silence(firmware);

    if (silence)
        g_strv_builder_add(clauses, silence);
    for (gsize i = 0; !silence && i < G_N_ELEMENTS(tellers); i++)
        tellers[i](clauses, &firmware->image);
    return g_strv_builder_end(clauses);
}
