/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reading domains of every technology as libvirt prints them, whatever else
 * can be in them, and what makes a domain unreadable. The samples are whole
 * documents under tests/data/domains; cases of one element are built here.
 */

#include "domain.h"

#include "test-data.h"

#define UUID "4dea22b3-1d52-d8f3-2516-782e98ab3fa0"
#define DOMAIN(inner) "<domain><name>a</name><uuid>" UUID "</uuid>" inner "</domain>"
#define GIB (G_GUINT64_CONSTANT(1) << 30)

typedef struct {
    const char *file;
    const char *name, *uuid;
    SealTechnology technology;
    gboolean has_policy;
    guint64 policy, memory;
    guint vcpus;
    const char *machine, *arch, *firmware;
    gboolean has_nvram, attestable, kernel_hashes, locked;
    guint64 hard_limit;
    gboolean restart;
} Sample;

static const Sample samples[] = {
    {"sev-debian12", "web-1", UUID, SEAL_TECHNOLOGY_SEV, TRUE, 0xb, 4 * GIB, 4, "pc-q35-7.2",
     "x86_64", "/usr/share/OVMF/OVMF_CODE_4M.fd", TRUE, TRUE, TRUE, TRUE, 4456448ull * 1024, TRUE},
    {"sev-es-efi", "db & co", "c7a5fdbd-edaf-9455-926a-d65c16db1809", SEAL_TECHNOLOGY_SEV_ES, TRUE,
     0x7, 2 * GIB, 1, "pc-q35-9.2", "x86_64", "efi", TRUE, FALSE, FALSE, FALSE, 0, FALSE},
    {"snp", "snp", "00000000-0000-4000-8000-000000000003", SEAL_TECHNOLOGY_SEV_SNP, TRUE, 0x30000,
     GIB, 2, "pc-q35-10.0", "x86_64", "/usr/share/ovmf/OVMF.amdsev.fd", FALSE, TRUE, FALSE, FALSE,
     0, FALSE},
    {"tdx", "tdx", "00000000-0000-4000-8000-000000000004", SEAL_TECHNOLOGY_TDX, FALSE, 0, GIB, 2,
     "pc-q35-11.1", "x86_64", "efi", FALSE, TRUE, FALSE, FALSE, 0, FALSE},
    {"s390-pv", "mainframe", "00000000-0000-4000-8000-000000000005", SEAL_TECHNOLOGY_S390_PV, FALSE,
     0, GIB, 2, "s390-ccw-virtio-9.2", "s390x", "", FALSE, FALSE, FALSE, FALSE, 0, FALSE},
    {"plain-bios", "old", "00000000-0000-4000-8000-000000000006", SEAL_TECHNOLOGY_NONE, FALSE, 0,
     GIB / 2, 1, "pc-i440fx-7.2", "x86_64", "", FALSE, FALSE, FALSE, FALSE, 0, FALSE},
    {"future-type", "future", "00000000-0000-4000-8000-000000000007", SEAL_TECHNOLOGY_INVALID,
     FALSE, 0, GIB / 2, 1, "virt-12.0", "aarch64", "", FALSE, FALSE, FALSE, FALSE, 0, FALSE},
};

static SealDomain *
parse(const char *xml, SealDomainParts parts)
{
    g_autoptr(GError) error = NULL;
    SealDomain *domain = seal_domain_reader_parse(xml, parts, &error);

    g_assert_no_error(error);
    return domain;
}

static SealDomain *
read_sample(const char *name, SealDomainParts parts)
{
    g_autofree char *file = g_strdup_printf("domains/%s.xml", name);
    g_autofree char *xml = test_data_read(file, NULL);

    return parse(xml, parts);
}

