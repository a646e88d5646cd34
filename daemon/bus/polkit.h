/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * The real authority: polkit over D-Bus. The subject is always the sender's
 * bus name; process ids are never looked at, for they can be raced.
 */

#include "authority.h"

/**
 * polkit_new - an authority over a bus
 * @bus: (transfer none): referenced
 * Returns: (transfer full): free with class->free().
 */
Authority *polkit_new(sd_bus *bus);
