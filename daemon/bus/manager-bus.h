/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * org.sealvirt1.Manager on /org/sealvirt1: the vtable and the functions behind
 * its rows of the gate table. Each takes its call over.
 */

#include "call.h"

/** manager_bus_vtable - the vtable; userdata is the Service */
extern const sd_bus_vtable manager_bus_vtable[];

/**
 * manager_bus_create_needs - the second action of CreateVM
 * @arguments: (sa{sv}a{sv})
 * Returns: (transfer none) (nullable): control when the VM is to be started as well.
 */
const char *manager_bus_create_needs(GVariant *arguments);

/**
 * manager_bus_create - CreateVM
 * manager_bus_preview - PreviewVM
 * manager_bus_find - FindVM
 * manager_bus_list - ListVMs
 * manager_bus_encode_policy - EncodePolicy
 * manager_bus_decode_policy - DecodePolicy
 * @call: (transfer full): the call
 */
void manager_bus_create(Call *call);
void manager_bus_preview(Call *call);
void manager_bus_find(Call *call);
void manager_bus_list(Call *call);
void manager_bus_encode_policy(Call *call);
void manager_bus_decode_policy(Call *call);
