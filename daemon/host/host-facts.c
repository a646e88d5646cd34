/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The host's half of the facts, put together from the readers beside this one.
 * Module parameters are read here: after loading, the kernel rewrites their
 * values to what really took effect, so they are worth more than any setting.
 */

#include "host-facts.h"

#include "cpuinfo.h"
#include "host-device.h"
#include "host-file.h"
#include "host-firmware.h"
#include "host-kvm.h"
#include "host-ledger.h"
#include "host-text.h"
#include "technology.h"
#include "version.h"

/* Parameters beyond those of the technology table that checks look at. */
static const struct {
    const char *module;
    const char *name;
} extra_parameters[] = {
    {"kvm", "enable_virt_at_load"},
    {"kvm", "mmio_caching"},
    {"kvm", "tdp_mmu"},
    {"kvm_amd", "ciphertext_hiding_asids"},
    {"kvm_amd", "lbrv"},
    {"kvm_amd", "npt"},
    {"kvm_amd", "nrips"},
    {"kvm_intel", "ept"},
    {"kvm_intel", "eptad"},
};

static void
read_parameter(const char *root, SealFacts *facts, const char *module, const char *name)
{
    g_autofree char *path = g_strdup_printf("/sys/module/%s/parameters/%s", module, name);
    g_autofree char *value = host_file_read_line(root, path);

    seal_facts_add_parameter(facts, module, name, value);
}

void
host_facts_read_parameters(const char *root, SealFacts *facts)
{
    for (int t = SEAL_TECHNOLOGY_FIRST; t <= SEAL_TECHNOLOGY_LAST; t++) {
        const SealTechnologyInfo *info = seal_technology_get_info((SealTechnology)t);

        if (info->kernel_module)
            read_parameter(root, facts, info->kernel_module, info->kernel_parameter);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(extra_parameters); i++)
        read_parameter(root, facts, extra_parameters[i].module, extra_parameters[i].name);
}

static void
read_cpuinfo(const char *root, SealFacts *facts)
{
    g_autofree char *text = host_file_read(root, "/proc/cpuinfo", SEAL_CPUINFO_MAX, NULL);

    seal_cpuinfo_parse(text, facts);
}

SealFacts *
host_facts_read(const char *root)
{
    SealFacts *facts = seal_facts_new();

    read_cpuinfo(root, facts);
    facts->boot_id = host_file_read_line(root, "/proc/sys/kernel/random/boot_id");
    facts->kernel_release = host_file_read_line(root, "/proc/sys/kernel/osrelease");
    facts->kernel_version = seal_version_parse(facts->kernel_release);
    host_facts_read_parameters(root, facts);
    host_text_read(root, facts);
    host_device_read(root, facts);
    host_kvm_read(root, facts);
    host_firmware_read(root, facts);
    host_ledger_read(root, facts);
    return facts;
}
