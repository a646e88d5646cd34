/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * From libvirt's pair of numbers (virDomainState and its reason) to our state
 * and a stable word for the reason.
 */

#include "backend.h"

/**
 * virt_state_from_libvirt - our state for libvirt's
 * @state: a virDomainState
 * Returns: SHUTOFF for states this version does not know.
 */
VirtState virt_state_from_libvirt(int state);

/**
 * virt_state_reason - a word for the reason of a state
 * @state: a virDomainState; @reason: its reason enum
 * Returns: (transfer none): static, e.g. "booted"; "unknown" outside the table.
 */
const char *virt_state_reason(int state, int reason);
