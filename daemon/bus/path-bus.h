/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * Between things and their names on the bus: object paths, and the words for
 * values that core knows but lib has no word for.
 */

#include <glib.h>

#include "technology.h"

/**
 * path_bus_encode_vm - the object of a VM
 * @uuid: its UUID
 * Returns: (transfer full): an object path
 */
char *path_bus_encode_vm(const char *uuid);

/**
 * path_bus_encode_job - the object of a job
 * @id: its id
 * Returns: (transfer full): an object path
 */
char *path_bus_encode_job(const char *id);

/**
 * path_bus_decode_vm - the VM of an object path
 * @path: an object path
 * Returns: (transfer full) (nullable): the UUID; NULL unless @path is exactly what
 * path_bus_encode_vm() would make of it. Whether there is such a VM is another question.
 */
char *path_bus_decode_vm(const char *path);

/**
 * path_bus_decode_job - the job of an object path
 * @path: an object path
 * Returns: (transfer full) (nullable): the id, as path_bus_decode_vm() does
 */
char *path_bus_decode_job(const char *path);

/**
 * path_bus_technology - the word for a VM's technology
 * @technology: any value
 * Returns: (transfer none): "unknown" for a launchSecurity type of a newer libvirt.
 */
const char *path_bus_technology(SealTechnology technology);
