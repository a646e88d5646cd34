/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * VM settings: what a caller asks CreateVM for, read from a{sv} into a typed
 * value by one table of keys. A key outside the table, a value of another
 * type, or a value out of bounds is an error that names the key, the value
 * and the cure. Nothing here looks at the host.
 */

#include "technology.h"

/* Bounds. Memory in bytes; the upper ones are libvirt's and KVM's orders of magnitude. */
#define SEAL_SETTINGS_MIN_MEMORY (G_GUINT64_CONSTANT(16) << 20)
#define SEAL_SETTINGS_MAX_MEMORY (G_GUINT64_CONSTANT(16) << 40)
#define SEAL_SETTINGS_MAX_VCPUS 4096
#define SEAL_SETTINGS_MAX_DISKS 64
#define SEAL_SETTINGS_MAX_NETWORKS 32
#define SEAL_SETTINGS_MAX_NAME 63
/* Bytes; what a tap device takes (linux, drivers/net/tun.c: MAX_MTU without the Ethernet header).
 */
#define SEAL_SETTINGS_MAX_MTU 65521
/* Far beyond any pool, and exact as a double, in which some clients keep every number. */
#define SEAL_SETTINGS_MAX_VOLUME (G_GUINT64_CONSTANT(1) << 50)
/* Room beside guest RAM that KVM pins as well: firmware, video RAM, ROMs (libvirt's advice). */
#define SEAL_SETTINGS_HARD_LIMIT_EXTRA (G_GUINT64_CONSTANT(256) << 20)

typedef enum { SEAL_DISK_BUS_SCSI, SEAL_DISK_BUS_VIRTIO, SEAL_DISK_BUS_SATA } SealDiskBus;
typedef enum { SEAL_DISK_DEVICE_DISK, SEAL_DISK_DEVICE_CDROM } SealDiskDevice;
typedef enum {
    SEAL_DISK_FORMAT_AUTO, /* by the file name's ending; never left in parsed settings */
    SEAL_DISK_FORMAT_RAW,
    SEAL_DISK_FORMAT_QCOW2
} SealDiskFormat;
typedef enum {
    SEAL_NETWORK_NETWORK,
    SEAL_NETWORK_BRIDGE,
    SEAL_NETWORK_USER,
    SEAL_NETWORK_DIRECT
} SealNetworkType;
typedef enum { SEAL_NIC_VIRTIO, SEAL_NIC_E1000E, SEAL_NIC_RTL8139, SEAL_NIC_VMXNET3 } SealNicModel;
typedef enum {
    SEAL_MEMORY_BACKING_AUTO, /* locked where the technology pins memory, else none */
    SEAL_MEMORY_BACKING_NONE,
    SEAL_MEMORY_BACKING_LOCKED,
    SEAL_MEMORY_BACKING_HARD_LIMIT,
    SEAL_MEMORY_BACKING_HUGEPAGES
} SealMemoryBacking;
typedef enum { SEAL_DISPLAY_NONE, SEAL_DISPLAY_VNC, SEAL_DISPLAY_SPICE } SealDisplay;
typedef enum {
    SEAL_VIDEO_AUTO, /* none without a display, virtio with one */
    SEAL_VIDEO_NONE,
    SEAL_VIDEO_STD,
    SEAL_VIDEO_CIRRUS,
    SEAL_VIDEO_VMWARE,
    SEAL_VIDEO_QXL,
    SEAL_VIDEO_VIRTIO,
    SEAL_VIDEO_VIRTIO_GL,
    SEAL_VIDEO_SERIAL /* no video device: the serial console takes its place */
} SealVideo;
typedef enum { SEAL_RESTART_NO, SEAL_RESTART_GUEST_REBOOT } SealRestart;

/**
 * SealDisk - one disk
 * @path: absolute path, or NULL when @pool and @volume are set; NULL for an empty cdrom
 * @format: default raw for devices and .img, .raw and .iso, qcow2 for .qcow2; must be told
 * otherwise
 * @boot_order: 1 boots first, 0 leaves it to the order of disks
 * @size: bytes of the volume that is to be created, 0 when it is there already
 */
typedef struct {
    char *path;
    char *pool;
    char *volume;
    SealDiskFormat format;
    SealDiskBus bus;
    SealDiskDevice device;
    gboolean readonly;
    guint boot_order;
    guint64 size;
} SealDisk;

/**
 * SealNetwork - one network interface
 * @source: network, bridge or host device; NULL for user
 * @mac: lower case with colons, or NULL for libvirt to choose
 * @mtu: bytes, 0 leaves it alone, 1 takes the bridge's, which the daemon asks for before it
 *   has the XML written
 * @queues: pairs of queues, 0 when not told; how many that means is for
 *   the XML writer, which knows the technology
 */
typedef struct {
    SealNetworkType type;
    char *source;
    SealNicModel model;
    char *mac;
    guint mtu;
    guint queues;
} SealNetwork;

