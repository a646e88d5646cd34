/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * org.sealvirt1.Host on /org/sealvirt1/host: the vtable and the functions
 * behind its rows of the gate table.
 */

#include "call.h"

/** host_bus_vtable - the vtable; userdata is the Service */
extern const sd_bus_vtable host_bus_vtable[];

/**
 * host_bus_check - Check
 * @call: (transfer full): the call
 */
void host_bus_check(Call *call);

/**
 * host_bus_refresh - Refresh
 * @call: (transfer full): the call
 */
void host_bus_refresh(Call *call);
