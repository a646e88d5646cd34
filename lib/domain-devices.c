/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Telling virtio devices from others. Each kind of device says it in another
 * place: a disk by its target's bus, an interface by a model element, a
 * controller by type and model. The table has one row a kind; a kind without
 * a row is never virtio.
 */

#include "domain-devices.h"

#include <string.h>

/**
 * Place - where a kind of device says what it is
 * @kind: element name; @type: (nullable): only with this type attribute
 * @child: (nullable): child element that holds the attribute, else the device itself
 * @attribute: the attribute that becomes SealDevice.model
 * @always: the kind is virtio whatever the attribute says
 */
typedef struct {
    const char *kind;
    const char *type;
    const char *child;
    const char *attribute;
    gboolean always;
} Place;

static const Place places[] = {
    {"disk", NULL, "target", "bus", FALSE},
    {"interface", NULL, "model", "type", FALSE},
    {"controller", "scsi", NULL, "model", FALSE},
    {"controller", "virtio-serial", NULL, "type", FALSE},
    {"memballoon", NULL, NULL, "model", FALSE},
    {"rng", NULL, NULL, "model", FALSE},
    {"video", NULL, "model", "type", FALSE},
    {"input", NULL, NULL, "bus", FALSE},
    /* QEMU's 9p and virtiofs are both virtio; the driver's type says which. */
    {"filesystem", NULL, "driver", "type", TRUE},
    {"vsock", NULL, NULL, "model", FALSE},
    {"crypto", NULL, NULL, "model", FALSE},
    {"sound", NULL, NULL, "model", FALSE},
    {"memory", NULL, NULL, "model", FALSE},
};

/* In the order of preference; <source> has one of them. */
static const char *const source_attributes[] = {
    "file", "dev", "network", "bridge", "dir", "volume", "name", "path",
};

static const char *const words_iommu[] = {
    [SEAL_IOMMU_DEFAULT] = NULL,
    [SEAL_IOMMU_ON] = "on",
    [SEAL_IOMMU_OFF] = "off",
};

static const Place *
find_place(const char *kind, const char *type)
{
    for (gsize i = 0; i < G_N_ELEMENTS(places); i++) {
        if (strcmp(places[i].kind, kind) == 0 &&
            (!places[i].type || g_strcmp0(places[i].type, type) == 0))
            return &places[i];
    }
    return NULL;
}

/* What a device without a row is best called by. */
static const char *
find_word(xmlNode *node)
{
    const char *model = seal_xml_attribute(node, "model");

    return model ? model : seal_xml_attribute(node, "type");
}

static SealIommu
read_iommu(xmlNode *node)
{
    /* A video device can have two drivers, of which one carries the virtio options. */
    for (xmlNode *driver = seal_xml_child(node, "driver"); driver; driver = seal_xml_next(driver)) {
        const char *word = seal_xml_attribute(driver, "iommu");

        for (gsize i = SEAL_IOMMU_ON; word && i < G_N_ELEMENTS(words_iommu); i++) {
            if (strcmp(word, words_iommu[i]) == 0)
                return (SealIommu)i;
        }
    }
    return SEAL_IOMMU_DEFAULT;
}

static const char *
find_source(xmlNode *node)
{
    xmlNode *source = seal_xml_child(node, "source");

    for (gsize i = 0; source && i < G_N_ELEMENTS(source_attributes); i++) {
        const char *value = seal_xml_attribute(source, source_attributes[i]);

        if (value)
            return value;
    }
    return NULL;
}

static gboolean
is_shared_disk(xmlNode *node)
{
    const char *device = seal_xml_attribute(node, "device");

    return g_str_equal(node->name, "disk") &&
           (g_strcmp0(device, "cdrom") == 0 || g_strcmp0(device, "floppy") == 0 ||
            seal_xml_child(node, "readonly") || seal_xml_child(node, "shareable"));
}

static void
device_free(gpointer data)
{
    SealDevice *device = data;

    g_free(device->kind);
    g_free(device->model);
    g_free(device->source);
    g_free(device->pool);
    g_free(device);
}

static SealDevice *
device_read(xmlNode *node)
{
    SealDevice *device = g_new0(SealDevice, 1);
    const char *kind = (const char *)node->name;
    const Place *place = find_place(kind, seal_xml_attribute(node, "type"));
    const char *word = NULL;

    if (place) {
        xmlNode *holder = place->child ? seal_xml_child(node, place->child) : node;

        word = seal_xml_attribute(holder, place->attribute);
        device->virtio = place->always || g_str_has_prefix(word ? word : "", "virtio");
    } else {
        word = find_word(node);
    }
    device->kind = g_strdup(kind);
    device->model = g_strdup(word ? word : "");
    device->iommu = read_iommu(node);
    device->source = g_strdup(find_source(node));
    device->pool = g_strdup(seal_xml_attribute(seal_xml_child(node, "source"), "pool"));
    device->shared = is_shared_disk(node);
    return device;
}

GPtrArray *
seal_domain_devices_read(xmlNode *devices)
{
    GPtrArray *array = g_ptr_array_new_with_free_func(device_free);

    for (xmlNode *node = seal_xml_first_element(devices); node;
         node = xmlNextElementSibling(node)) {
        if (strcmp((const char *)node->name, "emulator") != 0)
            g_ptr_array_add(array, device_read(node));
    }
    return array;
}
