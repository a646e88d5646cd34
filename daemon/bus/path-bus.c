/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Paths follow sd_bus_path_encode(3), so that clients can decode them with
 * the same rule. sd-bus allocates with malloc, GLib frees with g_free: they
 * are the same since GLib 2.46.
 */

#include "path-bus.h"

#include "service.h"

static char *
encode(const char *prefix, const char *id)
{
    char *path = NULL;

    if (sd_bus_path_encode(prefix, id, &path) < 0)
        g_error("out of memory");
    return path;
}

/* One object has one path: an escape that nobody needed, or in capitals, names nothing. */
static char *
decode(const char *prefix, const char *path)
{
    g_autofree char *canonical = NULL;
    char *id = NULL;

    if (sd_bus_path_decode(path, prefix, &id) <= 0)
        return NULL;
    canonical = encode(prefix, id);
    if (!g_str_equal(canonical, path))
        g_clear_pointer(&id, g_free);
    return id;
}

char *
path_bus_encode_vm(const char *uuid)
{
    return encode(SERVICE_VM_PATH, uuid);
}

char *
path_bus_encode_job(const char *id)
{
    return encode(SERVICE_JOB_PATH, id);
}

char *
path_bus_decode_vm(const char *path)
{
    return decode(SERVICE_VM_PATH, path);
}

char *
path_bus_decode_job(const char *path)
{
    return decode(SERVICE_JOB_PATH, path);
}

const char *
path_bus_technology(SealTechnology technology)
{
    const char *name = seal_technology_to_string(technology);

    return name ? name : "unknown";
}
