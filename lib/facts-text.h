/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * The small text files that facts come from, as one table: a further file is a
 * row here and a probe that reads it. Where each lies belongs to the knowledge
 * about hosts, so the table is here; opening them is daemon/host's. A file is
 * kept as text and parsed by whoever asks, with the parsers of this room.
 */

#include <glib.h>

/**
 * SealFactsText - which file
 */
typedef enum {
    SEAL_FACTS_TEXT_CMDLINE,           /* the kernel's command line */
    SEAL_FACTS_TEXT_MEMINFO,           /* memory and huge pages */
    SEAL_FACTS_TEXT_LIMITS,            /* limits of the reading process, memory lock among them */
    SEAL_FACTS_TEXT_KERNEL_LOG,        /* messages of this boot, where a distribution keeps them */
    SEAL_FACTS_TEXT_QEMU_CONF,         /* libvirt's settings of its QEMU driver */
    SEAL_FACTS_TEXT_LIBVIRT_GUESTS,    /* what happens to guests when the host shuts down */
    SEAL_FACTS_TEXT_SLICE_MAX,         /* hard limit on the memory of all guests */
    SEAL_FACTS_TEXT_SLICE_HIGH,        /* soft limit */
    SEAL_FACTS_TEXT_SLICE_MISC_MAX,    /* limit on key slots of all guests */
    SEAL_FACTS_TEXT_SLICE_CONF_MAX,    /* persistent hard limit, effective once a guest runs */
    SEAL_FACTS_TEXT_SLICE_CONF_HIGH,   /* persistent soft limit */
    SEAL_FACTS_TEXT_POWER_DISK,        /* ways to hibernate */
    SEAL_FACTS_TEXT_SMT,               /* whether processors run two threads each */
    SEAL_FACTS_TEXT_SELINUX,           /* 1 when SELinux enforces */
    SEAL_FACTS_TEXT_APPARMOR,          /* Y when AppArmor is on */
    SEAL_FACTS_TEXT_APPARMOR_PROFILES, /* its profiles; only root may read them */
    SEAL_FACTS_TEXT_INVALID,
} SealFactsText;

/**
 * SealFactsTextState - what became of reading it
 */
typedef enum {
    SEAL_FACTS_TEXT_UNKNOWN,    /* nobody looked, or the tree does not hold that part of the host */
    SEAL_FACTS_TEXT_ABSENT,     /* the host has no such file */
    SEAL_FACTS_TEXT_UNREADABLE, /* there is one, but it may not be read, is too long or no file */
    SEAL_FACTS_TEXT_PRESENT,
} SealFactsTextState;

/**
 * SealFactsTextRow - one file
 * @path: where it is; @other: (nullable): where other distributions have it
 * @anchor: directory without which the file's absence says nothing
 * @max: most bytes that are read; a longer one counts as unreadable
 */
typedef struct {
    const char *path;
    const char *other;
    const char *anchor;
    gsize max;
} SealFactsTextRow;

/**
 * SealFactsPart - parts of a host that a captured tree may lack, as bits
 */
typedef enum {
    SEAL_FACTS_PART_CPUINFO = 1 << 0,
    SEAL_FACTS_PART_RELEASE = 1 << 1,
    SEAL_FACTS_PART_MODULES = 1 << 2,
    SEAL_FACTS_PART_MISC = 1 << 3,
    SEAL_FACTS_PART_CGROUP = 1 << 4,
    SEAL_FACTS_PART_FIRMWARE = 1 << 5,
} SealFactsPart;

#define SEAL_FACTS_PARTS 6

/**
 * seal_facts_text_get_row - where a file is
 * @text: any but INVALID
 * Returns: (transfer none): a static row.
 */
const SealFactsTextRow *seal_facts_text_get_row(SealFactsText text);

/**
 * seal_facts_text_get_part - the place that stands for a part
 * @index: 0 to SEAL_FACTS_PARTS - 1, for the part 1 << @index
 * Returns: (transfer none): a path; without it the part is missing.
 */
const char *seal_facts_text_get_part(guint index);
