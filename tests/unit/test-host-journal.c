/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Notes: written, replaced, found by the next daemon and removed. A place that
 * takes no note or does not let go of one is told with its path, because what
 * stands on a note that stays is taken away later.
 */

#include "host-journal.h"

#include "error.h"
#include "test-tree.h"

static void
check_notes(const char *root, guint n, const char *name, const char *text)
{
    g_autoptr(GHashTable) notes = host_journal_recall(root);

    g_assert_cmpuint(g_hash_table_size(notes), ==, n);
    if (name)
        g_assert_cmpstr(g_hash_table_lookup(notes, name), ==, text);
}

static void
test_notes(void)
{
    char *root = test_tree_new();
    g_autoptr(GError) error = NULL;

    check_notes(root, 0, NULL, NULL);
    g_assert_true(host_journal_note(root, "a-1", "first", &error));
    g_assert_true(host_journal_note(root, "b-2", "other", &error));
    g_assert_true(host_journal_note(root, "a-1", "second", &error));
    test_tree_write(root, "/somebody.txt", "else's");
    check_notes(root, 2, "a-1", "second");
    g_assert_true(host_journal_forget(root, "a-1", &error));
    check_notes(root, 1, "a-1", NULL);
    check_notes(root, 1, "b-2", "other");
    g_assert_no_error(error);
    test_tree_free(root);
}

static void
test_none_is_forgotten(void)
{
    char *root = test_tree_new();
    g_autoptr(GError) error = NULL;

    g_assert_true(host_journal_forget(root, "never-was", &error));
    g_assert_no_error(error);
    test_tree_free(root);
}

/* A file where the directory should be is in the way also of root, unlike any mode. */
static void
test_place_in_the_way(void)
{
    char *root = test_tree_new();
    g_autofree char *place = test_tree_path(root, "/place");
    g_autoptr(GError) unwritten = NULL;
    g_autoptr(GError) unremoved = NULL;

    test_tree_write(root, "/place", "");
    g_assert_false(host_journal_note(place, "a-1", "text", &unwritten));
    g_assert_error(unwritten, SEAL_ERROR, SEAL_ERROR_BACKEND);
    g_assert_nonnull(strstr(unwritten->message, place));
    g_assert_false(host_journal_forget(place, "a-1", &unremoved));
    g_assert_error(unremoved, SEAL_ERROR, SEAL_ERROR_BACKEND);
    g_assert_nonnull(strstr(unremoved->message, place));
    check_notes(place, 0, NULL, NULL);
    test_tree_free(root);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/host-journal/notes", test_notes);
    g_test_add_func("/host-journal/none-is-forgotten", test_none_is_forgotten);
    g_test_add_func("/host-journal/place-in-the-way", test_place_in_the_way);
    return g_test_run();
}
