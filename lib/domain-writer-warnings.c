/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a plan does that its owner may not have meant: settings that work but
 * lay something open to the host, cost memory or help nothing. They are no
 * errors, for an owner may want just that; they are said, for most do not. One
 * table, whose rows ask one question of a plan each.
 */

#include "domain-writer.h"

#include <string.h>

#include "domain-writer-plan.h"
#include "policy.h"

typedef struct {
    const char *id;
    gboolean (*applies)(const SealPlan *plan);
    const char *text;
} Row;

/* Where the guest's policy lies in an SEV-SNP ID block (AMD 56860, ID block structure). */
#define ID_BLOCK_POLICY_OFFSET 88

static gboolean
allows_debug(const SealPlan *plan)
{
    return seal_domain_writer_plan_encrypted(plan) &&
           seal_policy_debug_allowed(plan->technology, plan->policy);
}

static gboolean
is_sev(const SealPlan *plan)
{
    return plan->technology == SEAL_TECHNOLOGY_SEV || plan->technology == SEAL_TECHNOLOGY_SEV_ES;
}

/* AMD 55766, guest policy structure and LAUNCH_START: a handle that is given shares that one's key.
 */
static gboolean
allows_key_sharing(const SealPlan *plan)
{
    return is_sev(plan) && !(plan->policy & SEAL_POLICY_SEV_NOKS);
}

/* AMD 55766, guest policy structure: without SEV not even the receiver needs to have it. */
static gboolean
allows_sending(const SealPlan *plan)
{
    return is_sev(plan) && !(plan->policy & SEAL_POLICY_SEV_NOSEND);
}

/* linux, arch/x86/coco/tdx/tdx.c: it panics unless the TDX module lets it do the same later. */
static gboolean
faults_on_pending_pages(const SealPlan *plan)
{
    return plan->technology == SEAL_TECHNOLOGY_TDX &&
           !(plan->policy & SEAL_POLICY_TDX_SEPT_VE_DISABLE);
}

static gboolean
shares_clipboard(const SealPlan *plan)
{
    return seal_domain_writer_plan_encrypted(plan) && plan->settings->clipboard;
}

static gboolean
has_display(const SealPlan *plan)
{
    return seal_domain_writer_plan_encrypted(plan) && plan->settings->display != SEAL_DISPLAY_NONE;
}

static gboolean
has_gl(const SealPlan *plan)
{
    return seal_domain_writer_plan_encrypted(plan) && plan->settings->video == SEAL_VIDEO_VIRTIO_GL;
}

static gboolean
has_tpm(const SealPlan *plan)
{
    return seal_domain_writer_plan_encrypted(plan) && plan->settings->tpm;
}

static gboolean
binds_private_memory(const SealPlan *plan)
{
    return seal_domain_writer_plan_private_memory(plan) && plan->settings->numa_nodes;
}

static gboolean
locks_private_memory(const SealPlan *plan)
{
    return seal_domain_writer_plan_private_memory(plan) &&
           plan->settings->memory_backing == SEAL_MEMORY_BACKING_LOCKED;
}

static gboolean
doubles_memory(const SealPlan *plan)
{
    return seal_domain_writer_plan_private_memory(plan) &&
           plan->settings->memory_backing == SEAL_MEMORY_BACKING_HUGEPAGES;
}

static gboolean
is_pc(const SealPlan *plan)
{
    return seal_domain_writer_plan_encrypted(plan) && !seal_settings_is_q35(plan->settings);
}

static gboolean
leaves_kernel_unmeasured(const SealPlan *plan)
{
    return seal_domain_writer_plan_encrypted(plan) && plan->technology != SEAL_TECHNOLOGY_TDX &&
           plan->settings->kernel && !plan->settings->kernel_hashes;
}

static gboolean
keeps_variables(const SealPlan *plan)
{
    return plan->settings->dh_cert && plan->firmware && seal_domain_writer_plan_has_nvram(plan);
}

static gboolean
starts_unattested(const SealPlan *plan)
{
    return plan->settings->dh_cert && plan->settings->autostart;
}

static gboolean
contradicts_id_block(const SealPlan *plan)
{
    g_autofree guchar *block = NULL;
    guint64 policy = 0;
    gsize length = 0;

    if (!plan->settings->id_block)
        return FALSE;
    block = g_base64_decode(plan->settings->id_block, &length);
    if (length < ID_BLOCK_POLICY_OFFSET + sizeof policy)
        return FALSE;
    memcpy(&policy, block + ID_BLOCK_POLICY_OFFSET, sizeof policy);
    return GUINT64_FROM_LE(policy) != plan->policy;
}

static const Row rows[] = {
    {"debug-policy", allows_debug,
     "the policy lets the host debug the guest, that is read its memory in the clear; it protects "
     "nothing while that is so"},
    {"key-sharing-policy", allows_key_sharing,
     "the policy lets the host start another guest with this one's key, and that guest can read "
     "this one's memory in the clear; set noks (bit 1) in the policy as well"},
    {"sending-policy", allows_sending,
     "the policy lets the host send the guest and its memory to another computer unasked, and "
     "unless it sets sev (bit 5) even to one without SEV, which can read all of it; set nosend "
     "(bit 3) in the policy as well"},
    {"sept-ve", faults_on_pending_pages,
     "the policy lacks sept-ve-disable, and Linux as a guest refuses to run without it on most TDX "
     "modules; name the flag as well"},
    {"clipboard", shares_clipboard,
     "what the guest copies goes to the host and to the display's viewer, and theirs to the guest"},
    {"display", has_display,
     "the host sees the guest's screen and can type on it; memory encryption does not cover them"},
    {"video-gl", has_gl,
     "drawing by OpenGL hands the guest's commands to a library inside QEMU and shares buffers "
     "with it; use video=virtio unless it is needed"},
    {"tpm", has_tpm,
     "the emulated TPM's state is in the host's hands, so it is no root of trust for the guest"},
    {"numa-private-memory", binds_private_memory,
     "numa-nodes places only the memory that the guest shares with the host; private memory goes "
     "where the kernel likes, so pin the processors to a node as well (cpu-pinning)"},
    {"locked-private-memory", locks_private_memory,
     "memory-backing=locked pins only memory that the guest shares with the host, since private "
     "memory is never swapped; leave it out"},
    {"hugepages-private-memory", doubles_memory,
     "hugepages are taken for all of guest memory beside its private memory, so the VM costs twice "
     "its size"},
    {"machine-pc", is_pc,
     "pc machines (i440fx) are hardly tried with memory encryption; use machine=q35"},
    {"kernel-unmeasured", leaves_kernel_unmeasured,
     "kernel, initrd and cmdline are not measured, so the host can exchange them unseen; give "
     "kernel-hashes=true and firmware that checks them"},
    {"nvram-unmeasured", keeps_variables,
     "the firmware's variables are not measured, and they choose what is booted; leave "
     "nvram-template out, then libvirt 8.6 and later does without them"},
    {"autostart-unattested", starts_unattested,
     "libvirt starts the VM with the host without waiting for its owner to attest it; start it "
     "paused by hand instead"},
    {"id-block-policy", contradicts_id_block,
     "the ID block was made for another policy than this VM has, and the secure processor will "
     "refuse the launch; give the policy that it was made for"},
};

GStrv
seal_domain_writer_warnings(const SealPlan *plan)
{
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *row = NULL;

        if (!rows[i].applies(plan))
            continue;
        row = g_strconcat(rows[i].id, ": ", rows[i].text, NULL);
        g_strv_builder_add(builder, row);
    }
    return g_strv_builder_end(builder);
}
