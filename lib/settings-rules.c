/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The rules between settings, as one list of small functions in the order in
 * which a person would want to hear of them. A rule that fills a default comes
 * where the default is needed first. No rule looks at the host.
 */

#include "settings-rules.h"

#include "error.h"
#include "settings-validate.h"
#include "text.h"

#include <string.h>

typedef gboolean (*Rule)(SealSettings *settings, GError **error);

G_GNUC_PRINTF(2, 3)
static gboolean
refuse(GError **error, const char *format, ...)
{
    g_autofree char *message = NULL;
    va_list args;

    va_start(args, format);
    message = g_strdup_vprintf(format, args);
    va_end(args);
    g_set_error_literal(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT, message);
    return FALSE;
}

static gboolean
rule_memory(SealSettings *settings, GError **error)
{
    if (settings->memory == 0)
        return refuse(error, "memory is missing; give the bytes of guest memory, for example "
                             "memory=4294967296 (4 GiB)");
    return TRUE;
}

static gboolean
rule_machine(SealSettings *settings, GError **error)
{
    if (!settings->machine)
        settings->machine = g_strdup("q35");
    return TRUE;
}

static gboolean
check_disk_source(const SealDisk *disk, guint i, GError **error)
{
    if (!disk->pool != !disk->volume)
        return refuse(error, "disks[%u] has %s without %s; give both, or a path", i,
                      disk->pool ? "pool" : "volume", disk->pool ? "volume" : "pool");
    if (disk->path && disk->pool)
        return refuse(error, "disks[%u] has both a path and a volume; give one of them", i);
    if (!disk->path && !disk->pool && disk->device == SEAL_DISK_DEVICE_DISK)
        return refuse(error, "disks[%u] has no source; give path, or pool and volume", i);
    return TRUE;
}

