/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The domain XML, from the name down to the devices, each element where libvirt
 * itself prints it, so that "virsh dumpxml" after defining differs little from
 * what was previewed. What is not asked for is switched off by name wherever
 * libvirt or QEMU would otherwise add it: every device and every feature is one
 * more door between the host and the guest.
 */

#include "domain-writer.h"

#include "domain-writer-devices.h"
#include "domain-writer-plan.h"
#include "domain.h"
#include "launch-security.h"
#include "version.h"

#define KIB 1024
/* First libvirt with <nvram templateFormat=...>. */
#define HAS_TEMPLATE_FORMAT SEAL_VERSION(10, 10, 0)

static const char *
on_off(gboolean on)
{
    return on ? "on" : "off";
}

static xmlNode *
add_kib(xmlNode *parent, const char *name, guint64 bytes)
{
    return seal_xml_set(seal_xml_add_uint(parent, name, bytes / KIB), "unit", "KiB", NULL);
}

static void
write_identity(xmlNode *domain, const SealPlan *plan)
{
    seal_xml_add(domain, "name", plan->settings->name);
    if (plan->uuid)
        seal_xml_add(domain, "uuid", plan->uuid);
}

/* What libvirt has no place for goes into metadata, under our own namespace. */
static void
write_metadata(xmlNode *domain, const SealPlan *plan)
{
    xmlNode *vm;

    if (plan->settings->restart != SEAL_RESTART_GUEST_REBOOT)
        return;
    vm = seal_xml_add(seal_xml_add(domain, "metadata", NULL), "vm", NULL);
    xmlSetNs(vm, xmlNewNs(vm, (const xmlChar *)SEAL_DOMAIN_METADATA_URI,
                          (const xmlChar *)SEAL_DOMAIN_METADATA_PREFIX));
    seal_xml_set(vm, "restart", "guest-reboot", NULL);
}

static void
write_memory(xmlNode *domain, const SealPlan *plan)
{
    xmlNode *memory = add_kib(domain, "memory", plan->settings->memory);

    /* A core dump of QEMU would hold gigabytes of ciphertext. */
    if (seal_domain_writer_plan_encrypted(plan))
        seal_xml_set(memory, "dumpCore", "off", NULL);
}

static void
write_memtune(xmlNode *domain, const SealPlan *plan)
{
    const SealSettings *settings = plan->settings;

    if (settings->memory_backing != SEAL_MEMORY_BACKING_HARD_LIMIT)
        return;
    add_kib(seal_xml_add(domain, "memtune", NULL), "hard_limit",
            settings->memory + settings->hard_limit_extra);
}

static void
add_hugepages(xmlNode *backing, guint64 size)
{
    xmlNode *hugepages = seal_xml_add(backing, "hugepages", NULL);
    xmlNode *page;

    if (size == 0)
        return;
    page = seal_xml_add(hugepages, "page", NULL);
    seal_xml_set(seal_xml_set_uint(page, "size", size / KIB), "unit", "KiB", NULL);
}

static void
write_memory_backing(xmlNode *domain, const SealPlan *plan)
{
    gboolean encrypted = seal_domain_writer_plan_encrypted(plan);
    gboolean locked = seal_domain_writer_plan_locks_memory(plan);
    gboolean hugepages = plan->settings->memory_backing == SEAL_MEMORY_BACKING_HUGEPAGES;
    xmlNode *backing;

    if (!encrypted && !locked && !hugepages)
        return;
    backing = seal_xml_add(domain, "memoryBacking", NULL);
    if (hugepages)
        add_hugepages(backing, plan->settings->hugepage_size);
    /* Each guest has its own key, so no two pages are ever the same to the host. */
    if (encrypted)
        seal_xml_add(backing, "nosharepages", NULL);
    /* KVM pins all memory of SEV guests; libvirt lifts the limit on that only when told. */
    if (locked)
        seal_xml_add(backing, "locked", NULL);
}

