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
    LOG_N_EVENTS,
} LogEvent;

/**
 * log_event - write one event
 * @event: which
 * @...: pairs of a field's name in lower case and its text, ended by NULL; each becomes a
 *   journal field SEALVIRT_<NAME> and is appended to the message as name=text
 */
void log_event(LogEvent event, ...) G_GNUC_NULL_TERMINATED;

/**
 * log_set_max_level - how much to write
 * @level: syslog priority, 0 (emerg) to 7 (debug); less urgent events are dropped
 */
void log_set_max_level(int level);

/**
 * log_get_max_level - the current bound
 * Returns: syslog priority
 */
int log_get_max_level(void);

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
 * @name: "auto" (the journal when stderr is the journal, else stderr), "journal",
 *   "console" or "null"
 * Returns: FALSE when it is none of these.
 */
gboolean log_set_target(const char *name);

/**
 * log_get_target - where it is written
 * Returns: (transfer none): one of the words above.
 */
const char *log_get_target(void);

/**
 * log_write - the GLogWriterFunc that follows the target
 * @level, @fields, @n_fields, @data: as GLib gives them
 * Returns: whether it was written
 */
GLogWriterOutput log_write(GLogLevelFlags level, const GLogField *fields, gsize n_fields,
                           gpointer data);
