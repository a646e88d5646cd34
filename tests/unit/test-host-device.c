/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Devices and small files of a host in trees: what is there, what is not, and
 * what a captured tree simply does not hold, which must not look like absence.
 */

#include <sys/stat.h>
#include <unistd.h>

#include "host-device.h"
#include "host-text.h"
#include "test-tree.h"

#define CCP "/sys/bus/pci/drivers/ccp/"

typedef struct {
    char *root;
    SealFacts *facts;
} Setup;

static void
set_up(Setup *setup, gconstpointer data)
{
    setup->root = test_tree_new();
    setup->facts = seal_facts_new();
}

static void
tear_down(Setup *setup, gconstpointer data)
{
    seal_facts_free(setup->facts);
    test_tree_free(setup->root);
}

static SealFactsTextState
read_state(Setup *setup, SealFactsText text)
{
    host_text_read(setup->root, setup->facts);
    return setup->facts->files[text].state;
}

static void
test_absence(Setup *setup, gconstpointer data)
{
    test_tree_write(setup->root, "/etc/passwd", "");
    g_assert_cmpint(read_state(setup, SEAL_FACTS_TEXT_QEMU_CONF), ==, SEAL_FACTS_TEXT_UNKNOWN);
    test_tree_write(setup->root, "/etc/libvirt/libvirtd.conf", "");
    g_assert_cmpint(read_state(setup, SEAL_FACTS_TEXT_QEMU_CONF), ==, SEAL_FACTS_TEXT_ABSENT);
    test_tree_write(setup->root, "/etc/libvirt/qemu.conf", "user = \"x\"\n\xff");
    g_assert_cmpint(read_state(setup, SEAL_FACTS_TEXT_QEMU_CONF), ==, SEAL_FACTS_TEXT_PRESENT);
    g_assert_true(
        g_utf8_validate(seal_facts_get_text(setup->facts, SEAL_FACTS_TEXT_QEMU_CONF), -1, NULL));
}

static void
test_unreadable(Setup *setup, gconstpointer data)
{
    g_autofree char *huge = g_strnfill(65 * 1024, 'x');
    g_autofree char *dir = test_tree_path(setup->root, "/proc/cmdline/x");
    g_autofree char *fifo = test_tree_path(setup->root, "/sys/power/disk");

    test_tree_write(setup->root, "/proc/meminfo", huge);
    g_assert_cmpint(mkfifo(fifo, 0600), ==, 0);
    g_assert_cmpint(read_state(setup, SEAL_FACTS_TEXT_MEMINFO), ==, SEAL_FACTS_TEXT_UNREADABLE);
    g_assert_cmpint(read_state(setup, SEAL_FACTS_TEXT_CMDLINE), ==, SEAL_FACTS_TEXT_UNREADABLE);
    g_assert_cmpint(read_state(setup, SEAL_FACTS_TEXT_POWER_DISK), ==, SEAL_FACTS_TEXT_UNREADABLE);
    g_assert_null(seal_facts_get_text(setup->facts, SEAL_FACTS_TEXT_MEMINFO));
}

static void
test_other_place(Setup *setup, gconstpointer data)
{
    test_tree_write(setup->root, "/etc/sysconfig/libvirt-guests", "a");
    read_state(setup, SEAL_FACTS_TEXT_LIBVIRT_GUESTS);
    g_assert_cmpstr(setup->facts->files[SEAL_FACTS_TEXT_LIBVIRT_GUESTS].path, ==,
                    "/etc/sysconfig/libvirt-guests");
    test_tree_write(setup->root, "/etc/default/libvirt-guests", "b");
    read_state(setup, SEAL_FACTS_TEXT_LIBVIRT_GUESTS);
    g_assert_cmpstr(seal_facts_get_text(setup->facts, SEAL_FACTS_TEXT_LIBVIRT_GUESTS), ==, "b");
}

static void
test_missing_parts(Setup *setup, gconstpointer data)
{
    host_text_read(setup->root, setup->facts);
    g_assert_cmphex(setup->facts->missing, ==, (1u << SEAL_FACTS_PARTS) - 1);
    test_tree_write(setup->root, "/sys/module/kvm/initstate", "live");
    test_tree_write(setup->root, "/proc/cpuinfo", "");
    host_text_read(setup->root, setup->facts);
    g_assert_cmphex(setup->facts->missing & SEAL_FACTS_PART_MODULES, ==, 0);
    g_assert_cmphex(setup->facts->missing & SEAL_FACTS_PART_CPUINFO, ==, 0);
    g_assert_cmphex(setup->facts->missing & SEAL_FACTS_PART_MISC, !=, 0);
}

