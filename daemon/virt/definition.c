/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Define and undefine. What can be wrong is asked before anything is made:
 * networks and volumes by name, disk files by letting libvirt open them, since the daemon
 * in its sandbox may not see what libvirt sees. That last question needs the
 * domain to exist, so it comes after the define and takes it back on "no".
 */

#include "definition.h"

#include <libvirt/virterror.h>
#include <stdlib.h>
#include <string.h>

#include "bridge.h"
#include "snapshot.h"
#include "virt-error.h"
#include "volume-users.h"

/* Everything an undefine has to take along; the NVRAM flag is the caller's choice. */
#define UNDEFINE_FLAGS                                                                             \
    (VIR_DOMAIN_UNDEFINE_MANAGED_SAVE | VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA |                   \
     VIR_DOMAIN_UNDEFINE_CHECKPOINTS_METADATA)

static gboolean
check_networks(virConnectPtr connection, const VirtRequest *request, GError **error)
{
    for (gsize i = 0; request->networks && request->networks[i]; i++) {
        virNetworkPtr network = bridge_find_network(connection, request->networks[i], error);

        if (!network)
            return FALSE;
        virNetworkFree(network);
    }
    return TRUE;
}

/* The volume of a disk that names one by pool, or NULL with NOT_FOUND. */
static virStorageVolPtr
find_named_volume(virConnectPtr connection, const SealDevice *disk, GError **error)
{
    virStoragePoolPtr pool = virStoragePoolLookupByName(connection, disk->pool);
    virStorageVolPtr volume = pool ? virStorageVolLookupByName(pool, disk->source) : NULL;

    if (pool && !volume)
        g_set_error(error, SEAL_ERROR, SEAL_ERROR_NOT_FOUND,
                    "there is no volume \"%s\" in the storage pool \"%s\"; \"virsh vol-list\" "
                    "shows those that are, \"virsh pool-refresh\" looks again",
                    disk->source, disk->pool);
    else if (!volume)
        g_set_error(error, SEAL_ERROR, SEAL_ERROR_NOT_FOUND,
                    "there is no storage pool \"%s\"; \"virsh pool-list --all\" shows those that "
                    "are, or give the path of a file",
                    disk->pool);
    if (!volume)
        virResetLastError();
    g_clear_pointer(&pool, virStoragePoolFree);
    return volume;
}

static virStorageVolPtr
find_volume(virConnectPtr connection, const SealDevice *disk, GError **error)
{
    virStorageVolPtr volume;

    if (disk->pool)
        return find_named_volume(connection, disk, error);
    volume = virStorageVolLookupByPath(connection, disk->source);
    if (volume)
        return volume;
    virResetLastError();
    g_set_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT,
                "disk %s is no volume of a storage pool, so it is not deleted; delete the VM "
                "without \"volumes\" and remove the file yourself",
                disk->source);
    return NULL;
}

static void
free_volume(gpointer volume)
{
    virStorageVolFree(volume);
}

static gboolean
is_disk(const SealDevice *device)
{
    return g_str_equal(device->kind, "disk") && device->source;
}

/*
 * The volumes of its disks: of those that name one, or those that only it has, which must then be
 * volumes.
 */
static GPtrArray *
find_volumes(virConnectPtr connection, const SealDomain *domain, gboolean own, GError **error)
{
    g_autoptr(GPtrArray) volumes = g_ptr_array_new_with_free_func(free_volume);

    for (guint i = 0; i < domain->devices->len; i++) {
        const SealDevice *device = g_ptr_array_index(domain->devices, i);
        virStorageVolPtr volume;

        if (!is_disk(device) || (own ? device->shared : !device->pool))
            continue;
        volume = find_volume(connection, device, error);
        if (!volume)
            return NULL;
        g_ptr_array_add(volumes, volume);
    }
    return g_steal_pointer(&volumes);
}

static gboolean
check_volumes(virConnectPtr connection, const SealDomain *domain, GError **error)
{
    g_autoptr(GPtrArray) volumes = find_volumes(connection, domain, FALSE, error);

    return volumes != NULL;
}

static gboolean
check_files(virDomainPtr domain, const VirtRequest *request, GError **error)
{
    for (gsize i = 0; request->files && request->files[i]; i++) {
        virDomainBlockInfo info;

        if (virDomainGetBlockInfo(domain, request->files[i], &info, 0) < 0) {
            g_autoptr(GError) reason = NULL;

            virt_error_take(&reason, SEAL_ERROR_BACKEND, "opening the disk");
            g_set_error(error, SEAL_ERROR, SEAL_ERROR_NOT_FOUND,
                        "disk %s cannot be opened by libvirt: %s; create the file or correct its "
                        "path",
                        request->files[i], reason->message);
            return FALSE;
        }
    }
    return TRUE;
}

/* Takes @asked, what was defined, when nothing about it needs to be asked back. */
static VirtDomain *
take_snapshot(virDomainPtr domain, const VirtRequest *request, SealDomain **asked, GError **error)
{
    VirtDomain *snapshot;

    if (!request->machine)
        return snapshot_domain(domain, error);
    snapshot = snapshot_defined(g_steal_pointer(asked), request->autostart);
    g_free(snapshot->domain->machine);
    snapshot->domain->machine = g_strdup(request->machine);
    return snapshot;
}

static gboolean
finish_define(virDomainPtr domain,
              const VirtRequest *request,
              SealDomain **asked,
              VirtReply *reply,
              GError **error)
{
    VirtDomain *snapshot;

    if (!check_files(domain, request, error))
        return FALSE;
    if (request->autostart && virDomainSetAutostart(domain, 1) < 0) {
        virt_error_take(error, SEAL_ERROR_BACKEND, "switching autostart on");
        return FALSE;
    }
    snapshot = take_snapshot(domain, request, asked, error);
    if (!snapshot)
        return FALSE;
    g_ptr_array_add(reply->domains, snapshot);
    return TRUE;
}

