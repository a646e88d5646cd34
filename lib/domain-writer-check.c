/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Whether the connected libvirt and QEMU can do a plan, asked before libvirt
 * sees any XML: its own refusals come late, name an element instead of a
 * setting, and never say which version would do. Versions are those of libvirt's
 * and QEMU's release notes; rules are one small function each.
 */

#include "domain-writer.h"

#include "domain-writer-plan.h"
#include "error.h"
#include "text.h"
#include "version.h"

typedef gboolean (*Rule)(const SealPlan *plan, GError **error);

/* Above it libvirt demands an interrupt remapping device, which is not written. */
#define MAX_VCPUS 255

G_GNUC_PRINTF(3, 4)
static gboolean
refuse(GError **error, SealError code, const char *format, ...)
{
    g_autofree char *message = NULL;
    va_list args;

    va_start(args, format);
    message = g_strdup_vprintf(format, args);
    va_end(args);
    g_set_error_literal(error, SEAL_ERROR, code, message);
    return FALSE;
}

/* An unknown version (0) refuses nothing: libvirt itself will then. */
static gboolean
is_older(guint64 version, guint64 minimum)
{
    return version != 0 && version < minimum;
}

static gboolean
require_libvirt(const SealPlan *plan, const char *what, guint64 minimum, GError **error)
{
    g_autofree char *needed = seal_version_format(minimum);
    g_autofree char *seen = seal_version_format(plan->stack->libvirt_version);

    if (!is_older(plan->stack->libvirt_version, minimum))
        return TRUE;
    return refuse(error, SEAL_ERROR_NOT_SUPPORTED,
                  "%s needs libvirt %s or newer, here is %s; upgrade libvirt or leave it out", what,
                  needed, seen);
}

static gboolean
require_qemu(const SealPlan *plan, const char *what, guint64 minimum, GError **error)
{
    g_autofree char *needed = seal_version_format(minimum);
    g_autofree char *seen = seal_version_format(plan->stack->qemu_version);

    if (!is_older(plan->stack->qemu_version, minimum))
        return TRUE;
    return refuse(error, SEAL_ERROR_NOT_SUPPORTED,
                  "%s needs QEMU %s or newer, here is %s; upgrade QEMU or leave it out", what,
                  needed, seen);
}

static gboolean
check_versions(const SealPlan *plan, GError **error)
{
    const SealTechnologyInfo *info = seal_technology_get_info(plan->technology);
    g_autofree char *libvirt = seal_version_format(info->min_libvirt);
    g_autofree char *qemu = seal_version_format(info->min_qemu);
    g_autofree char *kernel = seal_version_format(info->min_kernel);
    g_autofree char *libvirt_seen = seal_version_format(plan->stack->libvirt_version);
    g_autofree char *qemu_seen = seal_version_format(plan->stack->qemu_version);

    if (!is_older(plan->stack->libvirt_version, info->min_libvirt) &&
        !is_older(plan->stack->qemu_version, info->min_qemu))
        return TRUE;
    return refuse(error, SEAL_ERROR_NOT_SUPPORTED,
                  "technology %s needs libvirt %s, QEMU %s and Linux %s or newer, here are "
                  "libvirt %s and QEMU %s; upgrade, or choose another technology",
                  info->name, libvirt, qemu, kernel, libvirt_seen, qemu_seen);
}

static gboolean
check_creatable(const SealPlan *plan, GError **error)
{
    const SealTechnologyInfo *info = seal_technology_get_info(plan->technology);

    if (info->creatable)
        return TRUE;
    return refuse(error, SEAL_ERROR_NOT_SUPPORTED,
                  "technology is %s, but this version of Sealvirt creates sev and sev-es VMs only; "
                  "choose one of them",
                  info->name);
}

static gboolean
check_vcpus(const SealPlan *plan, GError **error)
{
    if (plan->settings->vcpus <= MAX_VCPUS)
        return TRUE;
    return refuse(error, SEAL_ERROR_NOT_SUPPORTED,
                  "vcpus is %u; more than %u need an interrupt remapping device, which this "
                  "version of Sealvirt does not write; give at most %u",
                  plan->settings->vcpus, MAX_VCPUS, MAX_VCPUS);
}

static gboolean
check_machine(const SealPlan *plan, GError **error)
{
    if (seal_settings_is_q35(plan->settings) || !seal_domain_writer_plan_encrypted(plan))
        return TRUE;
    if (seal_domain_writer_plan_video(plan) == SEAL_VIDEO_VIRTIO)
        return refuse(error, SEAL_ERROR_INVALID_ARGUMENT,
                      "video is virtio, which an encrypted guest on machine %s cannot use; give "
                      "machine=q35 or video=std",
                      plan->settings->machine);
    return require_libvirt(plan, "an encrypted guest on a pc machine", SEAL_VERSION(5, 2, 0),
                           error);
}

