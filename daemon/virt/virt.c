/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The connection's life on the main thread: connecting, connected,
 * unavailable, and back again with a growing pause between tries. Requests
 * take their own reference to the connection into a worker, so that losing it
 * never pulls it from under a call. One open runs at a time: against a hung
 * libvirtd it may block without end, and one blocked thread is enough.
 */

#include "virt.h"

#include <libvirt-glib/libvirt-glib.h>
#include <libvirt/virterror.h>

#include "connection.h"
#include "error.h"
#include "operation.h"
#include "virt-error.h"
#include "worker.h"

/* Calls at once, hung ones included: 64 jobs' worth and some for snapshots. */
#define MAX_CALLS 48
/* Pause between tries to connect, in milliseconds. */
#define RETRY_FIRST 100
#define RETRY_LAST 2000
/* Seconds before an open that takes its time is told of; it goes on all the same. */
#define OPEN_PATIENCE 5
/* Microseconds that a connection may take to close when the daemon ends. */
#define FAREWELL_PATIENCE (2 * G_USEC_PER_SEC)

typedef struct {
    VirtBackend parent;
    char *uri;
    const VirtListener *listener;
    gpointer listener_data;
    Worker *worker;
    Worker *opener;
    ConnectionEvents events;
    Connection *connection;
    VirtConnection state;
    GSourceFunc try_again;
    guint retry;
    guint retry_timer;
    guint open_timer;
} Virt;

typedef struct {
    Connection *connection;
    VirtRequest *request;
} CallInput;

typedef struct {
    VirtDone done;
    gpointer data;
} CallAnswer;

typedef struct {
    const char *uri;
    const ConnectionEvents *events;
} OpenInput;

static void
call_input_free(gpointer data)
{
    CallInput *input = data;

    connection_unref(input->connection);
    backend_request_free(input->request);
    g_free(input);
}

static gpointer
run_call(gpointer data, GError **error)
{
    const CallInput *input = data;
    g_autoptr(VirtReply) reply = backend_reply_new();
    const OperationRow *row = operation_get(input->request->op);

    if (!input->connection) {
        g_set_error_literal(error, SEAL_ERROR, SEAL_ERROR_BACKEND_UNAVAILABLE,
                            "libvirt cannot be reached; check that libvirtd or virtqemud runs, "
                            "then try again: the connection comes back by itself");
        return NULL;
    }
    if (!row->run(connection_get_handle(input->connection), input->request, reply, error))
        return NULL;
    return g_steal_pointer(&reply);
}

static void
on_call_done(gpointer result, const GError *error, gpointer data)
{
    g_autofree CallAnswer *answer = data;
    g_autoptr(VirtReply) reply = result;

    answer->done(reply, error, answer->data);
}

static void
virt_submit(VirtBackend *backend, VirtRequest *request, VirtDone done, gpointer data)
{
    Virt *virt = (Virt *)backend;
    const OperationRow *row = operation_get(request->op);
    CallInput *input = g_new0(CallInput, 1);
    CallAnswer *answer = g_new0(CallAnswer, 1);
    WorkerTask task = {
        .run = run_call,
        .done = on_call_done,
        .data = answer,
        .input = input,
        .free_input = call_input_free,
        .free_result = (GDestroyNotify)backend_reply_free,
        .deadline = operation_get_deadline(request),
        .what = row->what,
    };

    input->request = request;
    if (virt->connection)
        input->connection = connection_ref(virt->connection);
    *answer = (CallAnswer){done, data};
    worker_submit(virt->worker, &task);
}

static void
set_state(Virt *virt, VirtConnection state, const char *reason)
{
    if (virt->state == state)
        return;
    virt->state = state;
    virt->listener->connection_changed(state, reason, virt->listener_data);
}

static gpointer
run_open(gpointer data, GError **error)
{
    const OpenInput *input = data;

    return connection_open(input->uri, input->events, error);
}

static gpointer
run_close(gpointer data, G_GNUC_UNUSED GError **error)
{
    connection_unref(data);
    return NULL;
}

static void
ignore_done(G_GNUC_UNUSED gpointer result,
            G_GNUC_UNUSED const GError *error,
            G_GNUC_UNUSED gpointer data)
{
}

static void
close_later(Virt *virt, Connection *connection)
{
    WorkerTask task = {
        .run = run_close,
        .done = ignore_done,
        .input = connection,
        .free_result = g_free,
    };

    worker_submit(virt->opener, &task);
}

static void
schedule_retry(Virt *virt)
{
    virt->retry_timer = g_timeout_add(virt->retry, virt->try_again, virt);
    virt->retry = MIN(virt->retry * 2, RETRY_LAST);
}

static void
on_opened(gpointer result, const GError *error, gpointer data)
{
    Virt *virt = data;
    Connection *connection = result;

    if (g_error_matches(error, SEAL_ERROR, SEAL_ERROR_CANCELLED))
        return;
    g_clear_handle_id(&virt->open_timer, g_source_remove);
    if (connection && !connection_is_alive(connection))
        close_later(virt, g_steal_pointer(&connection));
    if (!connection) {
        set_state(virt, VIRT_CONNECTION_UNAVAILABLE,
                  error ? error->message : "libvirt ended the connection at once");
        schedule_retry(virt);
        return;
    }
    virt->connection = connection;
    connection_watch(connection);
    virt->retry = RETRY_FIRST;
    set_state(virt, VIRT_CONNECTION_CONNECTED, "");
}

/* A hung libvirtd accepts and never answers: without this nobody would ever be told. */
static gboolean
on_open_slow(gpointer data)
{
    Virt *virt = data;

    virt->open_timer = 0;
    set_state(virt, VIRT_CONNECTION_UNAVAILABLE, "libvirt does not answer");
    return G_SOURCE_REMOVE;
}

