/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * What libvirt is asked to do for a create: define the XML, and on the way
 * look at what only libvirt can see.
 */

#include "core.h"
#include "settings.h"

/**
 * create_define_request - the request that defines a VM
 * @core: the core
 * @settings: of the VM
 * @xml: (transfer full): its domain XML
 * @unseen: (transfer none) (element-type utf8): disks whose presence libvirt is to judge; a NULL is
 *   added at its end
 * Returns: (transfer full)
 */
VirtRequest *
create_define_request(Core *core, const SealSettings *settings, char *xml, GPtrArray *unseen);
