/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The running jobs. On a VM runs one job at most, so that its name says which
 * job is meant as well as an id does that nobody wants to type.
 */

#include <glib/gi18n.h>

#include "error.h"
#include "job-list.h"
#include "vm-fields.h"

#define JOB_PREFIX BUS_PATH "/job"

static void
item_free(gpointer data)
{
    JobItem *item = data;

    g_free(item->id);
    g_free(item->path);
    g_variant_unref(item->properties);
    g_free(item->vm);
    g_free(item->vm_uuid);
    g_free(item);
}

static guint64
get_start(const JobItem *item)
{
    guint64 start = 0;

    g_variant_lookup(item->properties, "StartTime", "t", &start);
    return start;
}

static int
item_compare(gconstpointer a, gconstpointer b)
{
    const JobItem *left = *(JobItem *const *)a;
    const JobItem *right = *(JobItem *const *)b;
    guint64 began = get_start(left);
    guint64 other = get_start(right);

    return began == other ? g_strcmp0(left->id, right->id) : (began < other ? -1 : 1);
}

char *
job_list_decode(const char *path)
{
    g_autofree char *id = NULL;
    char *decoded = NULL;

    if (sd_bus_path_decode(path, JOB_PREFIX, &decoded) <= 0)
        return g_strdup(path);
    id = g_strdup(decoded);
    free(decoded);
    return g_steal_pointer(&id);
}

static void
learn_vm(JobItem *item, GVariant *objects)
{
    const char *path = NULL;
    g_autoptr(GVariant) interfaces = NULL;
    g_autoptr(GVariant) vm = NULL;

    if (g_variant_lookup(item->properties, "VM", "&o", &path))
        interfaces = g_variant_lookup_value(objects, path, G_VARIANT_TYPE("a{sa{sv}}"));
    if (interfaces != NULL)
        vm = g_variant_lookup_value(interfaces, BUS_VM, G_VARIANT_TYPE_VARDICT);
    item->vm = vm != NULL ? vm_fields_text(vm, "Name") : g_strdup("");
    item->vm_uuid = vm != NULL ? vm_fields_text(vm, "UUID") : g_strdup("");
}

GPtrArray *
job_list_get(Bus *bus, GError **error)
{
    g_autoptr(GVariant) objects = bus_list(bus, error);
    GPtrArray *jobs = NULL;
    GVariantIter iter;
    const char *path;
    GVariant *interfaces;

    if (objects == NULL)
        return NULL;
    jobs = g_ptr_array_new_with_free_func(item_free);
    g_variant_iter_init(&iter, objects);
    while (g_variant_iter_loop(&iter, "{&o@a{sa{sv}}}", &path, &interfaces)) {
        GVariant *properties = g_variant_lookup_value(interfaces, BUS_JOB, G_VARIANT_TYPE_VARDICT);
        JobItem *item;

        if (properties == NULL)
            continue;
        item = g_new0(JobItem, 1);
        item->id = job_list_decode(path);
        item->path = g_strdup(path);
        item->properties = properties;
        learn_vm(item, objects);
        g_ptr_array_add(jobs, item);
    }
    g_ptr_array_sort(jobs, item_compare);
    return jobs;
}

const JobItem *
job_list_find(const GPtrArray *jobs, const char *word, GError **error)
{
    const JobItem *found = NULL;

    for (guint i = 0; i < jobs->len; i++) {
        const JobItem *item = g_ptr_array_index(jobs, i);

        if (g_str_equal(item->id, word) || g_str_equal(item->path, word))
            return item;
        if (*word != '\0' &&
            (g_str_equal(item->vm, word) || g_ascii_strcasecmp(item->vm_uuid, word) == 0))
            found = item;
    }
    if (found == NULL)
        g_set_error(error, SEAL_ERROR, SEAL_ERROR_NOT_FOUND,
                    _("there is no job %s, and none works on a VM of that name; see: sealctl jobs"),
                    word);
    return found;
}
