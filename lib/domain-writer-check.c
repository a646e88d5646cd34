/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Whether the connected libvirt and QEMU can do a plan, asked before libvirt
 * sees any XML: its own refusals come late, name an element instead of a
 * setting, and never say which version would do. Versions are those of libvirt's
 * and QEMU's release notes; rules are one small function each.
 */

#include "domain-writer.h"

#include <string.h>

#include "domain-writer-fit.h"
#include "domain-writer-plan.h"
#include "error.h"
#include "policy.h"
#include "text.h"
#include "version.h"

typedef gboolean (*Rule)(const SealPlan *plan, GError **error);

/* Above it libvirt demands an interrupt remapping device, which is not written. */
#define MAX_VCPUS 255

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
    return seal_error_refuse(
        error, SEAL_ERROR_NOT_SUPPORTED,
        "%s needs libvirt %s or newer, here is %s; upgrade libvirt or leave it out", what, needed,
        seen);
}

static gboolean
require_qemu(const SealPlan *plan, const char *what, guint64 minimum, GError **error)
{
    g_autofree char *needed = seal_version_format(minimum);
    g_autofree char *seen = seal_version_format(plan->stack->qemu_version);

    if (!is_older(plan->stack->qemu_version, minimum))
        return TRUE;
    return seal_error_refuse(error, SEAL_ERROR_NOT_SUPPORTED,
                             "%s needs QEMU %s or newer, here is %s; upgrade QEMU or leave it out",
                             what, needed, seen);
}

/* All three in any case: who upgrades one wants to know whether the others will do. */
static gboolean
check_versions(const SealPlan *plan, GError **error)
{
    const SealTechnologyInfo *info = seal_technology_get_info(plan->technology);
    const SealStack *stack = plan->stack;
    g_autofree char *libvirt = seal_version_format(info->min_libvirt);
    g_autofree char *qemu = seal_version_format(info->min_qemu);
    g_autofree char *kernel = seal_version_format(info->min_kernel);
    g_autofree char *libvirt_seen = seal_version_format(stack->libvirt_version);
    g_autofree char *qemu_seen = seal_version_format(stack->qemu_version);
    g_autofree char *kernel_seen = seal_version_format(stack->kernel_version);

    if (!is_older(stack->libvirt_version, info->min_libvirt) &&
        !is_older(stack->qemu_version, info->min_qemu) &&
        !is_older(stack->kernel_version, info->min_kernel))
        return TRUE;
    return seal_error_refuse(
        error, SEAL_ERROR_NOT_SUPPORTED,
        "technology %s needs libvirt %s, QEMU %s and Linux %s or newer, here are "
        "libvirt %s, QEMU %s and Linux %s; upgrade, or choose another technology",
        info->name, libvirt, qemu, kernel, libvirt_seen, qemu_seen, kernel_seen);
}

static gboolean
check_creatable(const SealPlan *plan, GError **error)
{
    const SealTechnologyInfo *info = seal_technology_get_info(plan->technology);

    if (info->creatable)
        return TRUE;
    return seal_error_refuse(
        error, SEAL_ERROR_NOT_SUPPORTED,
        "technology is %s, whose VMs Sealvirt shows and starts but does not create; "
        "define it with virsh",
        info->name);
}

gboolean
seal_domain_writer_check_stack(const SealPlan *plan, GError **error)
{
    return check_versions(plan, error) && check_creatable(plan, error);
}

static gboolean
check_vcpus(const SealPlan *plan, GError **error)
{
    if (plan->settings->vcpus <= MAX_VCPUS)
        return TRUE;
    return seal_error_refuse(
        error, SEAL_ERROR_NOT_SUPPORTED,
        "vcpus is %u; more than %u need an interrupt remapping device, which this "
        "version of Sealvirt does not write; give at most %u",
        plan->settings->vcpus, MAX_VCPUS, MAX_VCPUS);
}

static gboolean
check_machine(const SealPlan *plan, GError **error)
{
    SealVideo video = seal_domain_writer_plan_video(plan);

    if (seal_settings_is_q35(plan->settings) || !seal_domain_writer_plan_encrypted(plan))
        return TRUE;
    if (seal_domain_writer_plan_private_memory(plan))
        return seal_error_refuse(
            error, SEAL_ERROR_INVALID_ARGUMENT,
            "machine is %s, but %s guests need a q35 machine; give machine=q35 or leave "
            "it out",
            plan->settings->machine, seal_technology_to_string(plan->technology));
    if (video == SEAL_VIDEO_VIRTIO || video == SEAL_VIDEO_VIRTIO_GL)
        return seal_error_refuse(
            error, SEAL_ERROR_INVALID_ARGUMENT,
            "video is %s, which an encrypted guest on machine %s cannot use; give "
            "machine=q35 or video=std",
            video == SEAL_VIDEO_VIRTIO ? "virtio" : "virtio-gl", plan->settings->machine);
    return require_libvirt(plan, "an encrypted guest on a pc machine", SEAL_VERSION(5, 2, 0),
                           error);
}

/* The version in a machine type's name: 2.6 of "pc-q35-2.6"; 0 where there is none. */
static guint64
read_machine_version(const char *machine)
{
    static const char *const families[] = {"pc-q35-", "pc-i440fx-"};

    for (gsize i = 0; i < G_N_ELEMENTS(families); i++) {
        if (g_str_has_prefix(machine, families[i]))
            return seal_version_parse(machine + strlen(families[i]));
    }
    return 0;
}

