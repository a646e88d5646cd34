/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Bounded reading: whatever stands at a path (nothing, a FIFO nobody writes
 * to, a device without end, a huge file, a loop of links), the answer comes at
 * once and is bounded.
 */

#include "host-file.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test-tree.h"

typedef struct {
    char *root;
} Setup;

static void
set_up(Setup *setup, gconstpointer data)
{
    setup->root = test_tree_new();
}

static void
tear_down(Setup *setup, gconstpointer data)
{
    test_tree_free(setup->root);
}

static void
test_read(Setup *setup, gconstpointer data)
{
    g_autofree char *text = NULL;
    g_autofree char *empty = NULL;
    gsize length = 99;

    test_tree_write(setup->root, "/a/b", "12345");
    test_tree_write(setup->root, "/empty", "");
    text = host_file_read(setup->root, "/a/b", 5, &length);
    g_assert_cmpstr(text, ==, "12345");
    g_assert_cmpuint(length, ==, 5);
    g_assert_null(host_file_read(setup->root, "/a/b", 4, &length));
    g_assert_null(host_file_read(setup->root, "/a/c", 4, &length));
    g_assert_null(host_file_read(setup->root, "/a/b/c", 4, &length));
    empty = host_file_read(setup->root, "/empty", 0, &length);
    g_assert_cmpstr(empty, ==, "");
    g_assert_cmpuint(length, ==, 0);
}

static void
test_bytes(Setup *setup, gconstpointer data)
{
    static const char content[] = "a\0b\xff\n";
    g_autofree char *full = test_tree_path(setup->root, "/bytes");
    g_autofree char *text = NULL;
    gsize length = 0;

    g_assert_true(g_file_set_contents(full, content, sizeof content, NULL));
    text = host_file_read(setup->root, "/bytes", 100, &length);
    g_assert_cmpmem(text, length, content, sizeof content);
}

static const struct {
    const char *text;
    const char *line;
} lines[] = {
    {"Y\n", "Y"},    {"Y", "Y"},           {"", ""},         {"\n", ""}, {" N \n", "N"},
    {"a\nb\n", "a"}, {"\t\ta b\t", "a b"}, {"\nsecond", ""},
};

static void
test_read_line(Setup *setup, gconstpointer data)
{
    g_autofree char *longest = g_strnfill(4096, 'x');
    g_autofree char *longer = g_strnfill(4097, 'x');
    g_autofree char *line = NULL;

    for (gsize i = 0; i < G_N_ELEMENTS(lines); i++) {
        g_autofree char *got = NULL;

        test_tree_write(setup->root, "/line", lines[i].text);
        got = host_file_read_line(setup->root, "/line");
        g_assert_cmpstr(got, ==, lines[i].line);
    }
    test_tree_write(setup->root, "/line", longest);
    line = host_file_read_line(setup->root, "/line");
    g_assert_cmpstr(line, ==, longest);
    test_tree_write(setup->root, "/line", longer);
    g_assert_null(host_file_read_line(setup->root, "/line"));
    g_assert_null(host_file_read_line(setup->root, "/none"));
}

static void
test_tail(Setup *setup, gconstpointer data)
{
    static const struct {
        gsize wanted;
        const char *tail;
    } tails[] = {{0, ""}, {1, "6"}, {3, "456"}, {6, "123456"}, {7, "123456"}, {65536, "123456"}};

    test_tree_write(setup->root, "/f", "123456");
    for (gsize i = 0; i < G_N_ELEMENTS(tails); i++) {
        g_autoptr(GBytes) got = host_file_read_tail(setup->root, "/f", tails[i].wanted);
        gsize length = 0;
        gconstpointer bytes = g_bytes_get_data(got, &length);

        g_assert_cmpmem(bytes, length, tails[i].tail, strlen(tails[i].tail));
    }
    g_assert_null(host_file_read_tail(setup->root, "/none", 5));
}

static void
assert_unreadable(Setup *setup, const char *path)
{
    g_assert_null(host_file_read(setup->root, path, 4096, NULL));
    g_assert_null(host_file_read_line(setup->root, path));
    g_assert_null(host_file_read_tail(setup->root, path, 4096));
}

static void
test_fifo(Setup *setup, gconstpointer data)
{
    g_autofree char *full = test_tree_path(setup->root, "/fifo");

    g_assert_cmpint(mkfifo(full, 0600), ==, 0);
    assert_unreadable(setup, "/fifo");
    g_assert_true(host_file_exists(setup->root, "/fifo"));
    g_assert_cmpint(host_file_state(setup->root, "/fifo"), ==, HOST_FILE_OTHER);
}

static void
test_directory_and_links(Setup *setup, gconstpointer data)
{
    g_autofree char *loop = test_tree_path(setup->root, "/loop");
    g_autofree char *good = test_tree_path(setup->root, "/good");
    g_autofree char *dangling = test_tree_path(setup->root, "/dangling");
    g_autofree char *text = NULL;

    test_tree_write(setup->root, "/dir/file", "x");
    assert_unreadable(setup, "/dir");
    g_assert_cmpint(host_file_state(setup->root, "/dir"), ==, HOST_FILE_DIRECTORY);
    g_assert_cmpint(symlink("loop", loop), ==, 0);
    g_assert_cmpint(symlink("dir/file", good), ==, 0);
    g_assert_cmpint(symlink("nowhere", dangling), ==, 0);
    assert_unreadable(setup, "/loop");
    text = host_file_read(setup->root, "/good", 10, NULL);
    g_assert_cmpstr(text, ==, "x");
    g_assert_cmpint(host_file_state(setup->root, "/good"), ==, HOST_FILE_PRESENT);
    g_assert_cmpint(host_file_state(setup->root, "/dangling"), ==, HOST_FILE_ABSENT);
    g_assert_cmpint(host_file_state(setup->root, "/dir/file/x"), ==, HOST_FILE_ABSENT);
    /* A link of sysfs in a captured tree leads nowhere, and still says that there is something. */
    g_assert_true(host_file_exists(setup->root, "/dangling"));
    g_assert_false(host_file_exists(setup->root, "/nowhere"));
}

