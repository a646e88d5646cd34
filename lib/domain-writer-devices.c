/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The devices of a domain other than disks: one writer a kind, one table at the
 * foot. Nothing is there that was not asked for: no USB, no sound, no default
 * video, and no balloon for an encrypted guest, which could not give anything
 * back.
 */

#include "domain-writer-devices.h"

#include "domain-writer-disks.h"
#include "domain-writer-plan.h"
#include "version.h"

#define LOOPBACK "127.0.0.1"
/* First libvirt with <audio type='none'/>. */
#define HAS_AUDIO_NONE SEAL_VERSION(7, 2, 0)

/* The <driver> of a virtio device that has nothing else to say in it. */
static void
add_driver(xmlNode *device, const SealPlan *plan)
{
    if (seal_domain_writer_plan_encrypted(plan))
        seal_domain_writer_plan_set_iommu(plan, seal_xml_add(device, "driver", NULL));
}

static void
write_emulator(xmlNode *devices, const SealPlan *plan)
{
    if (plan->stack->emulator)
        seal_xml_add(devices, "emulator", plan->stack->emulator);
}

static const struct {
    const char *type;
    const char *source_attribute;
} network_types[] = {
    [SEAL_NETWORK_NETWORK] = {"network", "network"},
    [SEAL_NETWORK_BRIDGE] = {"bridge", "bridge"},
    [SEAL_NETWORK_USER] = {"user", NULL},
    [SEAL_NETWORK_DIRECT] = {"direct", "dev"},
};

static const char *const nic_models[] = {
    [SEAL_NIC_VIRTIO] = "virtio",
    [SEAL_NIC_E1000E] = "e1000e",
    [SEAL_NIC_RTL8139] = "rtl8139",
    [SEAL_NIC_VMXNET3] = "vmxnet3",
};

static void
add_network_source(xmlNode *node, const SealNetwork *network)
{
    if (!network->source)
        return;
    seal_xml_set(seal_xml_add(node, "source", NULL), network_types[network->type].source_attribute,
                 network->source, "mode", network->type == SEAL_NETWORK_DIRECT ? "bridge" : NULL,
                 NULL);
}

static void
add_network_driver(xmlNode *node, const SealPlan *plan, const SealNetwork *network)
{
    guint queues = seal_domain_writer_plan_queues(plan, network);
    xmlNode *driver;

    if (network->model != SEAL_NIC_VIRTIO ||
        (queues <= 1 && !seal_domain_writer_plan_encrypted(plan)))
        return;
    driver = seal_xml_add(node, "driver", NULL);
    /* Who asks for queues wants vhost behind them; for the default libvirt may do without. */
    if (network->queues > 1)
        seal_xml_set(driver, "name", "vhost", NULL);
    if (queues > 1)
        seal_xml_set_uint(driver, "queues", queues);
    seal_domain_writer_plan_set_iommu(plan, driver);
}

static void
write_network(xmlNode *devices, const SealPlan *plan, const SealNetwork *network)
{
    xmlNode *node = seal_xml_add(devices, "interface", NULL);
    const char *model = nic_models[network->model];

    if (network->model == SEAL_NIC_VIRTIO)
        model = seal_domain_writer_plan_virtio_model(plan, model);
    seal_xml_set(node, "type", network_types[network->type].type, NULL);
    if (network->mac)
        seal_xml_set(seal_xml_add(node, "mac", NULL), "address", network->mac, NULL);
    add_network_source(node, network);
    seal_xml_set(seal_xml_add(node, "model", NULL), "type", model, NULL);
    add_network_driver(node, plan, network);
    /* 1 is the bridge's own, which nobody asked for yet; libvirt has no word for it. */
    if (network->mtu > 1)
        seal_xml_set_uint(seal_xml_add(node, "mtu", NULL), "size", network->mtu);
    /* The ROM is code of the host that knows nothing of encrypted memory (libvirt kbase). */
    seal_xml_set(seal_xml_add(node, "rom", NULL), "enabled", "no", NULL);
}

static void
write_networks(xmlNode *devices, const SealPlan *plan)
{
    const GPtrArray *networks = plan->settings->networks;

    for (guint i = 0; i < networks->len; i++)
        write_network(devices, plan, g_ptr_array_index(networks, i));
}

