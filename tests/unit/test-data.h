/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * Samples for the unit tests: whole files under tests/data, read by a name
 * relative to it. The build passes the directory, so a test program runs from
 * anywhere and also by hand, without an environment variable to remember.
 */

#include <glib.h>
#include <string.h>

#include "error.h"

/**
 * test_data_read - read a sample
 * @name: path below tests/data
 * @ret_length: (nullable): length in bytes
 * Returns: (transfer full): NUL-terminated; a missing file ends the test program.
 */
static inline char *
test_data_read(const char *name, gsize *ret_length)
{
    g_autofree char *path = g_build_filename(SEAL_TEST_DATA, name, NULL);
    g_autoptr(GError) error = NULL;
    char *text = NULL;

    g_file_get_contents(path, &text, ret_length, &error);
    g_assert_no_error(error);
    return text;
}

/**
 * test_data_assert_refused - an error of ours that says what it should
 * @error: (transfer full): what the call set
 * @code: the expected code
 * @fragment: (nullable): must be part of the message
 */
static inline void
test_data_assert_refused(GError *error, int code, const char *fragment)
{
    g_assert_error(error, SEAL_ERROR, code);
    g_assert_true(g_utf8_validate(error->message, -1, NULL));
    if (fragment && !strstr(error->message, fragment))
        g_error("\"%s\" is not in \"%s\"", fragment, error->message);
    g_error_free(error);
}
