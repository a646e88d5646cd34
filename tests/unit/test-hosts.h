/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * Hand-made hosts for the tests of checks: an EPYC of the third generation, one
 * of the first, and a desktop without SEV. A test takes one and breaks a single
 * thing in it, so that the verdict can have one cause only.
 */

#include "facts.h"
#include "version.h"

#include <string.h>

/* Debian's descriptor of the plain build: declares amd-sev only, the image shows the rest. */
#define TEST_HOSTS_DESCRIPTOR                                                                      \
    "{\"description\": \"UEFI\", \"interface-types\": [\"uefi\"], \"mapping\": "                   \
    "{\"device\": \"flash\", \"executable\": {\"filename\": \"/fw/CODE.fd\", \"format\": "         \
    "\"raw\"}, \"nvram-template\": {\"filename\": \"/fw/VARS.fd\", \"format\": \"raw\"}}, "        \
    "\"targets\": [{\"architecture\": \"x86_64\", \"machines\": [\"pc-q35-*\"]}], "                \
    "\"features\": [\"acpi-s3\", \"amd-sev\"], \"tags\": []}"

static inline void
test_hosts_add_firmware(SealFacts *facts)
{
    g_autoptr(GError) error = NULL;
    SealFirmware *firmware = seal_firmware_parse(
        TEST_HOSTS_DESCRIPTOR, strlen(TEST_HOSTS_DESCRIPTOR), "60-edk2-x86_64.json", &error);

    g_assert_no_error(error);
    firmware->has_image = TRUE;
    firmware->image.is_firmware = TRUE;
    firmware->image.has_table = TRUE;
    firmware->image.has_es_reset = TRUE;
    g_ptr_array_add(facts->firmwares, firmware);
}

static inline SealFacts *
test_hosts_new(const char *model, const char *flags, const char *kernel)
{
    SealFacts *facts = seal_facts_new();

    facts->cpu_vendor = g_strdup("AuthenticAMD");
    facts->cpu_model_name = g_strdup(model);
    facts->cpu_flags = g_strsplit(flags, " ", -1);
    facts->kernel_release = g_strdup(kernel);
    facts->kernel_version = seal_version_parse(kernel);
    facts->kvm_device = TRUE;
    facts->backend_connected = TRUE;
    facts->backend_uri = g_strdup("qemu:///system");
    facts->libvirt_version = SEAL_VERSION(9, 0, 0);
    facts->qemu_version = SEAL_VERSION(7, 2, 0);
    facts->domcaps = g_new0(SealDomcaps, 1);
    facts->domcaps->emulator = g_strdup("/usr/bin/qemu-system-x86_64");
    facts->domcaps->sev = SEAL_TRISTATE_NO;
    test_hosts_add_firmware(facts);
    return facts;
}

static inline void
test_hosts_set_pools(SealFacts *facts, guint sev, guint sev_es)
{
    facts->domcaps->sev = SEAL_TRISTATE_YES;
    facts->domcaps->has_guest_limits = TRUE;
    facts->domcaps->max_sev_guests = sev;
    facts->domcaps->max_sev_es_guests = sev_es;
}

/* SEV and SEV-ES. */
static inline SealFacts *
test_hosts_milan(void)
{
    SealFacts *facts = test_hosts_new("AMD EPYC 7543 32-Core Processor", "svm sme sev sev_es",
                                      "6.12.48+deb13-amd64");

    facts->cpu_family = 0x19;
    facts->cpu_model = 0x01;
    facts->sev_device = TRUE;
    seal_facts_add_parameter(facts, "kvm_amd", "sev", "Y");
    seal_facts_add_parameter(facts, "kvm_amd", "sev_es", "Y");
    seal_facts_add_parameter(facts, "kvm_amd", "sev_snp", "N");
    seal_facts_add_parameter(facts, "kvm_amd", "npt", "Y");
    test_hosts_set_pools(facts, 410, 99);
    return facts;
}

/* SEV only. */
static inline SealFacts *
test_hosts_naples(void)
{
    SealFacts *facts =
        test_hosts_new("AMD EPYC 7551P 32-Core Processor", "svm sme sev", "6.1.0-32-amd64");

    facts->cpu_family = 0x17;
    facts->cpu_model = 0x01;
    facts->sev_device = TRUE;
    seal_facts_add_parameter(facts, "kvm_amd", "sev", "1");
    seal_facts_add_parameter(facts, "kvm_amd", "sev_es", "0");
    test_hosts_set_pools(facts, 15, 0);
    return facts;
}

/* Nothing at all. */
static inline SealFacts *
test_hosts_plain(void)
{
    SealFacts *facts =
        test_hosts_new("AMD Ryzen 9 5900X 12-Core Processor", "svm", "6.12.48+deb13-amd64");

    seal_facts_add_parameter(facts, "kvm_amd", "sev", "N");
    seal_facts_add_parameter(facts, "kvm_amd", "sev_es", "N");
    return facts;
}
