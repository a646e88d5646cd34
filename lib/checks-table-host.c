/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Rows about what surrounds guests: memory, shutdown of the host, mandatory
 * access control. None decides whether a technology can be used; each can spoil
 * the day of who uses it.
 */

#include "checks-probe.h"

static const SealCheckRow rows[] = {
    {
        .id = "memory.free",
        .technology = SEAL_TECHNOLOGY_NONE,
        .title = "the host has memory to spare",
        .probe = seal_checks_probe_memory_free,
        .summaries = SUMMARIES("The host has memory to spare",
                               "The host has less than 1 GiB of memory to spare",
                               NULL,
                               "The host's memory was not looked at"),
        .remedy =
            "stop guests or give them less; memory of SEV and SEV-ES guests cannot be swapped",
        .unknown = READ_FILE("/proc/meminfo"),
    },
    {
        .id = "memory.hugepages",
        .technology = SEAL_TECHNOLOGY_NONE,
        .title = "memory set apart for huge pages",
        .probe = seal_checks_probe_memory_hugepages,
        .summaries = SUMMARIES("Huge pages are needed only for memory-backing=hugepages",
                               NULL,
                               NULL,
                               "The host's memory was not looked at"),
        .unknown = READ_FILE("/proc/meminfo"),
    },
    {
        .id = "memory.lock",
        .technology = SEAL_TECHNOLOGY_SEV,
        .gates = HOST_GATES,
        .title = "the limit on locked memory",
        .probe = seal_checks_probe_memory_lock,
        .summaries = SUMMARIES("The limit on locked memory is no obstacle: libvirt raises it for "
                               "each guest whose memory is locked",
                               NULL,
                               NULL,
                               "The limit on locked memory was not looked at"),
        .unknown = READ_FILE("/proc/self/limits"),
    },
    {
        .id = "memory.slice-limit",
        .technology = SEAL_TECHNOLOGY_SEV,
        .gates = HOST_GATES,
        .needs = SEAL_FACTS_PART_CGROUP,
        .title = "there is a limit on the memory of all guests together",
        .probe = seal_checks_probe_memory_slice,
        .summaries = SUMMARIES("There is a limit on the memory of all guests together",
                               "Guests with locked memory run without any limit, and can starve "
                               "the host",
                               NULL,
                               GATED),
        .remedy = "set one: sealctl memory-limit, or systemctl set-property machine.slice "
                  "MemoryHigh=90%",
    },
    {
        .id = "shutdown.libvirt-guests",
        .technology = SEAL_TECHNOLOGY_NONE,
        .title = "libvirt-guests does not try to save guests",
        .probe = seal_checks_probe_host_libvirt_guests,
        .summaries = SUMMARIES("libvirt-guests does not try to save guests",
                               "libvirt-guests tries to save guests when the host shuts down; "
                               "encrypted ones cannot be saved and are lost",
                               NULL,
                               "The settings of libvirt-guests were not looked at"),
        .remedy = "set ON_SHUTDOWN=shutdown in /etc/default/libvirt-guests or "
                  "/etc/sysconfig/libvirt-guests",
        .unknown = READ_FILE("/etc/default/libvirt-guests or /etc/sysconfig/libvirt-guests"),
    },
    {
        .id = "shutdown.libvirt-daemon",
        .technology = SEAL_TECHNOLOGY_NONE,
        .title = "libvirt's daemon does not try to save guests",
        .probe = seal_checks_probe_host_auto_shutdown,
        .summaries = SUMMARIES("libvirt's daemon does not try to save guests",
                               "libvirt's daemon tries to save guests when the host shuts down; "
                               "encrypted ones cannot be saved and are lost",
                               NULL,
                               "libvirt's settings could not be read"),
        .remedy = "set auto_shutdown_try_save = \"none\" in /etc/libvirt/qemu.conf, and "
                  "auto_shutdown_try_shutdown = \"all\"",
        .unknown = READ_AS_ROOT("/etc/libvirt/qemu.conf"),
    },
    {
        .id = "security.selinux",
        .technology = SEAL_TECHNOLOGY_NONE,
        .title = "SELinux",
        .probe = seal_checks_probe_host_selinux,
        .summaries = SUMMARIES("SELinux is in use; when a start fails with \"permission denied\", "
                               "look at: ausearch -m avc -ts recent",
                               NULL,
                               NULL,
                               "SELinux is not in use here"),
    },
    {
        .id = "security.apparmor",
        .technology = SEAL_TECHNOLOGY_NONE,
        .title = "AppArmor",
        .probe = seal_checks_probe_host_apparmor,
        .summaries = SUMMARIES("AppArmor is in use; when a start fails with \"permission denied\", "
                               "look for DENIED in: journalctl -k",
                               NULL,
                               NULL,
                               "AppArmor is not in use here"),
    },
    {
        .id = "guest.swiotlb",
        .technology = SEAL_TECHNOLOGY_NONE,
        .title = "the buffer through which encrypted guests speak to devices",
        .probe = seal_checks_probe_host_swiotlb,
        .summaries = SUMMARIES("Devices reach encrypted guests through a buffer (SWIOTLB); guests "
                               "with many queues or much I/O may need swiotlb= on their kernel's "
                               "command line",
                               NULL,
                               NULL,
                               NULL),
    },
};

const SealCheckRows seal_checks_table_host = TABLE(rows);
