/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The table of settings. Read it from top to bottom to know everything that
 * CreateVM takes: the key, its type by its kind, its bounds, its default and
 * what it means. The summaries are what sealctl's help and the manual print.
 */

#include "settings-table.h"

#include "policy.h"

#include <string.h>

#define KIB G_GUINT64_CONSTANT(1024)
#define MIB (KIB * KIB)
#define GIB (KIB * MIB)
#define TIB (KIB * GIB)

#define TOP(field) G_STRUCT_OFFSET(SealSettings, field)
#define DISK(field) G_STRUCT_OFFSET(SealDisk, field)
#define NETWORK(field) G_STRUCT_OFFSET(SealNetwork, field)

/* KIND, its key and its field; the rest of a row follows by name. */
#define ROW(k, kind_, offset_) .key = (k), .kind = SEAL_SETTINGS_KIND_##kind_, .offset = (offset_)

static const SealSettingsWord technologies[] = {{"auto", SEAL_TECHNOLOGY_AUTO},
                                                {"sev", SEAL_TECHNOLOGY_SEV},
                                                {"sev-es", SEAL_TECHNOLOGY_SEV_ES},
                                                {"sev-snp", SEAL_TECHNOLOGY_SEV_SNP},
                                                {"tdx", SEAL_TECHNOLOGY_TDX},
                                                {"none", SEAL_TECHNOLOGY_NONE},
                                                {NULL, 0}};

static const SealSettingsWord disk_formats[] = {
    {"raw", SEAL_DISK_FORMAT_RAW}, {"qcow2", SEAL_DISK_FORMAT_QCOW2}, {NULL, 0}};

static const SealSettingsWord disk_buses[] = {{"scsi", SEAL_DISK_BUS_SCSI},
                                              {"virtio", SEAL_DISK_BUS_VIRTIO},
                                              {"sata", SEAL_DISK_BUS_SATA},
                                              {NULL, 0}};

static const SealSettingsWord disk_devices[] = {
    {"disk", SEAL_DISK_DEVICE_DISK}, {"cdrom", SEAL_DISK_DEVICE_CDROM}, {NULL, 0}};

static const SealSettingsWord network_types[] = {{"network", SEAL_NETWORK_NETWORK},
                                                 {"bridge", SEAL_NETWORK_BRIDGE},
                                                 {"user", SEAL_NETWORK_USER},
                                                 {"direct", SEAL_NETWORK_DIRECT},
                                                 {NULL, 0}};

static const SealSettingsWord nic_models[] = {{"virtio", SEAL_NIC_VIRTIO},
                                              {"e1000e", SEAL_NIC_E1000E},
                                              {"rtl8139", SEAL_NIC_RTL8139},
                                              {"vmxnet3", SEAL_NIC_VMXNET3},
                                              {NULL, 0}};

static const SealSettingsWord memory_backings[] = {
    {"auto", SEAL_MEMORY_BACKING_AUTO},           {"none", SEAL_MEMORY_BACKING_NONE},
    {"locked", SEAL_MEMORY_BACKING_LOCKED},       {"hard-limit", SEAL_MEMORY_BACKING_HARD_LIMIT},
    {"hugepages", SEAL_MEMORY_BACKING_HUGEPAGES}, {NULL, 0}};

static const SealSettingsWord displays[] = {{"none", SEAL_DISPLAY_NONE},
                                            {"vnc", SEAL_DISPLAY_VNC},
                                            {"spice", SEAL_DISPLAY_SPICE},
                                            {NULL, 0}};

static const SealSettingsWord videos[] = {
    {"auto", SEAL_VIDEO_AUTO},     {"none", SEAL_VIDEO_NONE},
    {"std", SEAL_VIDEO_STD},       {"cirrus", SEAL_VIDEO_CIRRUS},
    {"vmware", SEAL_VIDEO_VMWARE}, {"qxl", SEAL_VIDEO_QXL},
    {"virtio", SEAL_VIDEO_VIRTIO}, {"virtio-gl", SEAL_VIDEO_VIRTIO_GL},
    {"serial", SEAL_VIDEO_SERIAL}, {NULL, 0}};

static const SealSettingsWord restarts[] = {
    {"no", SEAL_RESTART_NO}, {"guest-reboot", SEAL_RESTART_GUEST_REBOOT}, {NULL, 0}};

