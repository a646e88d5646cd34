/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * Making a VM from settings: read them, decide technology, policy and
 * firmware for this host, write the XML, define it, start it if wanted. All
 * of it or nothing.
 */

#include "core.h"

/**
 * CreateDone - the end of a create
 * @uuid: (nullable): of the new VM; NULL with @error
 */
typedef void (*CreateDone)(const char *uuid, const GError *error, gpointer data);

/**
 * CreateCall - what is asked for
 * @name: the new VM's name; @settings: a{sv}
 * @start, @paused: start it once it is defined
 * @uid: for whom
 * @done, @data: called exactly once, maybe before create_begin() returns
 */
typedef struct {
    const char *name;
    GVariant *settings;
    gboolean start;
    gboolean paused;
    guint32 uid;
    CreateDone done;
    gpointer data;
} CreateCall;

/**
 * create_begin - check everything and begin
 * @core: the core
 * @call: what; copied, the settings are not kept beyond reading them
 * Errors handed to done: SEAL_ERROR_INVALID_ARGUMENT, EXISTS, NOT_FOUND (network, disk,
 * kernel), TECHNOLOGY_UNAVAILABLE, CAPACITY_EXHAUSTED (with start), NOT_SUPPORTED,
 * FIRMWARE_NOT_FOUND, LIMITS_EXCEEDED, LAUNCH_FAILED, BACKEND, BACKEND_UNAVAILABLE.
 */
void create_begin(Core *core, const CreateCall *call);
