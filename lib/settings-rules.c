/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The rules between settings, as one list of small functions in the order in
 * which a person would want to hear of them. A rule that fills a default comes
 * where the default is needed first. No rule looks at the host.
 */

#include "settings-rules.h"

#include "error.h"
#include "settings-devices.h"
#include "settings-validate.h"

/* The sizes of huge pages that x86 has (Intel SDM, volume 3, 4.5: page directory entries). */
#define HUGEPAGE_2M (G_GUINT64_CONSTANT(1) << 21)
#define HUGEPAGE_1G (G_GUINT64_CONSTANT(1) << 30)

#define QXL_SECOND_WINDOW (G_GUINT64_CONSTANT(64) << 20)
/* What firmware, ROMs and QEMU itself need at the least. */
#define LIMIT_BESIDE_VIDEO (G_GUINT64_CONSTANT(64) << 20)

typedef gboolean (*Rule)(SealSettings *settings, GError **error);

static gboolean
rule_memory(SealSettings *settings, GError **error)
{
    if (settings->memory == 0)
        return seal_error_invalid(error,
                                  "memory is missing; give the bytes of guest memory, for example "
                                  "memory=4294967296 (4 GiB)");
    return TRUE;
}

static gboolean
rule_machine(SealSettings *settings, GError **error)
{
    if (!settings->machine)
        settings->machine = g_strdup("q35");
    return TRUE;
}

static gboolean
rule_kernel(SealSettings *settings, GError **error)
{
    const char *orphan = settings->initrd          ? "initrd"
                         : settings->cmdline       ? "cmdline"
                         : settings->kernel_hashes ? "kernel-hashes"
                                                   : NULL;

    if (orphan && !settings->kernel)
        return seal_error_invalid(
            error,
            "%s is given without a kernel; give kernel=PATH as well, or leave it "
            "out",
            orphan);
    return TRUE;
}

static gboolean
rule_policy(SealSettings *settings, GError **error)
{
    if (settings->has_policy && settings->policy_flags)
        return seal_error_invalid(error,
                                  "policy and policy-flags are both given; give one of them");
    return TRUE;
}

static gboolean
rule_owner(SealSettings *settings, GError **error)
{
    if (!settings->dh_cert != !settings->session)
        return seal_error_invalid(
            error,
            "%s is given without %s; the guest owner makes both at once, give "
            "both or neither",
            settings->dh_cert ? "dh-cert" : "session", settings->dh_cert ? "session" : "dh-cert");
    return TRUE;
}

static gboolean
rule_id_block(SealSettings *settings, GError **error)
{
    if (!settings->id_block != !settings->id_auth)
        return seal_error_invalid(
            error,
            "%s is given without %s; the secure processor checks one by the other, give "
            "both or neither",
            settings->id_block ? "id-block" : "id-auth",
            settings->id_block ? "id-auth" : "id-block");
    if (settings->author_key && !settings->id_auth)
        return seal_error_invalid(
            error, "author-key is true, but there is no id-auth that could hold one; "
                   "give id-block and id-auth as well, or leave it out");
    return TRUE;
}

static gboolean
rule_hugepages(SealSettings *settings, GError **error)
{
    guint64 size = settings->hugepage_size;

    if (size == 0)
        return TRUE;
    if (settings->memory_backing != SEAL_MEMORY_BACKING_HUGEPAGES)
        return seal_error_invalid(error,
                                  "hugepage-size is %" G_GUINT64_FORMAT
                                  ", but memory-backing is not "
                                  "hugepages; give memory-backing=hugepages or leave it out",
                                  size);
    if (size != HUGEPAGE_2M && size != HUGEPAGE_1G)
        return seal_error_invalid(error,
                                  "hugepage-size is %" G_GUINT64_FORMAT ", which no x86 processor "
                                  "has; give 2097152 (2 MiB) or 1073741824 (1 GiB)",
                                  size);
    if (settings->memory % size)
        return seal_error_invalid(error,
                                  "memory is %" G_GUINT64_FORMAT
                                  ", no multiple of hugepage-size %" G_GUINT64_FORMAT
                                  "; make it one",
                                  settings->memory, size);
    return TRUE;
}

static gboolean
rule_hard_limit(SealSettings *settings, GError **error)
{
    if (settings->hard_limit_extra == 0)
        settings->hard_limit_extra = SEAL_SETTINGS_HARD_LIMIT_EXTRA;
    else if (settings->memory_backing != SEAL_MEMORY_BACKING_HARD_LIMIT)
        return seal_error_invalid(error,
                                  "hard-limit-extra is %" G_GUINT64_FORMAT
                                  ", but memory-backing is not "
                                  "hard-limit; give memory-backing=hard-limit or leave it out",
                                  settings->hard_limit_extra);
    return TRUE;
}

