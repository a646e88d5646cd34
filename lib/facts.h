/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * The facts about one host that checks, verdicts and the XML writer are
 * computed from: what daemon/host read under a root directory, what libvirt
 * said, and nothing else. A fact that could not be read is unknown, with the
 * reason, never guessed: the checks then say what would let them know.
 */

#include "cpuid.h"
#include "device-node.h"
#include "domcaps.h"
#include "facts-text.h"
#include "firmware.h"
#include "misc-cgroup.h"

/**
 * SealFactsParameter - one kernel module parameter that was looked at
 * @module, @name: for example "kvm_amd" and "sev_es"
 * @value: (nullable): content without the newline, NULL when module or parameter is absent
 */
typedef struct {
    char *module;
    char *name;
    char *value;
} SealFactsParameter;

/**
 * SealFactsFile - one of the small text files of facts-text.h
 * @state: what became of reading it
 * @path: (nullable): where it was found
 * @text: (nullable): its content, valid UTF-8, when @state is PRESENT
 */
typedef struct {
    SealFactsTextState state;
    char *path;
    char *text;
} SealFactsFile;

/**
 * SealFactsPsp - attributes of the secure processor's PCI device (Linux,
 * Documentation/ABI/testing/sysfs-driver-ccp)
 */
typedef enum {
    SEAL_FACTS_PSP_BOOTLOADER_VERSION,
    SEAL_FACTS_PSP_TEE_VERSION,
    SEAL_FACTS_PSP_FUSED_PART,
    SEAL_FACTS_PSP_DEBUG_LOCK_ON,
    SEAL_FACTS_PSP_TSME_STATUS,
    SEAL_FACTS_PSP_INVALID,
} SealFactsPsp;

/**
 * SealFactsIommu - what sysfs shows of the IOMMU
 * @known: both directories could be looked at
 * @units: IOMMUs there are; @groups: groups of devices; @identity: groups whose addresses are
 *   passed through unchanged
 */
typedef struct {
    gboolean known;
    guint units;
    guint groups;
    guint identity;
} SealFactsIommu;

/**
 * SealFactsPolicy - the policy bits that KVM accepts of a technology's guests
 * @known: it told; @bits: what it told
 */
typedef struct {
    gboolean known;
    guint64 bits;
} SealFactsPolicy;

/**
 * SealFactsDevice - devices of /sys/class/misc beside kvm and sev, as bits
 */
typedef enum {
    SEAL_FACTS_DEVICE_SEV_GUEST = 1 << 0, /* this host is itself an SNP guest */
    SEAL_FACTS_DEVICE_TDX_GUEST = 1 << 1, /* this host is itself a TDX guest */
    SEAL_FACTS_DEVICE_QGS = 1 << 2,       /* no device: the socket of the quoting service for TDX */
    SEAL_FACTS_DEVICE_SLICE = 1 << 3,     /* no device: the control group machine.slice */
    SEAL_FACTS_DEVICE_GUESTS = 1 << 4,    /* no device: libvirt-guests.service is enabled */
} SealFactsDevice;

/**
 * SealFacts - plain value; the host half is filled by daemon/host, the libvirt
 * half by daemon/virt; either half may be missing
 *
 * @cpu_vendor: "AuthenticAMD", "GenuineIntel", ...; NULL when unknown
 * @cpu_model_name, @cpu_family, @cpu_model: from the first processor
 * @cpu_flags: NULL-terminated flags of the first processor, NULL when unknown
 * @cpu_stepping, @cpu_bugs: likewise
 * @cpuid: AMD's leaf on encryption, where it could be read
 * @boot_id: (nullable): what tells this boot of the host from every other
 * @kernel_release: uname -r text; @kernel_version: packed, 0 when unknown
 * @parameters: (element-type SealFactsParameter): every parameter the technology table names
 *   and those the checks name
 * @kvm_device, @sev_device: the misc device exists (/sys/class/misc/kvm, .../sev)
 * @devices: SealFactsDevice bits
 * @sev_node: owner and mode of /dev/sev, where they can be seen
 * @snp_policy: what KVM says that it takes in an SEV-SNP policy
 * @files: the small text files
 * @psp: attributes of the secure processor, NULL for those the driver does not show
 * @iommu: what sysfs shows of it
 * @offline: a captured tree and not the running host: nobody can be asked
 * @missing: SealFactsPart bits of what the tree does not hold at all
 * @firmwares: (element-type SealFirmware): usable descriptors, masked ones left out, in order
 * @firmware_files: (element-type SealFirmwareFile): every descriptor that was found
 * @firmware_errors: NULL-terminated: descriptors that could not be read, one sentence each
 * @slots_total, @slots_used: the kernel's ledger of key slots (misc cgroup), by pool
 * @has_running, @running: guests that hold a key slot, by pool, as the daemon counts them from
 *   the kernel's ledger and from what has started since; where set, it counts
 * @slots_source: (nullable): which files that was, NULL when the kernel keeps no ledger
 * @backend_connected: libvirt answered; without it the rest is unset
 * @backend_uri: for example "qemu:///system"
 * @libvirt_version, @qemu_version: packed, 0 when unknown
 * @domcaps: (nullable): for x86_64, KVM and q35
 * @domcaps_error: (nullable): why libvirt did not give any
 */
