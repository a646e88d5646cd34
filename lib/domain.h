/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * What Sealvirt knows of a domain that libvirt has, read from its XML,
 * whoever wrote it: technology, policy, size, firmware and devices. The
 * registry keeps the short part (SealDomain without devices) in memory for
 * each VM; the devices are read when a job needs them.
 */

#include "technology.h"

/*
 * Our element in <metadata>: <sealvirt:vm xmlns:sealvirt='URI' restart='guest-reboot'/>.
 * It holds what libvirt has no place for.
 */
#define SEAL_DOMAIN_METADATA_URI "https://sealvirt.org/xmlns/domain/1.0"
#define SEAL_DOMAIN_METADATA_PREFIX "sealvirt"

/*
 * Our mark in the <metadata> of a running domain: <sealvirt-launch:launch waits='yes'/>, while a
 * guest that was launched paused has not run yet.
 */
#define SEAL_DOMAIN_LAUNCH_URI "https://sealvirt.org/xmlns/launch/1.0"
#define SEAL_DOMAIN_LAUNCH_PREFIX "sealvirt-launch"

/**
 * SealIommu - the iommu attribute of a virtio device's driver element
 */
typedef enum {
    SEAL_IOMMU_DEFAULT, /* not written: QEMU 6.0 and later switch it on for encrypted guests */
    SEAL_IOMMU_ON,
    SEAL_IOMMU_OFF,
} SealIommu;

/**
 * SealDevice - one child of <devices>
 *
 * @kind: element name: "disk", "interface", "controller", ...
 * @model: what decides whether it is virtio: model, bus or type of the element, "" when none
 * @virtio: takes the virtio driver options (libvirt's virtioOptions)
 * @iommu: its driver's iommu attribute
 * @source: (nullable): file, device, network, bridge or volume behind it
 * @pool: (nullable): storage pool, when @source is a volume in it
 * @shared: a disk that is hardly this domain's alone: a CD or floppy, read-only or shareable
 */
typedef struct {
    char *kind;
    char *model;
    gboolean virtio;
    SealIommu iommu;
    char *source;
    char *pool;
    gboolean shared;
} SealDevice;

/**
 * SealDomain - plain value
 *
 * @name, @uuid: uuid in lower case with dashes
 * @technology: INVALID for a launchSecurity type this version does not know
 * @has_policy, @policy: launchSecurity/policy, read base 16 with or without 0x as libvirt does
 * @memory: bytes; @vcpus: maximum number
 * @machine: as written, e.g. "pc-q35-7.2"; "" when absent; @arch likewise
 * @firmware: loader path; "efi" when libvirt is to choose; "" for BIOS
 * @has_nvram: an <nvram> element is there or libvirt would make one
 * @attestable: dhCert and session are set (SEV, SEV-ES), or the technology is
 *   attested from inside the guest (SNP, TDX)
 * @kernel_hashes: launchSecurity kernelHashes='yes'
 * @locked: memoryBacking/locked; @hard_limit: memtune/hard_limit in bytes, 0 for
 *   none and for libvirt's number for unlimited
 * @restart_guest_reboot: our metadata element asks for a new start after a guest
 *   reboot that QEMU turned into a shutdown
 * @launch_waits: our mark says that the guest waits for its owner's verdict on the launch
 * @devices: (element-type SealDevice) (nullable): NULL unless asked for
 */
typedef struct {
    char *name;
    char *uuid;
    SealTechnology technology;
    gboolean has_policy;
    guint64 policy;
    guint64 memory;
    guint vcpus;
    char *machine;
    char *arch;
    char *firmware;
    gboolean has_nvram;
    gboolean attestable;
    gboolean kernel_hashes;
    gboolean locked;
    guint64 hard_limit;
    gboolean restart_guest_reboot;
    gboolean launch_waits;
    GPtrArray *devices;
} SealDomain;

/**
 * seal_domain_free - give it back
 * @domain: (nullable) (transfer full): from seal_domain_reader_parse()
 */
void seal_domain_free(SealDomain *domain);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(SealDomain, seal_domain_free)

/**
 * SealDomainParts - how much to read
 * @SEAL_DOMAIN_SUMMARY: everything but devices
 * @SEAL_DOMAIN_DEVICES: devices as well
 */
typedef enum {
    SEAL_DOMAIN_SUMMARY,
    SEAL_DOMAIN_DEVICES,
} SealDomainParts;

/**
 * seal_domain_reader_parse - read a domain's XML
 * @xml: NUL-terminated, at most SEAL_XML_MAX_DOMAIN bytes, as virDomainGetXMLDesc gives it
 * @parts: how much to read
 * Returns: (transfer full): or NULL with SEAL_ERROR_INVALID_ARGUMENT: not well
 * formed, a DTD, no name, no UUID, memory, vCPUs or policy that is no number.
 */
SealDomain *seal_domain_reader_parse(const char *xml, SealDomainParts parts, GError **error);

/**
 * seal_domain_reader_redact - take everything out that is nobody's business
 * @xml: a domain's XML
 * Returns: (transfer full): the XML without passwd attributes and without the
 * launchSecurity session (it wraps the guest owner's keys) and without the
 * cookies of network disks, or NULL with
 * SEAL_ERROR_INVALID_ARGUMENT as above. What is left can be defined again.
 */
char *seal_domain_reader_redact(const char *xml, GError **error);