static void
test_sample(gconstpointer data)
{
    const Sample *sample = data;
    g_autoptr(SealDomain) domain = read_sample(sample->file, SEAL_DOMAIN_SUMMARY);

    g_assert_cmpstr(domain->name, ==, sample->name);
    g_assert_cmpstr(domain->uuid, ==, sample->uuid);
    g_assert_cmpint(domain->technology, ==, sample->technology);
    g_assert_cmpint(domain->has_policy, ==, sample->has_policy);
    g_assert_cmphex(domain->policy, ==, sample->policy);
    g_assert_cmpuint(domain->memory, ==, sample->memory);
    g_assert_cmpuint(domain->vcpus, ==, sample->vcpus);
    g_assert_cmpstr(domain->machine, ==, sample->machine);
    g_assert_cmpstr(domain->arch, ==, sample->arch);
    g_assert_cmpstr(domain->firmware, ==, sample->firmware);
    g_assert_cmpint(domain->has_nvram, ==, sample->has_nvram);
    g_assert_cmpint(domain->attestable, ==, sample->attestable);
    g_assert_cmpint(domain->kernel_hashes, ==, sample->kernel_hashes);
    g_assert_cmpint(domain->locked, ==, sample->locked);
    g_assert_cmpuint(domain->hard_limit, ==, sample->hard_limit);
    g_assert_cmpint(domain->restart_guest_reboot, ==, sample->restart);
    g_assert_null(domain->devices);
}

typedef struct {
    const char *kind, *model;
    gboolean virtio;
    SealIommu iommu;
    const char *source;
} Device;

static const Device sev_devices[] = {
    {"disk", "scsi", FALSE, SEAL_IOMMU_DEFAULT, "/var/lib/libvirt/images/web-1.qcow2"},
    {"disk", "virtio", TRUE, SEAL_IOMMU_ON, "/dev/vg0/data"},
    {"disk", "sata", FALSE, SEAL_IOMMU_DEFAULT, NULL},
    {"controller", "virtio-scsi", TRUE, SEAL_IOMMU_ON, NULL},
    {"controller", "sata", FALSE, SEAL_IOMMU_DEFAULT, NULL},
    {"controller", "pcie-root", FALSE, SEAL_IOMMU_DEFAULT, NULL},
    {"controller", "pcie-root-port", FALSE, SEAL_IOMMU_DEFAULT, NULL},
    {"controller", "virtio-serial", TRUE, SEAL_IOMMU_OFF, NULL},
    {"controller", "none", FALSE, SEAL_IOMMU_DEFAULT, NULL},
    {"interface", "virtio", TRUE, SEAL_IOMMU_ON, "default"},
    {"interface", "e1000e", FALSE, SEAL_IOMMU_DEFAULT, "br0"},
    {"serial", "pty", FALSE, SEAL_IOMMU_DEFAULT, "/dev/pts/3"},
    {"console", "pty", FALSE, SEAL_IOMMU_DEFAULT, "/dev/pts/3"},
    {"channel", "unix", FALSE, SEAL_IOMMU_DEFAULT,
     "/run/libvirt/qemu/channel/web-1/org.qemu.guest_agent.0"},
    {"input", "ps2", FALSE, SEAL_IOMMU_DEFAULT, NULL},
    {"input", "virtio", TRUE, SEAL_IOMMU_ON, NULL},
    {"tpm", "tpm-crb", FALSE, SEAL_IOMMU_DEFAULT, NULL},
    {"graphics", "vnc", FALSE, SEAL_IOMMU_DEFAULT, NULL},
    {"audio", "none", FALSE, SEAL_IOMMU_DEFAULT, NULL},
    {"video", "virtio", TRUE, SEAL_IOMMU_ON, NULL},
    {"memballoon", "virtio", TRUE, SEAL_IOMMU_ON, NULL},
    {"rng", "virtio", TRUE, SEAL_IOMMU_ON, NULL},
    {"vsock", "virtio", TRUE, SEAL_IOMMU_ON, NULL},
};

static const Device plain_devices[] = {
    {"disk", "ide", FALSE, SEAL_IOMMU_DEFAULT, "disk.img"},
    {"controller", "lsilogic", FALSE, SEAL_IOMMU_DEFAULT, NULL},
    {"filesystem", "virtiofs", TRUE, SEAL_IOMMU_DEFAULT, "/srv"},
    {"sound", "virtio", TRUE, SEAL_IOMMU_DEFAULT, NULL},
    {"sound", "ich9", FALSE, SEAL_IOMMU_DEFAULT, NULL},
    {"crypto", "virtio", TRUE, SEAL_IOMMU_DEFAULT, NULL},
    {"memory", "virtio-mem", TRUE, SEAL_IOMMU_DEFAULT, NULL},
    {"memory", "dimm", FALSE, SEAL_IOMMU_DEFAULT, NULL},
    {"watchdog", "itco", FALSE, SEAL_IOMMU_DEFAULT, NULL},
    {"hostdev", "pci", FALSE, SEAL_IOMMU_DEFAULT, NULL},
};

