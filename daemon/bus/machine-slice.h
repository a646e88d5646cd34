/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * Host protection: a cap on machine.slice, the control group that libvirt
 * puts all guests in. Locked memory cannot be reclaimed, so without a cap one
 * guest with locked memory can starve the host.
 */

#include "call.h"

/**
 * machine_slice_set_limit - SetMemoryLimit of org.sealvirt1.Host
 * @call: (transfer full): the call
 */
void machine_slice_set_limit(Call *call);
