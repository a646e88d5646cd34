/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Every combination of technology, machine, display, backing and firmware that
 * the writer accepts is written and held against libvirt's own RNG schema, and
 * every virtio device in it must have iommu='on'. What is virtio is found by an
 * XPath of this test's own, which shares nothing with the writer.
 */

#include "test-plan.h"
#include "test-schema.h"

#include <libxml/xpath.h>

#define VARS "/fw/VARS.fd"

static const SealTechnology technologies[] = {SEAL_TECHNOLOGY_NONE, SEAL_TECHNOLOGY_SEV,
                                              SEAL_TECHNOLOGY_SEV_ES, SEAL_TECHNOLOGY_SEV_SNP,
                                              SEAL_TECHNOLOGY_TDX};

static const char *const machines[] = {"q35", "pc-q35-7.2", "pc", "pc-i440fx-7.2"};

static const char *const templates[] = {VARS, NULL, "rom"};

/* Each is added to a VM with every disk bus, two kinds of network and a serial console. */
static const char *const extras[] = {
    "",
    ", 'display': <'vnc'>",
    ", 'display': <'spice'>",
    ", 'display': <'vnc'>, 'clipboard': <true>, 'video': <'virtio-gl'>, 'vcpus': <uint32 6>",
    ", 'display': <'spice'>, 'clipboard': <true>, 'video': <'qxl'>",
    ", 'display': <'spice'>, 'video': <'qxl'>, 'video-memory': <uint64 8388608>",
    ", 'display': <'vnc'>, 'video': <'vmware'>, 'video-memory': <uint64 16777216>",
    ", 'display': <'spice'>, 'video': <'cirrus'>",
    ", 'video': <'serial'>, 'memory-backing': <'auto'>, 'autostart': <true>",
    ", 'display': <'vnc'>, 'video': <'std'>, 'video-memory': <uint64 16777216>",
    ", 'memory-backing': <'hard-limit'>",
    ", 'memory-backing': <'hugepages'>, 'hugepage-size': <uint64 2097152>",
    ", 'memory-backing': <'locked'>, 'tpm': <true>, 'restart': <'guest-reboot'>",
    ", 'numa-nodes': <'0-3,^2'>, 'cpu-pinning': <'0-7,^3'>, 'vcpus': <uint32 255>",
    ", 'kernel': <'/k'>, 'initrd': <'/i'>, 'cmdline': <'console=ttyS0 <&>'>",
    ", 'firmware': <'efi'>, 'console': <false>, 'rng': <false>",
};

#define DISKS                                                                                      \
    "'disks': <[{'path': <'/a.qcow2'>}, {'path': <'/dev/b'>, 'bus': <'virtio'>}, "                 \
    "{'path': <'/c.img'>, 'bus': <'sata'>}, {'pool': <'p'>, 'volume': <'v.img'>, "                 \
    "'readonly': <true>}, {'device': <'cdrom'>}, "                                                 \
    "{'path': <'/d.iso'>, 'device': <'cdrom'>, 'bus': <'sata'>, 'boot-order': <uint32 1>}]>"
#define NETWORKS                                                                                   \
    "'networks': <[{'source': <'default'>, 'mac': <'52:54:00:00:00:01'>}, "                        \
    "{'type': <'bridge'>, 'source': <'br0.1'>, 'queues': <uint32 8>, 'mtu': <uint32 9000>}, "      \
    "{'type': <'direct'>, 'source': <'eth0'>}, {'type': <'user'>, 'model': <'e1000e'>}]>"

/* All that libvirt's virtioOptions belong to, as one node set. */
static const char virtio_devices[] =
    "//disk[target/@bus='virtio'] | //interface[starts-with(model/@type, 'virtio')] | "
    "//controller[starts-with(@model, 'virtio')] | //controller[@type='virtio-serial'] | "
    "//memballoon[starts-with(@model, 'virtio')] | //rng | //video[model/@type='virtio'] | "
    "//input[@bus='virtio'] | //filesystem | //vsock | //crypto | //sound[@model='virtio'] | "
    "//memory[starts-with(@model, 'virtio')]";