/* Images are known by their paths, so an odd spelling would be another image of which nothing is.
 */
static void
make_canonical(char **path)
{
    g_autofree char *spelt = g_steal_pointer(path);

    if (spelt)
        *path = spelt[0] == '/' ? seal_settings_validate_canonical(spelt) : g_strdup(spelt);
}

static gboolean
rule_firmware(SealSettings *settings, GError **error)
{
    make_canonical(&settings->firmware);
    make_canonical(&settings->nvram_template);
    if (settings->nvram_template && (!settings->firmware || g_str_equal(settings->firmware, "efi")))
        return seal_error_invalid(
            error, "nvram-template is given without the firmware that it belongs to; "
                   "give firmware=PATH as well, or leave it out");
    return TRUE;
}

/* What has a window for its memory that libvirt can size; the others take what they need. */
static gboolean
has_video_memory(SealVideo video)
{
    return video == SEAL_VIDEO_STD || video == SEAL_VIDEO_VMWARE || video == SEAL_VIDEO_QXL;
}

static gboolean
rule_video_memory(SealSettings *settings, GError **error)
{
    guint64 memory = settings->video_memory;

    if (memory && !has_video_memory(settings->video))
        return seal_error_invalid(
            error,
            "video-memory is %" G_GUINT64_FORMAT ", but only video=std, vmware and qxl "
            "have memory of a size to choose; give one of them or leave it out",
            memory);
    if (memory & (memory - 1))
        return seal_error_invalid(error,
                                  "video-memory is %" G_GUINT64_FORMAT ", no power of two; give "
                                  "16777216 (16 MiB)",
                                  memory);
    return TRUE;
}

static gboolean
rule_video(SealSettings *settings, GError **error)
{
    gboolean display = settings->display != SEAL_DISPLAY_NONE;

    if (display && settings->video == SEAL_VIDEO_NONE)
        return seal_error_invalid(
            error, "video is none, but there is a display to show it on; give video=auto "
                   "or display=none");
    if (display && settings->video == SEAL_VIDEO_SERIAL)
        return seal_error_invalid(
            error, "video is serial, which has no picture, but there is a display to "
                   "show one on; give video=auto or display=none");
    if (settings->video == SEAL_VIDEO_SERIAL && !settings->console)
        return seal_error_invalid(
            error, "video is serial, but console is false; give console=true, for the "
                   "serial console is all that such a guest has");
    if (settings->video == SEAL_VIDEO_VIRTIO_GL && !display)
        return seal_error_invalid(error,
                                  "video is virtio-gl, but there is no display to draw on; give "
                                  "display=vnc or display=spice, or video=virtio");
    return rule_video_memory(settings, error);
}

/*
 * KVM pins the video device's memory as well, and the limit counts it. QXL's windows are twice
 * what is asked for and another of 64 MiB (QEMU hw/display/qxl.c, qxl_init_ramsize).
 */
static guint64
video_memory_in_limit(const SealSettings *settings)
{
    if (settings->video == SEAL_VIDEO_QXL)
        return 2 * settings->video_memory + QXL_SECOND_WINDOW;
    return settings->video_memory;
}

static gboolean
rule_video_in_limit(SealSettings *settings, GError **error)
{
    guint64 least = video_memory_in_limit(settings) + LIMIT_BESIDE_VIDEO;

    if (settings->memory_backing != SEAL_MEMORY_BACKING_HARD_LIMIT || !settings->video_memory ||
        settings->hard_limit_extra >= least)
        return TRUE;
    return seal_error_invalid(error,
                              "video-memory is %" G_GUINT64_FORMAT ", which the hard limit has to "
                              "hold as well, but it leaves only %" G_GUINT64_FORMAT
                              " beside the guest's memory; give hard-limit-extra=%" G_GUINT64_FORMAT
                              " or more, or less video-memory",
                              settings->video_memory, settings->hard_limit_extra, least);
}

static gboolean
rule_clipboard(SealSettings *settings, GError **error)
{
    if (settings->clipboard && settings->display == SEAL_DISPLAY_NONE)
        return seal_error_invalid(
            error, "clipboard is true, but there is no display to share it with; give "
                   "display=vnc or display=spice, or leave it out");
    return TRUE;
}

static const Rule rules[] = {
    rule_memory,    rule_machine,   seal_settings_devices_apply,
    rule_kernel,    rule_policy,    rule_owner,
    rule_id_block,  rule_hugepages, rule_hard_limit,
    rule_firmware,  rule_video,     rule_video_in_limit,
    rule_clipboard,
};

gboolean
seal_settings_rules_apply(SealSettings *settings, GError **error)
{
    for (guint i = 0; i < G_N_ELEMENTS(rules); i++) {
        if (!rules[i](settings, error))
            return FALSE;
    }
    return TRUE;
}
