/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The readers of small texts that a host gives: command line, processor, its
 * leaf on encryption, memory, the kernel's log and the line of "ls -l". Each is
 * a table of texts with what must be found, bad ones among them.
 */

#include <string.h>

#include "cmdline.h"
#include "cpuid.h"
#include "cpuinfo.h"
#include "device-node.h"
#include "meminfo.h"
#include "psp-api.h"

static const struct {
    const char *text;
    const char *name;
    const char *value;
} parameters[] = {
    {"quiet iommu=pt\n", "iommu", "pt"},
    {"iommu=pt iommu=nopt", "iommu", "nopt"},
    {"quiet", "quiet", ""},
    {"quiet", "quie", NULL},
    {"quiet", "quiets", NULL},
    {"kvm-amd.sev=1", "kvm_amd.sev", "1"},
    {"kvm_amd.sev=0", "kvm-amd.sev", "0"},
    {"x=\"a b\" y=c", "x", "a b"},
    {"x=\"a y=b", "y", NULL},
    {"init=/x -- iommu=pt", "iommu", NULL},
    {"a=b=c", "a", "b=c"},
    {"   ", "x", NULL},
    {"", "x", NULL},
    {NULL, "x", NULL},
};

static void
test_cmdline(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(parameters); i++) {
        g_autofree char *value = seal_cmdline_get(parameters[i].text, parameters[i].name);

        g_test_message("%s in %s", parameters[i].name, parameters[i].text);
        g_assert_cmpstr(value, ==, parameters[i].value);
    }
    g_assert_true(seal_cmdline_has("iommu=pt,fullflush iommu=soft", "iommu", "pt"));
    g_assert_true(seal_cmdline_has("iommu=pt,fullflush iommu=soft", "iommu", "soft"));
    g_assert_false(seal_cmdline_has("iommu=ptx amd_iommu=pt", "iommu", "pt"));
    g_assert_false(seal_cmdline_has("-- iommu=pt", "iommu", "pt"));
    g_assert_false(seal_cmdline_has(NULL, "iommu", "pt"));
}

static const struct {
    const char *text;
    const char *vendor;
    guint family;
    guint n_flags;
} processors[] = {
    {"vendor_id : AuthenticAMD\ncpu family : 25\nflags : a b\n\nvendor_id : x\n", "AuthenticAMD",
     25, 2},
    {"vendor_id\t: IBM/S390\nfeatures\t: esan3 zarch\n", "IBM/S390", 0, 0},
    {"processor : 0\nCPU implementer : 0x41\n", "ARM", 0, 0},
    {"processor : 0\nhart : 1\nisa : rv64imafdc\n", "RISC-V", 0, 0},
    {"cpu family : 99999999999\nflags :\n", NULL, 0, 0},
    {"cpu family : -3\nflags", NULL, 0, 0},
    {":\n::\n", NULL, 0, 0},
    {"", NULL, 0, 0},
    {NULL, NULL, 0, 0},
};

static void
test_cpuinfo(void)
{
    g_autoptr(SealFacts) facts = seal_facts_new();

    /* The same facts each time: nothing of the former text may stay. */
    for (gsize i = 0; i < G_N_ELEMENTS(processors); i++) {
        seal_cpuinfo_parse(processors[i].text, facts);
        g_assert_cmpstr(facts->cpu_vendor, ==, processors[i].vendor);
        g_assert_cmpuint(facts->cpu_family, ==, processors[i].family);
        g_assert_cmpuint(facts->cpu_flags ? g_strv_length(facts->cpu_flags) : 0, ==,
                         processors[i].n_flags);
    }
}

#define LEAF "   0x8000001f 0x00: eax=0x0101fd3f ebx=0x00004173 ecx=0x000003ee edx=0x00000064\n"

static void
test_cpuid(void)
{
    static const char *const bad[] = {
        "",
        "0x8000001f",
        "0x8000001f 0x00: eax=0x1",
        "0x8000001f 0x00: eax=0x111111111 ebx=0x0 ecx=0x0 edx=0x0",
        "0x8000001f 0x00: eax=0x ebx=0x0 ecx=0x0 edx=0x0",
        "0x80000020 0x00: eax=0x1 ebx=0x0 ecx=0x0 edx=0x0",
        "0x8000001fa: eax=0x1 ebx=0x0 ecx=0x0 edx=0x0",
    };
    SealCpuid cpuid = seal_cpuid_parse("CPU:\n   0x80000000 0x00: eax=0x1\n" LEAF);

    g_assert_true(cpuid.known && cpuid.sme && cpuid.sev && cpuid.page_flush && cpuid.sev_es &&
                  cpuid.sev_snp && cpuid.vmpl);
    g_assert_cmpuint(cpuid.cbit, ==, 51);
    g_assert_cmpuint(cpuid.reduced_phys_bits, ==, 5);
    g_assert_cmpuint(cpuid.vmpls, ==, 4);
    g_assert_cmpuint(cpuid.max_asid, ==, 1006);
    g_assert_cmpuint(cpuid.min_sev_asid, ==, 100);
    g_assert_false(seal_cpuid_parse(NULL).known);
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++)
        g_assert_false(seal_cpuid_parse(bad[i]).known);
}

