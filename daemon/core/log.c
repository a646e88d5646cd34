/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Events go through GLib's structured log, whose writer sends them to the
 * journal with their fields when stderr is the journal, and as lines
 * otherwise. Whoever has something to say calls log_event(); what is dropped
 * and where the rest goes is decided by the writer's Log, which main owns and
 * org.freedesktop.LogControl1 changes.
 */

#include "log.h"

#include <stdio.h>
#include <string.h>
#include <syslog.h>

typedef struct {
    int level;
    const char *id; /* 128 bit, for the journal's catalogue */
    const char *text;
} EventRow;

static const EventRow event_rows[] = {
    [LOG_READY] = {LOG_INFO, "a040fda5ca584ffd9a8ed2072e0edf2c", "ready"},
    [LOG_STOPPING] = {LOG_INFO, "f60a093f24a34c4ea65a99eec7176ea0", "stopping"},
    [LOG_BACKEND_CONNECTED] = {LOG_INFO, "7d584df0c6994f59a7d3c7c45d3748e3",
                               "connected to libvirt"},
    [LOG_BACKEND_LOST] = {LOG_WARNING, "f9d605185c3b43c89465e1ab6f9022d2",
                          "libvirt cannot be reached; trying again"},
    [LOG_JOB_DONE] = {LOG_INFO, "d1c12884213a43aaa154e6d7f6ed0463", "job done"},
    [LOG_JOB_FAILED] = {LOG_WARNING, "bfcb874b22b94218abb4ac5e44ada0d9", "job failed"},
    [LOG_DENIED] = {LOG_NOTICE, "0c8ee993f7424ee9879ebe6a9056996d", "caller refused"},
    [LOG_RESTARTED] = {LOG_NOTICE, "3af28c01abff436c91c0dfe115743e8c",
                       "the guest rebooted, QEMU could not reset it: started again"},
    [LOG_RESTART_FAILED] = {LOG_ERR, "264ba0c4300a4d25a6ec2498ac89960b",
                            "the guest rebooted, QEMU could not reset it, and starting it again "
                            "failed"},
    [LOG_BUS_LOST] = {LOG_ERR, "440c9b18f1944464ae5b7c76c4fa6166", "the bus is gone"},
    [LOG_LEVEL_CHANGED] = {LOG_NOTICE, "06dbb276e40c4121a335b6185d9e69ff", "log level changed"},
    [LOG_RECOVERED] = {LOG_NOTICE, "aea3f281d3cb46bf85d3a183fad2a011",
                       "took away what an earlier daemon left half made"},
    [LOG_RECOVERY_FAILED] = {LOG_ERR, "c819e7b1f4604feb81b81bedb1ee69d5",
                             "what an earlier daemon left half made could not be taken away"},
    [LOG_WARNED] = {LOG_NOTICE, "f6cdcb694169489fbb22cb4f7f7c25ff",
                    "a VM has settings to think about"},
    [LOG_AUTOSTARTED] = {LOG_NOTICE, "39ed0082b5a6413cb87df90799a60f8c",
                         "libvirt could not start this VM with the host: started now"},
    [LOG_AUTOSTART_FAILED] = {LOG_ERR, "a959a9fdc9ad4de3a4981cb2fba78b8e",
                              "a VM that starts with the host is still off"},
};

G_STATIC_ASSERT(G_N_ELEMENTS(event_rows) == LOG_N_EVENTS);

static const char *const level_names[] = {"emerg",   "alert",  "crit", "err",
                                          "warning", "notice", "info", "debug"};

static const char *const targets[] = {"auto", "journal", "console", "null"};

struct Log {
    int max_level;
    const char *target;
};

static void
add_field(GArray *fields, GPtrArray *owned, char *key, char *value)
{
    GLogField field = {key, value, -1};

    g_ptr_array_add(owned, key);
    g_ptr_array_add(owned, value);
    g_array_append_val(fields, field);
}

