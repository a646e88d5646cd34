/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What is not offered, and why: two tables that a reader can scan. Most of it
 * cannot work beside encrypted memory at all; some would work and only open a
 * door to the host that nobody needs. Both are cheaper to say here than to find
 * out from QEMU's last words.
 */

#include "settings-refused.h"

typedef struct {
    const char *key;
    const char *reason;
} RefusedKey;

typedef struct {
    const char *key;
    const char *word;
    const char *reason;
} RefusedWord;

#define NO_HOSTDEV                                                                                 \
    "a passed-through device can only reach memory that the guest shares with the host, and QEMU " \
    "refuses it beside private memory; use virtio disks and networks"
#define NO_SHARED_FILES                                                                            \
    "virtiofs and 9p need guest memory that the host can read; use a disk or a network file "      \
    "system"
#define NO_MEMORY_HOTPLUG                                                                          \
    "memory of an encrypted guest can be neither added nor taken away while it runs; give all of " \
    "it as memory"
#define NO_CPU_HOTPLUG                                                                             \
    "processors of an encrypted guest are measured at its start and none can be added later; "     \
    "give "                                                                                        \
    "all of them as vcpus"
#define NO_PROCESSOR_BITS                                                                          \
    "it is a property of this host's processor that libvirt fills in at each start; stored, it "   \
    "would tie the VM to one processor generation"
#define NO_CPU_MODEL                                                                               \
    "the guest always gets the host's own processor: TDX knows no named models, and the owner of " \
    "a measured guest must know which one it is; leave it out"
#define NO_SECURE_BOOT                                                                             \
    "firmware with Secure Boot by system management mode works for sev only and is chosen by its " \
    "path; give firmware=PATH"

static const RefusedKey keys[] = {
    {"hostdev", NO_HOSTDEV},
    {"hostdevs", NO_HOSTDEV},
    {"pci", NO_HOSTDEV},
    {"pci-devices", NO_HOSTDEV},
    {"vfio", NO_HOSTDEV},
    {"gpu", NO_HOSTDEV},
    {"usb-devices", "encrypted guests get no USB, one more door to the host; use virtio devices"},
    {"filesystem", NO_SHARED_FILES},
    {"filesystems", NO_SHARED_FILES},
    {"virtiofs", NO_SHARED_FILES},
    {"9p", NO_SHARED_FILES},
    {"max-memory", NO_MEMORY_HOTPLUG},
    {"memory-slots", NO_MEMORY_HOTPLUG},
    {"memory-hotplug", NO_MEMORY_HOTPLUG},
    {"balloon", NO_MEMORY_HOTPLUG},
    {"memballoon", NO_MEMORY_HOTPLUG},
    {"max-vcpus", NO_CPU_HOTPLUG},
    {"cpu-hotplug", NO_CPU_HOTPLUG},
    {"cbitpos", NO_PROCESSOR_BITS},
    {"reduced-phys-bits", NO_PROCESSOR_BITS},
    {"cpu", NO_CPU_MODEL},
    {"cpu-model", NO_CPU_MODEL},
    {"secure-boot", NO_SECURE_BOOT},
    {"smm", NO_SECURE_BOOT},
    {"sound", "guests get no sound device; use the network for it"},
};

static const RefusedWord words[] = {
    {"technology", "snp", "which is called sev-snp"},
    {"technology", "sev_es", "which is called sev-es"},
    {"technology", "s390-pv", "which is passed through in VMs of others and not created here"},
    {"bus", "ide", "which q35 machines do not have"},
    {"bus", "usb", "and guests get no USB"},
    {"device", "lun", "which hands commands of the guest to a device of the host"},
    {"type", "hostdev", "and a passed-through device cannot reach encrypted memory"},
    {"type", "vhostuser", "which needs guest memory that another process can read"},
    {"type", "vdpa", "and a device of the host cannot reach encrypted memory"},
    {"model", "virtio-transitional", "which cannot do without direct access to guest memory"},
    {"memory-backing", "memfd", "which is not needed: QEMU makes private memory for any backing"},
    {"memory-backing", "shared", "which would lay guest memory open to other processes"},
};

const char *
seal_settings_refused_key(const char *key)
{
    for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
        if (g_str_equal(keys[i].key, key))
            return keys[i].reason;
    }
    return NULL;
}

const char *
seal_settings_refused_word(const char *key, const char *word)
{
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
        if (g_str_equal(words[i].key, key) && g_str_equal(words[i].word, word))
            return words[i].reason;
    }
    return NULL;
}