static void
write_vcpu(xmlNode *domain, const SealPlan *plan)
{
    seal_xml_set(seal_xml_add_uint(domain, "vcpu", plan->settings->vcpus), "placement", "static",
                 "cpuset", plan->settings->cpu_pinning, NULL);
}

static void
write_numatune(xmlNode *domain, const SealPlan *plan)
{
    if (!plan->settings->numa_nodes)
        return;
    seal_xml_set(seal_xml_add(seal_xml_add(domain, "numatune", NULL), "memory", NULL), "mode",
                 "strict", "nodeset", plan->settings->numa_nodes, NULL);
}

/* libvirt picks the image, but never one that needs SMM, which SEV-ES cannot have. */
static void
write_firmware_choice(xmlNode *os, const SealPlan *plan)
{
    static const char *const unwanted[] = {"enrolled-keys", "secure-boot"};
    xmlNode *firmware;

    /* What is mapped as ROM never needs SMM, and TDX builds have Secure Boot without it. */
    if (seal_domain_writer_plan_private_memory(plan))
        return;
    firmware = seal_xml_add(os, "firmware", NULL);
    for (guint i = 0; i < G_N_ELEMENTS(unwanted); i++)
        seal_xml_set(seal_xml_add(firmware, "feature", NULL), "enabled", "no", "name", unwanted[i],
                     NULL);
    /* The variable store is not measured, so a guest owner cannot trust one. */
    if (plan->settings->dh_cert)
        seal_xml_set(seal_xml_add(os, "loader", NULL), "stateless", "yes", NULL);
}

/* "raw" is libvirt's default and older ones do not know the attribute. */
static const char *
format_unless_raw(const char *format)
{
    return g_strcmp0(format, "raw") == 0 ? NULL : format;
}

static void
write_nvram(xmlNode *os, const SealPlan *plan)
{
    const SealFirmware *firmware = plan->firmware;
    const char *format = format_unless_raw(firmware->nvram_format);
    /* Newer ones could make a store of another format than its template's. */
    gboolean told = plan->stack->libvirt_version >= HAS_TEMPLATE_FORMAT;

    seal_xml_set(seal_xml_add(os, "nvram", NULL), "template", firmware->nvram_template,
                 "templateFormat", told ? format : NULL, "format", format, NULL);
}

static void
write_loader(xmlNode *os, const SealPlan *plan)
{
    const SealFirmware *firmware = plan->firmware;
    gboolean rom = firmware->mapping == SEAL_FIRMWARE_MEMORY;
    gboolean nvram = seal_domain_writer_plan_has_nvram(plan);
    xmlNode *loader = seal_xml_add(os, "loader", firmware->executable);

    seal_xml_set(loader, "readonly", "yes", "secure",
                 seal_domain_writer_plan_needs_smm(plan) ? "yes" : NULL, "type",
                 rom ? "rom" : "pflash", "stateless", rom || nvram ? NULL : "yes", "format",
                 format_unless_raw(firmware->format), NULL);
    if (nvram)
        write_nvram(os, plan);
}

static void
write_kernel(xmlNode *os, const SealSettings *settings)
{
    const struct {
        const char *name;
        const char *value;
    } parts[] = {
        {"kernel", settings->kernel},
        {"initrd", settings->initrd},
        {"cmdline", settings->cmdline},
    };

    for (guint i = 0; i < G_N_ELEMENTS(parts); i++) {
        if (parts[i].value)
            seal_xml_add(os, parts[i].name, parts[i].value);
    }
}

static void
write_os(xmlNode *domain, const SealPlan *plan)
{
    gboolean automatic = seal_domain_writer_plan_lets_libvirt_choose(plan);
    xmlNode *os = seal_xml_add(domain, "os", NULL);

    seal_xml_set(os, "firmware", automatic ? "efi" : NULL, NULL);
    seal_xml_set(seal_xml_add(os, "type", "hvm"), "arch", plan->stack->arch, "machine",
                 plan->settings->machine, NULL);
    if (automatic)
        write_firmware_choice(os, plan);
    else
        write_loader(os, plan);
    write_kernel(os, plan->settings);
}