static const SealSettingsRow disk_rows[] = {
    {ROW("path", TEXT, DISK(path)), .validate = seal_settings_validate_path,
     .summary = "absolute path of the image or block device; not with pool and volume"},
    {ROW("pool", TEXT, DISK(pool)), .validate = seal_settings_validate_object,
     .summary = "libvirt storage pool of the volume"},
    {ROW("volume", TEXT, DISK(volume)), .validate = seal_settings_validate_object,
     .summary = "volume in that pool"},
    {ROW("format", WORD, DISK(format)), .words = disk_formats, .initial = SEAL_DISK_FORMAT_AUTO,
     .summary = "raw or qcow2; by default by the file name's ending, raw for block devices"},
    {ROW("bus", WORD, DISK(bus)), .words = disk_buses, .initial = SEAL_DISK_BUS_SCSI,
     .summary = "scsi (virtio-scsi, default), virtio or sata"},
    {ROW("device", WORD, DISK(device)), .words = disk_devices, .initial = SEAL_DISK_DEVICE_DISK,
     .summary = "disk (default) or cdrom; a cdrom may be without a path"},
    {ROW("readonly", BOOL, DISK(readonly)), .summary = "the guest cannot write; default false"},
    {ROW("boot-order", UINT, DISK(boot_order)), .min = 1, .max = 256, .example = "1",
     .summary = "1 boots first; by default in the order of the array"},
    {ROW("size", UINT64, DISK(size)), .min = MIB, .max = SEAL_SETTINGS_MAX_VOLUME, .step = MIB,
     .example = "10737418240 (10 GiB)",
     .summary = "bytes, a multiple of 1 MiB: create the volume, which must not be there yet"},
};

static const SealSettingsRow network_rows[] = {
    {ROW("type", WORD, NETWORK(type)), .words = network_types, .initial = SEAL_NETWORK_NETWORK,
     .summary = "network (default), bridge, user or direct"},
    {ROW("source", TEXT, NETWORK(source)), .validate = seal_settings_validate_object,
     .summary = "libvirt network, bridge or host device; none for user"},
    {ROW("model", WORD, NETWORK(model)), .words = nic_models, .initial = SEAL_NIC_VIRTIO,
     .summary = "virtio (default), e1000e, rtl8139 or vmxnet3"},
    {ROW("mac", TEXT, NETWORK(mac)), .validate = seal_settings_validate_mac,
     .summary = "unicast MAC address; by default libvirt chooses"},
    {ROW("mtu", UINT, NETWORK(mtu)), .min = 1, .max = SEAL_SETTINGS_MAX_MTU, .example = "1500",
     .summary = "bytes, 68 to 65521, or 1 for the bridge's; by default left alone"},
    {ROW("queues", UINT, NETWORK(queues)), .min = 1, .max = 256, .example = "4",
     .summary = "1 to 256 queue pairs, virtio only; default one for each vcpu, at most 4 (8 when "
                "unencrypted)"},
};

static const SealSettingsTable disk_table = {disk_rows, G_N_ELEMENTS(disk_rows), sizeof(SealDisk),
                                             seal_settings_free_disk};

static const SealSettingsTable network_table = {network_rows, G_N_ELEMENTS(network_rows),
                                                sizeof(SealNetwork), seal_settings_free_network};

