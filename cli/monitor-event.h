/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * One line of monitor: what it is about, by name rather than by object path,
 * and what happened. The names are kept here as signals tell them, since most
 * signals carry an object path only.
 */

#include "cli.h"

typedef struct MonitorNames MonitorNames;

/**
 * monitor_event_names_new - nothing known yet
 * Returns: (transfer full): free with monitor_event_names_free().
 */
MonitorNames *monitor_event_names_new(void);

/**
 * monitor_event_names_free - give it back
 * @names: (nullable) (transfer full): from monitor_event_names_new()
 */
void monitor_event_names_free(MonitorNames *names);

/**
 * monitor_event_learn - remember the name of an object
 * @names: what is known
 * @path: the object
 * @properties: a{sv}; Name and UUID are learnt when they are among them
 */
void monitor_event_learn(MonitorNames *names, const char *path, GVariant *properties);

/**
 * monitor_event_learn_all - remember the names of all VMs
 * @names: what is known
 * @objects: a{oa{sa{sv}}}, as from bus_list()
 */
void monitor_event_learn_all(MonitorNames *names, GVariant *objects);

/**
 * monitor_event_forget - an object is gone
 * @names: what is known
 * @path: the object
 */
void monitor_event_forget(MonitorNames *names, const char *path);

/**
 * monitor_event_print - print one event
 * @cli: the run
 * @names: what is known
 * @event: stable word: added, removed, changed, job-removed, daemon-gone, daemon-appeared
 * @path: the object; @interface: the interface it is about
 * @properties: (nullable): a{sv}, as on the bus
 */
void monitor_event_print(const Cli *cli,
                         MonitorNames *names,
                         const char *event,
                         const char *path,
                         const char *interface,
                         GVariant *properties);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(MonitorNames, monitor_event_names_free)
