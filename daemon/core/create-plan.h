/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * From settings to a plan for this host: the decisions of a create that need
 * the host's facts, without waiting for anything.
 */

#include "core.h"
#include "domain-writer.h"

/**
 * create_plan_technology - what the settings' technology means here
 * @core: the core
 * @settings: the settings
 * @preview: an unusable technology asked for by name is accepted, since only XML is written
 * @ret_technology: never AUTO
 * Returns: FALSE with SEAL_ERROR_TECHNOLOGY_UNAVAILABLE; auto never becomes none.
 */
gboolean create_plan_technology(Core *core,
                                const SealSettings *settings,
                                gboolean preview,
                                SealTechnology *ret_technology,
                                GError **error);

/**
 * create_plan_firmware - the firmware for the settings
 * @core: the core
 * @settings: the settings
 * @technology: resolved
 * @inspection: (nullable): what was seen of an explicitly named image
 * @ret_firmware: (transfer full) (nullable): a copy-free choice: @ret_owned says whether to free it
 * @ret_owned: (transfer full) (nullable): firmware made for an explicit path
 * Returns: FALSE with SEAL_ERROR_FIRMWARE_NOT_FOUND. @ret_firmware is NULL when
 * libvirt is to choose ("efi").
 */
gboolean create_plan_firmware(Core *core,
                              const SealSettings *settings,
                              SealTechnology technology,
                              const HostInspection *inspection,
                              const SealFirmware **ret_firmware,
                              SealFirmware **ret_owned,
                              GError **error);

/**
 * create_plan_stack - the connected stack
 * @core: the core
 * @technology: resolved; the policy bits that KVM accepts are those of its guests
 * @ret_stack: points into the host's facts
 * Returns: FALSE with SEAL_ERROR_BACKEND_UNAVAILABLE when libvirt was never reached.
 */
gboolean
create_plan_stack(Core *core, SealTechnology technology, SealStack *ret_stack, GError **error);

/**
 * create_plan_warnings - what to think about before making it
 * @core: the core
 * @plan: complete
 * Returns: (transfer full): those of the settings, and that no key slot is free for it now; each an
 * id, a colon and a text.
 */
GStrv create_plan_warnings(Core *core, const SealPlan *plan);