static const SealSettingsRow top_rows[] = {
    {ROW("technology", WORD, TOP(technology)), .words = technologies,
     .initial = SEAL_TECHNOLOGY_AUTO,
     .summary = "auto (default: the best usable here), sev, sev-es, sev-snp, tdx or none"},
    {ROW("memory", UINT64, TOP(memory)), .min = SEAL_SETTINGS_MIN_MEMORY,
     .max = SEAL_SETTINGS_MAX_MEMORY, .step = MIB, .example = "4294967296 (4 GiB)",
     .summary = "bytes of guest memory, a multiple of 1 MiB; required"},
    {ROW("vcpus", UINT, TOP(vcpus)), .min = 1, .max = SEAL_SETTINGS_MAX_VCPUS, .initial = 1,
     .example = "2", .summary = "number of virtual processors; default 1"},
    {ROW("machine", TEXT, TOP(machine)), .validate = seal_settings_validate_machine,
     .summary = "machine type: q35 (default), pc, or a version of them"},
    {ROW("firmware", TEXT, TOP(firmware)), .validate = seal_settings_validate_firmware,
     .summary = "path of a UEFI image, or efi to let libvirt choose; by default chosen for the "
                "technology"},
    {ROW("nvram-template", TEXT, TOP(nvram_template)), .validate = seal_settings_validate_path,
     .summary = "path of the variable store that goes with firmware"},
    {ROW("disks", DICTS, TOP(disks)), .members = &disk_table, .max = SEAL_SETTINGS_MAX_DISKS,
     .summary = "disks, in boot order; a disk or a kernel is required"},
    {ROW("networks", DICTS, TOP(networks)), .members = &network_table,
     .max = SEAL_SETTINGS_MAX_NETWORKS, .summary = "network interfaces; default none"},
    {ROW("policy", UINT64, TOP(policy)), .has_offset = TOP(has_policy), .max = G_MAXUINT64,
     .example = "11", .summary = "guest policy as a number; needs a technology by name"},
    {ROW("policy-flags", TEXTS, TOP(policy_flags)), .validate = seal_settings_validate_flag,
     .max = 64,
     .summary = "guest policy as named flags, which replace the default: no debugging, no key "
                "sharing, no sending"},
    {ROW("kernel", TEXT, TOP(kernel)), .validate = seal_settings_validate_path,
     .summary = "path of a Linux kernel to boot directly"},
    {ROW("initrd", TEXT, TOP(initrd)), .validate = seal_settings_validate_path,
     .summary = "path of its initial RAM disk"},
    {ROW("cmdline", TEXT, TOP(cmdline)), .validate = seal_settings_validate_cmdline,
     .summary = "its command line"},
    {ROW("kernel-hashes", BOOL, TOP(kernel_hashes)),
     .summary = "measure kernel, initrd and cmdline (SEV, SEV-ES, SEV-SNP); default false"},
    {ROW("dh-cert", TEXT, TOP(dh_cert)), .validate = seal_settings_validate_base64, .decoded = 2084,
     .secret = TRUE,
     .summary = "the guest owner's certificate, 2084 bytes in base64 (SEV, SEV-ES)"},
    {ROW("session", TEXT, TOP(session)), .validate = seal_settings_validate_base64, .decoded = 128,
     .secret = TRUE,
     .summary = "the guest owner's session blob, 128 bytes in base64 (SEV, SEV-ES)"},
    {ROW("id-block", TEXT, TOP(id_block)), .validate = seal_settings_validate_base64, .decoded = 96,
     .summary = "the ID block, 96 bytes in base64, together with id-auth (SEV-SNP)"},
    {ROW("id-auth", TEXT, TOP(id_auth)), .validate = seal_settings_validate_base64, .decoded = 4096,
     .summary = "its authentication, 4096 bytes in base64 (SEV-SNP)"},
    {ROW("host-data", TEXT, TOP(host_data)), .validate = seal_settings_validate_base64,
     .decoded = 32, .summary = "32 bytes in base64 that attestation reports repeat (SEV-SNP)"},
    {ROW("guest-visible-workarounds", TEXT, TOP(guest_visible_workarounds)),
     .validate = seal_settings_validate_base64, .decoded = 16,
     .summary = "16 bytes in base64 for the guest's page of workarounds (SEV-SNP)"},
    {ROW("author-key", BOOL, TOP(author_key)),
     .summary = "id-auth holds an author key as well (SEV-SNP); default false"},
    {ROW("vcek", BOOL, TOP(vcek)), .initial = TRUE,
     .summary = "reports may be signed with the chip's key (SEV-SNP); default true"},
    {ROW("mr-config-id", TEXT, TOP(mr_config_id)), .validate = seal_settings_validate_base64,
     .decoded = 48, .summary = "configuration, a SHA-384 in base64 (TDX)"},
    {ROW("mr-owner", TEXT, TOP(mr_owner)), .validate = seal_settings_validate_base64, .decoded = 48,
     .summary = "owner, a SHA-384 in base64 (TDX)"},
    {ROW("mr-owner-config", TEXT, TOP(mr_owner_config)), .validate = seal_settings_validate_base64,
     .decoded = 48, .summary = "configuration by the owner, a SHA-384 in base64 (TDX)"},
    {ROW("quote-generation-socket", TEXT, TOP(quote_generation_socket)),
     .validate = seal_settings_validate_socket,
     .summary = "path of the quote generation service's Unix socket (TDX); default none"},
    {ROW("memory-backing", WORD, TOP(memory_backing)), .words = memory_backings,
     .initial = SEAL_MEMORY_BACKING_AUTO,
     .summary = "auto (default: locked for SEV and SEV-ES), none, locked, hard-limit or hugepages"},
    {ROW("hugepage-size", UINT64, TOP(hugepage_size)), .min = 2 * MIB, .max = GIB, .step = 2 * MIB,
     .example = "2097152 (2 MiB) or 1073741824 (1 GiB)",
     .summary = "bytes of a huge page, 2 MiB or 1 GiB; default the host's"},
    {ROW("hard-limit-extra", UINT64, TOP(hard_limit_extra)), .min = 16 * MIB, .max = TIB,
     .step = MIB, .example = "268435456 (256 MiB)",
     .summary = "bytes beside guest memory that hard-limit leaves for QEMU; default 256 MiB"},
    {ROW("numa-nodes", TEXT, TOP(numa_nodes)), .validate = seal_settings_validate_bitmap,
     .summary = "host NUMA nodes to take memory from, such as 0-1"},
    {ROW("cpu-pinning", TEXT, TOP(cpu_pinning)), .validate = seal_settings_validate_bitmap,
     .summary = "host processors to run on, such as 0-3,8"},
    {ROW("display", WORD, TOP(display)), .words = displays, .initial = SEAL_DISPLAY_NONE,
     .summary = "none (default), vnc or spice, on the host's loopback only"},
    {ROW("clipboard", BOOL, TOP(clipboard)),
     .summary =
         "share the clipboard with the display's viewer and so with the host; default false"},
    {ROW("video", WORD, TOP(video)), .words = videos, .initial = SEAL_VIDEO_AUTO,
     .summary = "auto (default: virtio with a display, else none), none, std, cirrus, vmware, qxl, "
                "virtio, virtio-gl or serial (no device, the serial console instead)"},
    {ROW("video-memory", UINT64, TOP(video_memory)), .min = MIB, .max = 256 * MIB, .step = MIB,
     .example = "16777216 (16 MiB)",
     .summary = "bytes of video memory, a power of two; std, vmware and qxl only"},
    {ROW("console", BOOL, TOP(console)), .initial = TRUE,
     .summary = "a serial console; default true"},
    {ROW("rng", BOOL, TOP(rng)), .initial = TRUE,
     .summary = "a random number generator fed from the host; default true"},
    {ROW("tpm", BOOL, TOP(tpm)), .summary = "an emulated TPM 2.0; default false"},
    {ROW("autostart", BOOL, TOP(autostart)), .summary = "start with the host; default false"},
    {ROW("restart", WORD, TOP(restart)), .words = restarts, .initial = SEAL_RESTART_NO,
     .summary = "no (default) or guest-reboot: start again when the guest rebooted and QEMU could "
                "not reset it"},
};

