/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The domain XML writer: for each setting the element that it must give, asked
 * by XPath of the written text, so that a test does not mind where an element
 * stands. Which plans are refused is in test-domain-writer-check.c; whether
 * libvirt's schema agrees, and iommu on every device, in test-domain-schema.c.
 */

#include "test-plan.h"
#include "test-xpath.h"

#define VARS "/fw/VARS.fd"

static char *
write_plan(const TestPlan *test)
{
    g_autoptr(GError) error = NULL;

    seal_domain_writer_check(&test->plan, &error);
    g_assert_no_error(error);
    return seal_domain_writer_write(&test->plan);
}

typedef struct {
    const char *extra;
    SealTechnology technology;
    const char *template;
    const char *xpath;
    const char *expected;
} Case;

#define NONE SEAL_TECHNOLOGY_NONE
#define SEV SEAL_TECHNOLOGY_SEV
#define ES SEAL_TECHNOLOGY_SEV_ES

static const Case cases[] = {
    /* identity and size */
    {"", SEV, VARS, "/domain/@type", "kvm"},
    {"", SEV, VARS, "/domain/name", "vm"},
    {"", SEV, VARS, "/domain/memory", "4194304"},
    {"", SEV, VARS, "/domain/memory/@unit", "KiB"},
    {"", SEV, VARS, "/domain/memory/@dumpCore", "off"},
    {"", NONE, VARS, "count(/domain/memory/@dumpCore)", "0"},
    {", 'vcpus': <uint32 3>", SEV, VARS, "/domain/vcpu", "3"},
    {", 'cpu-pinning': <'0-3'>", SEV, VARS, "/domain/vcpu/@cpuset", "0-3"},
    {", 'numa-nodes': <'0-1'>", SEV, VARS, "/domain/numatune/memory/@nodeset", "0-1"},
    {"", SEV, VARS, "count(/domain/numatune | /domain/memtune | /domain/metadata)", "0"},
    {", 'restart': <'guest-reboot'>", ES, VARS, "/domain/metadata/seal:vm/@restart",
     "guest-reboot"},
    /* launch security */
    {"", NONE, VARS, "count(/domain/launchSecurity)", "0"},
    {"", SEV, VARS, "/domain/launchSecurity/@type", "sev"},
    {"", SEV, VARS, "/domain/launchSecurity/policy", "0x000b"},
    {"", ES, VARS, "/domain/launchSecurity/@type", "sev"},
    {"", ES, VARS, "/domain/launchSecurity/policy", "0x000f"},
    {", 'policy-flags': <['nodbg']>", SEV, VARS, "/domain/launchSecurity/policy", "0x0001"},
    {"", SEV, VARS, "count(//cbitpos | //reducedPhysBits | //dhCert | //session)", "0"},
    {"", SEV, VARS, "count(/domain/launchSecurity/@kernelHashes)", "0"},
    {", 'dh-cert': <'@2084@'>, 'session': <'@128@'>", SEV, NULL, "string-length(//dhCert)", "2780"},
    {", 'dh-cert': <'@2084@'>, 'session': <'@128@'>", SEV, NULL, "string-length(//session)", "172"},
    /* memory */
    {"", SEV, VARS, "count(/domain/memoryBacking/locked)", "1"},
    {"", ES, VARS, "count(/domain/memoryBacking/nosharepages)", "1"},
    {"", NONE, VARS, "count(/domain/memoryBacking)", "0"},
    {", 'memory-backing': <'locked'>", NONE, VARS, "count(/domain/memoryBacking/locked)", "1"},
    {", 'memory-backing': <'hard-limit'>", SEV, VARS, "/domain/memtune/hard_limit", "4456448"},
    {", 'memory-backing': <'hard-limit'>, 'hard-limit-extra': <uint64 16777216>", SEV, VARS,
     "/domain/memtune/hard_limit", "4210688"},
    {", 'memory-backing': <'hard-limit'>", SEV, VARS, "count(//locked)", "0"},
    {", 'memory-backing': <'hugepages'>", SEV, VARS, "count(//hugepages) + count(//locked)", "2"},
    {", 'memory-backing': <'hugepages'>", SEV, VARS, "count(//hugepages/page)", "0"},
    {", 'memory-backing': <'hugepages'>, 'hugepage-size': <uint64 2097152>", NONE, VARS,
     "//hugepages/page/@size", "2048"},
    /* firmware and machine */
    {"", SEV, VARS, "/domain/os/type/@machine", "q35"},
    {"", SEV, VARS, "/domain/os/loader", "/fw/CODE.fd"},
    {"", SEV, VARS, "/domain/os/loader/@type", "pflash"},
    {"", SEV, VARS, "/domain/os/loader/@readonly", "yes"},
    {"", SEV, VARS, "count(/domain/os/loader/@stateless | /domain/os/loader/@format)", "0"},
    {"", SEV, VARS, "/domain/os/nvram/@template", VARS},
    {"", SEV, NULL, "/domain/os/loader/@stateless", "yes"},
    {"", SEV, NULL, "count(/domain/os/nvram)", "0"},
    {", 'dh-cert': <'@2084@'>, 'session': <'@128@'>", SEV, VARS, "/domain/os/loader/@stateless",
     "yes"},
    {", 'dh-cert': <'@2084@'>, 'session': <'@128@'>", SEV, VARS, "count(/domain/os/nvram)", "0"},
    {", 'dh-cert': <'@2084@'>, 'session': <'@128@'>, 'firmware': <'/fw/CODE.fd'>, "
     "'nvram-template': <'/fw/VARS.fd'>",
     SEV, VARS, "concat(/domain/os/nvram/@template, count(/domain/os/loader/@stateless))",
     VARS "0"},
    {"", SEV, "rom", "/domain/os/loader/@type", "rom"},
    {"", SEV, "rom", "count(/domain/os/nvram)", "0"},
    {", 'firmware': <'efi'>", SEV, VARS, "/domain/os/@firmware", "efi"},
    {", 'firmware': <'efi'>", SEV, VARS, "count(/domain/os/loader | /domain/os/nvram)", "0"},
    {", 'firmware': <'efi'>", SEV, VARS,
     "/domain/os/firmware/feature[@name='secure-boot']/@enabled", "no"},
    {", 'firmware': <'efi'>, 'dh-cert': <'@2084@'>, 'session': <'@128@'>", SEV, VARS,
     "/domain/os/loader/@stateless", "yes"},
    {", 'kernel': <'/k'>, 'initrd': <'/i'>, 'cmdline': <'a <b> & \"c\"'>", SEV, VARS,
     "concat(//os/kernel, ' ', //os/initrd, ' ', //os/cmdline)", "/k /i a <b> & \"c\""},
    /* features */
    {"", ES, VARS, "//features/smm/@state", "off"},
    {"", ES, VARS, "count(//features/acpi | //features/apic)", "2"},
    {"", ES, VARS, "/domain/cpu/@mode", "host-passthrough"},
    {"", ES, VARS, "/domain/on_crash", "destroy"},
    {"", ES, VARS, "//pm/suspend-to-mem/@enabled", "no"},
    /* nothing that was not asked for */
    {"", SEV, VARS, "//controller[@type='usb']/@model", "none"},
    {"", SEV, VARS, "//memballoon/@model", "none"},
    {"", NONE, VARS, "//memballoon/@model", "virtio"},
    {"", SEV, VARS, "//video/model/@type", "none"},
    {"", SEV, VARS, "count(//input | //graphics | //sound | //audio | //tpm | //channel)", "0"},
    {"", SEV, VARS, "count(//interface | //watchdog | //redirdev | //hostdev)", "0"},
    {", 'console': <false>, 'rng': <false>", SEV, VARS, "count(//serial | //console | //rng)", "0"},
    /* devices */
    {"", SEV, VARS, "count(//serial | //console)", "2"},
    {"", SEV, VARS, "//rng/backend", "/dev/urandom"},
    {", 'tpm': <true>", SEV, VARS, "//tpm/backend/@version", "2.0"},
    {", 'display': <'vnc'>", SEV, VARS, "//graphics/@listen", "127.0.0.1"},
    {", 'display': <'vnc'>", SEV, VARS, "//video/model/@type", "virtio"},
    {", 'display': <'vnc'>", SEV, VARS, "count(//input)", "3"},
    {", 'display': <'vnc'>", SEV, VARS, "//audio/@type", "none"},
    {", 'display': <'spice'>", SEV, VARS, "//graphics/clipboard/@copypaste", "no"},
    {", 'display': <'spice'>", SEV, VARS, "//graphics/filetransfer/@enable", "no"},
    {", 'display': <'vnc'>, 'video': <'std'>, 'video-memory': <uint64 33554432>", SEV, VARS,
     "concat(//video/model/@type, //video/model/@vram)", "vga32768"},
    {", 'display': <'vnc'>, 'video': <'vmware'>, 'video-memory': <uint64 33554432>", SEV, VARS,
     "concat(//video/model/@type, //video/model/@vram)", "vmvga32768"},
    {", 'display': <'spice'>, 'video': <'qxl'>, 'video-memory': <uint64 33554432>", SEV, VARS,
     "concat(//video/model/@type, //video/model/@vgamem, //video/model/@vram)", "qxl32768"},
    {", 'display': <'vnc'>, 'video': <'cirrus'>", SEV, VARS, "//video/model/@type", "cirrus"},
    {", 'display': <'vnc'>, 'video': <'virtio-gl'>", SEV, VARS,
     "concat(//video/model/@type, //video/model/acceleration/@accel3d, //video/driver/@iommu)",
     "virtioyeson"},
    {", 'display': <'vnc'>, 'video': <'virtio-gl'>", SEV, VARS,
     "concat(//graphics[1]/@type, ' ', //graphics[2]/@type)", "vnc egl-headless"},
    {", 'video': <'serial'>", SEV, VARS, "concat(//video/model/@type, count(//serial))", "none1"},
    {", 'video': <'std'>", NONE, VARS, "concat(//video/model/@type, count(//graphics))", "vga0"},
    /* the clipboard, and the controller that its channel hangs on */
    {", 'display': <'vnc'>, 'clipboard': <true>", SEV, VARS,
     "concat(//channel/@type, //channel/source/clipboard/@copypaste, //channel/target/@name)",
     "qemu-vdagentyescom.redhat.spice.0"},
    {", 'display': <'vnc'>, 'clipboard': <true>", SEV, VARS,
     "//controller[@type='virtio-serial']/driver/@iommu", "on"},
    {", 'display': <'vnc'>, 'clipboard': <true>, 'machine': <'pc'>", SEV, VARS,
     "//controller[@type='virtio-serial']/@model", "virtio-non-transitional"},
    {", 'display': <'vnc'>, 'clipboard': <true>", NONE, VARS,
     "count(//controller[@type='virtio-serial'][not(@model) and not(driver)])", "1"},
    {", 'display': <'spice'>, 'clipboard': <true>", SEV, VARS,
     "concat(//channel/@type, ' ', count(//channel/source), //graphics/clipboard/@copypaste, "
     "//graphics/filetransfer/@enable)",
     "spicevmc 0yesno"},
    {", 'display': <'spice'>", SEV, VARS, "count(//channel | //controller[@type!='scsi'])", "2"},
    /* queues: one a processor, few where they live in the bounce buffer */
    {", 'vcpus': <uint32 16>, 'networks': <[{'source': <'d'>}]>", SEV, VARS,
     "concat(//interface/driver/@queues, //interface/driver/@name)", "4"},
    {", 'vcpus': <uint32 2>, 'networks': <[{'source': <'d'>}]>", SEV, VARS,
     "//interface/driver/@queues", "2"},
    {", 'vcpus': <uint32 16>, 'networks': <[{'source': <'d'>}]>", NONE, VARS,
     "//interface/driver/@queues", "8"},
    {", 'networks': <[{'source': <'d'>}]>", SEV, VARS, "count(//interface/driver/@queues)", "0"},
    {", 'vcpus': <uint32 16>, 'networks': <[{'source': <'d'>, 'queues': <uint32 1>}]>", SEV, VARS,
     "count(//interface/driver/@queues)", "0"},
    {", 'vcpus': <uint32 16>, 'networks': <[{'type': <'user'>}]>", SEV, VARS,
     "count(//interface/driver/@queues)", "0"},
    {", 'vcpus': <uint32 16>, 'networks': <[{'source': <'d'>, 'model': <'rtl8139'>}]>", SEV, VARS,
     "count(//interface/driver)", "0"},
    {", 'networks': <[{'source': <'d'>, 'model': <'vmxnet3'>}]>", SEV, VARS,
     "//interface/model/@type", "vmxnet3"},
    {", 'networks': <[{'source': <'default'>}]>", SEV, VARS, "//interface/source/@network",
     "default"},
    {", 'networks': <[{'source': <'default'>}]>", SEV, VARS, "//interface/rom/@enabled", "no"},
    {", 'networks': <[{'type': <'user'>, 'model': <'e1000e'>}]>", SEV, VARS,
     "concat(//interface/model/@type, count(//interface/driver | //interface/source))", "e1000e0"},
    {", 'networks': <[{'type': <'direct'>, 'source': <'eth0'>}]>", SEV, VARS,
     "concat(//interface/source/@dev, ' ', //interface/source/@mode)", "eth0 bridge"},
    {", 'networks': <[{'type': <'bridge'>, 'source': <'br0'>, 'queues': <uint32 4>}]>", SEV, VARS,
     "concat(//interface/source/@bridge, //interface/driver/@name, //interface/driver/@queues)",
     "br0vhost4"},
    {", 'networks': <[{'type': <'bridge'>, 'source': <'br0'>, 'mtu': <uint32 9000>}]>", SEV, VARS,
     "//interface/mtu/@size", "9000"},
    {", 'networks': <[{'type': <'bridge'>, 'source': <'br0'>, 'mtu': <uint32 1>}]>", SEV, VARS,
     "count(//interface/mtu)", "0"},
    {", 'networks': <[{'source': <'d'>, 'mac': <'52:54:00:AA:BB:CC'>}]>", SEV, VARS,
     "//interface/mac/@address", "52:54:00:aa:bb:cc"},
    /* iommu is for encrypted guests; a pc machine needs other models for it */
    {", 'networks': <[{'source': <'d'>}]>", NONE, VARS, "count(//@iommu)", "0"},
    {", 'machine': <'pc'>", NONE, VARS, "count(//@model[. = 'virtio-non-transitional'])", "0"},
    {", 'machine': <'pc'>, 'networks': <[{'source': <'d'>}]>", SEV, VARS,
     "concat(//interface/model/@type, ' ', //controller[@type='scsi']/@model, ' ', //rng/@model)",
     "virtio-non-transitional virtio-non-transitional virtio-non-transitional"},
    {", 'machine': <'pc'>, 'display': <'vnc'>", SEV, VARS, "//video/model/@type", "vga"},
};