static void
add_caller_field(
    GArray *fields, GPtrArray *owned, GString *message, const char *name, const char *text)
{
    g_autofree char *upper = g_ascii_strup(name, -1);
    /* One event is one line: nobody's text may begin a line of its own. */
    g_autofree char *line = g_strdelimit(g_strdup(text), "\r\n", ' ');

    add_field(fields, owned, g_strconcat("SEALVIRT_", upper, NULL), g_strdup(text));
    g_string_append_printf(message, "%s%s=%s", strchr(message->str, ':') ? ", " : ": ", name, line);
}

void
log_event(LogEvent event, ...)
{
    const EventRow *row = &event_rows[event];
    g_autoptr(GArray) fields = g_array_new(FALSE, FALSE, sizeof(GLogField));
    g_autoptr(GPtrArray) owned = g_ptr_array_new_with_free_func(g_free);
    GString *message = g_string_new(row->text);
    const char *name;
    va_list list;

    va_start(list, event);
    while ((name = va_arg(list, const char *)))
        add_caller_field(fields, owned, message, name, va_arg(list, const char *));
    va_end(list);
    add_field(fields, owned, g_strdup("MESSAGE"), g_string_free(message, FALSE));
    add_field(fields, owned, g_strdup("MESSAGE_ID"), g_strdup(row->id));
    add_field(fields, owned, g_strdup("GLIB_DOMAIN"), g_strdup("sealvirtd"));
    add_field(fields, owned, g_strdup("PRIORITY"), g_strdup_printf("%d", row->level));
    g_log_structured_array(row->level <= LOG_WARNING ? G_LOG_LEVEL_WARNING : G_LOG_LEVEL_MESSAGE,
                           (const GLogField *)(gpointer)fields->data, fields->len);
}

/* The priority of one of our events, or -1 for a library's message. */
static int
find_priority(const GLogField *fields, gsize n_fields)
{
    for (gsize i = 0; i < n_fields; i++)
        if (g_str_equal(fields[i].key, "PRIORITY") && fields[i].length < 0)
            return (int)g_ascii_strtoll(fields[i].value, NULL, 10);
    return -1;
}

static GLogWriterOutput
write_message(GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
    const Log *log = data;

    /* libvirt-glib tells of every poll it does; nobody has asked for that, at any level. */
    if ((level & G_LOG_LEVEL_DEBUG) || find_priority(fields, n_fields) > log->max_level ||
        g_str_equal(log->target, "null"))
        return G_LOG_WRITER_HANDLED;
    if (g_str_equal(log->target, "journal") ||
        (g_str_equal(log->target, "auto") && g_log_writer_is_journald(fileno(stderr))))
        return g_log_writer_journald(level, fields, n_fields, NULL);
    return g_log_writer_standard_streams(level, fields, n_fields, NULL);
}

Log *
log_new(void)
{
    Log *log = g_new0(Log, 1);

    log->max_level = LOG_INFO;
    log->target = targets[0];
    return log;
}

void
log_free(Log *log)
{
    g_free(log);
}

void
log_attach(Log *log)
{
    g_log_set_writer_func(write_message, log, NULL);
}

void
log_set_max_level(Log *log, int level)
{
    log->max_level = CLAMP(level, LOG_EMERG, LOG_DEBUG);
}

int
log_get_max_level(const Log *log)
{
    return log->max_level;
}

const char *
log_level_to_string(int level)
{
    return level_names[CLAMP(level, LOG_EMERG, LOG_DEBUG)];
}

int
log_level_from_string(const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(level_names); i++)
        if (g_strcmp0(name, level_names[i]) == 0)
            return (int)i;
    return -1;
}

gboolean
log_set_target(Log *log, const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(targets); i++) {
        if (g_strcmp0(name, targets[i]) != 0)
            continue;
        log->target = targets[i];
        return TRUE;
    }
    return FALSE;
}

const char *
log_get_target(const Log *log)
{
    return log->target;
}