static const SealSettingsTable top_table = {top_rows, G_N_ELEMENTS(top_rows), sizeof(SealSettings),
                                            NULL};

/* The parser keeps one bit a row. */
G_STATIC_ASSERT(G_N_ELEMENTS(top_rows) <= 64);

static const struct {
    const char *signature;
    const char *name;
} types[] = {
    [SEAL_SETTINGS_KIND_BOOL] = {"b", "boolean"},
    [SEAL_SETTINGS_KIND_UINT] = {"u", "unsigned 32 bit number"},
    [SEAL_SETTINGS_KIND_UINT64] = {"t", "unsigned 64 bit number"},
    [SEAL_SETTINGS_KIND_WORD] = {"s", "string"},
    [SEAL_SETTINGS_KIND_TEXT] = {"s", "string"},
    [SEAL_SETTINGS_KIND_TEXTS] = {"as", "array of strings"},
    [SEAL_SETTINGS_KIND_DICTS] = {"aa{sv}", "array of dictionaries"},
};

const SealSettingsTable *
seal_settings_table_top(void)
{
    return &top_table;
}

const SealSettingsTable *
seal_settings_table_disk(void)
{
    return &disk_table;
}

const SealSettingsTable *
seal_settings_table_network(void)
{
    return &network_table;
}

const char *
seal_settings_table_signature(SealSettingsKind kind)
{
    return types[kind].signature;
}

const char *
seal_settings_table_type_name(SealSettingsKind kind)
{
    return types[kind].name;
}

const SealSettingsRow *
seal_settings_table_find(const SealSettingsTable *table, const char *key)
{
    for (gsize i = 0; i < table->n_rows; i++) {
        if (g_str_equal(table->rows[i].key, key))
            return &table->rows[i];
    }
    return NULL;
}
