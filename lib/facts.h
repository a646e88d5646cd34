/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * The facts about one host that checks, verdicts and the XML writer are
 * computed from: what daemon/host read under a root directory, what libvirt
 * said, and nothing else. A fact that could not be read is unknown, with the
 * reason, never guessed: the checks then say what would let them know.
 */

#include "domcaps.h"
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
 * SealFacts - plain value; the host half is filled by daemon/host, the libvirt
 * half by daemon/virt; either half may be missing
 *
 * @cpu_vendor: "AuthenticAMD", "GenuineIntel", ...; NULL when unknown
 * @cpu_model_name, @cpu_family, @cpu_model: from the first processor
 * @cpu_flags: NULL-terminated flags of the first processor, NULL when unknown
 * @kernel_release: uname -r text; @kernel_version: packed, 0 when unknown
 * @parameters: (element-type SealFactsParameter): every parameter the technology table names
 *   and those the checks name
 * @kvm_device, @sev_device: the misc device exists (/sys/class/misc/kvm, .../sev)
 * @firmwares: (element-type SealFirmware): usable descriptors, masked ones left out, in order
 * @firmware_errors: NULL-terminated: descriptors that could not be read, one sentence each
 * @slots_total, @slots_used: the kernel's ledger of key slots (misc cgroup), by pool
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
    GStrv cpu_flags;
    char *kernel_release;
    guint64 kernel_version;
    GPtrArray *parameters;
    gboolean kvm_device;
    gboolean sev_device;
    GPtrArray *firmwares;
    GStrv firmware_errors;
    SealMiscCgroupCount slots_total;
    SealMiscCgroupCount slots_used;
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
