/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sealvirtd: options, wiring and the end. The order matters: libvirt's event
 * loop is registered first, the bus name is taken only when the first listing
 * is in, so that nobody ever sees an empty world that is not empty, and
 * systemd is told it is ready after that.
 */

#include <glib-unix.h>
#include <glib.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-daemon.h>

#include "config.h"
#include "core.h"
#include "host.h"
#include "log.h"
#include "polkit.h"
#include "service.h"
#include "source.h"
#include "virt.h"

typedef struct {
    Log *log;
    GMainLoop *loop;
    sd_bus *bus;
    GSource *source;
    Authority *authority;
    Core *core;
    Service *service;
    int exit_code;
} Daemon;

typedef struct {
    char *uri;
    char *root;
    char *log_level;
    gboolean version;
} Options;

static gboolean
read_options(int *argc, char ***argv, Options *options, Log *log, GError **error)
{
    const GOptionEntry entries[] = {
        {"uri", 'c', 0, G_OPTION_ARG_STRING, &options->uri,
         "libvirt to connect to (default qemu:///system)", "URI"},
        {"root", 0, 0, G_OPTION_ARG_FILENAME, &options->root,
         "read facts about the host under DIR (default /)", "DIR"},
        {"log-level", 0, 0, G_OPTION_ARG_STRING, &options->log_level,
         "emerg, alert, crit, err, warning, notice, info (default) or debug", "LEVEL"},
        {"version", 0, 0, G_OPTION_ARG_NONE, &options->version, "print the version and exit", NULL},
        {NULL},
    };
    g_autoptr(GOptionContext) context = g_option_context_new("- encrypted virtual machines");

    g_option_context_add_main_entries(context, entries, NULL);
    g_option_context_set_description(context, "Started by systemd; see sealvirtd(8).");
    if (!g_option_context_parse(context, argc, argv, error))
        return FALSE;
    if (options->log_level && log_level_from_string(options->log_level) < 0) {
        g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                    "log level \"%s\" is unknown; --help lists them", options->log_level);
        return FALSE;
    }
    if (options->log_level)
        log_set_max_level(log, log_level_from_string(options->log_level));
    return TRUE;
}

static void
fail(Daemon *daemon, const char *reason)
{
    log_event(LOG_BUS_LOST, "reason", reason, NULL);
    daemon->exit_code = EXIT_FAILURE;
    g_main_loop_quit(daemon->loop);
}

static void
on_bus_closed(int r, gpointer data)
{
    fail(data, g_strerror(-r));
}

static int
on_name(sd_bus_message *reply, void *data, G_GNUC_UNUSED sd_bus_error *ret_error)
{
    Daemon *daemon = data;
    uint32_t result = 0;

    /* 1: DBUS_REQUEST_NAME_REPLY_PRIMARY_OWNER */
    if (sd_bus_message_is_method_error(reply, NULL) ||
        sd_bus_message_read(reply, "u", &result) < 0 || result != 1) {
        fail(daemon,
             "the name " SERVICE_BUS_NAME " cannot be taken: another sealvirtd runs, or the "
             "bus policy does not allow it to this user");
        return 1;
    }
    log_event(LOG_READY, "version", SEALVIRT_VERSION, NULL);
    sd_notify(0, "READY=1");
    return 1;
}

static void
on_ready(gpointer data)
{
    Daemon *daemon = data;

    if (sd_bus_request_name_async(daemon->bus, NULL, SERVICE_BUS_NAME, 0, on_name, daemon) < 0)
        fail(daemon, "the bus cannot be asked for the name " SERVICE_BUS_NAME);
}

static gboolean
on_terminate(gpointer data)
{
    Daemon *daemon = data;

    log_event(LOG_STOPPING, NULL);
    sd_notify(0, "STOPPING=1");
    g_main_loop_quit(daemon->loop);
    return G_SOURCE_CONTINUE;
}

static gboolean
on_watchdog(G_GNUC_UNUSED gpointer data)
{
    sd_notify(0, "WATCHDOG=1");
    return G_SOURCE_CONTINUE;
}

static void
start_watchdog(void)
{
    uint64_t usec = 0;

    if (sd_watchdog_enabled(0, &usec) > 0)
        g_timeout_add((guint)(usec / 2000), on_watchdog, NULL);
}

static gboolean
set_up(Daemon *daemon, const Options *options)
{
    VirtBackend *virt = virt_new(options->uri ? options->uri : "qemu:///system");
    /* Set by systemd from StateDirectory= (systemd.exec(5)). */
    const char *state = g_getenv("STATE_DIRECTORY");
    HostBackend *host =
        host_new(options->root ? options->root : "/", state ? state : "/var/lib/sealvirt");
    int r;

    daemon->core = core_new(virt, host);
    r = sd_bus_open_system(&daemon->bus);
    if (r >= 0) {
        daemon->authority = polkit_new(daemon->bus);
        daemon->service = service_new(daemon->bus, daemon->core, daemon->authority, daemon->log,
                                      SEALVIRT_VERSION, &r);
    }
    if (daemon->service) {
        daemon->source = source_attach(daemon->bus, NULL, on_bus_closed, daemon);
        return TRUE;
    }
    log_event(LOG_BUS_LOST, "reason", g_strerror(-r), NULL);
    return FALSE;
}

static void
tear_down(Daemon *daemon)
{
    core_free(daemon->core);
    if (daemon->authority)
        daemon->authority->class->free(daemon->authority);
    service_free(daemon->service);
    if (daemon->source) {
        g_source_destroy(daemon->source);
        g_source_unref(daemon->source);
    }
    sd_bus_flush_close_unref(daemon->bus);
    g_main_loop_unref(daemon->loop);
}

static void
options_clear(Options *options)
{
    g_free(options->uri);
    g_free(options->root);
    g_free(options->log_level);
}

int
main(int argc, char **argv)
{
    Daemon daemon = {.exit_code = EXIT_SUCCESS};
    Options options = {0};
    g_autoptr(GError) error = NULL;

    daemon.log = log_new();
    log_attach(daemon.log);
    if (!read_options(&argc, &argv, &options, daemon.log, &error)) {
        fprintf(stderr, "sealvirtd: %s\n", error->message);
        return 2;
    }
    if (options.version) {
        puts("sealvirtd " SEALVIRT_VERSION);
        options_clear(&options);
        return EXIT_SUCCESS;
    }
    daemon.loop = g_main_loop_new(NULL, FALSE);
    if (set_up(&daemon, &options)) {
        /* libvirt writes to a libvirtd that may have died; only systemd ignores that for us. */
        signal(SIGPIPE, SIG_IGN);
        g_unix_signal_add(SIGTERM, on_terminate, &daemon);
        g_unix_signal_add(SIGINT, on_terminate, &daemon);
        start_watchdog();
        service_start(daemon.service, on_ready, &daemon);
        g_main_loop_run(daemon.loop);
    } else {
        daemon.exit_code = EXIT_FAILURE;
    }
    tear_down(&daemon);
    options_clear(&options);
    return daemon.exit_code;
}
