/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The real backend without a libvirtd that works: libvirt's test driver for a
 * connection that serves, and sockets that nobody listens on, that nobody
 * answers on, or that hang up at once.
 */

#include "virt.h"

#include <dlfcn.h>
#include <libvirt/libvirt.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "error.h"
#include "operation.h"
#include "test-tree.h"

#define PATIENCE (20 * G_USEC_PER_SEC)
#define TEST_DOMAIN "6695eb01-f6a4-8304-79aa-97f2502e193f"

/*
 * libvirt 9.0 keeps its client of a connection that was hung up on while it was opened. The
 * sanitizers ask these two functions; nobody else does.
 */
const char *__asan_default_options(void);
const char *__lsan_default_suppressions(void);

const char *
__asan_default_options(void)
{
    return "fast_unwind_on_malloc=0";
}

const char *
__lsan_default_suppressions(void)
{
    return "leak:virConnectOpen\n";
}

static GThread *beginner; /* of libvirt in this process */

int
virInitialize(void)
{
    static int (*real)(void);

    if (!real)
        *(void **)&real = dlsym(RTLD_NEXT, "virInitialize");
    if (!beginner)
        beginner = g_thread_self();
    return real();
}

typedef struct {
    guint changes;
    VirtConnection last;
    guint answers;
    int code;
    guint domains;
    char *xml;
    VirtState state;
    guint run;
} Seen;

static void
on_connection_changed(VirtConnection connection, const char *reason, gpointer data)
{
    Seen *seen = data;

    g_assert_nonnull(reason);
    seen->changes++;
    seen->last = connection;
}

static void
on_domain(const char *uuid, gpointer data)
{
}

static const VirtListener listener = {on_connection_changed, on_domain, on_domain};

static gboolean
on_tick(gpointer data)
{
    return G_SOURCE_CONTINUE;
}

static void
wait_for(const guint *number, guint wanted)
{
    gint64 end = g_get_monotonic_time() + PATIENCE;
    guint tick = g_timeout_add(50, on_tick, NULL);

    while (*(const volatile guint *)number < wanted && g_get_monotonic_time() < end)
        g_main_context_iteration(NULL, TRUE);
    g_source_remove(tick);
    g_assert_cmpuint(*number, >=, wanted);
}

static void
on_done(VirtReply *reply, const GError *error, gpointer data)
{
    Seen *seen = data;

    g_assert_true((reply == NULL) != (error == NULL));
    seen->answers++;
    seen->code = error ? error->code : -1;
    seen->domains = reply && reply->domains ? reply->domains->len : 0;
    g_free(seen->xml);
    seen->xml = reply ? g_strdup(reply->xml) : NULL;
    if (seen->domains > 0) {
        seen->state = ((const VirtDomain *)g_ptr_array_index(reply->domains, 0))->state;
        seen->run = ((const VirtDomain *)g_ptr_array_index(reply->domains, 0))->run;
    }
}

static void
ask(VirtBackend *virt, Seen *seen, VirtOp op, int code)
{
    const gboolean of_domain = op != VIRT_OP_PROBE && op != VIRT_OP_LIST;
    guint before = seen->answers;

    virt->class->submit(virt, backend_request_new(op, of_domain ? TEST_DOMAIN : NULL), on_done,
                        seen);
    g_assert_cmpuint(seen->answers, ==, before);
    wait_for(&seen->answers, before + 1);
    g_assert_cmpint(seen->code, ==, code);
}

static void
ask_to_end(VirtBackend *virt, Seen *seen, guint run, int code)
{
    VirtRequest *request = backend_request_new(VIRT_OP_SHUTDOWN, TEST_DOMAIN);
    guint before = seen->answers;

    request->run = run;
    virt->class->submit(virt, request, on_done, seen);
    wait_for(&seen->answers, before + 1);
    g_assert_cmpint(seen->code, ==, code);
}

static void
ask_for_volume(VirtBackend *virt, Seen *seen, VirtOp op, const char *pool, int code)
{
    VirtRequest *request = backend_request_new(op, NULL);
    guint before = seen->answers;

    request->volume = backend_volume_new(pool, "made.qcow2", "qcow2", 1 << 20);
    virt->class->submit(virt, request, on_done, seen);
    wait_for(&seen->answers, before + 1);
    g_assert_cmpint(seen->code, ==, code);
}

/* libvirt gives back what a failed open made in later turns of the loop, some from its thread. */
static void
settle(void)
{
    gint64 end = g_get_monotonic_time() + G_USEC_PER_SEC / 3;

    while (g_get_monotonic_time() < end)
        if (!g_main_context_iteration(NULL, FALSE))
            g_usleep(1000);
}

