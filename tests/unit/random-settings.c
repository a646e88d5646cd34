/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Random VMs that must be accepted. Each part of the settings is drawn by a
 * function of its own, in the order in which later parts depend on earlier
 * ones: technology, machine, firmware, then memory, devices and the rest.
 */

#include "random-chance.h"
#include "random-settings.h"

#include <string.h>

#define MIB (G_GUINT64_CONSTANT(1) << 20)
#define GIB (G_GUINT64_CONSTANT(1) << 30)

/* What is drawn so far, as far as other parts ask. */
typedef struct {
    GRand *rand;
    RandomVm *vm;
    GVariantDict dict;
    gboolean pc;
    gboolean kernel;
    gboolean hugepages;
    gboolean hard_limit; /* which a large video memory does not fit into */
    gboolean display;
} Draw;

static const struct {
    guint64 libvirt;
    guint64 qemu;
    guint n_technologies; /* how many of the list below it can do */
} stacks[] = {
    {SEAL_VERSION(9, 0, 0), SEAL_VERSION(7, 2, 0), 3},
    {SEAL_VERSION(10, 5, 0), SEAL_VERSION(9, 1, 0), 4},
    {SEAL_VERSION(11, 3, 0), SEAL_VERSION(10, 0, 0), 4},
    {SEAL_VERSION(11, 8, 0), SEAL_VERSION(10, 1, 0), 5},
    {SEAL_VERSION(12, 8, 0), SEAL_VERSION(11, 1, 0), 5},
};

static const SealTechnology technologies[] = {SEAL_TECHNOLOGY_NONE, SEAL_TECHNOLOGY_SEV,
                                              SEAL_TECHNOLOGY_SEV_ES, SEAL_TECHNOLOGY_SEV_SNP,
                                              SEAL_TECHNOLOGY_TDX};

/* Names that mean something to a shell, to XML and to QEMU's command line. */
static const char *const odd_names[] = {"a b", "c,d", "e'f", "g\"h", "i<&>j", "k;l", "ü", "m=n"};

static void
put_text(GVariantDict *dict, const char *key, const char *text)
{
    g_variant_dict_insert(dict, key, "s", text);
}

static void
put_pick(Draw *draw, const char *key, const char *words)
{
    g_autofree char *word = random_chance_pick(draw->rand, words);

    put_text(&draw->dict, key, word);
}

static void
maybe_pick(Draw *draw, const char *key, const char *words)
{
    if (random_chance_once(draw->rand, 3))
        put_pick(draw, key, words);
}

static void
maybe_bool(Draw *draw, const char *key)
{
    if (random_chance_once(draw->rand, 3))
        g_variant_dict_insert(&draw->dict, key, "b", random_chance_once(draw->rand, 2));
}

static void
maybe_base64(Draw *draw, const char *key, gsize size)
{
    g_autofree char *base64 = random_chance_base64(draw->rand, size);

    if (random_chance_once(draw->rand, 2))
        put_text(&draw->dict, key, base64);
}

static void
draw_stack(Draw *draw)
{
    guint stack = (guint)g_rand_int_range(draw->rand, 0, G_N_ELEMENTS(stacks));
    gint32 n = (gint32)stacks[stack].n_technologies;

    draw->vm->libvirt = stacks[stack].libvirt;
    draw->vm->qemu = stacks[stack].qemu;
    draw->vm->technology = technologies[g_rand_int_range(draw->rand, 0, n)];
}

static gboolean
is_rom(const Draw *draw)
{
    return seal_technology_get_info(draw->vm->technology)->private_memory;
}

static void
draw_machine(Draw *draw)
{
    draw->pc = !is_rom(draw) && random_chance_once(draw->rand, 5);
    if (draw->pc)
        put_pick(draw, "machine", "pc pc-i440fx-7.2");
    else
        maybe_pick(draw, "machine", "q35 pc-q35-7.2");
}

static void
draw_firmware(Draw *draw)
{
    static const char *const templates[] = {"/fw/VARS.fd", NULL, "rom"};

    draw->vm->template = is_rom(draw) ? "rom" : templates[g_rand_int_range(draw->rand, 0, 3)];
    draw->vm->efi = random_chance_once(draw->rand, 4) &&
                    (!is_rom(draw) || draw->vm->libvirt >= SEAL_VERSION(11, 8, 0));
    if (draw->vm->efi)
        put_text(&draw->dict, "firmware", "efi");
}

