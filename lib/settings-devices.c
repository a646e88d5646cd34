/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The rules for disks and networks: what one of them needs, and what several
 * must not share. A disk's format is filled in here, from its name and never
 * from its content.
 */

#include "settings-devices.h"

#include "error.h"
#include "settings-validate.h"
#include "text.h"

#include <string.h>

static gboolean
check_disk_source(const SealDisk *disk, guint i, GError **error)
{
    if (!disk->pool != !disk->volume)
        return seal_error_invalid(error, "disks[%u] has %s without %s; give both, or a path", i,
                                  disk->pool ? "pool" : "volume", disk->pool ? "volume" : "pool");
    if (disk->path && disk->pool)
        return seal_error_invalid(error, "disks[%u] has both a path and a volume; give one of them",
                                  i);
    if (!disk->path && !disk->pool && disk->device == SEAL_DISK_DEVICE_DISK)
        return seal_error_invalid(error, "disks[%u] has no source; give path, or pool and volume",
                                  i);
    return TRUE;
}

/* What is created is an image in a pool; a path would leave nobody to take it back again. */
static gboolean
check_disk_size(const SealDisk *disk, guint i, GError **error)
{
    if (disk->size == 0)
        return TRUE;
    if (!disk->pool)
        return seal_error_invalid(error,
                                  "disks[%u].size is %" G_GUINT64_FORMAT
                                  ", but only a volume of a pool can be "
                                  "created; give pool and volume as well, or leave it out",
                                  i, disk->size);
    if (disk->device == SEAL_DISK_DEVICE_CDROM || disk->readonly)
        return seal_error_invalid(error,
                                  "disks[%u].size is %" G_GUINT64_FORMAT
                                  ", but the guest could never write to "
                                  "that new volume; give a writable disk, or leave it out",
                                  i, disk->size);
    return TRUE;
}

static gboolean
check_disk_bus(const SealDisk *disk, guint i, GError **error)
{
    if (disk->device == SEAL_DISK_DEVICE_CDROM && disk->bus == SEAL_DISK_BUS_VIRTIO)
        return seal_error_invalid(
            error,
            "disks[%u] is a cdrom on bus virtio, which has none; give bus=scsi or "
            "bus=sata",
            i);
    if (disk->readonly && disk->device == SEAL_DISK_DEVICE_DISK && disk->bus == SEAL_DISK_BUS_SATA)
        return seal_error_invalid(error,
                                  "disks[%u] is a read-only disk on bus sata, which has none; give "
                                  "bus=scsi, bus=virtio or device=cdrom",
                                  i);
    return TRUE;
}

static const struct {
    const char *suffix;
    SealDiskFormat format;
} formats_by_suffix[] = {
    {".qcow2", SEAL_DISK_FORMAT_QCOW2},
    {".img", SEAL_DISK_FORMAT_RAW},
    {".raw", SEAL_DISK_FORMAT_RAW},
    {".iso", SEAL_DISK_FORMAT_RAW},
};

/* Never guessed from the content: a guest could write a qcow2 header into its raw disk. */
static gboolean
fill_disk_format(SealDisk *disk, guint i, GError **error)
{
    const char *name = disk->path ? disk->path : disk->volume;
    g_autofree char *shown = NULL;

    if (disk->format != SEAL_DISK_FORMAT_AUTO)
        return TRUE;
    if (!name || g_str_has_prefix(name, "/dev/"))
        disk->format = SEAL_DISK_FORMAT_RAW;
    for (guint j = 0; name && j < G_N_ELEMENTS(formats_by_suffix); j++) {
        if (g_str_has_suffix(name, formats_by_suffix[j].suffix))
            disk->format = formats_by_suffix[j].format;
    }
    if (disk->format != SEAL_DISK_FORMAT_AUTO)
        return TRUE;
    shown = seal_text_show(name);
    return seal_error_invalid(error,
                              "disks[%u] is \"%s\", whose name does not tell its format; give "
                              "format=raw or format=qcow2",
                              i, shown);
}

static gboolean
apply_disks(SealSettings *settings, GError **error)
{
    for (guint i = 0; i < settings->disks->len; i++) {
        SealDisk *disk = g_ptr_array_index(settings->disks, i);

        if (!check_disk_source(disk, i, error) || !check_disk_size(disk, i, error) ||
            !check_disk_bus(disk, i, error) || !fill_disk_format(disk, i, error))
            return FALSE;
        if (disk->device == SEAL_DISK_DEVICE_CDROM)
            disk->readonly = TRUE;
    }
    return TRUE;
}

