/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Decisions over facts. A firmware the user names by path is taken from its
 * descriptor when it has one, because the descriptor knows its NVRAM template
 * and mapping; else from what the image itself says.
 */

#include "create-plan.h"

#include "version.h"

/* stateless='yes' on a pflash loader, libvirt 8.6 */
#define STATELESS_LIBVIRT SEAL_VERSION(8, 6, 0)

gboolean
create_plan_technology(Core *core,
                       const SealSettings *settings,
                       gboolean preview,
                       SealTechnology *ret_technology,
                       GError **error)
{
    SealTechnology best = host_state_get_best(core->host_state);

    if (settings->technology == SEAL_TECHNOLOGY_AUTO) {
        if (best != SEAL_TECHNOLOGY_INVALID) {
            *ret_technology = best;
            return TRUE;
        }
        if (core->connection != VIRT_CONNECTION_CONNECTED)
            return host_state_check_technology(core->host_state, SEAL_TECHNOLOGY_SEV, error);
        g_set_error_literal(error, SEAL_ERROR, SEAL_ERROR_TECHNOLOGY_UNAVAILABLE,
                            "no technology is usable on this host, and a VM is never made "
                            "unencrypted in silence; see the host check for the reasons, or ask "
                            "for technology \"none\" by name");
        return FALSE;
    }
    if (!preview && !host_state_check_technology(core->host_state, settings->technology, error))
        return FALSE;
    *ret_technology = settings->technology;
    return TRUE;
}

static SealFirmwareWish
make_wish(const SealSettings *settings, SealTechnology technology)
{
    SealFirmwareWish wish = {
        .technology = technology,
        .arch = "x86_64",
        .machine = settings->machine,
        .measured = settings->dh_cert != NULL,
        .kernel_hashes = settings->kernel_hashes,
    };

    return wish;
}

/* One image may have several descriptions, as flash and as ROM: the one that fits, else any. */
static const SealFirmware *
find_described(GPtrArray *firmwares, const SealSettings *settings, const SealFirmwareWish *wish)
{
    const SealFirmware *described = NULL;

    for (guint i = 0; i < firmwares->len; i++) {
        const SealFirmware *firmware = g_ptr_array_index(firmwares, i);
        g_autofree char *why = NULL;

        if (!g_str_equal(firmware->executable, settings->firmware) ||
            (settings->nvram_template &&
             g_strcmp0(settings->nvram_template, firmware->nvram_template) != 0))
            continue;
        why = seal_firmware_why_not(firmware, wish);
        if (!why)
            return firmware;
        if (!described)
            described = firmware;
    }
    return described;
}

static SealFirmware *
describe_image(Core *core,
               const SealSettings *settings,
               SealTechnology technology,
               const HostInspection *inspection,
               GError **error)
{
    guint64 libvirt = host_state_get_facts(core->host_state)->libvirt_version;
    gboolean rom = seal_technology_get_info(technology)->private_memory ||
                   (!settings->nvram_template && libvirt < STATELESS_LIBVIRT);
    SealOvmf unseen = {0};

    if (!inspection)
        return seal_firmware_new_for_path(settings->firmware, settings->nvram_template, &unseen,
                                          rom);
    if (inspection->firmware_state == HOST_FILE_ABSENT) {
        g_set_error(error, SEAL_ERROR, SEAL_ERROR_FIRMWARE_NOT_FOUND,
                    "firmware %s does not exist; leave the setting out to have one chosen",
                    settings->firmware);
        return NULL;
    }
    if (!inspection->has_image || !inspection->image.is_firmware) {
        g_set_error(error, SEAL_ERROR, SEAL_ERROR_FIRMWARE_NOT_FOUND,
                    "%s %s; leave the setting out to have one chosen, or name an OVMF image",
                    settings->firmware,
                    inspection->has_image ? "is not a firmware image: it has no x86 reset vector"
                                          : "cannot be read as a firmware image");
        return NULL;
    }
    return seal_firmware_new_for_path(settings->firmware, settings->nvram_template,
                                      &inspection->image, rom);
}

