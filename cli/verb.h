/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * Verbs. Each lives in a file of its own and is known to the rest by one
 * constant: what it is called, what it takes, what help says about it, and
 * the function that does it. To add one, write its file and name it in
 * main.c's table.
 */

#include "cli.h"

#define VERB_MANY G_MAXUINT

typedef struct Verb Verb;

/**
 * VerbRun - do it
 * @cli: the run
 * @verb: its own row, where several verbs share a function
 * Returns: the exit code. With @error set, the caller shows it and takes the
 * exit code from it instead.
 */
typedef int (*VerbRun)(Cli *cli, const Verb *verb, GError **error);

/**
 * Verb - one row
 * @name: as typed; @words: what it takes, for help; @summary: one line
 * @details: (nullable): more lines of help
 * @options: up to two tables of options, NULL where there are fewer
 * @min_words, @max_words: how many words it takes
 * @method: (nullable): method of org.sealvirt1.VM that it calls
 * @done: (nullable): what is said about a VM afterwards, with one %s for its name
 */
struct Verb {
    const char *name;
    const char *words;
    const char *summary;
    const char *details;
    const ArgsOption *options[2];
    guint min_words;
    guint max_words;
    const char *method;
    const char *done;
    VerbRun run;
};

extern const Verb verb_can;
extern const Verb verb_cancel;
extern const Verb verb_capacity;
extern const Verb verb_certificates;
extern const Verb verb_check;
extern const Verb verb_create;
extern const Verb verb_delete;
extern const Verb verb_diagnose;
extern const Verb verb_firmware;
extern const Verb verb_inject_secret;
extern const Verb verb_jobs;
extern const Verb verb_list;
extern const Verb verb_measurement;
extern const Verb verb_memory_limit;
extern const Verb verb_monitor;
extern const Verb verb_pause;
extern const Verb verb_policy;
extern const Verb verb_preview;
extern const Verb verb_reboot;
extern const Verb verb_refresh;
extern const Verb verb_resume;
extern const Verb verb_set;
extern const Verb verb_show;
extern const Verb verb_shutdown;
extern const Verb verb_start;
extern const Verb verb_stop;
extern const Verb verb_version;
extern const Verb verb_xml;