/* What makes two disks the same one; NULL for an empty cdrom. */
static char *
disk_identity(const SealDisk *disk)
{
    if (disk->path)
        return seal_settings_validate_canonical(disk->path);
    if (disk->pool)
        return g_strconcat(disk->pool, "/", disk->volume, NULL);
    return NULL;
}

static gboolean
check_disks_differ(SealSettings *settings, GError **error)
{
    g_autoptr(GHashTable) sources = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GHashTable) orders = g_hash_table_new(NULL, NULL);

    for (guint i = 0; i < settings->disks->len; i++) {
        const SealDisk *disk = g_ptr_array_index(settings->disks, i);
        char *identity = disk_identity(disk);
        g_autofree char *shown = seal_text_show(identity);

        if (identity && !g_hash_table_add(sources, identity))
            return seal_error_invalid(
                error, "disks[%u] is \"%s\", as another disk is; name each disk once", i, shown);
        if (disk->boot_order && !g_hash_table_add(orders, GUINT_TO_POINTER(disk->boot_order)))
            return seal_error_invalid(
                error,
                "disks[%u].boot-order is %u, as another disk's is; give each its "
                "own",
                i, disk->boot_order);
    }
    return TRUE;
}

static gboolean
check_something_boots(SealSettings *settings, GError **error)
{
    for (guint i = 0; i < settings->disks->len; i++) {
        const SealDisk *disk = g_ptr_array_index(settings->disks, i);

        if (disk->path || disk->pool)
            return TRUE;
    }
    if (settings->kernel)
        return TRUE;
    return seal_error_invalid(error,
                              "there is nothing to boot from; give disks with a path, for example "
                              "/var/lib/libvirt/images/web.qcow2, or a kernel");
}

static gboolean
check_network_source(const SealNetwork *network, guint i, GError **error)
{
    g_autofree char *label = g_strdup_printf("networks[%u].source", i);

    if (network->type == SEAL_NETWORK_USER && network->source)
        return seal_error_invalid(error, "%s is given, but user networking has none; leave it out",
                                  label);
    if (network->type != SEAL_NETWORK_USER && !network->source)
        return seal_error_invalid(
            error,
            "%s is missing; give the network's, bridge's or device's name, for "
            "example source=default for libvirt's own network",
            label);
    if (network->type == SEAL_NETWORK_BRIDGE || network->type == SEAL_NETWORK_DIRECT)
        return seal_settings_validate_device(label, network->source, error);
    return TRUE;
}

static gboolean
check_network_options(const SealNetwork *network, guint i, GError **error)
{
    if (network->mtu > 1 && network->mtu < 68)
        return seal_error_invalid(error,
                                  "networks[%u].mtu is %u; give 68 to 65521, or 1 for the bridge's",
                                  i, network->mtu);
    if (network->mtu &&
        (network->type == SEAL_NETWORK_USER || network->type == SEAL_NETWORK_DIRECT))
        return seal_error_invalid(
            error,
            "networks[%u].mtu is %u, but only types network and bridge can set "
            "it; leave it out",
            i, network->mtu);
    if (network->queues > 1 && network->model != SEAL_NIC_VIRTIO)
        return seal_error_invalid(
            error,
            "networks[%u].queues is %u, but only model virtio has more than one; "
            "give model=virtio or leave queues out",
            i, network->queues);
    if (network->queues > 1 && network->type == SEAL_NETWORK_USER)
        return seal_error_invalid(
            error,
            "networks[%u].queues is %u, but user networking has only one; leave "
            "it out",
            i, network->queues);
    return TRUE;
}

static gboolean
apply_networks(SealSettings *settings, GError **error)
{
    g_autoptr(GHashTable) macs = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < settings->networks->len; i++) {
        SealNetwork *network = g_ptr_array_index(settings->networks, i);
        g_autofree char *mac = g_steal_pointer(&network->mac);

        if (mac)
            network->mac = g_ascii_strdown(mac, -1);
        if (!check_network_source(network, i, error) || !check_network_options(network, i, error))
            return FALSE;
        if (network->mac && !g_hash_table_add(macs, network->mac))
            return seal_error_invalid(
                error,
                "networks[%u].mac is \"%s\", as another interface's is; give each "
                "its own or leave them out",
                i, network->mac);
    }
    return TRUE;
}

gboolean
seal_settings_devices_apply(SealSettings *settings, GError **error)
{
    return apply_disks(settings, error) && check_disks_differ(settings, error) &&
           check_something_boots(settings, error) && apply_networks(settings, error);
}
