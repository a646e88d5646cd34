/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libvirt makes the volumes, as the only one who may: the daemon never writes
 * an image itself. A volume that exists is never touched, neither overwritten
 * nor deleted because a create of the same name failed: a file that somebody
 * put into the pool behind libvirt's back is one as well. A note that names
 * one may be old, so what some domain uses by now is left alone.
 */

#include "volume.h"

#include <libvirt/virterror.h>

#include "virt-error.h"
#include "volume-users.h"
#include "xml.h"

/* Twenty seconds in all, within the deadline of the operation. */
#define MAX_TRIES 200
#define BETWEEN_TRIES 100000 /* microseconds */

static virStoragePoolPtr
find_pool(virConnectPtr connection, const VirtVolume *volume, GError **error)
{
    virStoragePoolPtr pool = virStoragePoolLookupByName(connection, volume->pool);

    if (!pool && virGetLastErrorCode() != VIR_ERR_NO_STORAGE_POOL) {
        virt_error_take(error, SEAL_ERROR_BACKEND, "looking for the storage pool");
        return NULL;
    }
    if (!pool) {
        virResetLastError();
        g_set_error(error, SEAL_ERROR, SEAL_ERROR_NOT_FOUND,
                    "there is no storage pool \"%s\"; \"virsh pool-list --all\" shows those that "
                    "are",
                    volume->pool);
        return NULL;
    }
    if (virStoragePoolIsActive(pool) == 1)
        return pool;
    virResetLastError();
    g_set_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_STATE,
                "storage pool \"%s\" is not running; start it with \"virsh pool-start %s\"",
                volume->pool, volume->pool);
    virStoragePoolFree(pool);
    return NULL;
}

/*
 * libvirt knows the files of a pool as they were when it last looked, and refuses to look (with
 * VIR_ERR_INTERNAL_ERROR) while a volume is being made there.
 */
static gboolean
look_anew(virStoragePoolPtr pool, GError **error)
{
    for (guint tries = 0; virStoragePoolRefresh(pool, 0) < 0; tries++) {
        if (tries == MAX_TRIES || virGetLastErrorCode() != VIR_ERR_INTERNAL_ERROR) {
            virt_error_take(error, SEAL_ERROR_BACKEND, "looking what is in the storage pool");
            return FALSE;
        }
        g_usleep(BETWEEN_TRIES);
    }
    return TRUE;
}

static gboolean
is_absent(virStoragePoolPtr pool, const VirtVolume *volume, GError **error)
{
    virStorageVolPtr found = virStorageVolLookupByName(pool, volume->name);

    if (!found && virGetLastErrorCode() == VIR_ERR_NO_STORAGE_VOL) {
        virResetLastError();
        return TRUE;
    }
    if (!found) {
        virt_error_take(error, SEAL_ERROR_BACKEND, "looking for the volume");
        return FALSE;
    }
    virStorageVolFree(found);
    g_set_error(error, SEAL_ERROR, SEAL_ERROR_EXISTS,
                "volume \"%s\" exists in pool \"%s\" already; leave size out to use it, or choose "
                "another name",
                volume->name, volume->pool);
    return FALSE;
}

gboolean
volume_check_absent(virConnectPtr connection,
                    const VirtRequest *request,
                    G_GNUC_UNUSED VirtReply *reply,
                    GError **error)
{
    virStoragePoolPtr pool = find_pool(connection, request->volume, error);
    gboolean absent = pool && look_anew(pool, error) && is_absent(pool, request->volume, error);

    g_clear_pointer(&pool, virStoragePoolFree);
    return absent;
}

static char *
write_xml(const VirtVolume *volume)
{
    g_autoptr(xmlDoc) doc = xmlNewDoc((const xmlChar *)"1.0");
    xmlNode *root = xmlNewNode(NULL, (const xmlChar *)"volume");

    xmlDocSetRootElement(doc, root);
    seal_xml_add(root, "name", volume->name);
    seal_xml_set(seal_xml_add_uint(root, "capacity", volume->size), "unit", "bytes", NULL);
    seal_xml_set(seal_xml_add_uint(root, "allocation", 0), "unit", "bytes", NULL);
    seal_xml_set(seal_xml_add(seal_xml_add(root, "target", NULL), "format", NULL), "type",
                 volume->format, NULL);
    return seal_xml_print(doc);
}

gboolean
volume_create(virConnectPtr connection,
              const VirtRequest *request,
              G_GNUC_UNUSED VirtReply *reply,
              GError **error)
{
    virStoragePoolPtr pool = find_pool(connection, request->volume, error);
    g_autofree char *xml = write_xml(request->volume);
    virStorageVolPtr made = NULL;

    if (pool && is_absent(pool, request->volume, error)) {
        made = virStorageVolCreateXML(pool, xml, 0);
        if (!made)
            virt_error_take(error, SEAL_ERROR_BACKEND, "creating the volume");
    }
    g_clear_pointer(&pool, virStoragePoolFree);
    if (!made)
        return FALSE;
    virStorageVolFree(made);
    return TRUE;
}

/* libvirt goes on with a create whose caller is gone, and until it is done refuses to delete. */
static int
delete_when_made(virStorageVolPtr volume)
{
    for (guint tries = 0; virStorageVolDelete(volume, 0) < 0; tries++) {
        if (tries == MAX_TRIES || virGetLastErrorCode() != VIR_ERR_OPERATION_INVALID)
            return -1;
        g_usleep(BETWEEN_TRIES);
    }
    return 0;
}

/* One that somebody uses by now is left alone, and that is as good. */
static gboolean
delete_unused(virConnectPtr connection, virStorageVolPtr found, GError **error)
{
    g_autoptr(GPtrArray) volumes = g_ptr_array_new();
    g_autofree char *user = NULL;
    virStorageVolPtr used;

    g_ptr_array_add(volumes, found);
    if (!volume_users_find(connection, volumes, NULL, &user, &used, error))
        return FALSE;
    if (user || delete_when_made(found) == 0 || virGetLastErrorCode() == VIR_ERR_NO_STORAGE_VOL)
        return TRUE;
    virt_error_take(error, SEAL_ERROR_BACKEND, "deleting the volume");
    return FALSE;
}

/* None of that name is as good as deleted; not being told of it is not. */
static gboolean
delete_by_name(virConnectPtr connection,
               virStoragePoolPtr pool,
               const VirtVolume *volume,
               GError **error)
{
    virStorageVolPtr found;
    gboolean gone;

    /* A volume made by a create that was cut off may not be in libvirt's list yet. */
    virStoragePoolRefresh(pool, 0);
    found = virStorageVolLookupByName(pool, volume->name);
    gone = found ? delete_unused(connection, found, error)
                 : virGetLastErrorCode() == VIR_ERR_NO_STORAGE_VOL;
    if (!found && !gone)
        virt_error_take(error, SEAL_ERROR_BACKEND, "looking for the volume");
    g_clear_pointer(&found, virStorageVolFree);
    virResetLastError();
    return gone;
}

gboolean
volume_delete(virConnectPtr connection,
              const VirtRequest *request,
              G_GNUC_UNUSED VirtReply *reply,
              GError **error)
{
    virStoragePoolPtr pool = find_pool(connection, request->volume, error);
    gboolean gone = pool && delete_by_name(connection, pool, request->volume, error);

    g_clear_pointer(&pool, virStoragePoolFree);
    return gone;
}
