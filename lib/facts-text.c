/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Where the small text files lie. Sizes are bounds against accidents and not
 * expectations: real ones are a tenth of them. The drop-ins of machine.slice
 * are those that systemd writes itself when a limit is set for good
 * (systemctl set-property, SetUnitProperties).
 */

#include "facts-text.h"

#define KIB ((gsize)1024)
#define CGROUP "/sys/fs/cgroup"
#define SLICE CGROUP "/machine.slice/"
#define SLICE_CONF "/etc/systemd/system.control/machine.slice.d/"

static const SealFactsTextRow rows[SEAL_FACTS_TEXT_INVALID] = {
    [SEAL_FACTS_TEXT_CMDLINE] = {"/proc/cmdline", NULL, "/proc/cmdline", 64 * KIB},
    [SEAL_FACTS_TEXT_MEMINFO] = {"/proc/meminfo", NULL, "/proc/meminfo", 64 * KIB},
    [SEAL_FACTS_TEXT_LIMITS] = {"/proc/self/limits", NULL, "/proc/self/limits", 16 * KIB},
    [SEAL_FACTS_TEXT_KERNEL_LOG] = {"/var/log/dmesg", "/var/log/boot.dmesg", "/var/log",
                                    1024 * KIB},
    [SEAL_FACTS_TEXT_QEMU_CONF] = {"/etc/libvirt/qemu.conf", NULL, "/etc/libvirt", 256 * KIB},
    [SEAL_FACTS_TEXT_LIBVIRT_GUESTS] = {"/etc/default/libvirt-guests",
                                        "/etc/sysconfig/libvirt-guests", "/etc", 64 * KIB},
    [SEAL_FACTS_TEXT_SLICE_MAX] = {SLICE "memory.max", NULL, CGROUP, KIB},
    [SEAL_FACTS_TEXT_SLICE_HIGH] = {SLICE "memory.high", NULL, CGROUP, KIB},
    [SEAL_FACTS_TEXT_SLICE_MISC_MAX] = {SLICE "misc.max", NULL, CGROUP, 4 * KIB},
    [SEAL_FACTS_TEXT_SLICE_CONF_MAX] = {SLICE_CONF "50-MemoryMax.conf", NULL, "/etc", 4 * KIB},
    [SEAL_FACTS_TEXT_SLICE_CONF_HIGH] = {SLICE_CONF "50-MemoryHigh.conf", NULL, "/etc", 4 * KIB},
    [SEAL_FACTS_TEXT_POWER_DISK] = {"/sys/power/disk", NULL, "/sys/power", KIB},
    [SEAL_FACTS_TEXT_SMT] = {"/sys/devices/system/cpu/smt/active", NULL, "/sys/devices/system/cpu",
                             KIB},
    [SEAL_FACTS_TEXT_SELINUX] = {"/sys/fs/selinux/enforce", NULL, "/sys/fs", KIB},
    [SEAL_FACTS_TEXT_APPARMOR] = {"/sys/module/apparmor/parameters/enabled", NULL, "/sys/module",
                                  KIB},
    [SEAL_FACTS_TEXT_APPARMOR_PROFILES] = {"/sys/kernel/security/apparmor/profiles", NULL,
                                           "/sys/kernel/security", 256 * KIB},
};

static const char *const parts[SEAL_FACTS_PARTS] = {
    "/proc/cpuinfo",  "/proc/sys/kernel/osrelease",
    "/sys/module",    "/sys/class/misc",
    "/sys/fs/cgroup", "/usr/share/qemu",
};

const SealFactsTextRow *
seal_facts_text_get_row(SealFactsText text)
{
    return &rows[text];
}

const char *
seal_facts_text_get_part(guint index)
{
    return parts[index];
}