typedef void (*Visitor)(xmlDoc *doc, const TestPlan *test, gpointer user_data);

static guint
visit_one(const char *dict,
          SealTechnology technology,
          const char *template,
          Visitor visit,
          gpointer user_data)
{
    g_autoptr(TestPlan) test = test_plan_new(dict, technology, template);
    g_autofree char *xml = NULL;
    xmlDoc *doc;

    if (!seal_domain_writer_check(&test->plan, NULL))
        return 0;
    xml = seal_domain_writer_write(&test->plan);
    doc = xmlReadMemory(xml, (int)strlen(xml), NULL, NULL, XML_PARSE_NONET);
    g_assert_nonnull(doc);
    visit(doc, test, user_data);
    xmlFreeDoc(doc);
    return 1;
}

static guint
visit_all(Visitor visit, gpointer user_data)
{
    guint n = 0;

    for (gsize t = 0; t < G_N_ELEMENTS(technologies); t++) {
        for (gsize m = 0; m < G_N_ELEMENTS(machines); m++) {
            for (gsize i = 0; i < G_N_ELEMENTS(templates) * G_N_ELEMENTS(extras); i++) {
                g_autofree char *dict =
                    g_strdup_printf(TEST_PLAN_MEM ", 'machine': <'%s'>, " DISKS ", " NETWORKS "%s",
                                    machines[m], extras[i / G_N_ELEMENTS(templates)]);

                n += visit_one(dict, technologies[t], templates[i % G_N_ELEMENTS(templates)], visit,
                               user_data);
            }
        }
    }
    return n;
}

static void
validate(xmlDoc *doc, const TestPlan *test, gpointer user_data)
{
    const TestSchema *schema = user_data;

    if (!test_schema_knows(schema, test->plan.technology, NULL))
        return;
    if (xmlRelaxNGValidateDoc(schema->context, doc) != 0) {
        xmlDocDump(stderr, doc);
        g_error("libvirt's schema refuses the XML above");
    }
}

static void
test_schema(void)
{
    g_autoptr(TestSchema) schema = test_schema_new();

    if (!schema) {
        g_test_skip("no schema is installed (package libvirt-daemon on Debian)");
        return;
    }
    g_assert_cmpuint(visit_all(validate, schema), >=, 590);
}

static int
count(xmlDoc *doc, const char *xpath)
{
    xmlXPathContext *context = xmlXPathNewContext(doc);
    xmlXPathObject *object = xmlXPathEvalExpression((const xmlChar *)xpath, context);
    int n;

    g_assert_nonnull(object);
    n = xmlXPathNodeSetGetLength(object->nodesetval);
    xmlXPathFreeObject(object);
    xmlXPathFreeContext(context);
    return n;
}

static void
check_iommu(xmlDoc *doc, const TestPlan *test, gpointer user_data)
{
    static const char with_iommu[] = "//devices/*[driver/@iommu='on']";
    static const char transitional[] = "//*[@model='virtio'] | //interface/model[@type='virtio']";
    gboolean encrypted = test->plan.technology != SEAL_TECHNOLOGY_NONE;
    int n_virtio = count(doc, virtio_devices);

    g_assert_cmpint(n_virtio, >=, 4);
    g_assert_cmpint(count(doc, with_iommu), ==, encrypted ? n_virtio : 0);
    g_assert_cmpint(count(doc, "//@iommu"), ==, encrypted ? n_virtio : 0);
    /* Plain PCI makes them transitional unless told otherwise. */
    if (encrypted && !seal_settings_is_q35(test->settings))
        g_assert_cmpint(count(doc, transitional), ==, 0);
}

static void
test_iommu_everywhere(void)
{
    g_assert_cmpuint(visit_all(check_iommu, NULL), >=, 590);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/domain-schema/schema", test_schema);
    g_test_add_func("/domain-schema/iommu-everywhere", test_iommu_everywhere);
    return g_test_run();
}