/* In a captured tree a link must not lead to this machine's own files. */
static void
test_links_stay_inside(Setup *setup, gconstpointer data)
{
    g_autofree char *absolute = test_tree_path(setup->root, "/absolute");
    g_autofree char *climbing = test_tree_path(setup->root, "/climbing");
    g_autofree char *inside = test_tree_path(setup->root, "/inside");
    g_autofree char *text = NULL;

    g_assert_cmpint(symlink("/proc/version", absolute), ==, 0);
    g_assert_cmpint(symlink("../../../../../../../../proc/version", climbing), ==, 0);
    g_assert_cmpint(symlink("/dir/file", inside), ==, 0);
    test_tree_write(setup->root, "/dir/file", "x");
    assert_unreadable(setup, "/absolute");
    assert_unreadable(setup, "/climbing");
    text = host_file_read(setup->root, "/inside", 10, NULL);
    g_assert_cmpstr(text, ==, "x");
}

static void
test_list(Setup *setup, gconstpointer data)
{
    g_auto(GStrv) names = NULL;
    g_auto(GStrv) some = NULL;

    test_tree_write(setup->root, "/dir/b", "");
    test_tree_write(setup->root, "/dir/a", "");
    test_tree_write(setup->root, "/dir/.hidden", "");
    names = host_file_list(setup->root, "/dir", 10);
    g_assert_cmpstrv(names, ((const char *[]){"a", "b", NULL}));
    some = host_file_list(setup->root, "/dir", 1);
    g_assert_cmpuint(g_strv_length(some), ==, 1);
    g_assert_null(host_file_list(setup->root, "/nowhere", 10));
    g_assert_null(host_file_list(setup->root, "/dir/a", 10));
}

/* /dev/zero has no end; it is a device and is not read at all. */
static void
test_endless_device(Setup *setup, gconstpointer data)
{
    g_autofree char *full = test_tree_path(setup->root, "/zero");

    g_assert_cmpint(symlink("/dev/zero", full), ==, 0);
    assert_unreadable(setup, "/zero");
}

/* A sparse file of a terabyte: too long to read, but its tail is as good as any. */
static void
test_huge_file(Setup *setup, gconstpointer data)
{
    g_autofree char *full = test_tree_path(setup->root, "/huge");
    g_autoptr(GBytes) tail = NULL;
    int fd = open(full, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

    if (fd < 0 || ftruncate(fd, (off_t)1 << 40) < 0) {
        g_test_skip("the temporary directory takes no sparse file of a terabyte");
    } else {
        g_assert_null(host_file_read(setup->root, "/huge", 1024 * 1024, NULL));
        tail = host_file_read_tail(setup->root, "/huge", 65536);
        g_assert_cmpuint(g_bytes_get_size(tail), ==, 65536);
    }
    if (fd >= 0)
        close(fd);
}

/* procfs and sysfs say 0 or 4096 for every size. */
static void
test_size_that_lies(void)
{
    g_autofree char *version = host_file_read("/", "/proc/version", 4096, NULL);

    g_assert_nonnull(version);
    g_assert_cmpuint(strlen(version), >, 10);
}

static void
test_private_places(Setup *setup, gconstpointer data)
{
    static const char *const places[] = {"tmp", "var/tmp", "home", "root", "run/user", "dev"};

    for (gsize i = 0; i < G_N_ELEMENTS(places); i++) {
        g_autofree char *path = g_strdup_printf("/%s/a", places[i]);

        g_assert_cmpint(host_file_state(setup->root, path), ==, HOST_FILE_UNKNOWN);
        test_tree_write(setup->root, path, "x");
        g_assert_cmpint(host_file_state(setup->root, path), ==, HOST_FILE_PRESENT);
    }
    g_assert_cmpint(host_file_state(setup->root, "/var/lib/a"), ==, HOST_FILE_ABSENT);
    g_assert_cmpint(host_file_state(setup->root, "/tmpfoo/a"), ==, HOST_FILE_ABSENT);
}

#define ADD(path, function) g_test_add(path, Setup, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("/host-file/read", test_read);
    ADD("/host-file/bytes", test_bytes);
    ADD("/host-file/read-line", test_read_line);
    ADD("/host-file/tail", test_tail);
    ADD("/host-file/fifo", test_fifo);
    ADD("/host-file/directory-and-links", test_directory_and_links);
    ADD("/host-file/links-stay-inside", test_links_stay_inside);
    ADD("/host-file/list", test_list);
    ADD("/host-file/endless-device", test_endless_device);
    ADD("/host-file/huge-file", test_huge_file);
    g_test_add_func("/host-file/size-that-lies", test_size_that_lies);
    ADD("/host-file/private-places", test_private_places);
    return g_test_run();
}