static gboolean
check_fit(const SealFirmware *firmware, const SealFirmwareWish *wish, GError **error)
{
    g_autofree char *why = seal_firmware_why_not(firmware, wish);

    if (!why)
        return TRUE;
    g_set_error(error, SEAL_ERROR, SEAL_ERROR_FIRMWARE_NOT_FOUND,
                "firmware %s cannot be used for %s: %s; leave the setting out to have a fitting "
                "one chosen",
                firmware->executable, seal_technology_to_string(wish->technology), why);
    return FALSE;
}

static gboolean
choose_firmware(Core *core,
                const SealSettings *settings,
                SealTechnology technology,
                const HostInspection *inspection,
                const SealFirmware **ret_firmware,
                SealFirmware **ret_owned,
                GError **error)
{
    SealFirmwareWish wish = make_wish(settings, technology);
    GPtrArray *firmwares = host_state_get_facts(core->host_state)->firmwares;
    g_autoptr(SealFirmware) owned = NULL;
    const SealFirmware *chosen = NULL;

    if (!settings->firmware) {
        chosen = seal_firmware_choose(firmwares, &wish, error);
        if (!chosen)
            return FALSE;
    } else if (!g_str_equal(settings->firmware, "efi")) {
        chosen = find_described(firmwares, settings, &wish);
        if (!chosen)
            chosen = owned = describe_image(core, settings, technology, inspection, error);
        if (!chosen)
            return FALSE;
        /* An image nobody looked at (previews do not) cannot be judged. */
        if ((!owned || inspection) && !check_fit(chosen, &wish, error))
            return FALSE;
    }
    *ret_firmware = chosen;
    *ret_owned = g_steal_pointer(&owned);
    return TRUE;
}

gboolean
create_plan_stack(Core *core, SealTechnology technology, SealStack *ret_stack, GError **error)
{
    const SealFacts *facts = host_state_get_facts(core->host_state);
    const SealDomcaps *domcaps = facts->domcaps;

    if (!facts->libvirt_version) {
        g_set_error_literal(error, SEAL_ERROR, SEAL_ERROR_BACKEND_UNAVAILABLE,
                            "libvirt was not reached yet, so it is not known which XML it takes; "
                            "check that libvirtd or virtqemud runs");
        return FALSE;
    }
    *ret_stack = (SealStack){
        .libvirt_version = facts->libvirt_version,
        .qemu_version = facts->qemu_version,
        .arch = "x86_64",
        .emulator = domcaps ? domcaps->emulator : NULL,
        .cbitpos = domcaps ? domcaps->cbitpos : 0,
        .reduced_phys_bits = domcaps ? domcaps->reduced_phys_bits : 0,
        .kernel_version = facts->kernel_version,
        .has_policy_mask = technology == SEAL_TECHNOLOGY_SEV_SNP && facts->snp_policy.known,
        .policy_mask = facts->snp_policy.bits,
    };
    return TRUE;
}

static GStrv
collect_warnings(Core *core, const SealPlan *plan)
{
    g_auto(GStrv) warnings = seal_domain_writer_warnings(plan);
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    g_autoptr(GError) full = NULL;

    g_strv_builder_addv(builder, (const char **)warnings);
    if (!host_state_check_capacity(core->host_state, plan->technology, &full)) {
        g_autofree char *warning = g_strconcat("capacity: ", full->message, NULL);

        g_strv_builder_add(builder, warning);
    }
    return g_strv_builder_end(builder);
}

char *
create_plan_write(Core *core,
                  const SealPlan *decided,
                  const HostInspection *inspection,
                  GStrv *ret_warnings,
                  GError **error)
{
    g_autoptr(SealFirmware) owned = NULL;
    SealStack stack = {0};
    SealPlan plan = *decided;

    plan.stack = &stack;
    /* A stack that is too old comes before the firmware, which it could not use anyway. */
    if (!create_plan_stack(core, plan.technology, &stack, error) ||
        !seal_domain_writer_check_stack(&plan, error) ||
        !choose_firmware(core, plan.settings, plan.technology, inspection, &plan.firmware, &owned,
                         error) ||
        !seal_domain_writer_check(&plan, error))
        return NULL;
    *ret_warnings = collect_warnings(core, &plan);
    return seal_domain_writer_write(&plan);
}
