/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * org.sealvirt1.VM on /org/sealvirt1/vm/...: the vtable, how its objects are
 * found, and the functions behind its rows of the gate table. Each takes its
 * call over.
 */

#include "call.h"

/** vm_bus_vtable - the vtable; userdata is the Vm that vm_bus_object() found */
extern const sd_bus_vtable vm_bus_vtable[];

/**
 * vm_bus_object - sd_bus_object_find_t of the VMs
 * @bus, @path, @interface, @ret_error: as sd-bus gives them
 * @userdata: the Service
 * @ret_found: the Vm
 * Returns: 1 when there is such a VM, else 0.
 */
int vm_bus_object(sd_bus *bus,
                  const char *path,
                  const char *interface,
                  void *userdata,
                  void **ret_found,
                  sd_bus_error *ret_error);

/**
 * vm_bus_nodes - sd_bus_node_enumerator_t of the VMs
 * @bus, @prefix, @ret_error: as sd-bus gives them
 * @userdata: the Service
 * @ret_nodes: (transfer full): paths of all VMs
 * Returns: 1
 */
int vm_bus_nodes(
    sd_bus *bus, const char *prefix, void *userdata, char ***ret_nodes, sd_bus_error *ret_error);

/**
 * vm_bus_start - Start
 * vm_bus_resume - Resume
 * vm_bus_suspend - Suspend
 * vm_bus_shutdown - Shutdown
 * vm_bus_reboot - Reboot
 * vm_bus_stop - Stop
 * vm_bus_delete - Delete
 * vm_bus_get_xml - GetXML
 * vm_bus_set_autostart - a write to Autostart
 * vm_bus_set_restart - a write to Restart
 * @call: (transfer full): the call
 */
void vm_bus_start(Call *call);
void vm_bus_resume(Call *call);
void vm_bus_suspend(Call *call);
void vm_bus_shutdown(Call *call);
void vm_bus_reboot(Call *call);
void vm_bus_stop(Call *call);
void vm_bus_delete(Call *call);
void vm_bus_get_xml(Call *call);
void vm_bus_set_autostart(Call *call);
void vm_bus_set_restart(Call *call);
