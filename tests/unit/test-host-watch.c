/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What must be noticed is noticed, and nothing else: each row changes one thing
 * of a tree, after which a look must differ from the fingerprint of the facts
 * read before, until they are read again.
 */

#include "host-watch.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>
#include <utime.h>

#include "host-facts.h"
#include "test-tree.h"

#define DESCRIPTOR "/usr/share/qemu/firmware/60-edk2.json"

/* @text: NULL removes the file */
static const struct {
    const char *path;
    const char *text;
} changes[] = {
    {"/sys/module/kvm_amd/parameters/sev", "N\n"},
    {"/sys/module/kvm_amd/parameters/sev", NULL},
    {"/sys/module/kvm_intel/parameters/tdx", "Y\n"},
    {"/sys/module/kvm/parameters/mmio_caching", "N\n"},
    {"/sys/class/misc/sev", "x"},
    {"/sys/class/misc/sev", NULL},
    {"/sys/class/misc/kvm", NULL},
    {"/dev/sev", "x"},
    {"/sys/fs/cgroup/misc.current", "sev 2\n"},
    {"/sys/fs/cgroup/misc.capacity", "sev 3\n"},
    {"/sys/fs/cgroup/machine.slice/memory.high", "1073741824\n"},
    {"/sys/fs/cgroup/machine.slice/misc.max", "sev 1\n"},
    {DESCRIPTOR, "{ }"},
    {DESCRIPTOR, NULL},
    {"/etc/qemu/firmware/60-edk2.json", ""},
    {"/usr/share/OVMF/OVMF_CODE_4M.fd", "image"},
    {"/usr/share/OVMF/OVMF_CODE_4M.fd", NULL},
    {"/usr/bin/qemu-system-x86_64", "newer"},
    {"/etc/libvirt/qemu.conf", "namespaces = []"},
    {"/etc/default/libvirt-guests", "ON_SHUTDOWN=suspend"},
    {"/run/tdx-qgs/qgs.socket", ""},
};

static char *
make_tree(void)
{
    char *root = test_tree_new();

    test_tree_write(root, "/sys/module/kvm_amd/parameters/sev", "Y\n");
    test_tree_write(root, "/sys/class/misc/kvm", "");
    test_tree_write(root, "/sys/fs/cgroup/misc.capacity", "sev 2\n");
    test_tree_write(root, "/sys/fs/cgroup/misc.current", "sev 1\n");
    test_tree_write(root, DESCRIPTOR, "{}");
    return root;
}

static char *
read_fingerprint(const char *root)
{
    g_autofree char *stamps = host_watch_stamps(root);
    g_autoptr(SealFacts) facts = host_facts_read(root);

    return host_watch_fingerprint(stamps, facts);
}

static void
change(const char *root, const char *path, const char *text)
{
    g_autofree char *full = test_tree_path(root, path);

    if (text)
        test_tree_write(root, path, text);
    else
        g_assert_cmpint(unlink(full), ==, 0);
}

/* Kernels before 6.13 take the time of two changes in the same four milliseconds for one. */
static void
age_directory_of(const char *root, const char *path)
{
    g_autofree char *full = test_tree_path(root, path);
    g_autofree char *directory = g_path_get_dirname(full);
    struct utimbuf long_ago = {1, 1};

    g_assert_true(g_utime(directory, &long_ago) == 0 || access(directory, F_OK) != 0);
}

static void
test_changes(void)
{
    char *root = make_tree();

    for (gsize i = 0; i < G_N_ELEMENTS(changes); i++) {
        g_autofree char *before = NULL;
        g_autofree char *same = NULL;
        g_autofree char *after = NULL;

        age_directory_of(root, changes[i].path);
        before = read_fingerprint(root);
        same = host_watch_look(root);
        g_assert_cmpstr(before, ==, same);
        change(root, changes[i].path, changes[i].text);
        after = host_watch_look(root);
        if (g_str_equal(before, after))
            g_error("row %" G_GSIZE_FORMAT ", %s: not noticed", i, changes[i].path);
    }
    test_tree_free(root);
}

/* An editor that writes in place leaves the time of the directory alone. */
static void
test_descriptor_in_place(void)
{
    char *root = make_tree();
    g_autofree char *before = read_fingerprint(root);
    g_autofree char *path = test_tree_path(root, DESCRIPTOR);
    g_autofree char *after = NULL;
    FILE *file = fopen(path, "a");

    g_assert_nonnull(file);
    g_assert_cmpint(fputs(" ", file), >=, 0);
    g_assert_cmpint(fclose(file), ==, 0);
    after = host_watch_look(root);
    g_assert_cmpstr(before, !=, after);
    test_tree_free(root);
}

/* What the facts did not see is not in their fingerprint, whenever it happened. */
static void
test_change_while_reading(void)
{
    char *root = make_tree();
    g_autofree char *stamps = host_watch_stamps(root);
    g_autofree char *fingerprint = NULL;
    g_autofree char *look = NULL;
    g_autoptr(SealFacts) facts = NULL;

    test_tree_write(root, "/sys/fs/cgroup/misc.current", "sev 2\n");
    test_tree_write(root, DESCRIPTOR, "{ }");
    facts = host_facts_read(root);
    test_tree_write(root, "/sys/fs/cgroup/misc.current", "sev 1\n");
    fingerprint = host_watch_fingerprint(stamps, facts);
    look = host_watch_look(root);
    g_assert_cmpstr(fingerprint, !=, look);
    g_assert_nonnull(strstr(fingerprint, "2/2"));
    g_assert_nonnull(strstr(look, "1/2"));
    test_tree_free(root);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/host-watch/changes", test_changes);
    g_test_add_func("/host-watch/descriptor-in-place", test_descriptor_in_place);
    g_test_add_func("/host-watch/change-while-reading", test_change_while_reading);
    return g_test_run();
}
