/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * One method call from its arrival to its reply. A call owns its message and
 * answers it exactly once: whoever holds it must end in one of the functions
 * below that take it over, and a call given up unanswered answers with an error.
 */

#include "gate.h"
#include "service.h"

/* Calls waiting for an answer: of everybody, and of one user other than root. */
#define CALL_MAX 512
#define CALL_MAX_PER_USER 64

/**
 * Call - (transfer full) to each function that is handed one
 * @arguments: a tuple: the message's body; for a property write its one new value
 * @uid: the caller's user, once identified
 * @vm: (nullable): UUID, when the object is a VM; find it afresh after every wait
 * @job: (nullable): id, when the object is a job
 */
typedef struct Call {
    Service *service;
    sd_bus_message *message;
    const GateRow *row;
    GVariant *arguments;
    guint32 uid;
    gboolean identified;
    char *vm;
    char *job;
    guint next_action;
} Call;

/**
 * call_new - take a message over
 * @service: the service
 * @message: (transfer none): referenced
 * @row: its row of the gate table
 * @arguments: (transfer full)
 * Returns: (transfer full): or NULL with SEAL_ERROR_LIMITS_EXCEEDED.
 */
Call *call_new(Service *service,
               sd_bus_message *message,
               const GateRow *row,
               GVariant *arguments,
               GError **error);

/**
 * call_identified - note whose call it is
 * @call: (transfer none): the call
 * @uid: the caller's user
 * Returns: FALSE with SEAL_ERROR_LIMITS_EXCEEDED when that user has too many.
 */
gboolean call_identified(Call *call, guint32 uid, GError **error);

/**
 * call_reply - answer and end the call
 * @call: (transfer full): the call
 * @values: (transfer floating) (nullable): a tuple; NULL for an empty reply
 */
void call_reply(Call *call, GVariant *values);

/**
 * call_reply_message - answer with a reply that was written directly, and end the call
 * @call: (transfer full): the call
 * @reply: (transfer none): a method return to its message; worth it where values are many
 */
void call_reply_message(Call *call, sd_bus_message *reply);

/**
 * call_fail - answer with an error and end the call
 * @call: (transfer full): the call
 * @error: why
 */
void call_fail(Call *call, const GError *error);

/**
 * call_deny - answer that its caller may not, log that, and end the call
 * @call: (transfer full): the call
 * @uid: the caller
 * @error: what the authority said
 */
void call_deny(Call *call, guint32 uid, const GError *error);

/**
 * call_finish - answer an operation without result
 * @error: (nullable): fail with it, else an empty reply
 * @data: (transfer full): a Call; fits ActionDone
 */
void call_finish(const GError *error, gpointer data);

/**
 * call_find_vm - the VM of the call, found afresh
 * @call: (transfer none): the call
 * Returns: (transfer none): or NULL with SEAL_ERROR_NOT_FOUND.
 */
Vm *call_find_vm(Call *call, GError **error);