typedef struct {
    char *cpu_vendor;
    char *cpu_model_name;
    guint cpu_family;
    guint cpu_model;
    guint cpu_stepping;
    GStrv cpu_flags;
    GStrv cpu_bugs;
    SealCpuid cpuid;
    char *boot_id;
    char *kernel_release;
    guint64 kernel_version;
    GPtrArray *parameters;
    gboolean kvm_device;
    gboolean sev_device;
    guint devices;
    SealDeviceNode sev_node;
    SealFactsPolicy snp_policy;
    SealFactsFile files[SEAL_FACTS_TEXT_INVALID];
    char *psp[SEAL_FACTS_PSP_INVALID];
    SealFactsIommu iommu;
    gboolean offline;
    guint missing;
    GPtrArray *firmwares;
    GPtrArray *firmware_files;
    GStrv firmware_errors;
    SealMiscCgroupCount slots_total;
    SealMiscCgroupCount slots_used;
    gboolean has_running;
    guint running[SEAL_POOL_INVALID];
    char *slots_source;

    gboolean backend_connected;
    char *backend_uri;
    guint64 libvirt_version;
    guint64 qemu_version;
    SealDomcaps *domcaps;
    char *domcaps_error;
} SealFacts;

/**
 * seal_facts_new - facts of which nothing is known yet
 * Returns: (transfer full): with empty arrays.
 */
SealFacts *seal_facts_new(void);

/**
 * seal_facts_free - give them back
 * @facts: (nullable) (transfer full)
 */
void seal_facts_free(SealFacts *facts);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(SealFacts, seal_facts_free)

/**
 * seal_facts_has_cpu_flag - whether the first processor shows a flag
 * @facts: the facts
 * @flag: as in /proc/cpuinfo
 * Returns: FALSE as well when the flags are unknown; see SealFacts.cpu_flags.
 */
gboolean seal_facts_has_cpu_flag(const SealFacts *facts, const char *flag);

/**
 * seal_facts_get_own_encryption - whether the host is itself an encrypted guest
 * @facts: the facts
 * Returns: (transfer none) (nullable): "a SEV-SNP guest" or the like; NULL when it is none. Such a
 * host shows the flags of its own encryption, but can have no guests.
 */
const char *seal_facts_get_own_encryption(const SealFacts *facts);

/**
 * seal_facts_add_parameter - note a module parameter
 * @facts: the facts
 * @module, @name: which
 * @value: (nullable): its content, copied; replaces an earlier note of the same parameter
 */
void
seal_facts_add_parameter(SealFacts *facts, const char *module, const char *name, const char *value);

/**
 * seal_facts_get_parameter - a module parameter's content
 * @facts: the facts
 * @module, @name: which
 * Returns: (transfer none) (nullable): NULL when absent or not looked at.
 */
const char *seal_facts_get_parameter(const SealFacts *facts, const char *module, const char *name);

/**
 * seal_facts_parameter_is_on - whether a boolean module parameter is switched on
 * @facts: the facts
 * @module, @name: which
 * Returns: TRUE for "Y", "y" and "1", the kernel's spellings.
 */
gboolean seal_facts_parameter_is_on(const SealFacts *facts, const char *module, const char *name);

/**
 * seal_facts_set_file - note a small text file
 * @facts: the facts
 * @text: which
 * @state: what became of reading it
 * @path: (nullable): where it was found; copied
 * @content: (nullable): of a file that is PRESENT; copied, with bytes that are no UTF-8 replaced
 */
void seal_facts_set_file(SealFacts *facts,
                         SealFactsText text,
                         SealFactsTextState state,
                         const char *path,
                         const char *content);

/**
 * seal_facts_get_text - the content of a small text file
 * @facts: the facts
 * @text: which
 * Returns: (transfer none) (nullable): NULL when it could not be read.
 */
const char *seal_facts_get_text(const SealFacts *facts, SealFactsText text);

/**
 * seal_facts_take_libvirt - fill the libvirt half of the facts
 * @facts: the facts
 * @uri: who answered, for example "qemu:///system"; copied
 * @libvirt_version, @qemu_version: packed, 0 when unknown
 * @domcaps_xml: (nullable): what virConnectGetDomainCapabilities gave
 * @why_not: (nullable): why it gave nothing
 * XML that cannot be read counts as no answer, with the reason in domcaps_error.
 */
void seal_facts_take_libvirt(SealFacts *facts,
                             const char *uri,
                             guint64 libvirt_version,
                             guint64 qemu_version,
                             const char *domcaps_xml,
                             const char *why_not);

/**
 * seal_facts_get_slots - how full a pool of key slots is
 * @facts: the facts
 * @pool: sev, sev-es or tdx
 * @ret_total: how many guests it holds: by the kernel's ledger, else by libvirt
 * @ret_used: how many it holds now: @running, else by the kernel's ledger
 * Returns: FALSE when nobody tells the total.
 */
gboolean
seal_facts_get_slots(const SealFacts *facts, SealPool pool, guint *ret_total, guint *ret_used);
