/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * The rules between settings, inside lib/ only: what needs what, what excludes
 * what, and the defaults that depend on other settings. They hold on every
 * host; what a technology or a libvirt forbids is in domain-writer-check.c.
 */

#include "settings.h"

/**
 * seal_settings_rules_apply - fill the defaults and check the settings together
 * @settings: each value valid by itself; changed in place
 * Returns: FALSE with SEAL_ERROR_INVALID_ARGUMENT that names the settings at odds and the cure.
 */
gboolean seal_settings_rules_apply(SealSettings *settings, GError **error);
