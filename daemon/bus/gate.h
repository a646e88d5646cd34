/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * The gate: one table says for every method and every writable property which
 * polkit action it takes, and which function does it. All vtables lead here,
 * so a member without a row is refused: that is the default.
 */

#include <glib.h>
#include <systemd/sd-bus.h>

typedef struct Call Call;

typedef enum {
    GATE_METHOD,
    GATE_PROPERTY, /* a write to it */
} GateKind;

/**
 * GateRow - one member
 * @interface, @member: as on the bus
 * @kind: method or property write
 * @action: polkit action, NULL for open to everybody
 * @more: (nullable): a second action that these arguments need as well, or NULL
 * @sensitive: the body holds a secret: it is not read here, @run reads the message
 * @run: (transfer full call): does it; the caller is identified when @action is set
 */
typedef struct {
    const char *interface;
    const char *member;
    GateKind kind;
    const char *action;
    const char *(*more)(GVariant *arguments);
    void (*run)(Call *call);
    gboolean sensitive;
} GateRow;

/**
 * gate_get_rows - the table, for tests
 * @ret_n: number of rows
 * Returns: (transfer none): the first.
 */
const GateRow *gate_get_rows(gsize *ret_n);

/**
 * gate_find - the row of a member
 * @interface, @member, @kind: which
 * Returns: (transfer none) (nullable)
 */
const GateRow *gate_find(const char *interface, const char *member, GateKind kind);

/**
 * gate_dispatch - sd-bus handler of every method of every vtable
 * @message: the call
 * @userdata: not used: the service is the userdata of the vtable's slot
 * @ret_error: not used: errors are replied
 * Returns: 1: handled.
 */
int gate_dispatch(sd_bus_message *message, void *userdata, sd_bus_error *ret_error);

/**
 * gate_filter - sd-bus filter that takes writes to properties out of sd-bus's hands
 * @message: any message
 * @userdata: the Service
 * @ret_error: not used
 * sd-bus answers a write as soon as its setter returns, which leaves no time to
 * ask polkit.
 * Returns: 1 when it was a write to one of our properties, else 0.
 */
int gate_filter(sd_bus_message *message, void *userdata, sd_bus_error *ret_error);
