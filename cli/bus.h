/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * The connection to sealvirtd. A call is one function from a GVariant to a
 * GVariant; deadlines, permission to ask for a password and the translation
 * of errors are decided here, once for all verbs.
 */

#include <glib.h>
#include <systemd/sd-bus.h>

#include "agent.h"

#define BUS_NAME "org.sealvirt1"
#define BUS_PATH "/org/sealvirt1"
#define BUS_PATH_HOST "/org/sealvirt1/host"
#define BUS_MANAGER "org.sealvirt1.Manager"
#define BUS_HOST "org.sealvirt1.Host"
#define BUS_VM "org.sealvirt1.VM"
#define BUS_JOB "org.sealvirt1.Job"
#define BUS_OBJECT_MANAGER "org.freedesktop.DBus.ObjectManager"
#define BUS_PROPERTIES "org.freedesktop.DBus.Properties"

/* A read is answered from memory and soon. What acts takes as long as it takes. */
typedef enum { BUS_READ, BUS_ACT } BusKind;

/**
 * Bus - the connection
 * @sd: for monitors that add matches and process messages themselves
 * @ask: a password may be asked for; @agent: who asks in a terminal
 * @timeout_usec: deadline of every call, 0 for that of its kind
 */
typedef struct {
    sd_bus *sd;
    gboolean ask;
    Agent agent;
    guint64 timeout_usec;
} Bus;

/**
 * BusTarget - which member of which object
 * @path: object path; @interface, @member: as in the contract
 */
typedef struct {
    const char *path;
    const char *interface;
    const char *member;
} BusTarget;

/**
 * bus_open - connect to the system bus
 * @ask: allow questions for a password
 * @timeout_usec: deadline of every call in microseconds, 0 for the usual ones
 * Returns: (transfer full): NULL when the bus cannot be reached.
 */
Bus *bus_open(gboolean ask, guint64 timeout_usec, GError **error);

/**
 * bus_free - end the connection, and the password agent with it
 * @bus: (nullable) (transfer full): from bus_open()
 */
void bus_free(Bus *bus);

/**
 * bus_call - call a method and wait for its reply
 * @bus: the connection
 * @kind: reads get 30 s, acting ones no limit, unless the user named one
 * @target: object and method
 * @arguments: (nullable): a tuple; a floating reference is consumed
 * Returns: (transfer full): the reply's arguments as a tuple, not floating; NULL
 * with the error of the peer, see failure.h.
 */
GVariant *
bus_call(Bus *bus, BusKind kind, const BusTarget *target, GVariant *arguments, GError **error);

/**
 * bus_call_typed - the same, and the reply is what it should be
 * @bus, @kind, @target, @arguments: as in bus_call()
 * @type: the reply's type, a tuple such as "(bs)"
 * Returns: (transfer full): as bus_call(); NULL with SEAL_ERROR_BACKEND when the
 * daemon is of a version that answers otherwise.
 */
GVariant *bus_call_typed(Bus *bus,
                         BusKind kind,
                         const BusTarget *target,
                         GVariant *arguments,
                         const char *type,
                         GError **error);

/**
 * bus_get_all - all properties of one interface of an object
 * @bus: the connection
 * @path: the object; @interface: the interface
 * Returns: (transfer full): a{sv}, or NULL with the error of the peer.
 */
GVariant *bus_get_all(Bus *bus, const char *path, const char *interface, GError **error);

/**
 * bus_find_vm - the object of a VM
 * @bus: the connection
 * @id: name or UUID
 * Returns: (transfer full): an object path, or NULL with the error of the peer.
 */
char *bus_find_vm(Bus *bus, const char *id, GError **error);

/**
 * bus_list - every object below the manager, in one call
 * @bus: the connection
 * Returns: (transfer full): a{oa{sa{sv}}}, or NULL with the error of the peer.
 */
GVariant *bus_list(Bus *bus, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Bus, bus_free)
