/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A disk names a volume by its pool and name or by its path. A domain that
 * cannot be read may have it: what is not known here is not deleted there. One
 * that is gone when its turn comes has nothing any more.
 */

#include "volume-users.h"

#include <libvirt/virterror.h>
#include <stdlib.h>
#include <string.h>

#include "domain.h"
#include "error.h"
#include "virt-error.h"

typedef struct {
    virStorageVolPtr volume;
    virStoragePoolPtr pool;
    char *path;
} Place;

static void
place_free(gpointer data)
{
    Place *place = data;

    g_clear_pointer(&place->pool, virStoragePoolFree);
    free(place->path);
    g_free(place);
}

static GPtrArray *
find_places(const GPtrArray *volumes, GError **error)
{
    g_autoptr(GPtrArray) places = g_ptr_array_new_with_free_func(place_free);

    for (guint i = 0; i < volumes->len; i++) {
        Place *place = g_new0(Place, 1);

        g_ptr_array_add(places, place);
        place->volume = g_ptr_array_index(volumes, i);
        place->pool = virStoragePoolLookupByVolume(place->volume);
        place->path = place->pool ? virStorageVolGetPath(place->volume) : NULL;
        if (!place->path) {
            virt_error_take(error, SEAL_ERROR_BACKEND, "looking where the volume lies");
            return NULL;
        }
    }
    return g_steal_pointer(&places);
}

static gboolean
is_disk_on(const SealDevice *device, const Place *place)
{
    if (!g_str_equal(device->kind, "disk") || !device->source)
        return FALSE;
    if (device->pool)
        return g_str_equal(device->pool, virStoragePoolGetName(place->pool)) &&
               g_str_equal(device->source, virStorageVolGetName(place->volume));
    return g_str_equal(device->source, place->path);
}

static virStorageVolPtr
find_used(const SealDomain *domain, const GPtrArray *places)
{
    for (guint i = 0; i < places->len; i++) {
        const Place *place = g_ptr_array_index(places, i);

        for (guint j = 0; j < domain->devices->len; j++)
            if (is_disk_on(g_ptr_array_index(domain->devices, j), place))
                return place->volume;
    }
    return NULL;
}

/* NULL without error: it is gone. */
static SealDomain *
read_domain(virDomainPtr domain, GError **error)
{
    char *xml = virDomainGetXMLDesc(domain, 0);
    g_autoptr(GError) cause = NULL;
    SealDomain *parsed;

    if (!xml && virGetLastErrorCode() == VIR_ERR_NO_DOMAIN) {
        virResetLastError();
        return NULL;
    }
    if (!xml) {
        virt_error_take(error, SEAL_ERROR_BACKEND, "looking who uses the volume");
        return NULL;
    }
    parsed = seal_domain_reader_parse(xml, SEAL_DOMAIN_DEVICES, &cause);
    explicit_bzero(xml, strlen(xml));
    free(xml);
    if (!parsed)
        g_set_error(error, SEAL_ERROR, SEAL_ERROR_BACKEND, "its XML cannot be read: %s",
                    cause->message);
    return parsed;
}

static gboolean
look_through(virDomainPtr *domains,
             int n,
             const GPtrArray *places,
             const char *except,
             char **ret_user,
             virStorageVolPtr *ret_volume,
             GError **error)
{
    for (int i = 0; i < n; i++) {
        g_autoptr(GError) cause = NULL;
        g_autoptr(SealDomain) domain = read_domain(domains[i], &cause);
        virStorageVolPtr used = NULL;

        if (cause) {
            g_propagate_prefixed_error(
                error, g_steal_pointer(&cause),
                "who uses the volume is not known, for VM %s: ", virDomainGetName(domains[i]));
            return FALSE;
        }
        if (domain && g_strcmp0(domain->uuid, except) != 0)
            used = find_used(domain, places);
        if (used) {
            *ret_user = g_strdup(virDomainGetName(domains[i]));
            *ret_volume = used;
            return TRUE;
        }
    }
    *ret_user = NULL;
    *ret_volume = NULL;
    return TRUE;
}

gboolean
volume_users_find(virConnectPtr connection,
                  const GPtrArray *volumes,
                  const char *except,
                  char **ret_user,
                  virStorageVolPtr *ret_volume,
                  GError **error)
{
    g_autoptr(GPtrArray) places = find_places(volumes, error);
    virDomainPtr *domains = NULL;
    gboolean known;
    int n;

    if (!places)
        return FALSE;
    n = virConnectListAllDomains(connection, &domains, 0);
    if (n < 0) {
        virt_error_take(error, SEAL_ERROR_BACKEND, "looking who uses the volume");
        return FALSE;
    }
    known = look_through(domains, n, places, except, ret_user, ret_volume, error);
    for (int i = 0; i < n; i++)
        virDomainFree(domains[i]);
    free(domains);
    return known;
}
