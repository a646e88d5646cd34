/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * After a daemon was killed in the middle of a create, or libvirt fell silent
 * while one was taken back: reading the notes that making.c left, and taking
 * away what they name.
 */

#include "core.h"

/*
 * GVariant type of a note: UUID of the VM, whether the file of its firmware variables is the
 * create's, pool and name of each volume that is.
 */
#define RECOVERY_NOTE "(sba(ss))"

/**
 * recovery_owe - a create of this daemon left its note: act on it at the next connection
 * @core: the core
 * @uuid: of the VM that was not to be
 */
void recovery_owe(Core *core, const char *uuid);

/**
 * recovery_run - take away what was left half made
 * @core: the core; connected, and its listing is in
 * The first time that is what every note names, later only those of recovery_owe(): the others
 * belong to creates under way.
 * Powers off and undefines the domain of each note, deletes its volumes, then removes the
 * note. What libvirt cannot delete is logged and tried again by the next daemon; what it
 * does not answer for, at the next connection.
 */
void recovery_run(Core *core);