/* libvirt's own test driver has one domain, which runs. */
static void
test_operations(void)
{
    VirtBackend *virt = virt_new("test:///default");
    Seen seen = {0};

    virt->class->start(virt, &listener, &seen);
    wait_for(&seen.changes, 1);
    g_assert_cmpint(seen.last, ==, VIRT_CONNECTION_CONNECTED);
    g_assert_cmpstr(virt->class->get_uri(virt), ==, "test:///default");
    ask(virt, &seen, VIRT_OP_PROBE, -1);
    ask(virt, &seen, VIRT_OP_LIST, -1);
    g_assert_cmpuint(seen.domains, ==, 1);
    ask(virt, &seen, VIRT_OP_SUSPEND, -1);
    g_assert_cmpint(seen.state, ==, VIRT_STATE_PAUSED);
    ask(virt, &seen, VIRT_OP_RESUME, -1);
    g_assert_cmpint(seen.state, ==, VIRT_STATE_RUNNING);
    /* The test driver calls it an internal error, and a start that fails so is a failed launch. */
    ask(virt, &seen, VIRT_OP_START, SEAL_ERROR_LAUNCH_FAILED);
    ask(virt, &seen, VIRT_OP_GET_XML, -1);
    g_assert_nonnull(strstr(seen.xml, TEST_DOMAIN));
    ask(virt, &seen, VIRT_OP_DESTROY, -1);
    g_assert_cmpint(seen.state, ==, VIRT_STATE_SHUTOFF);
    ask(virt, &seen, VIRT_OP_START, -1);
    ask(virt, &seen, VIRT_OP_SNAPSHOT, -1);
    g_assert_cmpint(seen.state, ==, VIRT_STATE_RUNNING);
    virt->class->free(virt);
    g_free(seen.xml);
}

static void
test_shutdown_of_one_run(void)
{
    VirtBackend *virt = virt_new("test:///default");
    Seen seen = {0};
    guint first;

    virt->class->start(virt, &listener, &seen);
    wait_for(&seen.changes, 1);
    ask(virt, &seen, VIRT_OP_LIST, -1);
    first = seen.run;
    ask(virt, &seen, VIRT_OP_SNAPSHOT, -1);
    g_assert_cmpuint(seen.run, ==, first);
    ask(virt, &seen, VIRT_OP_DESTROY, -1);
    g_assert_cmpuint(seen.run, ==, 0);
    ask(virt, &seen, VIRT_OP_START, -1);
    g_assert_cmpuint(seen.run, !=, first);
    ask_to_end(virt, &seen, first, SEAL_ERROR_INVALID_STATE);
    ask(virt, &seen, VIRT_OP_SNAPSHOT, -1);
    g_assert_cmpint(seen.state, ==, VIRT_STATE_RUNNING);
    ask_to_end(virt, &seen, seen.run, -1);
    g_assert_cmpint(seen.state, ==, VIRT_STATE_SHUTOFF);
    virt->class->free(virt);
}

/* The test driver has a pool, and keeps volumes in memory only. */
static void
test_volumes(void)
{
    VirtBackend *virt = virt_new("test:///default");
    Seen seen = {0};

    virt->class->start(virt, &listener, &seen);
    wait_for(&seen.changes, 1);
    ask_for_volume(virt, &seen, VIRT_OP_VOLUME_DELETE, "default-pool", -1);
    ask_for_volume(virt, &seen, VIRT_OP_VOLUME_ABSENT, "default-pool", -1);
    ask_for_volume(virt, &seen, VIRT_OP_VOLUME_CREATE, "default-pool", -1);
    ask_for_volume(virt, &seen, VIRT_OP_VOLUME_ABSENT, "default-pool", SEAL_ERROR_EXISTS);
    ask_for_volume(virt, &seen, VIRT_OP_VOLUME_CREATE, "default-pool", SEAL_ERROR_EXISTS);
    ask_for_volume(virt, &seen, VIRT_OP_VOLUME_DELETE, "default-pool", -1);
    ask_for_volume(virt, &seen, VIRT_OP_VOLUME_ABSENT, "default-pool", -1);
    ask_for_volume(virt, &seen, VIRT_OP_VOLUME_DELETE, "no-pool", SEAL_ERROR_NOT_FOUND);
    virt->class->free(virt);
}

static void
test_unreachable(void)
{
    char *root = test_tree_new();
    g_autofree char *uri = g_strdup_printf("qemu+unix:///system?socket=%s/none", root);
    VirtBackend *virt = virt_new(uri);
    Seen seen = {0};

    virt->class->start(virt, &listener, &seen);
    wait_for(&seen.changes, 1);
    g_assert_cmpint(seen.last, ==, VIRT_CONNECTION_UNAVAILABLE);
    ask(virt, &seen, VIRT_OP_LIST, SEAL_ERROR_BACKEND_UNAVAILABLE);
    virt->class->free(virt);
    test_tree_free(root);
}

static int
listen_at(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    g_assert_cmpint(fd, >=, 0);
    g_assert_cmpuint(g_strlcpy(address.sun_path, path, sizeof address.sun_path), <,
                     sizeof address.sun_path);
    g_assert_cmpint(bind(fd, (const struct sockaddr *)&address, sizeof address), ==, 0);
    g_assert_cmpint(listen(fd, 5), ==, 0);
    return fd;
}