/**
 * SealSettings - a VM as asked for
 *
 * @technology: AUTO unless told; @memory: bytes
 * @machine: "q35" unless told
 * @firmware: NULL to choose by technology, "efi" to let libvirt choose, else an absolute path
 * @disks: (element-type SealDisk); @networks: (element-type SealNetwork)
 * @has_policy: @policy was given as a number; else @policy_flags (nullable) or the default
 * @dh_cert, @session: base64 of the guest owner; both or neither. Never log them.
 * @id_block, @id_auth: base64 of 96 and 4096 bytes; both or neither. @host_data: of 32,
 *   @guest_visible_workarounds: of 16 (AMD 56860, SNP_LAUNCH_START and SNP_LAUNCH_FINISH)
 * @author_key: @id_auth holds an author key; @vcek: reports may be signed with the VCEK
 * @mr_config_id, @mr_owner, @mr_owner_config: base64 of 48 bytes (Intel TDX module ABI, TD_PARAMS)
 * @quote_generation_socket: absolute path of a Unix socket
 * @hugepage_size: bytes, 0 for the host's default
 */
typedef struct {
    char *name;
    SealTechnology technology;
    guint64 memory;
    guint vcpus;
    char *machine;
    char *firmware;
    char *nvram_template;
    GPtrArray *disks;
    GPtrArray *networks;
    gboolean has_policy;
    guint64 policy;
    GStrv policy_flags;
    char *kernel;
    char *initrd;
    char *cmdline;
    gboolean kernel_hashes;
    char *dh_cert;
    char *session;
    char *id_block;
    char *id_auth;
    char *host_data;
    char *guest_visible_workarounds;
    gboolean author_key;
    gboolean vcek;
    char *mr_config_id;
    char *mr_owner;
    char *mr_owner_config;
    char *quote_generation_socket;
    SealMemoryBacking memory_backing;
    guint64 hugepage_size;
    guint64 hard_limit_extra;
    char *numa_nodes;
    char *cpu_pinning;
    SealDisplay display;
    gboolean clipboard;
    SealVideo video;
    guint64 video_memory;
    gboolean console;
    gboolean rng;
    gboolean tpm;
    gboolean autostart;
    SealRestart restart;
} SealSettings;

/**
 * SealSettingInfo - the visible part of a row of the table
 * @key: the setting's name; @signature: its D-Bus type; @summary: one English line with
 *   the unit, the default and the allowed words
 * @secret: never show the value, nor take it where others can read it
 */
typedef struct {
    const char *key;
    const char *signature;
    const char *summary;
    gboolean secret;
} SealSettingInfo;

/**
 * seal_settings_list - every key CreateVM knows, for help texts, docs and tests
 * @ret_n: number of rows
 * Returns: (transfer full): array of @ret_n rows of static strings; g_free() it.
 */
SealSettingInfo *seal_settings_list(gsize *ret_n);

/**
 * seal_settings_list_disk - the keys of one member of "disks"
 * @ret_n: number of rows
 * Returns: (transfer full): as seal_settings_list().
 */
SealSettingInfo *seal_settings_list_disk(gsize *ret_n);

/**
 * seal_settings_list_network - the keys of one member of "networks"
 * @ret_n: number of rows
 * Returns: (transfer full): as seal_settings_list().
 */
SealSettingInfo *seal_settings_list_network(gsize *ret_n);

/**
 * seal_settings_parse - read a caller's settings
 * @name: the VM's name: [A-Za-z0-9][A-Za-z0-9._-]{0,62}
 * @dict: a{sv}; not kept
 * Returns: (transfer full): validated settings with defaults filled in, or NULL
 * with SEAL_ERROR_INVALID_ARGUMENT that names the key, the value and the cure:
 * bad name, unknown key, key twice, wrong type, out of bounds, not an absolute
 * path, not base64 or of another size, one of a pair missing, no disk and no kernel, no memory,
 * more than one of policy and policy-flags, same MAC or same disk twice.
 */
SealSettings *seal_settings_parse(const char *name, GVariant *dict, GError **error);

/**
 * seal_settings_validate_name - whether a name can be a VM's
 * @name: (nullable): any text
 * Returns: FALSE with SEAL_ERROR_INVALID_ARGUMENT; control characters are shown
 * escaped in the message.
 */
gboolean seal_settings_validate_name(const char *name, GError **error);

/**
 * seal_settings_resolve_policy - the policy number the settings mean
 * @settings: the settings
 * @technology: the resolved technology, not AUTO
 * @ret_policy: the number; 0 for technology none
 * Returns: FALSE with SEAL_ERROR_INVALID_ARGUMENT from seal_policy_encode() or
 * seal_policy_validate(), when a policy was given for technology none, or a
 * number was given while the settings leave the technology to auto.
 */
gboolean seal_settings_resolve_policy(const SealSettings *settings,
                                      SealTechnology technology,
                                      guint64 *ret_policy,
                                      GError **error);

/**
 * seal_settings_is_q35 - whether the machine is one of the q35 family
 * @settings: the settings
 * Returns: FALSE for the pc (i440fx) family.
 */
gboolean seal_settings_is_q35(const SealSettings *settings);

/**
 * seal_settings_free_disk - give a SealDisk back
 * @disk: (nullable) (transfer full): a SealDisk, untyped to serve as a GDestroyNotify
 */
void seal_settings_free_disk(gpointer disk);

/**
 * seal_settings_free_network - give a SealNetwork back
 * @network: (nullable) (transfer full): a SealNetwork, untyped to serve as a GDestroyNotify
 */
void seal_settings_free_network(gpointer network);

/**
 * seal_settings_free - give them back, dh-cert and session wiped first
 * @settings: (nullable) (transfer full)
 */
void seal_settings_free(SealSettings *settings);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(SealSettings, seal_settings_free)
