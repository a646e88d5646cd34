/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * The daemon's log: one table of events, each with a message id, a level and
 * its text. Events carry structured fields, never secrets, never a caller's
 * settings.
 */

#include <glib.h>

typedef enum {
    LOG_READY,
    LOG_STOPPING,
    LOG_BACKEND_CONNECTED,
    LOG_BACKEND_LOST,
    LOG_JOB_DONE,
    LOG_JOB_FAILED,
    LOG_DENIED,
    LOG_RESTARTED,
    LOG_RESTART_FAILED,
    LOG_BUS_LOST,
    LOG_LEVEL_CHANGED,
    LOG_RECOVERED,
    LOG_RECOVERY_FAILED,
    LOG_WARNED,
    LOG_AUTOSTARTED,
    LOG_AUTOSTART_FAILED,
    LOG_N_EVENTS,
} LogEvent;

/**
 * log_event - write one event
 * @event: which
 * @...: pairs of a field's name in lower case and its text, ended by NULL; each becomes a
 *   journal field SEALVIRT_<NAME> and is appended to the message as name=text
 */
void log_event(LogEvent event, ...) G_GNUC_NULL_TERMINATED;

typedef struct Log Log;

/**
 * log_new - the process's log: up to info, to the journal or stderr
 * Returns: (transfer full)
 */
Log *log_new(void);

/**
 * log_free - give it back; nothing may be logged through it any more
 * @log: (nullable) (transfer full)
 */
void log_free(Log *log);

/**
 * log_attach - make it the writer of everything this process logs
 * @log: (transfer none): lives as long as the process logs; once in a process (GLib's rule)
 */
void log_attach(Log *log);

/**
 * log_set_max_level - how much to write
 * @log: the log
 * @level: syslog priority, 0 (emerg) to 7 (debug); less urgent events are dropped
 */
void log_set_max_level(Log *log, int level);

/**
 * log_get_max_level - the current bound
 * @log: the log
 * Returns: syslog priority
 */
int log_get_max_level(const Log *log);

/**
 * log_level_to_string - org.freedesktop.LogControl1's word for a level
 * @level: 0 to 7
 * Returns: (transfer none): static: "emerg" ... "debug".
 */
const char *log_level_to_string(int level);

/**
 * log_level_from_string - read LogControl1's word
 * @name: (nullable): word
 * Returns: 0 to 7, -1 when it is none.
 */
int log_level_from_string(const char *name);

/**
 * log_set_target - where to write
 * @log: the log
 * @name: "auto" (the journal when stderr is the journal, else stderr), "journal",
 *   "console" or "null"
 * Returns: FALSE when it is none of these.
 */
gboolean log_set_target(Log *log, const char *name);

/**
 * log_get_target - where it is written
 * @log: the log
 * Returns: (transfer none): one of the words above.
 */
const char *log_get_target(const Log *log);
