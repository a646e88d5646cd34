/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * The way of a random VM through lib, from its settings to domain XML, with
 * the firmware and the stack that it was drawn for.
 */

#include "random-settings.h"

/**
 * random_xml_write - the domain XML of a random VM
 * @vm: the VM
 * @name: its name
 * @uuid: (nullable): its UUID; NULL leaves it to libvirt
 * @ret_policy: the policy that was decided
 * Returns: (transfer full): the XML, or NULL and the first error on the way there.
 */
char *random_xml_write(
    const RandomVm *vm, const char *name, const char *uuid, guint64 *ret_policy, GError **error);
