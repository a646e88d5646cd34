/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * The XML that a create would define, for a person to read. Anybody may ask
 * for it, so it must not tell which files exist.
 */

#include "core.h"

/**
 * create_preview - write the XML and make nothing
 * @core: the core
 * @name: the VM's name
 * @settings: a{sv}
 * Returns: (transfer full): the XML without secrets, its warnings on top as comments; NULL with
 * SEAL_ERROR_INVALID_ARGUMENT, TECHNOLOGY_UNAVAILABLE (only for "auto"), NOT_SUPPORTED,
 * FIRMWARE_NOT_FOUND or BACKEND_UNAVAILABLE (libvirt was never reached).
 */
char *create_preview(Core *core, const char *name, GVariant *settings, GError **error);
