/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * The domain XML writer: settings plus what the connected stack can do in,
 * libvirt's XML out. It decides everything libvirt or QEMU would otherwise
 * add behind the guest's back, and emits the form that the connected libvirt
 * accepts. docs/ARCHITECTURE.md lists the rules it follows.
 */

#include "domcaps.h"
#include "firmware.h"
#include "settings.h"

/**
 * SealStack - the connected libvirt and QEMU, as far as the XML depends on them
 * @libvirt_version, @qemu_version: packed
 * @arch: "x86_64"; @emulator: path of the QEMU binary as domcapabilities name it
 * @cbitpos, @reduced_phys_bits: from domcapabilities; only written where libvirt
 *   is older than 6.9 and demands them, for stored they break a move to another
 *   processor generation
 * @kernel_version: packed, 0 when unknown
 * @has_policy_mask, @policy_mask: the policy bits of the plan's technology that KVM told to
 *   accept; see seal_policy_check_kernel()
 */
typedef struct {
    guint64 libvirt_version;
    guint64 qemu_version;
    const char *arch;
    const char *emulator;
    guint cbitpos;
    guint reduced_phys_bits;
    guint64 kernel_version;
    gboolean has_policy_mask;
    guint64 policy_mask;
} SealStack;

/**
 * SealPlan - everything decided, ready to be written
 * @settings: the caller's wishes
 * @technology: resolved, never AUTO
 * @policy: resolved
 * @firmware: (nullable): the chosen image; NULL only when settings.firmware is "efi"
 * @stack: the connected stack
 * @uuid: (nullable): lower case with dashes; NULL leaves it to libvirt
 */
typedef struct {
    const SealSettings *settings;
    SealTechnology technology;
    guint64 policy;
    const SealFirmware *firmware;
    const SealStack *stack;
    const char *uuid;
} SealPlan;

/**
 * seal_domain_writer_check_stack - whether the connected stack knows the technology at all
 * @plan: the plan; its firmware is not looked at, so this can be asked before one is chosen
 * Returns: FALSE with SEAL_ERROR_NOT_SUPPORTED that names the libvirt, the QEMU and the
 * kernel that are needed and those that are here. A version of 0 is unknown and refuses nothing.
 */
gboolean seal_domain_writer_check_stack(const SealPlan *plan, GError **error);

/**
 * seal_domain_writer_check - whether the connected stack can do the plan
 * @plan: the plan
 * Returns: FALSE with SEAL_ERROR_NOT_SUPPORTED that names the libvirt, QEMU or kernel
 * version that could (technology, stateless firmware, kernel hashes, policy bits, ...), or
 * SEAL_ERROR_INVALID_ARGUMENT for settings that exclude each other on this
 * technology (SMM firmware with SEV-ES, flash firmware with SEV-SNP and TDX, kernel
 * hashes without a hashes area, dh-cert on a technology without a measured start).
 */
gboolean seal_domain_writer_check(const SealPlan *plan, GError **error);

/**
 * seal_domain_writer_warnings - what works but leaks, or does not do what it seems to
 * @plan: a plan that seal_domain_writer_check() accepted
 * Returns: (transfer full): NULL-terminated rows "id: text", empty when there is nothing to
 * say; ids are stable, texts are one English sentence each.
 */
GStrv seal_domain_writer_warnings(const SealPlan *plan);

/**
 * seal_domain_writer_write - the XML
 * @plan: a plan that seal_domain_writer_check() accepted
 * Returns: (transfer full): the domain XML, two spaces indented.
 */
char *seal_domain_writer_write(const SealPlan *plan);
