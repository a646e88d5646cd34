/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * Reading domains from libvirt into plain values, one domain or all of them.
 * Runs in a worker.
 */

#include <libvirt/libvirt.h>

#include "backend.h"

G_DEFINE_AUTO_CLEANUP_FREE_FUNC(virDomainPtr, virDomainFree, NULL)

/**
 * snapshot_run - which run of a domain a handle was looked up in
 * @domain: the domain
 * Returns: libvirt's id, which no two runs share while libvirtd lives, or 0 when it was off.
 */
guint snapshot_run(virDomainPtr domain);

/**
 * snapshot_domain - one domain as it is now
 * @domain: the domain
 * Returns: (transfer full): or NULL with SEAL_ERROR_NOT_FOUND when it went away
 * meanwhile, SEAL_ERROR_BACKEND when libvirt fails or its XML cannot be read.
 */
VirtDomain *snapshot_domain(virDomainPtr domain, GError **error);

/**
 * snapshot_defined - a domain that was defined a moment ago
 * @domain: (transfer full): what was defined, as libvirt has it now
 * @autostart: as it was set
 * Returns: (transfer full): what snapshot_domain() would say; nothing is asked, for a new
 *   domain is persistent and shut off.
 */
VirtDomain *snapshot_defined(SealDomain *domain, gboolean autostart);

/**
 * snapshot_all - every domain as it is now
 * @connection: open connection
 * @domains: (element-type VirtDomain): appended to
 * Domains that vanish meanwhile are left out; one whose XML cannot be read is
 * left out as well, so that one odd domain does not hide the rest. A libvirt that
 * goes away in the middle is an error, for who is not listed counts as gone.
 * Returns: FALSE with SEAL_ERROR_BACKEND or BACKEND_UNAVAILABLE.
 */
gboolean snapshot_all(virConnectPtr connection, GPtrArray *domains, GError **error);