/* The kernel accepts for a process that is stopped: the open waits, the daemon must not. */
static void
test_hung(void)
{
    char *root = test_tree_new();
    g_autofree char *path = g_build_filename(root, "socket", NULL);
    g_autofree char *uri = g_strdup_printf("qemu+unix:///system?socket=%s", path);
    int fd = listen_at(path);
    VirtBackend *virt = virt_new(uri);
    Seen seen = {0};

    virt->class->start(virt, &listener, &seen);
    ask(virt, &seen, VIRT_OP_LIST, SEAL_ERROR_BACKEND_UNAVAILABLE);
    wait_for(&seen.changes, 1);
    g_assert_cmpint(seen.last, ==, VIRT_CONNECTION_UNAVAILABLE);
    close(fd);
    virt->class->free(virt);
    settle();
    test_tree_free(root);
}

/* Whoever comes is thrown out: tried again and again, with pauses. */
static void
test_hangs_up(void)
{
    char *root = test_tree_new();
    g_autofree char *path = g_build_filename(root, "socket", NULL);
    g_autofree char *uri = g_strdup_printf("qemu+unix:///system?socket=%s", path);
    int fd = listen_at(path);
    VirtBackend *virt = virt_new(uri);
    gint64 end = g_get_monotonic_time() + PATIENCE;
    guint visits = 0, tick = g_timeout_add(20, on_tick, NULL);
    Seen seen = {0};

    virt->class->start(virt, &listener, &seen);
    while (visits < 3 && g_get_monotonic_time() < end) {
        int visitor = accept(fd, NULL, NULL);

        if (visitor >= 0 && close(visitor) == 0)
            visits++;
        g_main_context_iteration(NULL, TRUE);
    }
    g_source_remove(tick);
    g_assert_cmpuint(visits, ==, 3);
    g_assert_cmpint(seen.last, ==, VIRT_CONNECTION_UNAVAILABLE);
    g_assert_cmpuint(seen.changes, ==, 1);
    virt->class->free(virt);
    settle();
    close(fd);
    test_tree_free(root);
}

static void
test_deadlines(void)
{
    static const struct {
        VirtOp op;
        guint64 gib;
        guint seconds;
    } rows[] = {
        {VIRT_OP_START, 0, 120},     {VIRT_OP_START, 4, 124},      {VIRT_OP_START, 2048, 2168},
        {VIRT_OP_DESTROY, 2048, 30}, {VIRT_OP_SNAPSHOT, 2048, 10},
    };
    const VirtRequest absurd = {.op = VIRT_OP_START, .memory = G_MAXUINT64};
    const VirtRequest patient = {.op = VIRT_OP_SNAPSHOT, .patient = TRUE};

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const VirtRequest request = {.op = rows[i].op, .memory = rows[i].gib << 30};

        g_assert_cmpuint(operation_get_deadline(&request), ==, rows[i].seconds * 1000);
    }
    g_assert_cmpuint(operation_get_deadline(&absurd), >, 2168 * 1000);
    g_assert_cmpuint(operation_get_deadline(&patient), ==, 0);
}

static void
test_end_answers_all(void)
{
    VirtBackend *virt = virt_new("test:///default");
    Seen seen = {0};

    virt->class->start(virt, &listener, &seen);
    wait_for(&seen.changes, 1);
    for (guint i = 0; i < 10; i++)
        virt->class->submit(virt, backend_request_new(VIRT_OP_LIST, NULL), on_done, &seen);
    virt->class->free(virt);
    g_assert_cmpuint(seen.answers, ==, 10);
    g_assert_cmpint(seen.code, ==, SEAL_ERROR_CANCELLED);
    settle();
    g_assert_cmpuint(seen.answers, ==, 10);
}

/* libvirt-glib tells of every poll. */
static void
drop_chatter(const char *domain, GLogLevelFlags level, const char *message, gpointer data)
{
    if (!(level & G_LOG_LEVEL_DEBUG))
        g_log_default_handler(domain, level, message, data);
}

/* A worker may end just as the process does, and what is kept for it then is lost. */
static void
test_begins_on_the_main_thread(void)
{
    VirtBackend *virt;

    beginner = NULL;
    virt = virt_new("test:///default");
    g_assert_true(beginner == g_thread_self());
    virt->class->free(virt);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    /* As main() does: libvirt writes to whoever has hung up. */
    signal(SIGPIPE, SIG_IGN);
    g_log_set_default_handler(drop_chatter, NULL);
    g_test_add_func("/virt/begins-on-the-main-thread", test_begins_on_the_main_thread);
    g_test_add_func("/virt/operations", test_operations);
    g_test_add_func("/virt/shutdown-of-one-run", test_shutdown_of_one_run);
    g_test_add_func("/virt/volumes", test_volumes);
    g_test_add_func("/virt/unreachable", test_unreachable);
    g_test_add_func("/virt/hung", test_hung);
    g_test_add_func("/virt/hangs-up", test_hangs_up);
    g_test_add_func("/virt/deadlines", test_deadlines);
    g_test_add_func("/virt/end-answers-all", test_end_answers_all);
    return g_test_run();
}