static void
assert_devices(const char *sample, const Device *expected, gsize n)
{
    g_autoptr(SealDomain) domain = read_sample(sample, SEAL_DOMAIN_DEVICES);

    g_assert_cmpuint(domain->devices->len, ==, n);
    for (gsize i = 0; i < n; i++) {
        const SealDevice *device = g_ptr_array_index(domain->devices, i);

        g_assert_cmpstr(device->kind, ==, expected[i].kind);
        g_assert_cmpstr(device->model, ==, expected[i].model);
        g_assert_cmpint(device->virtio, ==, expected[i].virtio);
        g_assert_cmpint(device->iommu, ==, expected[i].iommu);
        g_assert_cmpstr(device->source, ==, expected[i].source);
    }
}

static void
test_devices(void)
{
    assert_devices("sev-debian12", sev_devices, G_N_ELEMENTS(sev_devices));
    assert_devices("plain-bios", plain_devices, G_N_ELEMENTS(plain_devices));
    assert_devices("snp", NULL, 0);
}

static void
test_virtio_variants(void)
{
    static const struct {
        const char *device;
        gboolean virtio;
    } rows[] = {
        {"<interface><model type='virtio-non-transitional'/></interface>", TRUE},
        {"<interface><model type='rtl8139'/></interface>", FALSE},
        {"<interface/>", FALSE},
        {"<controller type='scsi' model='virtio-transitional'/>", TRUE},
        {"<controller type='scsi'/>", FALSE},
        {"<controller type='pci' model='virtio'/>", FALSE},
        {"<memballoon model='none'/>", FALSE},
        {"<memory model='virtio-pmem'/>", TRUE},
        {"<input bus='usb'/>", FALSE},
        {"<video><model type='qxl'/></video>", FALSE},
        {"<filesystem type='mount'/>", TRUE},
        {"<tpm model='virtio'/>", FALSE},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *xml = g_strdup_printf(DOMAIN("<devices>%s</devices>"), rows[i].device);
        g_autoptr(SealDomain) domain = parse(xml, SEAL_DOMAIN_DEVICES);
        const SealDevice *device = g_ptr_array_index(domain->devices, 0);

        g_assert_cmpint(device->virtio, ==, rows[i].virtio);
    }
}

static void
test_memory_units(void)
{
    static const struct {
        const char *memory;
        guint64 bytes;
    } rows[] = {
        {"<memory>1024</memory>", 1 << 20},
        {"<memory unit='KiB'> 1024\n</memory>", 1 << 20},
        {"<memory unit='k'>1</memory>", 1024},
        {"<memory unit='KB'>1</memory>", 1000},
        {"<memory unit='kib'>1</memory>", 1024},
        {"<memory unit='M'>1</memory>", 1 << 20},
        {"<memory unit='MB'>1</memory>", 1000000},
        {"<memory unit='MiB'>1</memory>", 1 << 20},
        {"<memory unit='G'>1</memory>", GIB},
        {"<memory unit='GB'>1</memory>", 1000000000},
        {"<memory unit='TiB'>1</memory>", GIB << 10},
        {"<memory unit='PiB'>1</memory>", GIB << 20},
        {"<memory unit='EiB'>15</memory>", G_GUINT64_CONSTANT(15) << 60},
        {"<memory unit='b'>17</memory>", 17},
        {"<memory unit='bytes'>17</memory>", 17},
        {"<memory>0</memory>", 0},
        {"", 0},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *xml = g_strdup_printf(DOMAIN("%s"), rows[i].memory);
        g_autoptr(SealDomain) domain = parse(xml, SEAL_DOMAIN_SUMMARY);

        g_assert_cmpuint(domain->memory, ==, rows[i].bytes);
        g_assert_cmpuint(domain->vcpus, ==, 1);
    }
}

