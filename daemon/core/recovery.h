/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * After a daemon was killed in the middle of a create: reading the notes that
 * making.c left, and taking away what they name.
 */

#include "core.h"

/**
 * recovery_run - take away what was left half made
 * @core: the core; connected, and its listing is in
 * Powers off and undefines the domain of each note, deletes its volumes, then removes the
 * note. What libvirt cannot delete is logged and tried again by the next daemon.
 */
void recovery_run(Core *core);
