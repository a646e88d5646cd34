/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * The rules for the members of "disks" and "networks", inside lib/ only. They
 * are apart from the rules between other settings because they look at each
 * member alone and then at all of them together.
 */

#include "settings.h"

/**
 * seal_settings_devices_apply - fill the defaults of disks and networks and check them
 * @settings: each value valid by itself; changed in place
 * Returns: FALSE with SEAL_ERROR_INVALID_ARGUMENT that names the member, the values at odds
 * and the cure.
 */
gboolean seal_settings_devices_apply(SealSettings *settings, GError **error);
