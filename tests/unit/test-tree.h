/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * A small tree that stands for a host: files written by name below a
 * temporary directory, which goes with everything in it at the end.
 */

#include <glib.h>
#include <glib/gstdio.h>

/**
 * test_tree_new - an empty tree
 * Returns: (transfer full): its root, for test_tree_free().
 */
static inline char *
test_tree_new(void)
{
    g_autoptr(GError) error = NULL;
    char *root = g_dir_make_tmp("sealvirt-test-XXXXXX", &error);

    g_assert_no_error(error);
    return root;
}

/**
 * test_tree_path - where a file of the tree really is
 * @root: the tree
 * @path: absolute path in it
 * Returns: (transfer full): the path, whose directory exists.
 */
static inline char *
test_tree_path(const char *root, const char *path)
{
    char *full = g_build_filename(root, path, NULL);
    g_autofree char *dir = g_path_get_dirname(full);

    g_assert_cmpint(g_mkdir_with_parents(dir, 0700), ==, 0);
    return full;
}

/**
 * test_tree_write - put a file into the tree
 * @root: the tree
 * @path: absolute path in it
 * @text: its content
 */
static inline void
test_tree_write(const char *root, const char *path, const char *text)
{
    g_autofree char *full = test_tree_path(root, path);
    g_autoptr(GError) error = NULL;

    g_file_set_contents(full, text, -1, &error);
    g_assert_no_error(error);
}

static inline void
test_tree_remove(const char *path)
{
    g_autoptr(GDir) dir = NULL;
    const char *name;

    if (!g_file_test(path, G_FILE_TEST_IS_SYMLINK))
        dir = g_dir_open(path, 0, NULL);
    while (dir && (name = g_dir_read_name(dir))) {
        g_autofree char *child = g_build_filename(path, name, NULL);

        test_tree_remove(child);
    }
    g_assert_cmpint(g_remove(path), ==, 0);
}

/**
 * test_tree_free - remove the tree
 * @root: (transfer full): the tree
 */
static inline void
test_tree_free(char *root)
{
    test_tree_remove(root);
    g_free(root);
}
