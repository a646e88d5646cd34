/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * What a create makes besides the domain: storage volumes, and the note that
 * lets a later daemon take everything away again should this one be killed
 * half way.
 */

#include "core.h"
#include "settings.h"

typedef struct Making Making;

/**
 * MakingDone - a step is over
 * @error: (nullable): why it failed; nothing is left of it then
 */
typedef void (*MakingDone)(const GError *error, gpointer data);

/**
 * making_new - for one create
 * @core: (transfer none): the core
 * @uuid: of the VM to be, copied
 * @settings: (transfer none): whose disks with a size are volumes to make
 * @guarded: write the note also without volumes, because the VM will be started
 * Returns: (transfer full)
 */
Making *making_new(Core *core, const char *uuid, const SealSettings *settings, gboolean guarded);

/**
 * making_free - give it back; no step may be under way
 * @making: (nullable) (transfer full)
 */
void making_free(Making *making);

/**
 * making_begin - note what will be, then make the volumes
 * @making: the making
 * @job: (nullable): shows the progress
 * @done, @data: called exactly once, at once when there is nothing to make
 * Errors: SEAL_ERROR_EXISTS (a volume of the name is there: it is not touched),
 * NOT_FOUND, INVALID_STATE (pools), BACKEND, BACKEND_UNAVAILABLE, CANCELLED.
 */
void making_begin(Making *making, Job *job, MakingDone done, gpointer data);

/**
 * making_own_nvram - note that a file of firmware variables will be the create's as well
 * @making: the making
 * @done, @data: called exactly once, perhaps at once; its error says why it cannot be noted
 * To be called before the start that makes the file, and only when none was there before.
 */
void making_own_nvram(Making *making, MakingDone done, gpointer data);

/**
 * making_end - keep what was made, or take it away, and remove the note
 * @making: the making
 * @keep: whether the create succeeded
 * @done, @data: called exactly once, at once when nothing was made; its error says which
 *   volume is left because libvirt could not delete it. When libvirt does not answer the note
 *   stays, see making_leave(). With @keep the error is that the note cannot be removed: then
 *   nothing can be kept, and the caller takes the VM back and calls again without @keep.
 */
void making_end(Making *making, gboolean keep, MakingDone done, gpointer data);

/**
 * making_leave - libvirt does not answer: leave what may be there to recovery
 * @making: the making
 * @done, @data: called exactly once; its error says why there is no note of what is left
 * The note stays, or is written now, and is acted on as soon as libvirt answers again, by the
 * next daemon at the latest.
 */
void making_leave(Making *making, MakingDone done, gpointer data);
