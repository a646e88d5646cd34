/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * The MTU that a network setting leaves to its bridge (1), asked of libvirt
 * before the XML of a new VM is written.
 */

#include "core.h"
#include "settings.h"

/**
 * CreateMtuDone - every MTU is known
 * @error: (nullable): why one of them is not: NOT_FOUND, NOT_SUPPORTED, INVALID_ARGUMENT, or what
 *   kept libvirt from answering
 * @data: as given
 */
typedef void (*CreateMtuDone)(const GError *error, gpointer data);

/**
 * create_mtu_ask - put the bridges' MTUs into settings
 * @core: the core
 * @settings: changed in place: an mtu of 1 becomes the bridge's, or 0 where nothing is to be
 *   written; kept until @done is called
 * @done, @data: called once, later
 * Returns: FALSE when there is nothing to ask; @done is not called then.
 */
gboolean create_mtu_ask(Core *core, SealSettings *settings, CreateMtuDone done, gpointer data);