static void
write_features(xmlNode *domain, const SealPlan *plan)
{
    gboolean tdx = plan->technology == SEAL_TECHNOLOGY_TDX;
    xmlNode *features = seal_xml_add(domain, "features", NULL);

    seal_xml_add(features, "acpi", NULL);
    seal_xml_add(features, "apic", NULL);
    /* The TDX module keeps the counters to itself. */
    if (tdx)
        seal_xml_set(seal_xml_add(features, "pmu", NULL), "state", "off", NULL);
    /* Said in any case: "automatic" lets QEMU decide, and it cannot know about SEV-ES. */
    seal_xml_set(seal_xml_add(features, "smm", NULL), "state",
                 on_off(seal_domain_writer_plan_needs_smm(plan)), NULL);
    /* The module keeps the local APICs, so the rest of the chip must be QEMU's (split irqchip). */
    if (tdx)
        seal_xml_set(seal_xml_add(features, "ioapic", NULL), "driver", "qemu", NULL);
}

/*
 * SEV-ES measures the processor state, which holds the model's signature: with
 * the host's own processor the guest owner knows it from the host, and no model
 * of libvirt's database can drop the bits that the guest's kernel looks for.
 * QEMU knows no named models for TDX at all, and demands the host's address width.
 */
static void
write_cpu(xmlNode *domain, const SealPlan *plan)
{
    xmlNode *cpu = seal_xml_set(seal_xml_add(domain, "cpu", NULL), "mode", "host-passthrough",
                                "check", "none", NULL);

    if (plan->technology == SEAL_TECHNOLOGY_TDX)
        seal_xml_set(seal_xml_add(cpu, "maxphysaddr", NULL), "mode", "passthrough", NULL);
}

static void
write_clock(xmlNode *domain, const SealPlan *plan)
{
    xmlNode *clock = seal_xml_set(seal_xml_add(domain, "clock", NULL), "offset", "utc", NULL);

    seal_xml_set(seal_xml_add(clock, "timer", NULL), "name", "hpet", "present", "no", NULL);
}

/*
 * QEMU turns the reset of a SEV-ES guest into a shutdown by itself, so restart
 * is right for it as well: newer ones can reset it, and it is what was meant.
 */
static void
write_lifecycle(xmlNode *domain, const SealPlan *plan)
{
    seal_xml_add(domain, "on_poweroff", "destroy");
    seal_xml_add(domain, "on_reboot", "restart");
    seal_xml_add(domain, "on_crash", "destroy");
}

/* Waking from sleep is a processor reset too, and hibernation writes plaintext to the disk. */
static void
write_pm(xmlNode *domain, const SealPlan *plan)
{
    xmlNode *pm = seal_xml_add(domain, "pm", NULL);

    seal_xml_set(seal_xml_add(pm, "suspend-to-mem", NULL), "enabled", "no", NULL);
    seal_xml_set(seal_xml_add(pm, "suspend-to-disk", NULL), "enabled", "no", NULL);
}

static void (*const parts[])(xmlNode *, const SealPlan *) = {
    write_identity,
    write_metadata,
    write_memory,
    write_memtune,
    write_memory_backing,
    write_vcpu,
    write_numatune,
    write_os,
    write_features,
    write_cpu,
    write_clock,
    write_lifecycle,
    write_pm,
    seal_domain_writer_devices_write,
    seal_launch_security_write,
};

char *
seal_domain_writer_write(const SealPlan *plan)
{
    g_autoptr(xmlDoc) doc = xmlNewDoc((const xmlChar *)"1.0");
    xmlNode *domain = xmlNewDocNode(doc, NULL, (const xmlChar *)"domain", NULL);

    xmlDocSetRootElement(doc, domain);
    seal_xml_set(domain, "type", "kvm", NULL);
    for (guint i = 0; i < G_N_ELEMENTS(parts); i++)
        parts[i](domain, plan);
    return seal_xml_print(doc);
}