static void
test_cases(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const Case *c = &cases[i];
        g_autofree char *dict = g_strconcat(TEST_PLAN_GOOD, c->extra, NULL);
        g_autoptr(TestPlan) test = test_plan_new(dict, c->technology, c->template);
        g_autofree char *xml = write_plan(test);

        test_xpath_assert(xml, c->xpath, c->expected);
    }
}

static const Case disk_cases[] = {
    {"{'path': <'/a.img'>}", SEV, VARS, "concat(//disk/@type, ' ', //disk/source/@file)",
     "file /a.img"},
    {"{'path': <'/dev/vg/a'>}", SEV, VARS, "concat(//disk/@type, ' ', //disk/source/@dev)",
     "block /dev/vg/a"},
    {"{'pool': <'p'>, 'volume': <'v.img'>}", SEV, VARS,
     "concat(//disk/@type, //disk/source/@pool, //disk/source/@volume)", "volumepv.img"},
    {"{'path': <'/a.img'>}, {'path': <'/b.img'>, 'bus': <'virtio'>}, "
     "{'path': <'/c.img'>, 'bus': <'sata'>}",
     SEV, VARS, "concat(//disk[1]/target/@dev, //disk[2]/target/@dev, //disk[3]/target/@dev)",
     "sdavdasdb"},
    {"{'path': <'/a.img'>}, {'path': <'/c.img'>, 'bus': <'sata'>}", SEV, VARS,
     "concat(//disk[1]/address/@unit, //disk[2]/address/@unit, count(//controller))", "003"},
    {"{'path': <'/a.img'>}, {'path': <'/b.img'>, 'boot-order': <uint32 1>}", SEV, VARS,
     "concat(//disk[1]/boot/@order, //disk[2]/boot/@order)", "21"},
    {"{'path': <'/a.img'>}, {'device': <'cdrom'>}", SEV, VARS,
     "concat(//disk[2]/@device, count(//disk[2]/readonly), count(//disk[2]/source))", "cdrom10"},
    {"{'path': <'/a.img'>, 'readonly': <true>}", SEV, VARS, "count(//disk/readonly)", "1"},
    {"{'path': <'/a b&<c>,\"d\".img'>}", SEV, VARS, "//disk/source/@file", "/a b&<c>,\"d\".img"},
    {"{'path': <'/a.img'>, 'bus': <'virtio'>}", SEV, VARS, "count(//controller[@type='scsi'])",
     "0"},
    {"{'path': <'/a.img'>, 'bus': <'virtio'>}", SEV, VARS, "count(//disk/address)", "0"},
    {"{'pool': <'p'>, 'volume': <'v.img'>, 'size': <uint64 1048576>}", SEV, VARS,
     "concat(//disk/@type, ' ', //disk/source/@pool, ' ', //disk/source/@volume)",
     "volume p v.img"},
};

