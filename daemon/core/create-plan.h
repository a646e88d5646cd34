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
 * create_plan_stack - the connected stack
 * @core: the core
 * @technology: resolved; the policy bits that KVM accepts are those of its guests
 * @ret_stack: points into the host's facts
 * Returns: FALSE with SEAL_ERROR_BACKEND_UNAVAILABLE when libvirt was never reached.
 */
gboolean
create_plan_stack(Core *core, SealTechnology technology, SealStack *ret_stack, GError **error);

/**
 * create_plan_write - the XML of what was decided, with the firmware that fits
 * @core: the core
 * @decided: settings, technology, policy and uuid; the rest is filled in here
 * @inspection: (nullable): what was seen of an explicitly named firmware image
 * @ret_warnings: (transfer full): what to think about before making it: of the settings, and that
 *   no key slot is free for it now; each an id, a colon and a text
 * Returns: (transfer full): NULL with SEAL_ERROR_BACKEND_UNAVAILABLE (libvirt was never reached),
 * NOT_SUPPORTED, FIRMWARE_NOT_FOUND or INVALID_ARGUMENT.
 */
char *create_plan_write(Core *core,
                        const SealPlan *decided,
                        const HostInspection *inspection,
                        GStrv *ret_warnings,
                        GError **error);
