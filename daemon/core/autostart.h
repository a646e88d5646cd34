/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * VMs that start with the host. libvirt starts them itself, in an order of its
 * own, and knows nothing of key slots or of a technology that is not ready yet:
 * those that it could not start are shut off with a failure. Once after each
 * boot of the host the daemon tries them again through its own gates, so that
 * what fits now starts, and what does not is refused with the reason.
 */

#include "core.h"

/**
 * autostart_run - try again what libvirt could not start with the host
 * @core: the core; connected, listed and probed
 * Does nothing more than once a boot (by the kernel's boot id, in a note that outlives the
 * daemon), nor for unencrypted VMs, nor for VMs that ran or were stopped since. One after the
 * other, by name; each outcome is logged.
 */
void autostart_run(Core *core);

/**
 * autostart_warn - tell when more VMs start with the host than it has key slots
 * @core: the core
 * @vm: a VM that was just made or whose autostart was just changed
 */
void autostart_warn(Core *core, const Vm *vm);
