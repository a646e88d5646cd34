/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * The mark on a guest that waits for its owner: launched paused, measured, and
 * not run yet. libvirt calls such a guest paused like any other, so without a
 * mark nobody could tell after a restart of the daemon. It lies in the running
 * domain's metadata, where it lives exactly as long as the launch does.
 */

#include <libvirt/libvirt.h>

#include "backend.h"

/**
 * launch_mark_set - mark a guest that was just started paused
 * @domain: the domain
 * @snapshot: of it, taken after the start; shows the mark afterwards
 * Does nothing for a guest that is not measured by the host or has no owner's session. A libvirt
 * that refuses costs the mark and not the start.
 */
void launch_mark_set(virDomainPtr domain, VirtDomain *snapshot);

/**
 * launch_mark_is_stale - whether a mark is seen that says nothing
 * @snapshot: of a domain
 * Returns: TRUE for a guest that runs, and for one that is off: then it lies in the definition.
 */
gboolean launch_mark_is_stale(const VirtDomain *snapshot);

/**
 * launch_mark_settle - take a stale mark away
 * @domain: the domain
 * @snapshot: of it; does nothing unless launch_mark_is_stale()
 */
void launch_mark_settle(virDomainPtr domain, VirtDomain *snapshot);