/*
 * Up to 2.6 machines have virtio 1.0 switched off (QEMU hw/core/machine.c, hw_compat_2_6), and an
 * encrypted guest's devices cannot be older ones. Some would start, with none of those devices or,
 * on i440fx, with few: not worth a rule that nobody could guess.
 */
static gboolean
check_machine_version(const SealPlan *plan, GError **error)
{
    const char *machine = plan->settings->machine;

    if (!seal_domain_writer_plan_encrypted(plan) ||
        !is_older(read_machine_version(machine), SEAL_VERSION(2, 7, 0)))
        return TRUE;
    return seal_error_refuse(
        error, SEAL_ERROR_INVALID_ARGUMENT,
        "machine is %s, but before version 2.7 machines have virtio devices that an encrypted "
        "guest cannot use; give machine=q35, or a version from 2.7 on",
        machine);
}

static gboolean
check_chosen_by_libvirt(const SealPlan *plan, GError **error)
{
    if (!seal_domain_writer_plan_lets_libvirt_choose(plan))
        return TRUE;
    /* Older ones map as flash what must be ROM (libvirt NEWS, 11.8.0). */
    if (seal_domain_writer_plan_private_memory(plan))
        return require_libvirt(plan, "firmware=efi for sev-snp and tdx", SEAL_VERSION(11, 8, 0),
                               error);
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
               seal_error_refuse(error, SEAL_ERROR_FIRMWARE_NOT_FOUND,
                                 "no firmware was chosen; give firmware=PATH of a UEFI image");
    if (firmware->mapping == SEAL_FIRMWARE_COMBINED)
        return seal_error_refuse(
            error, SEAL_ERROR_INVALID_ARGUMENT,
            "firmware is \"%s\", which keeps code and variables in one file, and "
            "libvirt cannot use that; give another",
            shown);
    if (seal_domain_writer_plan_private_memory(plan) && firmware->mapping != SEAL_FIRMWARE_MEMORY)
        return seal_error_refuse(
            error, SEAL_ERROR_INVALID_ARGUMENT,
            "firmware is \"%s\", which is mapped as flash, and %s guests need it as "
            "ROM; give an image that is made for that, without nvram-template, or leave "
            "it out to have one chosen",
            shown, seal_technology_to_string(plan->technology));
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
    return seal_error_refuse(
        error, SEAL_ERROR_INVALID_ARGUMENT,
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
    if (firmware && firmware->has_image && !seal_ovmf_can_check_hashes(&firmware->image))
        return seal_error_refuse(
            error, SEAL_ERROR_INVALID_ARGUMENT,
            "kernel-hashes is true, but firmware \"%s\" has no room for the hashes; "
            "give an AmdSev build of OVMF (OVMF.amdsev.fd)",
            shown);
    return require_libvirt(plan, "kernel-hashes", SEAL_VERSION(8, 0, 0), error) &&
           require_qemu(plan, "kernel-hashes", SEAL_VERSION(6, 2, 0), error);
}

/*
 * libvirt takes debug as well, but neither QEMU (target/i386/kvm/tdx.c, TDX_SUPPORTED_TD_ATTRS) nor
 * KVM (arch/x86/kvm/vmx/tdx.c, KVM_SUPPORTED_TD_ATTRS) starts a guest with it.
 */
#define TDX_STARTS SEAL_POLICY_TDX_SEPT_VE_DISABLE

static gboolean
check_policy(const SealPlan *plan, GError **error)
{
    const SealStack *stack = plan->stack;
    guint64 excess = plan->policy & ~TDX_STARTS;
    g_auto(GStrv) flags = seal_policy_decode(plan->technology, excess);
    g_autofree char *names = g_strjoinv(", ", flags);

    if (plan->technology == SEAL_TECHNOLOGY_TDX && excess)
        return seal_error_refuse(error, SEAL_ERROR_NOT_SUPPORTED,
                                 "policy 0x%" G_GINT64_MODIFIER
                                 "x sets %s, but of a tdx policy libvirt, QEMU and KVM together "
                                 "take sept-ve-disable only; give 0x%" G_GINT64_MODIFIER "x",
                                 plan->policy, names, TDX_STARTS);
    return seal_policy_check_kernel(plan->technology, plan->policy, stack->kernel_version,
                                    stack->has_policy_mask, stack->policy_mask, error);
}

static gboolean
check_clipboard(const SealPlan *plan, GError **error)
{
    if (!plan->settings->clipboard || plan->settings->display != SEAL_DISPLAY_VNC)
        return TRUE;
    return require_libvirt(plan, "clipboard with display=vnc", SEAL_VERSION(8, 4, 0), error) &&
           require_qemu(plan, "clipboard with display=vnc", SEAL_VERSION(6, 1, 0), error);
}

static gboolean
check_memory_backing(const SealPlan *plan, GError **error)
{
    if (plan->settings->memory_backing != SEAL_MEMORY_BACKING_NONE ||
        !seal_technology_get_info(plan->technology)->pins_memory)
        return TRUE;
    return seal_error_refuse(
        error, SEAL_ERROR_INVALID_ARGUMENT,
        "memory-backing is none, but KVM pins all memory of a %s guest and would reach "
        "the lock limit at start; give locked, hard-limit or hugepages",
        seal_technology_to_string(plan->technology));
}

static const Rule rules[] = {
    seal_domain_writer_check_stack,
    seal_domain_writer_fit_check,
    check_vcpus,
    check_machine,
    check_machine_version,
    check_chosen_by_libvirt,
    check_firmware,
    check_smm,
    check_kernel_hashes,
    check_policy,
    check_memory_backing,
    check_clipboard,
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