static void
test_disks(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(disk_cases); i++) {
        const Case *c = &disk_cases[i];
        g_autofree char *dict = g_strdup_printf(TEST_PLAN_MEM ", 'disks': <[%s]>", c->extra);
        g_autoptr(TestPlan) test = test_plan_new(dict, c->technology, c->template);
        g_autofree char *xml = write_plan(test);

        test_xpath_assert(xml, c->xpath, c->expected);
    }
}

/* The sixteenth disk needs a second controller, and unit 7 is the controller's own. */
static void
test_many_disks(void)
{
    g_autoptr(GString) disks = g_string_new(NULL);
    g_autofree char *dict = NULL;
    g_autoptr(TestPlan) test = NULL;
    g_autofree char *xml = NULL;

    for (guint i = 0; i < 40; i++)
        g_string_append_printf(disks, "%s{'path': <'/d%u.img'>}", i ? ", " : "", i);
    dict = g_strdup_printf(TEST_PLAN_MEM ", 'disks': <[%s]>", disks->str);
    test = test_plan_new(dict, SEV, VARS);
    xml = write_plan(test);
    test_xpath_assert(xml, "count(//controller[@type='scsi'][driver/@iommu='on'])", "3");
    test_xpath_assert(xml, "count(//disk/address[@unit=7])", "0");
    test_xpath_assert(xml, "//disk[15]/address/@unit", "15");
    test_xpath_assert(xml, "concat(//disk[16]/address/@controller, //disk[16]/address/@unit)",
                      "10");
    test_xpath_assert(xml, "//disk[26]/target/@dev", "sdz");
    test_xpath_assert(xml, "//disk[27]/target/@dev", "sdaa");
    test_xpath_assert(xml, "//disk[40]/target/@dev", "sdan");
}

