/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * The restart guard: a guest of SEV-ES, SNP or TDX that reboots ends in
 * shutoff on a QEMU that cannot reset it (before 11.0). With the VM's restart
 * setting on, the daemon starts it again; after a real shutdown never.
 */

#include "core.h"

/**
 * restart_consider - look at a VM whose state has just changed
 * @core: the core
 * @vm: the VM; started again when it is shut off by a reboot and wants to be
 * The mark of a seen reboot is taken off whenever the VM is shut off or runs. Not started again is
 * a VM that somebody just then waits to see off; one whose run began with the wait for its owner
 * waits for its owner again; without room for the job it is tried again.
 */
void restart_consider(Core *core, Vm *vm);