/* The clipboard's channel hangs on it; left to libvirt it would lack iommu. */
static void
write_serial_controller(xmlNode *devices, const SealPlan *plan)
{
    xmlNode *controller;

    if (!plan->settings->clipboard)
        return;
    controller =
        seal_xml_set(seal_xml_add(devices, "controller", NULL), "type", "virtio-serial", "index",
                     "0", "model", seal_domain_writer_plan_virtio_model(plan, NULL), NULL);
    add_driver(controller, plan);
}

static void
write_console(xmlNode *devices, const SealPlan *plan)
{
    xmlNode *serial;
    xmlNode *console;
    xmlNode *target;

    if (!plan->settings->console)
        return;
    serial = seal_xml_set(seal_xml_add(devices, "serial", NULL), "type", "pty", NULL);
    target =
        seal_xml_set(seal_xml_add(serial, "target", NULL), "type", "isa-serial", "port", "0", NULL);
    seal_xml_set(seal_xml_add(target, "model", NULL), "name", "isa-serial", NULL);
    console = seal_xml_set(seal_xml_add(devices, "console", NULL), "type", "pty", NULL);
    seal_xml_set(seal_xml_add(console, "target", NULL), "type", "serial", "port", "0", NULL);
}

/* VNC has no clipboard of its own, so QEMU plays SPICE's agent for it. */
static void
write_clipboard(xmlNode *devices, const SealPlan *plan)
{
    gboolean vnc = plan->settings->display == SEAL_DISPLAY_VNC;
    xmlNode *channel;

    if (!plan->settings->clipboard)
        return;
    channel = seal_xml_set(seal_xml_add(devices, "channel", NULL), "type",
                           vnc ? "qemu-vdagent" : "spicevmc", NULL);
    if (vnc)
        seal_xml_set(seal_xml_add(seal_xml_add(channel, "source", NULL), "clipboard", NULL),
                     "copypaste", "yes", NULL);
    seal_xml_set(seal_xml_add(channel, "target", NULL), "type", "virtio", "name",
                 "com.redhat.spice.0", NULL);
}

/*
 * A pointer for a display. virtio input is never transitional, so it has no model
 * to choose; the two PS/2 devices are those that libvirt adds in any case.
 */
static void
write_inputs(xmlNode *devices, const SealPlan *plan)
{
    xmlNode *tablet;

    if (plan->settings->display == SEAL_DISPLAY_NONE)
        return;
    tablet =
        seal_xml_set(seal_xml_add(devices, "input", NULL), "type", "tablet", "bus", "virtio", NULL);
    add_driver(tablet, plan);
    seal_xml_set(seal_xml_add(devices, "input", NULL), "type", "mouse", "bus", "ps2", NULL);
    seal_xml_set(seal_xml_add(devices, "input", NULL), "type", "keyboard", "bus", "ps2", NULL);
}

/*
 * Half of the CRB device is memory of QEMU's, which is neither a device's registers nor memory that
 * can be private (QEMU hw/tpm/tpm_crb.c); TIS is registers alone.
 */
static void
write_tpm(xmlNode *devices, const SealPlan *plan)
{
    xmlNode *tpm;

    if (!plan->settings->tpm)
        return;
    tpm = seal_xml_set(seal_xml_add(devices, "tpm", NULL), "model",
                       seal_domain_writer_plan_private_memory(plan) ? "tpm-tis" : "tpm-crb", NULL);
    seal_xml_set(seal_xml_add(tpm, "backend", NULL), "type", "emulator", "version", "2.0", NULL);
}

/* SPICE copies and drops files between guest and desktop unless told not to. */
static void
close_spice_channels(xmlNode *graphics, gboolean clipboard)
{
    seal_xml_set(seal_xml_add(graphics, "clipboard", NULL), "copypaste", clipboard ? "yes" : "no",
                 NULL);
    seal_xml_set(seal_xml_add(graphics, "filetransfer", NULL), "enable", "no", NULL);
}

