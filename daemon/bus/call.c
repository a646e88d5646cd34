/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Pending calls. They are counted, all of them and each user's, because
 * sd-bus and the bus daemon bound them only far beyond what a daemon of this
 * size should hold.
 */

#include "call.h"

#include "error-bus.h"
#include "log.h"
#include "variant.h"

static void
count_user(Service *service, guint32 uid, int step)
{
    gpointer key = GUINT_TO_POINTER(uid);
    int n = GPOINTER_TO_INT(g_hash_table_lookup(service->calls_of_user, key)) + step;

    if (n > 0)
        g_hash_table_replace(service->calls_of_user, key, GINT_TO_POINTER(n));
    else
        g_hash_table_remove(service->calls_of_user, key);
}

static void
call_free(Call *call)
{
    if (call->identified)
        count_user(call->service, call->uid, -1);
    g_hash_table_remove(call->service->calls, call);
    sd_bus_message_unref(call->message);
    g_variant_unref(call->arguments);
    g_free(call->vm);
    g_free(call->job);
    g_free(call);
}

Call *
call_new(Service *service,
         sd_bus_message *message,
         const GateRow *row,
         GVariant *arguments,
         GError **error)
{
    Call *call;

    if (g_hash_table_size(service->calls) >= CALL_MAX) {
        g_variant_unref(g_variant_take_ref(arguments));
        g_set_error(error, SEAL_ERROR, SEAL_ERROR_LIMITS_EXCEEDED,
                    "%d calls wait for an answer already; try again when some are done", CALL_MAX);
        return NULL;
    }
    call = g_new0(Call, 1);
    call->service = service;
    call->message = sd_bus_message_ref(message);
    call->row = row;
    call->arguments = g_variant_take_ref(arguments);
    g_hash_table_add(service->calls, call);
    return call;
}

gboolean
call_identified(Call *call, guint32 uid, GError **error)
{
    int n =
        GPOINTER_TO_INT(g_hash_table_lookup(call->service->calls_of_user, GUINT_TO_POINTER(uid)));

    if (call->identified)
        return TRUE;
    if (uid != 0 && n >= CALL_MAX_PER_USER) {
        g_set_error(error, SEAL_ERROR, SEAL_ERROR_LIMITS_EXCEEDED,
                    "%d calls of user %u wait for an answer already; try again when some are done",
                    n, uid);
        return FALSE;
    }
    call->uid = uid;
    call->identified = TRUE;
    count_user(call->service, uid, 1);
    return TRUE;
}

static void
fail_to_send(Call *call, int r)
{
    g_autoptr(GError) error = g_error_new(SEAL_ERROR, SEAL_ERROR_BACKEND,
                                          "the reply could not be sent: %s", g_strerror(-r));

    error_bus_reply(call->message, error);
}

void
call_reply_message(Call *call, sd_bus_message *reply)
{
    int r = sd_bus_send(NULL, reply, NULL);

    if (r < 0)
        fail_to_send(call, r);
    call_free(call);
}

void
call_reply(Call *call, GVariant *values)
{
    g_autoptr(GVariant) body = values ? g_variant_ref_sink(values) : NULL;
    g_autoptr(sd_bus_message) reply = NULL;
    g_autoptr(GError) error = NULL;
    int r = sd_bus_message_new_method_return(call->message, &reply);

    if (r >= 0 && (!body || variant_append_body(reply, body, &error))) {
        call_reply_message(call, reply);
        return;
    }
    if (error)
        error_bus_reply(call->message, error);
    else
        fail_to_send(call, r);
    call_free(call);
}

void
call_fail(Call *call, const GError *error)
{
    error_bus_reply(call->message, error);
    call_free(call);
}

void
call_deny(Call *call, guint32 uid, const GError *error)
{
    g_autofree char *who = g_strdup_printf("%u", uid);

    log_event(LOG_DENIED, "member", call->row->member, "uid", who, "vm", call->vm ? call->vm : "",
              "reason", error->message, NULL);
    call_fail(call, error);
}

void
call_finish(const GError *error, gpointer data)
{
    if (error)
        call_fail(data, error);
    else
        call_reply(data, NULL);
}

Vm *
call_find_vm(Call *call, GError **error)
{
    Vm *vm = registry_find(call->service->core->registry, call->vm);

    if (!vm)
        g_set_error_literal(error, SEAL_ERROR, SEAL_ERROR_NOT_FOUND,
                            "the VM is gone; somebody deleted it meanwhile");
    return vm;
}