static void
test_devices(Setup *setup, gconstpointer data)
{
    g_autofree char *link = test_tree_path(setup->root, "/sys/class/misc/sev");

    host_device_read(setup->root, setup->facts);
    g_assert_false(setup->facts->kvm_device || setup->facts->sev_device);
    g_assert_cmphex(setup->facts->devices, ==, 0);
    g_assert_cmpint(symlink("../../devices/virtual/misc/sev", link), ==, 0);
    test_tree_write(setup->root, "/sys/class/misc/kvm/dev", "10:232");
    test_tree_write(setup->root, "/sys/class/misc/tdx_guest/dev", "10:1");
    host_device_read(setup->root, setup->facts);
    g_assert_true(setup->facts->kvm_device && setup->facts->sev_device);
    g_assert_cmphex(setup->facts->devices, ==, SEAL_FACTS_DEVICE_TDX_GUEST);
}

static void
test_secure_processor(Setup *setup, gconstpointer data)
{
    test_tree_write(setup->root, CCP "0000:01:00.1/fused_part", "1\n");
    test_tree_write(setup->root, CCP "0000:41:00.1/fused_part", "0\n");
    test_tree_write(setup->root, CCP "0000:41:00.1/tee_version", "1.2\n");
    test_tree_write(setup->root, CCP "module/tsme_status", "1\n");
    host_device_read(setup->root, setup->facts);
    g_assert_cmpstr(setup->facts->psp[SEAL_FACTS_PSP_FUSED_PART], ==, "1");
    g_assert_cmpstr(setup->facts->psp[SEAL_FACTS_PSP_TEE_VERSION], ==, "1.2");
    g_assert_null(setup->facts->psp[SEAL_FACTS_PSP_TSME_STATUS]);
}

static void
test_iommu(Setup *setup, gconstpointer data)
{
    test_tree_write(setup->root, "/sys/kernel/iommu_groups/0/type", "DMA-FQ\n");
    host_device_read(setup->root, setup->facts);
    g_assert_false(setup->facts->iommu.known);
    test_tree_write(setup->root, "/sys/class/iommu/ivhd0/x", "");
    test_tree_write(setup->root, "/sys/kernel/iommu_groups/1/type", "identity\n");
    test_tree_write(setup->root, "/sys/kernel/iommu_groups/2/other", "identity\n");
    host_device_read(setup->root, setup->facts);
    g_assert_true(setup->facts->iommu.known);
    g_assert_cmpuint(setup->facts->iommu.units, ==, 1);
    g_assert_cmpuint(setup->facts->iommu.groups, ==, 3);
    g_assert_cmpuint(setup->facts->iommu.identity, ==, 1);
}

static void
test_texts_for_devices(Setup *setup, gconstpointer data)
{
    test_tree_write(setup->root, "/dev/sev", "crw-rw---- 1 root kvm 10, 123 /dev/sev\n");
    test_tree_write(setup->root, "/dev/cpu/0/cpuid",
                    "0x8000001f 0x00: eax=0x1 ebx=0x2f ecx=0x1 edx=0x1\n");
    host_device_read(setup->root, setup->facts);
    g_assert_true(setup->facts->sev_node.known);
    g_assert_cmpuint(setup->facts->sev_node.mode, ==, 0660);
    g_assert_true(setup->facts->cpuid.known);
    g_assert_cmpuint(setup->facts->cpuid.cbit, ==, 47);
    test_tree_write(setup->root, "/dev/sev", "");
    test_tree_write(setup->root, "/dev/cpu/0/cpuid", "nothing");
    host_device_read(setup->root, setup->facts);
    g_assert_false(setup->facts->sev_node.known);
    g_assert_false(setup->facts->cpuid.known);
}

/* Whatever device or pipe has the name, nothing waits for it. */
static void
test_traps(Setup *setup, gconstpointer data)
{
    static const char *const traps[] = {"/dev/sev", "/dev/cpu/0/cpuid", "/sys/class/iommu",
                                        CCP "0000:01:00.1/fused_part"};

    for (gsize i = 0; i < G_N_ELEMENTS(traps); i++) {
        g_autofree char *fifo = test_tree_path(setup->root, traps[i]);

        g_assert_cmpint(mkfifo(fifo, 0600), ==, 0);
    }
    host_device_read(setup->root, setup->facts);
    g_assert_false(setup->facts->sev_node.known || setup->facts->cpuid.known);
    g_assert_null(setup->facts->psp[SEAL_FACTS_PSP_FUSED_PART]);
}

#define ADD(path, function) g_test_add(path, Setup, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("/host-device/absence", test_absence);
    ADD("/host-device/unreadable", test_unreadable);
    ADD("/host-device/other-place", test_other_place);
    ADD("/host-device/missing-parts", test_missing_parts);
    ADD("/host-device/devices", test_devices);
    ADD("/host-device/secure-processor", test_secure_processor);
    ADD("/host-device/iommu", test_iommu);
    ADD("/host-device/texts-for-devices", test_texts_for_devices);
    ADD("/host-device/traps", test_traps);
    return g_test_run();
}