static void
test_meminfo(void)
{
    static const char *const bad[] = {
        "",
        "MemTotal: 5 kB\n",
        "MemAvailable: 5 kB\n",
        "MemTotal: x kB\nMemAvailable: 5 kB\n",
        "MemTotal: 18446744073709551615 kB\nMemAvailable: 5 kB\n",
        "MemTotal: -1 kB\nMemAvailable: 5 kB\n",
    };
    SealMeminfo meminfo;

    g_assert_true(seal_meminfo_parse("MemTotal:  2048 kB\nMemAvailable:\t1024 kB\n"
                                     "HugePages_Total: 8\nHugePages_Free: 3\nHugepagesize: 2048 kB",
                                     &meminfo));
    g_assert_cmpuint(meminfo.total, ==, 2048 * 1024);
    g_assert_cmpuint(meminfo.available, ==, 1024 * 1024);
    g_assert_cmpuint(meminfo.huge_total, ==, 8);
    g_assert_cmpuint(meminfo.huge_free, ==, 3);
    g_assert_cmpuint(meminfo.huge_size, ==, 2048 * 1024);
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++)
        g_assert_false(seal_meminfo_parse(bad[i], &meminfo));
    g_assert_false(seal_meminfo_parse(NULL, &meminfo));
}

static const struct {
    const char *log;
    guint minor; /* 0: not known */
    guint build;
} logs[] = {
    {"ccp 0000:01: SEV API:1.55 build:24\n", 55, 24},
    {"SEV-SNP API:1.58 build:1", 58, 1},
    {"SEV API:1.50 build:2\nSEV API:1.55 build:3\n", 55, 3},
    {"SEV API:1.55 build:3\nSEV-SNP API:1.58 build:4\nSEV API:x\n", 58, 4},
    {"SEV API:1.55", 55, 0},
    {"SEV API:1.", 0, 0},
    {"SEV API:1.5555 build:1", 0, 0},
    {"SEV API:", 0, 0},
    {"sev api:1.55", 0, 0},
    {"", 0, 0},
    {NULL, 0, 0},
};

static void
test_psp_api(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(logs); i++) {
        SealPspApi api = seal_psp_api_find(logs[i].log);

        g_assert_true(api.known == (logs[i].minor != 0));
        g_assert_cmpuint(api.minor, ==, logs[i].minor);
        g_assert_cmpuint(api.build, ==, logs[i].build);
    }
    g_assert_true(seal_psp_api_at_least(&(SealPspApi){TRUE, 1, 51, 0}, 51));
    g_assert_false(seal_psp_api_at_least(&(SealPspApi){TRUE, 1, 50, 0}, 51));
    g_assert_true(seal_psp_api_at_least(&(SealPspApi){TRUE, 2, 0, 0}, 51));
    g_assert_false(seal_psp_api_at_least(&(SealPspApi){TRUE, 0, 99, 0}, 51));
}

static const struct {
    const char *line;
    gboolean known;
    gboolean opens; /* for libvirt-qemu of the group kvm */
} nodes[] = {
    {"crw------- 1 root root 10, 123 Nov 20 /dev/sev\n", TRUE, FALSE},
    {"crw-rw---- 1 root kvm 10, 123 Nov 20 /dev/sev\n", TRUE, TRUE},
    {"crw-rw----+ 1 root disk 10, 123 Nov 20 /dev/sev\n", TRUE, FALSE},
    {"crw-rw-rw- 1 root root 10, 123\n", TRUE, TRUE},
    {"crw------- 1 libvirt-qemu kvm 10, 123\n", TRUE, TRUE},
    {"c---rw-rw- 1 libvirt-qemu kvm 10, 123\n", TRUE, FALSE},
    {"crw----rw- 1 root kvm 10, 123\n", TRUE, FALSE},
    {"-rw------- 1 root root 0\n", FALSE, FALSE},
    {"crw-rwxrw? 1 root root\n", FALSE, FALSE},
    {"crw------- 1 root\n", FALSE, FALSE},
    {"ls: cannot access '/dev/sev'", FALSE, FALSE},
    {"", FALSE, FALSE},
    {NULL, FALSE, FALSE},
};

static void
test_device_node(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(nodes); i++) {
        SealDeviceNode node = {0};

        g_assert_true(seal_device_node_parse(nodes[i].line, &node) == nodes[i].known);
        g_assert_true(node.known == nodes[i].known);
        if (node.known) {
            g_assert_true(seal_device_node_may_open(&node, "libvirt-qemu", "kvm") ==
                          nodes[i].opens);
            g_assert_true(seal_device_node_may_open(&node, "root", NULL));
        }
        seal_device_node_clear(&node);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/host-texts/cmdline", test_cmdline);
    g_test_add_func("/host-texts/cpuinfo", test_cpuinfo);
    g_test_add_func("/host-texts/cpuid", test_cpuid);
    g_test_add_func("/host-texts/meminfo", test_meminfo);
    g_test_add_func("/host-texts/psp-api", test_psp_api);
    g_test_add_func("/host-texts/device-node", test_device_node);
    return g_test_run();
}