static gboolean
check_disk_bus(const SealDisk *disk, guint i, GError **error)
{
    if (disk->device == SEAL_DISK_DEVICE_CDROM && disk->bus == SEAL_DISK_BUS_VIRTIO)
        return refuse(error,
                      "disks[%u] is a cdrom on bus virtio, which has none; give bus=scsi or "
                      "bus=sata",
                      i);
    if (disk->readonly && disk->device == SEAL_DISK_DEVICE_DISK && disk->bus == SEAL_DISK_BUS_SATA)
        return refuse(error,
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
    return refuse(error,
                  "disks[%u] is \"%s\", whose name does not tell its format; give "
                  "format=raw or format=qcow2",
                  i, shown);
}

static gboolean
rule_disks(SealSettings *settings, GError **error)
{
    for (guint i = 0; i < settings->disks->len; i++) {
        SealDisk *disk = g_ptr_array_index(settings->disks, i);

        if (!check_disk_source(disk, i, error) || !check_disk_bus(disk, i, error) ||
            !fill_disk_format(disk, i, error))
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
rule_disks_differ(SealSettings *settings, GError **error)
{
    g_autoptr(GHashTable) sources = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GHashTable) orders = g_hash_table_new(NULL, NULL);

    for (guint i = 0; i < settings->disks->len; i++) {
        const SealDisk *disk = g_ptr_array_index(settings->disks, i);
        char *identity = disk_identity(disk);
        g_autofree char *shown = seal_text_show(identity);

        if (identity && !g_hash_table_add(sources, identity))
            return refuse(error, "disks[%u] is \"%s\", as another disk is; name each disk once", i,
                          shown);
        if (disk->boot_order && !g_hash_table_add(orders, GUINT_TO_POINTER(disk->boot_order)))
            return refuse(error,
                          "disks[%u].boot-order is %u, as another disk's is; give each its "
                          "own",
                          i, disk->boot_order);
    }
    return TRUE;
}

static gboolean
rule_something_boots(SealSettings *settings, GError **error)
{
    for (guint i = 0; i < settings->disks->len; i++) {
        const SealDisk *disk = g_ptr_array_index(settings->disks, i);

        if (disk->path || disk->pool)
            return TRUE;
    }
    if (settings->kernel)
        return TRUE;
    return refuse(error, "there is nothing to boot from; give disks with a path, for example "
                         "/var/lib/libvirt/images/web.qcow2, or a kernel");
}

static gboolean
check_network_source(const SealNetwork *network, guint i, GError **error)
{
    g_autofree char *label = g_strdup_printf("networks[%u].source", i);

    if (network->type == SEAL_NETWORK_USER && network->source)
        return refuse(error, "%s is given, but user networking has none; leave it out", label);
    if (network->type != SEAL_NETWORK_USER && !network->source)
        return refuse(error,
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
        return refuse(error, "networks[%u].mtu is %u; give 68 to 65535, or 1 for the bridge's", i,
                      network->mtu);
    if (network->mtu &&
        (network->type == SEAL_NETWORK_USER || network->type == SEAL_NETWORK_DIRECT))
        return refuse(error,
                      "networks[%u].mtu is %u, but only types network and bridge can set "
                      "it; leave it out",
                      i, network->mtu);
    if (network->queues > 1 && network->model != SEAL_NIC_VIRTIO)
        return refuse(error,
                      "networks[%u].queues is %u, but only model virtio has more than one; "
                      "give model=virtio or leave queues out",
                      i, network->queues);
    if (network->queues > 1 && network->type == SEAL_NETWORK_USER)
        return refuse(error,
                      "networks[%u].queues is %u, but user networking has only one; leave "
                      "it out",
                      i, network->queues);
    return TRUE;
}

static gboolean
rule_networks(SealSettings *settings, GError **error)
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
            return refuse(error,
                          "networks[%u].mac is \"%s\", as another interface's is; give each "
                          "its own or leave them out",
                          i, network->mac);
    }
    return TRUE;
}

static gboolean
rule_kernel(SealSettings *settings, GError **error)
{
    const char *orphan = settings->initrd          ? "initrd"
                         : settings->cmdline       ? "cmdline"
                         : settings->kernel_hashes ? "kernel-hashes"
                                                   : NULL;

    if (orphan && !settings->kernel)
        return refuse(error,
                      "%s is given without a kernel; give kernel=PATH as well, or leave it "
                      "out",
                      orphan);
    return TRUE;
}

static gboolean
rule_policy(SealSettings *settings, GError **error)
{
    if (settings->has_policy && settings->policy_flags)
        return refuse(error, "policy and policy-flags are both given; give one of them");
    return TRUE;
}

static gboolean
rule_owner(SealSettings *settings, GError **error)
{
    if (!settings->dh_cert != !settings->session)
        return refuse(error,
                      "%s is given without %s; the guest owner makes both at once, give "
                      "both or neither",
                      settings->dh_cert ? "dh-cert" : "session",
                      settings->dh_cert ? "session" : "dh-cert");
    return TRUE;
}

static gboolean
rule_hugepages(SealSettings *settings, GError **error)
{
    guint64 size = settings->hugepage_size;

    if (size == 0)
        return TRUE;
    if (settings->memory_backing != SEAL_MEMORY_BACKING_HUGEPAGES)
        return refuse(error,
                      "hugepage-size is %" G_GUINT64_FORMAT ", but memory-backing is not "
                      "hugepages; give memory-backing=hugepages or leave it out",
                      size);
    if (size & (size - 1))
        return refuse(error,
                      "hugepage-size is %" G_GUINT64_FORMAT ", no power of two; give "
                      "2097152 (2 MiB) or 1073741824 (1 GiB)",
                      size);
    if (settings->memory % size)
        return refuse(error,
                      "memory is %" G_GUINT64_FORMAT
                      ", no multiple of hugepage-size %" G_GUINT64_FORMAT "; make it one",
                      settings->memory, size);
    return TRUE;
}

static gboolean
rule_hard_limit(SealSettings *settings, GError **error)
{
    if (settings->hard_limit_extra == 0)
        settings->hard_limit_extra = SEAL_SETTINGS_HARD_LIMIT_EXTRA;
    else if (settings->memory_backing != SEAL_MEMORY_BACKING_HARD_LIMIT)
        return refuse(error,
                      "hard-limit-extra is %" G_GUINT64_FORMAT ", but memory-backing is not "
                      "hard-limit; give memory-backing=hard-limit or leave it out",
                      settings->hard_limit_extra);
    return TRUE;
}

static gboolean
rule_firmware(SealSettings *settings, GError **error)
{
    if (settings->nvram_template && (!settings->firmware || g_str_equal(settings->firmware, "efi")))
        return refuse(error, "nvram-template is given without the firmware that it belongs to; "
                             "give firmware=PATH as well, or leave it out");
    return TRUE;
}

static gboolean
rule_video(SealSettings *settings, GError **error)
{
    guint64 memory = settings->video_memory;

    if (settings->display != SEAL_DISPLAY_NONE && settings->video == SEAL_VIDEO_NONE)
        return refuse(error, "video is none, but there is a display to show it on; give video=auto "
                             "or display=none");
    if (memory && settings->video != SEAL_VIDEO_STD)
        return refuse(error,
                      "video-memory is %" G_GUINT64_FORMAT ", but only video=std has memory "
                      "of its own; give video=std or leave it out",
                      memory);
    if (memory & (memory - 1))
        return refuse(error,
                      "video-memory is %" G_GUINT64_FORMAT ", no power of two; give "
                      "16777216 (16 MiB)",
                      memory);
    return TRUE;
}

static const Rule rules[] = {
    rule_memory,     rule_machine,  rule_disks,  rule_disks_differ, rule_something_boots,
    rule_networks,   rule_kernel,   rule_policy, rule_owner,        rule_hugepages,
    rule_hard_limit, rule_firmware, rule_video,
};

gboolean
seal_settings_rules_apply(SealSettings *settings, GError **error)
{
    for (guint i = 0; i < G_N_ELEMENTS(rules); i++) {
        if (!rules[i](settings, error))
            return FALSE;
    }
    return TRUE;
}
