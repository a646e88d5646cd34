/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Disks and their controllers. Addresses and controllers are written out: were
 * they left to libvirt, it would add the second virtio-scsi controller for the
 * sixteenth disk by itself, without iommu='on', and that one disk would be the
 * one that the encrypted guest cannot reach.
 */

#include "domain-writer-disks.h"

#include "domain-writer-plan.h"

#include <string.h>

/*
 * A bus as libvirt addresses it: its prefix of target names, and units on one
 * controller. virtio-scsi: 16 with unit 7 left out (src/conf/domain_conf.c,
 * virDomainDiskDefAssignAddress); the controller that q35 has built in: 6.
 */
typedef struct {
    const char *name;
    const char *prefix;
    guint units;
    guint reserved_unit;
} Bus;

#define NO_UNIT G_MAXUINT

static const Bus buses[] = {
    [SEAL_DISK_BUS_SCSI] = {"scsi", "sd", 15, 7},
    [SEAL_DISK_BUS_VIRTIO] = {"virtio", "vd", 0, NO_UNIT},
    [SEAL_DISK_BUS_SATA] = {"sata", "sd", 6, NO_UNIT},
};

static const char *const formats[] = {
    [SEAL_DISK_FORMAT_AUTO] = "raw",
    [SEAL_DISK_FORMAT_RAW] = "raw",
    [SEAL_DISK_FORMAT_QCOW2] = "qcow2",
};

/* How many disks of each bus, and of each prefix of target names, came before. */
typedef struct {
    guint by_bus[G_N_ELEMENTS(buses)];
    guint sd;
    guint vd;
    guint next_boot_order;
} Count;

/* "sda" ... "sdz", "sdaa" ...: bijective base 26. */
static char *
target_name(const char *prefix, guint index)
{
    char letters[8];
    char *p = letters + sizeof letters - 1;

    *p = '\0';
    for (guint i = index + 1; i > 0; i = (i - 1) / 26)
        *--p = (char)('a' + (i - 1) % 26);
    return g_strconcat(prefix, p, NULL);
}

static void
add_source(xmlNode *node, const SealDisk *disk)
{
    if (disk->pool)
        seal_xml_set(seal_xml_add(node, "source", NULL), "pool", disk->pool, "volume", disk->volume,
                     NULL);
    else if (disk->path)
        seal_xml_set(seal_xml_add(node, "source", NULL),
                     g_str_has_prefix(disk->path, "/dev/") ? "dev" : "file", disk->path, NULL);
}

static const char *
source_type(const SealDisk *disk)
{
    if (disk->pool)
        return "volume";
    return disk->path && g_str_has_prefix(disk->path, "/dev/") ? "block" : "file";
}

static void
add_address(xmlNode *node, const Bus *bus, guint index)
{
    guint unit;
    xmlNode *address;

    if (bus->units == 0)
        return;
    unit = index % bus->units;
    if (unit >= bus->reserved_unit)
        unit++;
    address = seal_xml_set(seal_xml_add(node, "address", NULL), "type", "drive", NULL);
    seal_xml_set_uint(address, "controller", index / bus->units);
    seal_xml_set(address, "bus", "0", "target", "0", NULL);
    seal_xml_set_uint(address, "unit", unit);
}

static void
add_target(xmlNode *node, const Bus *bus, Count *count)
{
    guint *index = bus->prefix[0] == 'v' ? &count->vd : &count->sd;
    g_autofree char *name = target_name(bus->prefix, (*index)++);

    seal_xml_set(seal_xml_add(node, "target", NULL), "dev", name, "bus", bus->name, NULL);
}

static void
write_disk(xmlNode *devices, const SealPlan *plan, const SealDisk *disk, Count *count)
{
    const Bus *bus = &buses[disk->bus];
    gboolean cdrom = disk->device == SEAL_DISK_DEVICE_CDROM;
    gboolean virtio = disk->bus == SEAL_DISK_BUS_VIRTIO;
    guint order = disk->boot_order ? disk->boot_order : count->next_boot_order++;
    xmlNode *node = seal_xml_add(devices, "disk", NULL);
    xmlNode *driver;

    seal_xml_set(node, "type", source_type(disk), "device", cdrom ? "cdrom" : "disk", "model",
                 virtio ? seal_domain_writer_plan_virtio_model(plan, NULL) : NULL, NULL);
    driver = seal_xml_set(seal_xml_add(node, "driver", NULL), "name", "qemu", "type",
                          formats[disk->format], NULL);
    if (virtio)
        seal_domain_writer_plan_set_iommu(plan, driver);
    add_source(node, disk);
    add_target(node, bus, count);
    if (disk->readonly)
        seal_xml_add(node, "readonly", NULL);
    seal_xml_set_uint(seal_xml_add(node, "boot", NULL), "order", order);
    add_address(node, bus, count->by_bus[disk->bus]++);
}

/* Disks without an order of their own boot after those with one, in the order given. */
static guint
first_free_boot_order(const GPtrArray *disks)
{
    guint highest = 0;

    for (guint i = 0; i < disks->len; i++) {
        const SealDisk *disk = g_ptr_array_index(disks, i);

        highest = MAX(highest, disk->boot_order);
    }
    return highest + 1;
}

void
seal_domain_writer_disks_write(xmlNode *devices, const SealPlan *plan)
{
    const GPtrArray *disks = plan->settings->disks;
    Count count = {.next_boot_order = first_free_boot_order(disks)};

    for (guint i = 0; i < disks->len; i++)
        write_disk(devices, plan, g_ptr_array_index(disks, i), &count);
}

static guint
count_controllers(const SealPlan *plan, SealDiskBus bus)
{
    guint n = 0;

    for (guint i = 0; i < plan->settings->disks->len; i++) {
        const SealDisk *disk = g_ptr_array_index(plan->settings->disks, i);

        n += disk->bus == bus;
    }
    return (n + buses[bus].units - 1) / buses[bus].units;
}

static xmlNode *
add_controller(xmlNode *devices, const char *type, guint index, const char *model)
{
    xmlNode *controller = seal_xml_add(devices, "controller", NULL);

    seal_xml_set_uint(seal_xml_set(controller, "type", type, NULL), "index", index);
    return seal_xml_set(controller, "model", model, NULL);
}

void
seal_domain_writer_disks_write_controllers(xmlNode *devices, const SealPlan *plan)
{
    guint n_scsi = count_controllers(plan, SEAL_DISK_BUS_SCSI);
    guint n_sata = count_controllers(plan, SEAL_DISK_BUS_SATA);

    for (guint i = 0; i < n_scsi; i++) {
        xmlNode *controller = add_controller(
            devices, "scsi", i, seal_domain_writer_plan_virtio_model(plan, "virtio-scsi"));

        if (seal_domain_writer_plan_encrypted(plan))
            seal_domain_writer_plan_set_iommu(plan, seal_xml_add(controller, "driver", NULL));
    }
    /* q35 has its first one in any case, and libvirt says so. */
    if (seal_settings_is_q35(plan->settings))
        n_sata = MAX(n_sata, 1);
    for (guint i = 0; i < n_sata; i++)
        add_controller(devices, "sata", i, NULL);
    add_controller(devices, "usb", 0, "none");
}
