/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The log. A process has one writer for all its life (GLib's rule), so what is
 * written is looked at in child processes, one for each level and target.
 */

#include "log.h"

#include <syslog.h>

static void
test_level_words(void)
{
    static const char *const words[] = {"emerg",   "alert",  "crit", "err",
                                        "warning", "notice", "info", "debug"};

    for (int level = LOG_EMERG; level <= LOG_DEBUG; level++) {
        g_assert_cmpstr(log_level_to_string(level), ==, words[level]);
        g_assert_cmpint(log_level_from_string(words[level]), ==, level);
    }
    g_assert_cmpint(log_level_from_string("ERR"), ==, -1);
    g_assert_cmpint(log_level_from_string(""), ==, -1);
    g_assert_cmpint(log_level_from_string(NULL), ==, -1);
    g_assert_cmpstr(log_level_to_string(-5), ==, "emerg");
    g_assert_cmpstr(log_level_to_string(50), ==, "debug");
}

static void
test_settings(void)
{
    static const char *const targets[] = {"auto", "journal", "console", "null"};
    Log *log = log_new();

    g_assert_cmpint(log_get_max_level(log), ==, LOG_INFO);
    g_assert_cmpstr(log_get_target(log), ==, "auto");
    for (gsize i = 0; i < G_N_ELEMENTS(targets); i++) {
        g_assert_true(log_set_target(log, targets[i]));
        g_assert_cmpstr(log_get_target(log), ==, targets[i]);
    }
    g_assert_false(log_set_target(log, "syslog"));
    g_assert_false(log_set_target(log, NULL));
    g_assert_cmpstr(log_get_target(log), ==, "null");
    log_set_max_level(log, 99);
    g_assert_cmpint(log_get_max_level(log), ==, LOG_DEBUG);
    log_set_max_level(log, -99);
    g_assert_cmpint(log_get_max_level(log), ==, LOG_EMERG);
    log_free(log);
    log_free(NULL);
}

/* The child: attach and say one thing of each kind. */
static void
speak(const char *target, int level)
{
    Log *log = log_new();

    g_log_set_always_fatal(G_LOG_LEVEL_ERROR);
    g_assert_true(log_set_target(log, target));
    log_set_max_level(log, level);
    log_attach(log);
    log_event(LOG_READY, "version", "1.2.3", NULL);
    log_event(LOG_DENIED, "member", "Start", "uid", "1000", NULL);
    log_event(LOG_JOB_FAILED, "reason", "two\nlines\r\nof text", "vm", "%s%n", NULL);
    g_debug("a library's chatter");
}

static void
test_console(void)
{
    if (g_test_subprocess()) {
        speak("console", LOG_INFO);
        return;
    }
    g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
    g_test_trap_assert_passed();
    g_test_trap_assert_stderr("*ready: version=1.2.3*");
    g_test_trap_assert_stderr("*caller refused: member=Start, uid=1000*");
    g_test_trap_assert_stderr("*job failed: reason=two lines  of text, vm=%s%n*");
    g_test_trap_assert_stderr_unmatched("*chatter*");
}

static void
test_level(void)
{
    if (g_test_subprocess()) {
        speak("console", LOG_WARNING);
        return;
    }
    g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
    g_test_trap_assert_passed();
    g_test_trap_assert_stderr("*job failed*");
    g_test_trap_assert_stderr_unmatched("*ready*");
    g_test_trap_assert_stderr_unmatched("*refused*");
}

static void
test_null(void)
{
    if (g_test_subprocess()) {
        speak("null", LOG_DEBUG);
        return;
    }
    g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
    g_test_trap_assert_passed();
    g_test_trap_assert_stderr_unmatched("*job failed*");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/log/level-words", test_level_words);
    g_test_add_func("/log/settings", test_settings);
    g_test_add_func("/log/console", test_console);
    g_test_add_func("/log/level", test_level);
    g_test_add_func("/log/null", test_null);
    return g_test_run();
}
