/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libvirt makes the volumes, as the only one who may: the daemon never writes
 * an image itself. A volume that exists is never touched, neither overwritten
 * nor deleted because a create of the same name failed. A note that names one
 * may be old, so what some domain uses by now is left alone.
 */

#include "volume.h"

#include <libvirt/virterror.h>
#include <stdlib.h>
#include <string.h>

#include "virt-error.h"
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

static gboolean
is_absent(virStoragePoolPtr pool, const VirtVolume *volume, GError **error)
{
    virStorageVolPtr found = virStorageVolLookupByName(pool, volume->name);

    if (!found) {
        virResetLastError();
        return TRUE;
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
    gboolean absent = pool && is_absent(pool, request->volume, error);

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

static gboolean
is_disk_on(const SealDevice *device, const VirtVolume *volume, const char *path)
{
    if (!g_str_equal(device->kind, "disk") || !device->source)
        return FALSE;
    if (device->pool)
        return g_str_equal(device->pool, volume->pool) && g_str_equal(device->source, volume->name);
    return g_strcmp0(device->source, path) == 0;
}

static gboolean
uses(virDomainPtr domain, const VirtVolume *volume, const char *path)
{
    g_autoptr(SealDomain) parsed = NULL;
    char *xml = virDomainGetXMLDesc(domain, 0);

    if (!xml)
        return FALSE;
    parsed = seal_domain_reader_parse(xml, SEAL_DOMAIN_DEVICES, NULL);
    explicit_bzero(xml, strlen(xml));
    free(xml);
    for (guint i = 0; parsed && i < parsed->devices->len; i++)
        if (is_disk_on(g_ptr_array_index(parsed->devices, i), volume, path))
            return TRUE;
    return FALSE;
}

static gboolean
is_domain(virDomainPtr domain, const char *uuid)
{
    char own[VIR_UUID_STRING_BUFLEN];

    return virDomainGetUUIDString(domain, own) == 0 && g_ascii_strcasecmp(own, uuid) == 0;
}

gboolean
volume_check_owner(virConnectPtr connection,
                   virStorageVolPtr found,
                   const char *owner,
                   GError **error)
{
    virStoragePoolPtr pool = virStoragePoolLookupByVolume(found);
    VirtVolume *volume = backend_volume_new(pool ? virStoragePoolGetName(pool) : "",
                                            virStorageVolGetName(found), "raw", 0);
    char *path = virStorageVolGetPath(found);
    g_autofree char *other = NULL;
    virDomainPtr *domains = NULL;
    int n = virConnectListAllDomains(connection, &domains, 0);

    if (n < 0)
        virt_error_take(error, SEAL_ERROR_BACKEND, "looking who uses the volume");
    for (int i = 0; i < n; i++) {
        if (!other && !is_domain(domains[i], owner) && uses(domains[i], volume, path))
            other = g_strdup(virDomainGetName(domains[i]));
        virDomainFree(domains[i]);
    }
    if (other)
        g_set_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT,
                    "volume %s of pool %s is a disk of VM %s as well, so it is not deleted; delete "
                    "the VM without \"volumes\"",
                    volume->name, volume->pool, other);
    free(domains);
    free(path);
    g_clear_pointer(&pool, virStoragePoolFree);
    backend_volume_free(volume);
    virResetLastError();
    return n >= 0 && !other;
}

/* How many domains have it as a disk, -1 when libvirt does not tell. */
static int
count_users(virConnectPtr connection, virStorageVolPtr found, const VirtVolume *volume)
{
    char *path = virStorageVolGetPath(found);
    virDomainPtr *domains = NULL;
    int n = virConnectListAllDomains(connection, &domains, 0);
    int users = n < 0 ? -1 : 0;

    for (int i = 0; i < n; i++) {
        users += uses(domains[i], volume, path) ? 1 : 0;
        virDomainFree(domains[i]);
    }
    free(domains);
    free(path);
    return users;
}

static gboolean
delete_unused(virConnectPtr connection, virStorageVolPtr found, const VirtVolume *volume)
{
    int users = count_users(connection, found, volume);

    return users > 0 || (users == 0 && delete_when_made(found) == 0);
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
    gone = (found && delete_unused(connection, found, volume)) ||
           virGetLastErrorCode() == VIR_ERR_NO_STORAGE_VOL;
    if (!gone)
        virt_error_take(error, SEAL_ERROR_BACKEND, "deleting the volume");
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
