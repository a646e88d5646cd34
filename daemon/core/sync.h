/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * Keeping the registry true: a full listing at each connection, some more looks
 * at what runs soon after it, and a snapshot of each domain that libvirt says
 * has changed. Snapshots of one VM are never under way twice; a change that
 * comes meanwhile asks for one more. One that libvirt takes long to answer is
 * waited for, for no event comes twice.
 */

#include "core.h"

/**
 * SyncDone - the first listing after a connection is in the registry
 */
typedef void (*SyncDone)(gpointer data);

/**
 * sync_new - nothing under way
 * @core: (transfer none): whose registry it keeps
 * Returns: (transfer full)
 */
Sync *sync_new(Core *core);

/**
 * sync_free - give it back; no request of it may be under way
 * @sync: (nullable) (transfer full)
 */
void sync_free(Sync *sync);

/**
 * sync_list - list everything afresh
 * @sync: the sync
 * @done: (nullable): called when the listing is in, also when it failed
 * @data: for @done
 */
void sync_list(Sync *sync, SyncDone done, gpointer data);

/**
 * sync_refresh - take a new snapshot of one domain, soon
 * @sync: the sync
 * @uuid: which; it is removed from the registry when libvirt has it no more
 */
void sync_refresh(Sync *sync, const char *uuid);

/**
 * sync_look_again - look at the guests that run a few times more, over half a minute
 * @sync: the sync
 * For a connection that has just come: libvirt may begin beside us, and tells nobody of a guest
 * that had ended before it did.
 */
void sync_look_again(Sync *sync);

/**
 * sync_hold - let a domain's changes wait until it is released
 * @sync: the sync
 * @uuid: of a VM that is being made: libvirt tells of it before its own reply comes, and a look
 *   then would only slow down what the caller waits for
 */
void sync_hold(Sync *sync, const char *uuid);

/**
 * sync_release - look at what has changed meanwhile, a moment later, and at changes from now on
 * @sync: the sync
 * @uuid: which; nothing happens when it is not held
 */
void sync_release(Sync *sync, const char *uuid);

/**
 * sync_apply - put the snapshots of a reply into the registry
 * @sync: the sync
 * @reply: from libvirt; a VM that was unknown is looked at once more, for it
 *   may have been deleted elsewhere while its snapshot was on the way
 */
void sync_apply(Sync *sync, const VirtReply *reply);
