/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Rows about the secure processor and its device. What only root can ask the
 * device itself is n/a here, with the command that would tell.
 */

#include "checks-probe.h"

#define READ_PSP "newer kernels tell it in the directories below /sys/bus/pci/drivers/ccp"

static const SealCheckRow rows[] = {
    {
        .id = "device.sev",
        .technology = SEAL_TECHNOLOGY_SEV,
        .decides = AMD,
        .gates = HOST_GATES,
        .needs = SEAL_FACTS_PART_MISC,
        .title = "the secure processor's device is there",
        .probe = seal_checks_probe_device_sev,
        .summaries = SUMMARIES("The secure processor's device is there",
                               NULL,
                               "The secure processor's device is not there",
                               GATED),
        .remedy = "load its driver (modprobe ccp); dmesg says why it finds none (lines with ccp or "
                  "psp)",
    },
    {
        .id = "device.sev-access",
        .technology = SEAL_TECHNOLOGY_SEV,
        .decides = AMD,
        .lenient = TRUE,
        .gates = HOST_GATES,
        .title = "QEMU's user can open the secure processor's device",
        .probe = seal_checks_probe_device_sev_access,
        .summaries = SUMMARIES("QEMU's user can open /dev/sev",
                               "Whether QEMU's user can open /dev/sev depends on its owner and "
                               "mode, which do not show here",
                               "QEMU's user cannot open /dev/sev",
                               "libvirt's settings of QEMU's user could not be read"),
        .remedy = "leave namespaces and dynamic_ownership in /etc/libvirt/qemu.conf at their "
                  "defaults and restart libvirtd or virtqemud",
        .unknown = READ_AS_ROOT("/etc/libvirt/qemu.conf"),
    },
    {
        .id = "psp.api",
        .technology = SEAL_TECHNOLOGY_SEV,
        .gates = HOST_GATES,
        .title = "the version of the secure processor's API",
        .probe = seal_checks_probe_device_api,
        .summaries = SUMMARIES("The version of the secure processor's API is known",
                               NULL,
                               NULL,
                               "The version of the secure processor's API is not known"),
        .unknown = READ_API,
    },
    {
        .id = "psp.firmware",
        .technology = SEAL_TECHNOLOGY_SEV,
        .gates = HOST_GATES,
        .title = "versions of the secure processor's firmware",
        .probe = seal_checks_probe_device_firmware,
        .summaries = SUMMARIES("The driver tells the versions of the secure processor's firmware",
                               NULL,
                               NULL,
                               "The driver does not tell the versions of the secure processor's "
                               "firmware"),
        .unknown = READ_PSP,
    },
    {
        .id = "psp.fused",
        .technology = SEAL_TECHNOLOGY_SEV,
        .gates = HOST_GATES,
        .title = "the processor is a finished product",
        .probe = seal_checks_probe_device_attribute,
        .item = SEAL_FACTS_PSP_FUSED_PART,
        .summaries = SUMMARIES("The processor is a finished product",
                               "The processor is not fused: its keys prove nothing to a guest's "
                               "owner",
                               NULL,
                               "It is not told whether the processor is a finished product"),
        .remedy = "use a processor that is no engineering sample",
        .unknown = READ_PSP,
    },
    {
        .id = "psp.debug-lock",
        .technology = SEAL_TECHNOLOGY_SEV,
        .gates = HOST_GATES,
        .title = "debugging of the secure processor is locked",
        .probe = seal_checks_probe_device_attribute,
        .item = SEAL_FACTS_PSP_DEBUG_LOCK_ON,
        .summaries =
            SUMMARIES("Debugging of the secure processor is locked",
                      "Debugging of the secure processor is open: whoever has the machine "
                      "can reach its keys",
                      NULL,
                      "It is not told whether debugging of the secure processor is locked"),
        .remedy = "lock it in the firmware setup (PSP debug), or ask the machine's maker",
        .unknown = READ_PSP,
    },
    {
        .id = "psp.tsme",
        .technology = SEAL_TECHNOLOGY_SEV,
        .gates = HOST_GATES,
        .title = "whether all memory is encrypted with one key",
        .probe = seal_checks_probe_device_tsme,
        .summaries =
            SUMMARIES("Encryption of all memory with one key (TSME) is no obstacle to SEV",
                      NULL,
                      NULL,
                      "It is not told whether all memory is encrypted with one key (TSME)"),
        .unknown = READ_PSP,
    },
    {
        .id = "device.tdx-quotes",
        .technology = SEAL_TECHNOLOGY_TDX,
        .gates = HOST_GATES,
        .title = "the service that signs quotes for TDX guests is there",
        .probe = seal_checks_probe_device_qgs,
        .summaries = SUMMARIES("The service that signs quotes is there",
                               NULL,
                               NULL,
                               "The service that signs quotes is not there; guests run without it, "
                               "but cannot prove to others what they are"),
        .unknown =
            "install Intel's quote generation service (package tdx-qgs) and let it listen on "
            "/run/tdx-qgs/qgs.socket",
    },
};

const SealCheckRows seal_checks_table_device = TABLE(rows);