static void
draw_memory_backing(Draw *draw)
{
    gboolean pins = seal_technology_get_info(draw->vm->technology)->pins_memory;
    g_autofree char *word =
        random_chance_pick(draw->rand, pins ? "auto locked hard-limit hugepages hugepages"
                                            : "auto none locked hard-limit hugepages hugepages");

    if (random_chance_once(draw->rand, 2))
        return;
    put_text(&draw->dict, "memory-backing", word);
    draw->hugepages = g_str_equal(word, "hugepages");
    draw->hard_limit = g_str_equal(word, "hard-limit");
    if (draw->hugepages && random_chance_once(draw->rand, 2))
        g_variant_dict_insert(&draw->dict, "hugepage-size", "t",
                              random_chance_once(draw->rand, 2) ? 2 * MIB : GIB);
    if (draw->hard_limit && random_chance_once(draw->rand, 2))
        g_variant_dict_insert(&draw->dict, "hard-limit-extra", "t",
                              MIB * (guint64)g_rand_int_range(draw->rand, 16, 4096));
}

static void
draw_size(Draw *draw)
{
    guint64 step = draw->hugepages ? GIB : MIB;
    guint64 memory = step * (guint64)g_rand_int_range(draw->rand, 16, 16384);

    g_variant_dict_insert(&draw->dict, "memory", "t", memory);
    if (!random_chance_once(draw->rand, 4))
        g_variant_dict_insert(&draw->dict, "vcpus", "u",
                              (guint32)g_rand_int_range(draw->rand, 1, 256));
}

static char *
draw_name(Draw *draw, guint i)
{
    const char *odd = random_chance_once(draw->rand, 6)
                          ? odd_names[g_rand_int_range(draw->rand, 0, G_N_ELEMENTS(odd_names))]
                          : "disk";
    g_autofree char *suffix = random_chance_pick(draw->rand, ".img .raw .iso .qcow2");

    return g_strdup_printf("%s-%u%s", odd, i, suffix);
}

static void
draw_disk_source(Draw *draw, GVariantDict *disk, guint i, gboolean writable)
{
    g_autofree char *name = draw_name(draw, i);
    g_autofree char *path = g_strconcat("/images/", name, NULL);
    g_autofree char *device = g_strdup_printf("/dev/vg/disk%u", i);
    gboolean volume = random_chance_once(draw->rand, 3);

    if (volume) {
        put_text(disk, "pool", "default");
        put_text(disk, "volume", name);
    } else {
        put_text(disk, "path", random_chance_once(draw->rand, 4) ? device : path);
    }
    if (volume && writable && random_chance_once(draw->rand, 3))
        g_variant_dict_insert(disk, "size", "t",
                              MIB * (guint64)g_rand_int_range(draw->rand, 1, 1 << 20));
}

static GVariant *
draw_disk(Draw *draw, guint i)
{
    gboolean cdrom = random_chance_once(draw->rand, 5);
    gboolean readonly = random_chance_once(draw->rand, 5);
    /* A read-only SATA disk does not exist, a CD-ROM drive on virtio neither. */
    g_autofree char *bus = random_chance_pick(draw->rand, cdrom      ? "scsi sata"
                                                          : readonly ? "scsi virtio"
                                                                     : "scsi scsi virtio sata");
    GVariantDict disk;

    g_variant_dict_init(&disk, NULL);
    /* The first one has something to boot from in any case. */
    if (!cdrom || i == 0 || random_chance_once(draw->rand, 2))
        draw_disk_source(draw, &disk, i, !cdrom && !readonly);
    if (cdrom)
        put_text(&disk, "device", "cdrom");
    if (readonly)
        g_variant_dict_insert(&disk, "readonly", "b", TRUE);
    if (!g_str_equal(bus, "scsi") || random_chance_once(draw->rand, 2))
        put_text(&disk, "bus", bus);
    if (random_chance_once(draw->rand, 4))
        g_variant_dict_insert(&disk, "boot-order", "u", (guint32)(200 - i));
    if (random_chance_once(draw->rand, 4))
        put_text(&disk, "format", random_chance_once(draw->rand, 2) ? "raw" : "qcow2");
    return g_variant_dict_end(&disk);
}

static void
draw_disks(Draw *draw)
{
    guint n = random_chance_once(draw->rand, 8) ? 40 : 4;
    GVariantBuilder disks = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("aa{sv}"));

    n = (guint)g_rand_int_range(draw->rand, 1, (gint32)n);
    for (guint i = 0; i < n; i++)
        g_variant_builder_add_value(&disks, draw_disk(draw, i));
    g_variant_dict_insert_value(&draw->dict, "disks", g_variant_builder_end(&disks));
}

