/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The kernel's count of key slots in each shape that it comes in: control
 * groups of version 2 with a count at the root and without, version 1, both
 * side by side, and files that are no count at all, of which nothing is believed.
 */

#include "host-ledger.h"

#include "test-tree.h"

#define MAX_FILES 6
#define UNKNOWN (-1)

/* @total, @used: of the pools sev and sev-es */
typedef struct {
    const char *name;
    const char *source; /* begin of it; NULL: there is no count */
    int total[2];
    int used[2];
    struct {
        const char *path;
        const char *text;
    } files[MAX_FILES];
} Shape;

#define V2 "/sys/fs/cgroup/"

static const Shape shapes[] = {
    {"root count",
     V2 "misc.capacity, misc.current",
     {410, 99},
     {3, 1},
     {{V2 "misc.capacity", "sev 410\nsev_es 99\n"},
      {V2 "misc.current", "sev 3\nsev_es 1\n"},
      /* Already in the root's count. */
      {V2 "machine.slice/misc.current", "sev 3\nsev_es 1\n"}}},
    {"summed",
     V2 "misc.capacity, sum",
     {410, 99},
     {5, 1},
     {{V2 "misc.capacity", "sev 410\nsev_es 99\n"},
      {V2 "machine.slice/misc.current", "sev 3\nsev_es 1\n"},
      /* Charged to its parent as well. */
      {V2 "machine.slice/machine-qemu.scope/misc.current", "sev 3\nsev_es 1\n"},
      {V2 "user.slice/misc.current", "sev 2\nsev_es 0\n"},
      {V2 "system.slice/cgroup.procs", ""}}},
    {"no group counts",
     V2 "misc.capacity, running VMs counted",
     {410, 99},
     {UNKNOWN, UNKNOWN},
     {{V2 "misc.capacity", "sev 410\nsev_es 99\n"}, {V2 "machine.slice/cgroup.procs", "1\n"}}},
    {"version 1",
     V2 "misc/misc.capacity, sum",
     {15, UNKNOWN},
     {2, UNKNOWN},
     {{V2 "misc/misc.capacity", "sev 15\n"},
      {V2 "misc/machine/misc.current", "sev 2\n"},
      {V2 "memory/machine/memory.usage_in_bytes", "1\n"}}},
    {"both versions",
     V2 "unified/misc.capacity, misc.current",
     {15, 8},
     {1, 0},
     {{V2 "unified/misc.capacity", "sev 15\nsev_es 8\n"},
      {V2 "unified/misc.current", "sev 1\nsev_es 0\n"}}},
    {"other resources",
     V2 "misc.capacity, misc.current",
     {410, UNKNOWN},
     {0, UNKNOWN},
     {{V2 "misc.capacity", "res_a 7\nsev 410\nsgx_epc 68182605824\n"},
      {V2 "misc.current", "sev 0\n"}}},
    {"nothing", NULL, {UNKNOWN, UNKNOWN}, {UNKNOWN, UNKNOWN}, {{V2 "cgroup.procs", ""}}},
    {"no numbers",
     NULL,
     {UNKNOWN, UNKNOWN},
     {UNKNOWN, UNKNOWN},
     {{V2 "misc.capacity", "sev lots\n"}, {V2 "misc.current", "sev 1\n"}}},
    {"too large a number",
     NULL,
     {UNKNOWN, UNKNOWN},
     {UNKNOWN, UNKNOWN},
     {{V2 "misc.capacity", "sev 99999999999999999999\n"}}},
    {"more guests than fit a number",
     NULL,
     {UNKNOWN, UNKNOWN},
     {UNKNOWN, UNKNOWN},
     {{V2 "misc.capacity", "sev 4294967296\n"}}},
    {"a broken count",
     V2 "misc.capacity, running VMs counted",
     {410, UNKNOWN},
     {UNKNOWN, UNKNOWN},
     {{V2 "misc.capacity", "sev 410\n"}, {V2 "misc.current", "sev -1\n"}}},
    {"one broken group",
     V2 "misc.capacity, sum",
     {410, UNKNOWN},
     {4, UNKNOWN},
     {{V2 "misc.capacity", "sev 410\n"},
      {V2 "a.slice/misc.current", "\001\377\n"},
      {V2 "b.slice/misc.current", "sev 4\n"}}},
};

static void
expect(const SealMiscCgroupCount *count, SealPool pool, int wanted)
{
    g_assert_cmpint(count->known[pool], ==, wanted != UNKNOWN);
    if (wanted != UNKNOWN)
        g_assert_cmpint((int)count->count[pool], ==, wanted);
}

static void
test_shape(gconstpointer data)
{
    const Shape *shape = data;
    char *root = test_tree_new();
    g_autoptr(SealFacts) facts = seal_facts_new();

    for (gsize i = 0; i < MAX_FILES && shape->files[i].path; i++)
        test_tree_write(root, shape->files[i].path, shape->files[i].text);
    host_ledger_read(root, facts);
    expect(&facts->slots_total, SEAL_POOL_SEV, shape->total[0]);
    expect(&facts->slots_total, SEAL_POOL_SEV_ES, shape->total[1]);
    expect(&facts->slots_used, SEAL_POOL_SEV, shape->used[0]);
    expect(&facts->slots_used, SEAL_POOL_SEV_ES, shape->used[1]);
    if (shape->source)
        g_assert_true(g_str_has_prefix(facts->slots_source, shape->source));
    else
        g_assert_null(facts->slots_source);
    test_tree_free(root);
}

/* What was known is forgotten when it is read again. */
static void
test_again(void)
{
    char *root = test_tree_new();
    g_autoptr(SealFacts) facts = seal_facts_new();

    test_tree_write(root, V2 "misc.capacity", "sev 410\n");
    test_tree_write(root, V2 "misc.current", "sev 1\n");
    host_ledger_read(root, facts);
    expect(&facts->slots_used, SEAL_POOL_SEV, 1);
    test_tree_write(root, V2 "misc.capacity", "");
    test_tree_write(root, V2 "misc.current", "");
    host_ledger_read(root, facts);
    expect(&facts->slots_total, SEAL_POOL_SEV, UNKNOWN);
    expect(&facts->slots_used, SEAL_POOL_SEV, UNKNOWN);
    test_tree_free(root);
}

/* Sums stay at the largest number instead of beginning anew. */
static void
test_overflow(void)
{
    char *root = test_tree_new();
    g_autoptr(SealFacts) facts = seal_facts_new();

    test_tree_write(root, V2 "misc.capacity", "sev 410\n");
    test_tree_write(root, V2 "a.slice/misc.current", "sev 4294967295\n");
    test_tree_write(root, V2 "b.slice/misc.current", "sev 4294967295\n");
    host_ledger_read(root, facts);
    g_assert_cmpuint(facts->slots_used.count[SEAL_POOL_SEV], ==, G_MAXUINT32);
    test_tree_free(root);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(shapes); i++) {
        g_autofree char *name = g_strdelimit(g_strdup(shapes[i].name), " ", '-');
        g_autofree char *path = g_strconcat("/host-ledger/", name, NULL);

        g_test_add_data_func(path, &shapes[i], test_shape);
    }
    g_test_add_func("/host-ledger/again", test_again);
    g_test_add_func("/host-ledger/overflow", test_overflow);
    return g_test_run();
}