static gboolean
check_chosen_by_libvirt(const SealPlan *plan, GError **error)
{
    if (!seal_domain_writer_plan_lets_libvirt_choose(plan))
        return TRUE;
    if (plan->settings->dh_cert &&
        !require_libvirt(plan, "firmware=efi without a variable store, which a dh-cert asks for,",
                         SEAL_VERSION(8, 6, 0), error))
        return FALSE;
    return require_libvirt(plan, "firmware=efi", SEAL_VERSION(7, 2, 0), error);
}

static char *
show_firmware(const SealPlan *plan)
{
    return seal_text_show(plan->firmware ? plan->firmware->executable : NULL);
}

static gboolean
check_firmware(const SealPlan *plan, GError **error)
{
    const SealFirmware *firmware = plan->firmware;
    g_autofree char *shown = show_firmware(plan);

    if (!firmware)
        return seal_domain_writer_plan_lets_libvirt_choose(plan) ||
               refuse(error, SEAL_ERROR_FIRMWARE_NOT_FOUND,
                      "no firmware was chosen; give firmware=PATH of a UEFI image");
    if (firmware->mapping == SEAL_FIRMWARE_COMBINED)
        return refuse(error, SEAL_ERROR_INVALID_ARGUMENT,
                      "firmware is \"%s\", which keeps code and variables in one file, and "
                      "libvirt cannot use that; give another",
                      shown);
    if (firmware->mapping == SEAL_FIRMWARE_STATELESS &&
        !require_libvirt(plan, "firmware without a variable store", SEAL_VERSION(8, 6, 0), error))
        return FALSE;
    if (g_strcmp0(firmware->format, "raw") != 0 &&
        !require_libvirt(plan, "firmware in qcow2 format", SEAL_VERSION(9, 2, 0), error))
        return FALSE;
    return TRUE;
}

static gboolean
check_smm(const SealPlan *plan, GError **error)
{
    g_autofree char *shown = show_firmware(plan);

    if (!seal_domain_writer_plan_needs_smm(plan) || plan->technology == SEAL_TECHNOLOGY_NONE ||
        plan->technology == SEAL_TECHNOLOGY_SEV)
        return TRUE;
    return refuse(error, SEAL_ERROR_INVALID_ARGUMENT,
                  "firmware is \"%s\", which requires system management mode, and a %s guest "
                  "cannot have that; give a build without Secure Boot",
                  shown, seal_technology_to_string(plan->technology));
}

static gboolean
check_kernel_hashes(const SealPlan *plan, GError **error)
{
    const SealFirmware *firmware = plan->firmware;
    g_autofree char *shown = show_firmware(plan);

    if (!plan->settings->kernel_hashes)
        return TRUE;
    if (!seal_technology_get_info(plan->technology)->measured_start)
        return refuse(error, SEAL_ERROR_INVALID_ARGUMENT,
                      "kernel-hashes is true, but technology %s has no measured start; leave it "
                      "out or choose sev or sev-es",
                      seal_technology_to_string(plan->technology));
    if (firmware && firmware->has_image &&
        (!firmware->image.has_hashes_area || firmware->image.hashes_base == 0))
        return refuse(error, SEAL_ERROR_INVALID_ARGUMENT,
                      "kernel-hashes is true, but firmware \"%s\" has no room for the hashes; "
                      "give an AmdSev build of OVMF (OVMF.amdsev.fd)",
                      shown);
    return require_libvirt(plan, "kernel-hashes", SEAL_VERSION(8, 0, 0), error) &&
           require_qemu(plan, "kernel-hashes", SEAL_VERSION(6, 2, 0), error);
}

static gboolean
check_owner(const SealPlan *plan, GError **error)
{
    if (!plan->settings->dh_cert || seal_technology_get_info(plan->technology)->measured_start)
        return TRUE;
    return refuse(error, SEAL_ERROR_INVALID_ARGUMENT,
                  "dh-cert and session are given, but technology %s has no measured start that "
                  "they could serve; leave them out or choose sev or sev-es",
                  seal_technology_to_string(plan->technology));
}

static gboolean
check_memory_backing(const SealPlan *plan, GError **error)
{
    if (plan->settings->memory_backing != SEAL_MEMORY_BACKING_NONE ||
        !seal_technology_get_info(plan->technology)->pins_memory)
        return TRUE;
    return refuse(error, SEAL_ERROR_INVALID_ARGUMENT,
                  "memory-backing is none, but KVM pins all memory of a %s guest and would reach "
                  "the lock limit at start; give locked, hard-limit or hugepages",
                  seal_technology_to_string(plan->technology));
}

static const Rule rules[] = {
    check_versions, check_creatable, check_vcpus,         check_machine, check_chosen_by_libvirt,
    check_firmware, check_smm,       check_kernel_hashes, check_owner,   check_memory_backing,
};

gboolean
seal_domain_writer_check(const SealPlan *plan, GError **error)
{
    for (guint i = 0; i < G_N_ELEMENTS(rules); i++) {
        if (!rules[i](plan, error))
            return FALSE;
    }
    return TRUE;
}