static void
open_connection(Virt *virt)
{
    OpenInput *input = g_new0(OpenInput, 1);
    WorkerTask task = {
        .run = run_open,
        .done = on_opened,
        .data = virt,
        .input = input,
        .free_input = g_free,
        .free_result = (GDestroyNotify)connection_unref,
    };

    *input = (OpenInput){virt->uri, &virt->events};
    virt->open_timer = g_timeout_add_seconds(OPEN_PATIENCE, on_open_slow, virt);
    worker_submit(virt->opener, &task);
}

static gboolean
on_retry(gpointer data)
{
    Virt *virt = data;

    virt->retry_timer = 0;
    open_connection(virt);
    return G_SOURCE_REMOVE;
}

/* libvirt words for VIR_CONNECT_CLOSE_REASON_* */
static const char *const close_reasons[] = {
    [VIR_CONNECT_CLOSE_REASON_ERROR] = "the connection to libvirt broke",
    [VIR_CONNECT_CLOSE_REASON_EOF] = "libvirt ended the connection",
    [VIR_CONNECT_CLOSE_REASON_KEEPALIVE] = "libvirt stopped answering",
    [VIR_CONNECT_CLOSE_REASON_CLIENT] = "the connection was closed",
};

/* Calls to a hung libvirtd may come back when it goes on, or never; nobody waits for that. */
static void
give_up_calls(Virt *virt)
{
    g_autoptr(GError) error =
        g_error_new_literal(SEAL_ERROR, SEAL_ERROR_BACKEND_UNAVAILABLE,
                            "libvirt stopped answering; what was begun may still be done when it "
                            "goes on: look at the VM's state then, and try again");

    worker_abandon(virt->worker, error);
}

static void
on_closed(Connection *connection, int reason, gpointer data)
{
    Virt *virt = data;
    gboolean known = reason >= 0 && (gsize)reason < G_N_ELEMENTS(close_reasons);

    virt->connection = NULL;
    set_state(virt, VIRT_CONNECTION_UNAVAILABLE,
              known ? close_reasons[reason] : "the connection to libvirt was lost");
    if (reason == VIR_CONNECT_CLOSE_REASON_KEEPALIVE)
        give_up_calls(virt);
    close_later(virt, connection);
    schedule_retry(virt);
}

static void
on_domain_changed(const char *uuid, gpointer data)
{
    Virt *virt = data;

    virt->listener->domain_changed(uuid, virt->listener_data);
}

static void
on_guest_reboot(const char *uuid, gpointer data)
{
    Virt *virt = data;

    virt->listener->guest_reboot(uuid, virt->listener_data);
}

static void
virt_start(VirtBackend *backend, const VirtListener *listener, gpointer data)
{
    Virt *virt = (Virt *)backend;

    virt->listener = listener;
    virt->listener_data = data;
    open_connection(virt);
}

static const char *
virt_get_uri(VirtBackend *backend)
{
    return ((Virt *)backend)->uri;
}

typedef struct {
    Connection *connection;
    GAsyncQueue *done;
} Farewell;

static gpointer
say_farewell(gpointer data)
{
    g_autofree Farewell *farewell = data;

    connection_unref(farewell->connection);
    g_async_queue_push(farewell->done, GINT_TO_POINTER(TRUE));
    g_async_queue_unref(farewell->done);
    return NULL;
}

/* Closing asks libvirt, and a hung one must not hold up our own end. */
static void
close_at_end(Connection *connection)
{
    g_autoptr(GAsyncQueue) done = g_async_queue_new();
    Farewell *farewell;
    GThread *thread;

    if (!connection)
        return;
    connection_unwatch(connection);
    farewell = g_new0(Farewell, 1);
    *farewell = (Farewell){connection, g_async_queue_ref(done)};
    thread = g_thread_new("farewell", say_farewell, farewell);
    if (g_async_queue_timeout_pop(done, FAREWELL_PATIENCE))
        g_thread_join(thread);
    else
        g_thread_unref(thread);
}

static void
virt_free(VirtBackend *backend)
{
    Virt *virt = (Virt *)backend;

    g_clear_handle_id(&virt->retry_timer, g_source_remove);
    g_clear_handle_id(&virt->open_timer, g_source_remove);
    worker_free(virt->worker);
    worker_free(virt->opener);
    close_at_end(virt->connection);
    g_free(virt->uri);
    g_free(virt);
}

/* libvirt's default handler prints to stderr; every error reaches its caller as a GError. */
static void
ignore_libvirt_error(G_GNUC_UNUSED void *data, G_GNUC_UNUSED virErrorPtr error)
{
}

static const VirtBackendClass virt_class = {
    .start = virt_start,
    .submit = virt_submit,
    .get_uri = virt_get_uri,
    .free = virt_free,
};

VirtBackend *
virt_new(const char *uri)
{
    Virt *virt = g_new0(Virt, 1);

    gvir_event_register();
    virSetErrorFunc(NULL, ignore_libvirt_error);
    /*
     * What libvirt's own libraries (curl, libssh2, OpenSSL) keep for the thread that begins them
     * must not belong to a worker, which may end just as the process does. A failure is told again
     * by each open.
     */
    virInitialize();
    virt->parent.class = &virt_class;
    virt->uri = g_strdup(uri);
    virt->worker = worker_new(MAX_CALLS);
    virt->opener = worker_new(2);
    virt->events = (ConnectionEvents){on_closed, on_domain_changed, on_guest_reboot, virt};
    virt->state = VIRT_CONNECTION_CONNECTING;
    virt->try_again = on_retry;
    virt->retry = RETRY_FIRST;
    return &virt->parent;
}
