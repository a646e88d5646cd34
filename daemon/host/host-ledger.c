/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The misc controller shows itself in three shapes: unified hierarchy with
 * and without misc.current in the root group, and as a hierarchy of its own
 * (cgroup v1). In all of them misc.capacity stands in the root group alone,
 * and the groups below it hold their own and their children's charges, so
 * first-level children suffice for a sum. Charges made in the root group
 * itself are invisible before 6.12: the sum is a lower bound then.
 */

#include "host-ledger.h"

#include "host-file.h"

/* Where a hierarchy with the misc controller may be mounted. */
static const char *const hierarchies[] = {"/sys/fs/cgroup", "/sys/fs/cgroup/misc",
                                          "/sys/fs/cgroup/unified"};

/* A host with more first-level groups than this is not summed to the end. */
#define MAX_CHILDREN 4096

static gboolean
read_counts(const char *root, const char *dir, const char *file, SealMiscCgroupCount *ret_counts)
{
    g_autofree char *path = g_build_filename(dir, file, NULL);
    g_autofree char *text = host_file_read(root, path, SEAL_MISC_CGROUP_MAX, NULL);

    return text && seal_misc_cgroup_parse(text, ret_counts, NULL);
}

static gboolean
sum_children(const char *root, const char *hierarchy, SealMiscCgroupCount *ret_sum)
{
    g_auto(GStrv) names = host_file_list(root, hierarchy, MAX_CHILDREN);
    SealMiscCgroupCount sum = {0};
    gboolean any = FALSE;

    for (gsize i = 0; names && names[i]; i++) {
        g_autofree char *child = g_build_filename(hierarchy, names[i], NULL);
        SealMiscCgroupCount counts = {0};

        if (!read_counts(root, child, "misc.current", &counts))
            continue;
        seal_misc_cgroup_add(&sum, &counts);
        any = TRUE;
    }
    if (any)
        *ret_sum = sum;
    return any;
}

static void
set_source(SealFacts *facts, const char *hierarchy, const char *used)
{
    g_free(facts->slots_source);
    facts->slots_source = g_strdup_printf("%s/misc.capacity, %s", hierarchy, used);
}

void
host_ledger_read(const char *root, SealFacts *facts)
{
    facts->slots_total = facts->slots_used = (SealMiscCgroupCount){0};
    g_clear_pointer(&facts->slots_source, g_free);
    for (gsize i = 0; i < G_N_ELEMENTS(hierarchies); i++) {
        const char *hierarchy = hierarchies[i];

        if (!read_counts(root, hierarchy, "misc.capacity", &facts->slots_total))
            continue;
        if (read_counts(root, hierarchy, "misc.current", &facts->slots_used))
            set_source(facts, hierarchy, "misc.current");
        else if (sum_children(root, hierarchy, &facts->slots_used))
            set_source(facts, hierarchy, "sum of misc.current over its groups");
        else
            set_source(facts, hierarchy, "running VMs counted");
        return;
    }
}