static GVariant *
draw_network(Draw *draw, guint i)
{
    g_autofree char *type = random_chance_pick(draw->rand, "network bridge user direct");
    g_autofree char *model =
        random_chance_pick(draw->rand, "virtio virtio virtio e1000e rtl8139 vmxnet3");
    g_autofree char *mac = g_strdup_printf("52:54:%02x:00:00:%02x", i, i);
    gboolean user = g_str_equal(type, "user");
    gboolean bridged = g_str_equal(type, "network") || g_str_equal(type, "bridge");
    GVariantDict network;

    g_variant_dict_init(&network, NULL);
    if (!g_str_equal(type, "network") || random_chance_once(draw->rand, 2))
        put_text(&network, "type", type);
    if (!user)
        put_text(&network, "source", g_str_equal(type, "network") ? "default" : "br0.1");
    if (!g_str_equal(model, "virtio") || random_chance_once(draw->rand, 2))
        put_text(&network, "model", model);
    if (random_chance_once(draw->rand, 2))
        put_text(&network, "mac", mac);
    if (bridged && random_chance_once(draw->rand, 3))
        g_variant_dict_insert(
            &network, "mtu", "u",
            random_chance_once(draw->rand, 3)
                ? 1u
                : (guint32)g_rand_int_range(draw->rand, 68, SEAL_SETTINGS_MAX_MTU + 1));
    if (!user && g_str_equal(model, "virtio") && random_chance_once(draw->rand, 3))
        g_variant_dict_insert(&network, "queues", "u",
                              (guint32)g_rand_int_range(draw->rand, 1, 257));
    return g_variant_dict_end(&network);
}

static void
draw_networks(Draw *draw)
{
    guint n = (guint)g_rand_int_range(draw->rand, 0, 6);
    GVariantBuilder networks = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("aa{sv}"));

    for (guint i = 0; i < n; i++)
        g_variant_builder_add_value(&networks, draw_network(draw, i));
    g_variant_dict_insert_value(&draw->dict, "networks", g_variant_builder_end(&networks));
}

static void
draw_kernel(Draw *draw)
{
    draw->kernel = random_chance_once(draw->rand, 4);
    if (!draw->kernel)
        return;
    put_text(&draw->dict, "kernel", "/boot/vmlinuz");
    if (random_chance_once(draw->rand, 2))
        put_text(&draw->dict, "initrd", "/boot/initrd.img");
    if (random_chance_once(draw->rand, 2))
        put_text(&draw->dict, "cmdline", "console=ttyS0 a=\"b <c> & 'd'\"");
}

/* Bits that each technology's specification names and every stack here takes. */
static const struct {
    const char *flags;
    guint64 numbers[4];
} policies[] = {
    [SEAL_TECHNOLOGY_SEV] = {"nodbg noks nosend domain sev", {1, 3, 0xb, 0x33}},
    [SEAL_TECHNOLOGY_SEV_ES] = {"nodbg noks nosend domain sev es", {4, 7, 0xf, 0x37}},
    [SEAL_TECHNOLOGY_SEV_SNP] = {"smt debug migrate-ma abi-major=1",
                                 {0x30000, 0xb0000, 0x30133, 0x20000}},
    [SEAL_TECHNOLOGY_TDX] = {"no-debug sept-ve-disable", {0, 0, 0x10000000, 0x10000000}},
};

static void
draw_policy(Draw *draw)
{
    SealTechnology technology = draw->vm->technology;
    gboolean named = technology == SEAL_TECHNOLOGY_NONE || random_chance_once(draw->rand, 2);
    g_autofree char *flag = NULL;
    const char *flags[2] = {NULL};

    if (named)
        put_text(&draw->dict, "technology", seal_technology_to_string(technology));
    if (technology == SEAL_TECHNOLOGY_NONE || random_chance_once(draw->rand, 2))
        return;
    if (named && random_chance_once(draw->rand, 2)) {
        g_variant_dict_insert(&draw->dict, "policy", "t",
                              policies[technology].numbers[g_rand_int_range(draw->rand, 0, 4)]);
        return;
    }
    flag = random_chance_pick(draw->rand, policies[technology].flags);
    flags[0] = flag;
    g_variant_dict_insert(&draw->dict, "policy-flags", "^as", flags);
}