static void
test_policy_forms(void)
{
    static const struct {
        const char *policy;
        guint64 value;
        SealTechnology technology;
    } rows[] = {
        {"0x0003", 0x3, SEAL_TECHNOLOGY_SEV},
        {"0X7", 0x7, SEAL_TECHNOLOGY_SEV_ES},
        {"37", 0x37, SEAL_TECHNOLOGY_SEV_ES},
        {"10", 0x10, SEAL_TECHNOLOGY_SEV},
        {" 0x1 ", 0x1, SEAL_TECHNOLOGY_SEV},
        {"ffffffffffffffff", G_MAXUINT64, SEAL_TECHNOLOGY_SEV_ES},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *xml = g_strdup_printf(
            DOMAIN("<launchSecurity type='sev'><policy>%s</policy></launchSecurity>"),
            rows[i].policy);
        g_autoptr(SealDomain) domain = parse(xml, SEAL_DOMAIN_SUMMARY);

        g_assert_true(domain->has_policy);
        g_assert_cmphex(domain->policy, ==, rows[i].value);
        g_assert_cmpint(domain->technology, ==, rows[i].technology);
    }
}

static void
test_nvram(void)
{
    static const struct {
        const char *xml;
        gboolean nvram;
        const char *firmware;
    } rows[] = {
        {DOMAIN("<os><loader>/rom</loader></os>"), FALSE, "/rom"},
        {DOMAIN("<os><loader type='rom' readonly='yes'>/rom</loader></os>"), FALSE, "/rom"},
        {DOMAIN("<os><loader type='pflash' readonly='yes'>/f</loader></os>"), TRUE, "/f"},
        {DOMAIN("<os><loader type='pflash'>/f</loader></os>"), FALSE, "/f"},
        {DOMAIN("<os><loader type='pflash' readonly='yes' stateless='yes'>/f</loader></os>"), FALSE,
         "/f"},
        {DOMAIN("<os firmware='efi'><loader stateless='yes'/></os>"), FALSE, "efi"},
        {DOMAIN("<os firmware='efi'/>"), TRUE, "efi"},
        {DOMAIN("<os firmware='bios'/>"), FALSE, ""},
        {DOMAIN("<os firmware='efi'><loader type='rom'>/chosen</loader></os>"), FALSE, "/chosen"},
        {DOMAIN("<os><nvram/></os>"), TRUE, ""},
        {DOMAIN("<os firmware='efi'/><launchSecurity type='sev-snp'/>"), FALSE, "efi"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(SealDomain) domain = parse(rows[i].xml, SEAL_DOMAIN_SUMMARY);

        g_assert_cmpint(domain->has_nvram, ==, rows[i].nvram);
        g_assert_cmpstr(domain->firmware, ==, rows[i].firmware);
    }
}

static void
test_odds_and_ends(void)
{
    g_autoptr(SealDomain) unlimited =
        parse(DOMAIN("<memtune><hard_limit>9007199254740991</hard_limit></memtune>"),
              SEAL_DOMAIN_SUMMARY);
    g_autoptr(SealDomain) half =
        parse(DOMAIN("<launchSecurity type='sev'><policy>1</policy><dhCert>QQ==</dhCert>"
                     "</launchSecurity>"),
              SEAL_DOMAIN_SUMMARY);
    g_autoptr(SealDomain) untyped = parse(DOMAIN("<launchSecurity/>"), SEAL_DOMAIN_SUMMARY);
    g_autoptr(SealDomain) other =
        parse(DOMAIN("<metadata><vm restart='guest-reboot'/>"
                     "<x:vm xmlns:x='urn:other' restart='guest-reboot'/></metadata>"),
              SEAL_DOMAIN_DEVICES);
    g_autoptr(SealDomain) waiting =
        parse(DOMAIN("<metadata><x:launch xmlns:x='urn:other' waits='no'/>"
                     "<s:launch xmlns:s='" SEAL_DOMAIN_LAUNCH_URI "' waits='yes'/></metadata>"),
              SEAL_DOMAIN_SUMMARY);

    g_assert_true(waiting->launch_waits);
    g_assert_false(other->launch_waits);
    g_assert_cmpuint(unlimited->hard_limit, ==, 0);
    g_assert_false(half->attestable);
    g_assert_cmpint(untyped->technology, ==, SEAL_TECHNOLOGY_INVALID);
    g_assert_false(other->restart_guest_reboot);
    g_assert_cmpuint(other->devices->len, ==, 0);
    seal_domain_free(NULL);
}

static void
test_refusals(void)
{
    static const char *const rows[][2] = {
        {"", "is empty"},
        {"<domain/>", "<name>"},
        {"<domain><name/><uuid>" UUID "</uuid></domain>", "<name>"},
        {"<domain><name>a</name></domain>", "<uuid>"},
        {"<domain><name>a</name><uuid>4dea22b31d52d8f32516782e98ab3fa0</uuid></domain>", "dashes"},
        {"<!DOCTYPE domain><domain/>", "DTD"},
        {DOMAIN("<memory>lots</memory>"), "<memory> is \"lots\""},
        {DOMAIN("<memory>-1</memory>"), "<memory> is \"-1\""},
        {DOMAIN("<memory/>"), "<memory>"},
        {DOMAIN("<memory>1.5</memory>"), "whole number"},
        {DOMAIN("<memory>0x10</memory>"), "whole number"},
        {DOMAIN("<memory unit='XiB'>1</memory>"), "\"XiB\""},
        {DOMAIN("<memory unit=''>1</memory>"), "the unit"},
        {DOMAIN("<memory unit='KiBs'>1</memory>"), "the unit"},
        {DOMAIN("<memory unit='EiB'>16</memory>"), "fit 64 bits"},
        {DOMAIN("<memory>99999999999999999999</memory>"), "whole number"},
        {DOMAIN("<memtune><hard_limit>x</hard_limit></memtune>"), "<hard_limit>"},
        {DOMAIN("<vcpu>none</vcpu>"), "<vcpu>"},
        {DOMAIN("<vcpu>4294967296</vcpu>"), "<vcpu>"},
        {DOMAIN("<launchSecurity type='sev'><policy>xyz</policy></launchSecurity>"), "<policy>"},
        {DOMAIN("<launchSecurity type='sev'><policy/></launchSecurity>"), "<policy>"},
        {DOMAIN("<launchSecurity type='sev'><policy>0x</policy></launchSecurity>"), "<policy>"},
        {DOMAIN("<launchSecurity type='sev'><policy>0x0x1</policy></launchSecurity>"), "<policy>"},
        {DOMAIN("<launchSecurity type='sev'><policy>-3</policy></launchSecurity>"), "<policy>"},
        {DOMAIN("<launchSecurity type='tdx'><policy>10000000000000000</policy></launchSecurity>"),
         "64 bits"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        GError *error = NULL;

        g_assert_null(seal_domain_reader_parse(rows[i][0], SEAL_DOMAIN_SUMMARY, &error));
        test_data_assert_refused(error, SEAL_ERROR_INVALID_ARGUMENT, rows[i][1]);
    }
}

static void
test_null(void)
{
    GError *error = NULL;

    g_assert_null(seal_domain_reader_parse(NULL, SEAL_DOMAIN_SUMMARY, &error));
    test_data_assert_refused(error, SEAL_ERROR_INVALID_ARGUMENT, "is empty");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(samples); i++) {
        g_autofree char *path = g_strdup_printf("/domain-reader/sample/%s", samples[i].file);

        g_test_add_data_func(path, &samples[i], test_sample);
    }
    g_test_add_func("/domain-reader/devices", test_devices);
    g_test_add_func("/domain-reader/virtio-variants", test_virtio_variants);
    g_test_add_func("/domain-reader/memory-units", test_memory_units);
    g_test_add_func("/domain-reader/policy-forms", test_policy_forms);
    g_test_add_func("/domain-reader/nvram", test_nvram);
    g_test_add_func("/domain-reader/odds-and-ends", test_odds_and_ends);
    g_test_add_func("/domain-reader/refusals", test_refusals);
    g_test_add_func("/domain-reader/null", test_null);
    return g_test_run();
}