static void
write_graphics(xmlNode *devices, const SealPlan *plan)
{
    SealDisplay display = plan->settings->display;
    xmlNode *graphics;

    if (display == SEAL_DISPLAY_NONE)
        return;
    graphics = seal_xml_set(seal_xml_add(devices, "graphics", NULL), "type",
                            display == SEAL_DISPLAY_VNC ? "vnc" : "spice", "port", "-1", "autoport",
                            "yes", "listen", LOOPBACK, NULL);
    seal_xml_set(seal_xml_add(graphics, "listen", NULL), "type", "address", "address", LOOPBACK,
                 NULL);
    if (display == SEAL_DISPLAY_SPICE)
        close_spice_channels(graphics, plan->settings->clipboard);
    /* VNC cannot draw with OpenGL, and SPICE could on a Unix socket only: QEMU does it unseen. */
    if (plan->settings->video == SEAL_VIDEO_VIRTIO_GL)
        seal_xml_set(seal_xml_add(devices, "graphics", NULL), "type", "egl-headless", NULL);
}

static void
write_audio(xmlNode *devices, const SealPlan *plan)
{
    if (plan->settings->display == SEAL_DISPLAY_NONE ||
        plan->stack->libvirt_version < HAS_AUDIO_NONE)
        return;
    seal_xml_set(seal_xml_add(devices, "audio", NULL), "id", "1", "type", "none", NULL);
}

/* A video device as libvirt names it, and the attribute that sizes its memory, in KiB. */
static const struct {
    const char *type;
    const char *memory;
    gboolean virtio;
} videos[] = {
    [SEAL_VIDEO_AUTO] = {"none"},
    [SEAL_VIDEO_NONE] = {"none"},
    [SEAL_VIDEO_STD] = {"vga", "vram"},
    [SEAL_VIDEO_CIRRUS] = {"cirrus"},
    [SEAL_VIDEO_VMWARE] = {"vmvga", "vram"},
    [SEAL_VIDEO_QXL] = {"qxl", "vgamem"},
    [SEAL_VIDEO_VIRTIO] = {"virtio", NULL, TRUE},
    [SEAL_VIDEO_VIRTIO_GL] = {"virtio", NULL, TRUE},
    [SEAL_VIDEO_SERIAL] = {"none"},
};

/* Without a display "none" is written, or libvirt could add one of its own choice. */
static void
write_video(xmlNode *devices, const SealPlan *plan)
{
    SealVideo kind = seal_domain_writer_plan_video(plan);
    guint64 memory = plan->settings->video_memory;
    xmlNode *video = seal_xml_add(devices, "video", NULL);
    xmlNode *model;

    if (videos[kind].virtio)
        add_driver(video, plan);
    model = seal_xml_set(seal_xml_add(video, "model", NULL), "type", videos[kind].type, NULL);
    if (memory && videos[kind].memory)
        seal_xml_set_uint(model, videos[kind].memory, memory / 1024);
    if (kind != SEAL_VIDEO_NONE)
        seal_xml_set(model, "heads", "1", "primary", "yes", NULL);
    if (kind == SEAL_VIDEO_VIRTIO_GL)
        seal_xml_set(seal_xml_add(model, "acceleration", NULL), "accel3d", "yes", NULL);
}

static void
write_memballoon(xmlNode *devices, const SealPlan *plan)
{
    xmlNode *balloon = seal_xml_add(devices, "memballoon", NULL);

    /* Encrypted memory is pinned or private: none of it could be given back. */
    seal_xml_set(balloon, "model", seal_domain_writer_plan_encrypted(plan) ? "none" : "virtio",
                 NULL);
}

static void
write_rng(xmlNode *devices, const SealPlan *plan)
{
    xmlNode *rng;

    if (!plan->settings->rng)
        return;
    rng = seal_xml_set(seal_xml_add(devices, "rng", NULL), "model",
                       seal_domain_writer_plan_virtio_model(plan, "virtio"), NULL);
    seal_xml_set(seal_xml_add(rng, "backend", "/dev/urandom"), "model", "random", NULL);
    add_driver(rng, plan);
}

/* In the order in which libvirt prints them. */
static void (*const writers[])(xmlNode *, const SealPlan *) = {
    write_emulator,
    seal_domain_writer_disks_write,
    seal_domain_writer_disks_write_controllers,
    write_serial_controller,
    write_networks,
    write_console,
    write_clipboard,
    write_inputs,
    write_tpm,
    write_graphics,
    write_audio,
    write_video,
    write_memballoon,
    write_rng,
};

void
seal_domain_writer_devices_write(xmlNode *domain, const SealPlan *plan)
{
    xmlNode *devices = seal_xml_add(domain, "devices", NULL);

    for (guint i = 0; i < G_N_ELEMENTS(writers); i++)
        writers[i](devices, plan);
}
