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
 */
typedef struct {
    guint64 libvirt_version;
    guint64 qemu_version;
    const char *arch;
    const char *emulator;
    guint cbitpos;
    guint reduced_phys_bits;
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
 * seal_domain_writer_check - whether the connected stack can do the plan at all
 * @plan: the plan
 * Returns: FALSE with SEAL_ERROR_NOT_SUPPORTED that names the libvirt or QEMU
 * version that could (technology, stateless firmware, kernel hashes, ...), or
 * SEAL_ERROR_INVALID_ARGUMENT for settings that exclude each other on this
 * technology (IDE on q35, SMM firmware with SEV-ES, kernel hashes without a
 * hashes area, dh-cert on a technology without a measured start).
 */
gboolean seal_domain_writer_check(const SealPlan *plan, GError **error);

/**
 * seal_domain_writer_write - the XML
 * @plan: a plan that seal_domain_writer_check() accepted
 * Returns: (transfer full): the domain XML, two spaces indented.
 */
char *seal_domain_writer_write(const SealPlan *plan);
