/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Where each fact lives. Device nodes are looked for in /sys/class/misc, which
 * a service with a private /dev still sees, and module parameters in
 * /sys/module, whose values the kernel rewrites to what really took effect.
 */

#include "host-facts.h"

#include <string.h>

#include "host-file.h"
#include "host-firmware.h"
#include "host-ledger.h"
#include "technology.h"
#include "version.h"

#define MAX_CPUINFO (4 * 1024 * 1024)

/* Parameters beyond those of the technology table that checks look at. */
static const struct {
    const char *module;
    const char *name;
} extra_parameters[] = {
    {"kvm", "enable_mmio_caching"},
    {"kvm_amd", "npt"},
    {"kvm_amd", "nrips"},
};

static void
take_cpuinfo_line(SealFacts *facts, const char *key, const char *value)
{
    if (g_str_equal(key, "vendor_id") && !facts->cpu_vendor)
        facts->cpu_vendor = g_strdup(value);
    else if (g_str_equal(key, "model name") && !facts->cpu_model_name)
        facts->cpu_model_name = g_strdup(value);
    else if (g_str_equal(key, "cpu family") && !facts->cpu_family)
        facts->cpu_family = (guint)g_ascii_strtoull(value, NULL, 10);
    else if (g_str_equal(key, "model") && !facts->cpu_model)
        facts->cpu_model = (guint)g_ascii_strtoull(value, NULL, 10);
    else if (g_str_equal(key, "flags") && !facts->cpu_flags)
        facts->cpu_flags = g_strsplit(value, " ", -1);
}

/* Only the first processor's block: encryption is not a matter of single processors. */
static void
read_cpuinfo(const char *root, SealFacts *facts)
{
    g_autofree char *text = host_file_read(root, "/proc/cpuinfo", MAX_CPUINFO, NULL);
    g_auto(GStrv) lines = NULL;
    char *end = text ? strstr(text, "\n\n") : NULL;

    if (!text)
        return;
    if (end)
        *end = '\0';
    lines = g_strsplit(text, "\n", -1);
    for (gsize i = 0; lines[i]; i++) {
        char *colon = strchr(lines[i], ':');

        if (!colon)
            continue;
        *colon = '\0';
        take_cpuinfo_line(facts, g_strstrip(lines[i]), g_strstrip(colon + 1));
    }
}

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

SealFacts *
host_facts_read(const char *root)
{
    SealFacts *facts = seal_facts_new();

    read_cpuinfo(root, facts);
    facts->kernel_release = host_file_read_line(root, "/proc/sys/kernel/osrelease");
    facts->kernel_version = seal_version_parse(facts->kernel_release);
    host_facts_read_parameters(root, facts);
    facts->kvm_device = host_file_exists(root, "/sys/class/misc/kvm");
    facts->sev_device = host_file_exists(root, "/sys/class/misc/sev");
    host_firmware_read(root, facts);
    host_ledger_read(root, facts);
    return facts;
}