static void
test_smm_firmware(void)
{
    static const char *const features[] = {"secure-boot", "requires-smm", NULL};
    g_autoptr(TestPlan) test = test_plan_new(TEST_PLAN_GOOD, SEV, VARS);
    g_autofree char *xml = NULL;

    g_strfreev(test->firmware->features);
    test->firmware->features = g_strdupv((GStrv)features);
    xml = write_plan(test);
    test_xpath_assert(xml, "//smm/@state", "on");
    test_xpath_assert(xml, "//loader/@secure", "yes");
}

static void
test_old_libvirt(void)
{
    g_autoptr(TestPlan) test = test_plan_new(TEST_PLAN_GOOD ", 'display': <'vnc'>", SEV, VARS);
    g_autofree char *xml = NULL;

    test->stack.libvirt_version = SEAL_VERSION(6, 8, 0);
    xml = write_plan(test);
    test_xpath_assert(xml, "//launchSecurity/cbitpos", "51");
    test_xpath_assert(xml, "//launchSecurity/reducedPhysBits", "1");
    test_xpath_assert(xml, "count(//audio)", "0");
}

static void
test_qcow2_firmware(void)
{
    g_autoptr(TestPlan) test = test_plan_new(TEST_PLAN_GOOD, SEV, VARS);
    g_autofree char *xml = NULL;

    test->stack.libvirt_version = SEAL_VERSION(9, 2, 0);
    g_free(test->firmware->format);
    test->firmware->format = g_strdup("qcow2");
    xml = write_plan(test);
    test_xpath_assert(xml, "//loader/@format", "qcow2");
}

