/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Replays a corpus through a fuzz target as an ordinary test: every file of
 * the directory named on the command line is one test case in TAP. A directory
 * that is empty or missing fails, for then nothing would be tested.
 */

#include <stdio.h>

#include "fuzz.h"

static int
compare_names(gconstpointer a, gconstpointer b)
{
    return g_strcmp0(*(const char *const *)a, *(const char *const *)b);
}

/* Sorted, so that two runs can be compared. */
static GPtrArray *
list_files(const char *directory, GError **error)
{
    g_autoptr(GDir) dir = g_dir_open(directory, 0, error);
    g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func(g_free);
    const char *name;

    if (!dir)
        return NULL;
    while ((name = g_dir_read_name(dir)))
        g_ptr_array_add(files, g_build_filename(directory, name, NULL));
    g_ptr_array_sort(files, compare_names);
    return g_steal_pointer(&files);
}

static gboolean
replay(const char *file)
{
    g_autofree char *bytes = NULL;
    g_autofree uint8_t *copy = NULL;
    gsize length;

    if (!g_file_get_contents(file, &bytes, &length, NULL))
        return FALSE;
    /* GLib adds a NUL that libFuzzer does not. */
    copy = g_memdup2(bytes, length);
    return LLVMFuzzerTestOneInput(copy, length) == 0;
}

int
main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) files = NULL;
    guint failed = 0;

    if (argc != 2) {
        fprintf(stderr, "usage: %s DIRECTORY\n", argv[0]);
        return 2;
    }
    files = list_files(argv[1], &error);
    if (!files || files->len == 0) {
        printf("Bail out! %s: %s\n", argv[1], error ? error->message : "no corpus files");
        return 1;
    }
    for (guint i = 0; i < files->len; i++) {
        g_autofree char *name = g_path_get_basename(g_ptr_array_index(files, i));
        gboolean good = replay(g_ptr_array_index(files, i));

        printf("%s %u - %s\n", good ? "ok" : "not ok", i + 1, name);
        fflush(stdout);
        failed += !good;
    }
    printf("1..%u\n", files->len);
    return failed > 0;
}