/*
 * The daemon may not look where libvirt keeps firmware variables. But without a word on what is to
 * become of them, libvirt refuses to undefine a domain whose file is there
 * (qemuDomainUndefineFlags); when it does not refuse, none was.
 */
static gboolean
ask_nvram(virConnectPtr connection,
          const VirtRequest *request,
          virDomainPtr *domain,
          gboolean *ret_makes,
          GError **error)
{
    if (virDomainUndefineFlags(*domain, UNDEFINE_FLAGS) < 0) {
        virResetLastError();
        *ret_makes = FALSE;
        return TRUE;
    }
    virDomainFree(*domain);
    *domain = virDomainDefineXMLFlags(connection, request->xml, 0);
    if (!*domain) {
        virt_error_take(error, SEAL_ERROR_BACKEND, "defining the domain");
        return FALSE;
    }
    *ret_makes = TRUE;
    return TRUE;
}

gboolean
definition_define(virConnectPtr connection,
                  const VirtRequest *request,
                  VirtReply *reply,
                  GError **error)
{
    g_autoptr(SealDomain) asked = NULL;
    g_auto(virDomainPtr) domain = NULL;

    asked = seal_domain_reader_parse(request->xml, SEAL_DOMAIN_DEVICES, error);
    if (!asked || !check_networks(connection, request, error) ||
        !check_volumes(connection, asked, error))
        return FALSE;
    domain = virDomainDefineXMLFlags(connection, request->xml, 0);
    if (!domain) {
        virt_error_take(error, SEAL_ERROR_BACKEND, "defining the domain");
        return FALSE;
    }
    if (request->ask_nvram && asked->has_nvram &&
        !ask_nvram(connection, request, &domain, &reply->makes_nvram, error))
        return FALSE;
    if (finish_define(domain, request, &asked, reply, error))
        return TRUE;
    /* It never ran, so a file of its variables is that of an earlier VM of its name. */
    if (virDomainUndefineFlags(domain, UNDEFINE_FLAGS | VIR_DOMAIN_UNDEFINE_KEEP_NVRAM) < 0)
        g_prefix_error(error, "(and the half-made domain could not be undefined) ");
    virResetLastError();
    return FALSE;
}

static gboolean
check_owner(virConnectPtr connection, const GPtrArray *volumes, const char *owner, GError **error)
{
    g_autofree char *other = NULL;
    virStorageVolPtr volume = NULL;

    if (!volume_users_find(connection, volumes, owner, &other, &volume, error))
        return FALSE;
    if (!other)
        return TRUE;
    g_set_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT,
                "volume %s is a disk of VM %s as well, so it is not deleted; delete the VM without "
                "\"volumes\"",
                virStorageVolGetName(volume), other);
    return FALSE;
}

static GPtrArray *
volumes_of(virConnectPtr connection, virDomainPtr domain, GError **error)
{
    g_autoptr(SealDomain) parsed = NULL;
    g_autoptr(GPtrArray) volumes = NULL;
    char *xml = virDomainGetXMLDesc(domain, 0);

    if (!xml) {
        virt_error_take(error, SEAL_ERROR_BACKEND, "reading the domain's XML");
        return NULL;
    }
    parsed = seal_domain_reader_parse(xml, SEAL_DOMAIN_DEVICES, error);
    explicit_bzero(xml, strlen(xml));
    free(xml);
    if (parsed)
        volumes = find_volumes(connection, parsed, TRUE, error);
    if (!volumes || !check_owner(connection, volumes, parsed->uuid, error))
        return NULL;
    return g_steal_pointer(&volumes);
}

static void
note_left(virStorageVolPtr volume, GString *left)
{
    g_autoptr(GError) reason = NULL;

    virt_error_take(&reason, SEAL_ERROR_BACKEND, "deleting it");
    g_string_append_printf(left, "%s%s (%s)", left->len ? ", " : "", virStorageVolGetName(volume),
                           reason->message);
}

static gboolean
delete_volumes(GPtrArray *volumes, GError **error)
{
    g_autoptr(GString) left = g_string_new(NULL);

    for (guint i = 0; volumes && i < volumes->len; i++)
        if (virStorageVolDelete(g_ptr_array_index(volumes, i), 0) < 0)
            note_left(g_ptr_array_index(volumes, i), left);
    if (left->len == 0)
        return TRUE;
    g_set_error(error, SEAL_ERROR, SEAL_ERROR_BACKEND,
                "the VM is deleted, but of its volumes are left: %s", left->str);
    return FALSE;
}

gboolean
definition_undefine(virConnectPtr connection,
                    const VirtRequest *request,
                    G_GNUC_UNUSED VirtReply *reply,
                    GError **error)
{
    g_auto(virDomainPtr) domain = virDomainLookupByUUIDString(connection, request->uuid);
    g_autoptr(GPtrArray) volumes = NULL;
    unsigned int flags = UNDEFINE_FLAGS;

    if (!domain) {
        virt_error_take(error, SEAL_ERROR_BACKEND, "finding the domain");
        return FALSE;
    }
    if (request->volumes) {
        volumes = volumes_of(connection, domain, error);
        if (!volumes)
            return FALSE;
    }
    flags |= request->nvram ? VIR_DOMAIN_UNDEFINE_NVRAM : VIR_DOMAIN_UNDEFINE_KEEP_NVRAM;
    if (virDomainUndefineFlags(domain, flags) < 0) {
        virt_error_take(error, SEAL_ERROR_BACKEND, "undefining the domain");
        return FALSE;
    }
    return delete_volumes(volumes, error);
}