static void
draw_sev(Draw *draw)
{
    g_autofree char *cert = random_chance_base64(draw->rand, 2084);
    g_autofree char *session = random_chance_base64(draw->rand, 128);

    if (draw->kernel)
        maybe_bool(draw, "kernel-hashes");
    if (random_chance_once(draw->rand, 2))
        return;
    put_text(&draw->dict, "dh-cert", cert);
    put_text(&draw->dict, "session", session);
}

static void
draw_snp(Draw *draw)
{
    g_autofree char *block = random_chance_base64(draw->rand, 96);
    g_autofree char *authentication = random_chance_base64(draw->rand, 4096);

    if (draw->kernel)
        maybe_bool(draw, "kernel-hashes");
    maybe_base64(draw, "host-data", 32);
    maybe_base64(draw, "guest-visible-workarounds", 16);
    maybe_bool(draw, "vcek");
    if (random_chance_once(draw->rand, 2))
        return;
    put_text(&draw->dict, "id-block", block);
    put_text(&draw->dict, "id-auth", authentication);
    maybe_bool(draw, "author-key");
}

static void
draw_tdx(Draw *draw)
{
    maybe_base64(draw, "mr-config-id", 48);
    maybe_base64(draw, "mr-owner", 48);
    maybe_base64(draw, "mr-owner-config", 48);
    maybe_pick(draw, "quote-generation-socket", "/run/qgs.socket /var/run/tdx-qgs/qgs.socket");
}

static void (*const drawers[])(Draw *) = {
    [SEAL_TECHNOLOGY_NONE] = NULL,       [SEAL_TECHNOLOGY_SEV] = draw_sev,
    [SEAL_TECHNOLOGY_SEV_ES] = draw_sev, [SEAL_TECHNOLOGY_SEV_SNP] = draw_snp,
    [SEAL_TECHNOLOGY_TDX] = draw_tdx,
};

static void
draw_technology(Draw *draw)
{
    if (drawers[draw->vm->technology])
        drawers[draw->vm->technology](draw);
}

static const char *
video_words(const Draw *draw)
{
    gboolean plain_pci = draw->pc && draw->vm->technology != SEAL_TECHNOLOGY_NONE;

    if (!draw->display)
        return plain_pci ? "auto none std" : "auto none std cirrus virtio serial";
    return plain_pci ? "auto std cirrus vmware qxl" : "auto std cirrus vmware qxl virtio virtio-gl";
}

static void
draw_display(Draw *draw)
{
    g_autofree char *video = NULL;

    draw->display = random_chance_once(draw->rand, 2);
    if (draw->display)
        put_pick(draw, "display", "vnc spice");
    if (draw->display)
        maybe_bool(draw, "clipboard");
    video = random_chance_pick(draw->rand, video_words(draw));
    if (random_chance_once(draw->rand, 2))
        return;
    put_text(&draw->dict, "video", video);
    if (strstr("std vmware qxl", video) && !draw->hard_limit && random_chance_once(draw->rand, 2))
        g_variant_dict_insert(&draw->dict, "video-memory", "t",
                              MIB << g_rand_int_range(draw->rand, 0, 7));
    if (!g_str_equal(video, "serial"))
        maybe_bool(draw, "console");
}

static void
draw_rest(Draw *draw)
{
    maybe_bool(draw, "rng");
    maybe_bool(draw, "tpm");
    maybe_bool(draw, "autostart");
    maybe_pick(draw, "restart", "no guest-reboot");
    maybe_pick(draw, "numa-nodes", "0 0-1 0-3,^2");
    maybe_pick(draw, "cpu-pinning", "0 0-3 0-7,^4 1,3,5");
}

static void (*const parts[])(Draw *) = {
    draw_stack,    draw_machine, draw_firmware, draw_memory_backing, draw_size,    draw_disks,
    draw_networks, draw_kernel,  draw_policy,   draw_technology,     draw_display, draw_rest,
};

RandomVm *
random_settings_new(GRand *rand)
{
    RandomVm *vm = g_new0(RandomVm, 1);
    Draw draw = {.rand = rand, .vm = vm};

    g_variant_dict_init(&draw.dict, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(parts); i++)
        parts[i](&draw);
    vm->dict = g_variant_ref_sink(g_variant_dict_end(&draw.dict));
    return vm;
}

void
random_settings_free(RandomVm *vm)
{
    if (!vm)
        return;
    g_variant_unref(vm->dict);
    g_free(vm);
}