static void
test_kernel_hashes(void)
{
    g_autoptr(TestPlan) test =
        test_plan_new(TEST_PLAN_GOOD ", 'kernel': <'/k'>, 'kernel-hashes': <true>", SEV, "rom");
    g_autofree char *xml = NULL;

    test->firmware->image.has_hashes_area = TRUE;
    test->firmware->image.hashes_base = 0x810c00;
    test->firmware->image.hashes_size = 0x400;
    xml = write_plan(test);
    test_xpath_assert(xml, "//launchSecurity/@kernelHashes", "yes");
}

/* What we write we must read back as the same. */
static void
test_reads_back(void)
{
    g_autoptr(TestPlan) test = test_plan_new(
        TEST_PLAN_GOOD ", 'vcpus': <uint32 2>, 'restart': <'guest-reboot'>, 'display': <'vnc'>, "
                       "'dh-cert': <'@2084@'>, 'session': <'@128@'>, "
                       "'networks': <[{'source': <'default'>}]>",
        ES, NULL);
    g_autoptr(SealDomain) domain = NULL;
    g_autoptr(GError) error = NULL;
    g_autofree char *xml = NULL;

    test->plan.uuid = "5cbdcc3a-bcbe-4006-97bb-4a3e8fc4ff65";
    xml = write_plan(test);
    domain = seal_domain_reader_parse(xml, SEAL_DOMAIN_DEVICES, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(domain->name, ==, "vm");
    g_assert_cmpstr(domain->uuid, ==, test->plan.uuid);
    g_assert_cmpint(domain->technology, ==, ES);
    g_assert_cmphex(domain->policy, ==, 0xf);
    g_assert_cmpuint(domain->memory, ==, test->settings->memory);
    g_assert_cmpuint(domain->vcpus, ==, 2);
    g_assert_cmpstr(domain->firmware, ==, "/fw/CODE.fd");
    g_assert_false(domain->has_nvram);
    g_assert_true(domain->attestable);
    g_assert_true(domain->locked);
    g_assert_true(domain->restart_guest_reboot);
    for (guint i = 0; i < domain->devices->len; i++) {
        const SealDevice *device = g_ptr_array_index(domain->devices, i);

        g_assert_true(!device->virtio || device->iommu == SEAL_IOMMU_ON);
    }
}

static void
test_is_deterministic(void)
{
    g_autoptr(TestPlan) a = test_plan_new(TEST_PLAN_GOOD ", 'display': <'vnc'>", ES, VARS);
    g_autoptr(TestPlan) b = test_plan_new(TEST_PLAN_GOOD ", 'display': <'vnc'>", ES, VARS);
    g_autofree char *first = write_plan(a);
    g_autofree char *second = write_plan(b);

    g_assert_cmpstr(first, ==, second);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/domain-writer/cases", test_cases);
    g_test_add_func("/domain-writer/disks", test_disks);
    g_test_add_func("/domain-writer/many-disks", test_many_disks);
    g_test_add_func("/domain-writer/smm-firmware", test_smm_firmware);
    g_test_add_func("/domain-writer/old-libvirt", test_old_libvirt);
    g_test_add_func("/domain-writer/qcow2-firmware", test_qcow2_firmware);
    g_test_add_func("/domain-writer/kernel-hashes", test_kernel_hashes);
    g_test_add_func("/domain-writer/reads-back", test_reads_back);
    g_test_add_func("/domain-writer/is-deterministic", test_is_deterministic);
    return g_test_run();
}
