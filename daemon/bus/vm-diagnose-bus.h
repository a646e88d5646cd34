/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * Diagnose of org.sealvirt1.VM: why the last start failed, in the words of
 * the failure dictionary.
 */

#include "call.h"

/**
 * vm_diagnose_bus_diagnose - Diagnose
 * @call: (transfer full): the call
 */
void vm_diagnose_bus_diagnose(Call *call);
