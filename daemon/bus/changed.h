/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * PropertiesChanged, merged: all that changes on one object within one turn of
 * the main loop goes out as one signal.
 */

#include <glib.h>

#include "service.h"

/**
 * changed_new - nothing to signal
 * @service: (transfer none)
 * Returns: (transfer full)
 */
Changed *changed_new(Service *service);

/**
 * changed_free - give it back without signalling
 * @changed: (nullable) (transfer full)
 */
void changed_free(Changed *changed);

/**
 * changed_vm - properties of a VM changed
 * @changed: where to note it
 * @uuid: of the VM
 * @mask: of VmProperty
 */
void changed_vm(Changed *changed, const char *uuid, guint mask);

/**
 * changed_host - properties of the host changed
 * @changed: where to note it
 * @mask: of HostStateProperty
 */
void changed_host(Changed *changed, guint mask);

/**
 * changed_manager - a property of the manager changed
 * @service: the service
 * @...: property names, ended by NULL; signalled at once
 */
void changed_manager(Service *service, ...) G_GNUC_NULL_TERMINATED;

/**
 * changed_flush - signal everything noted now, for example before a reply
 * @changed: where it was noted
 */
void changed_flush(Changed *changed);
