/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What follows from a plan. QEMU 6.0 and later switch iommu_platform on for
 * encrypted guests by themselves; it is written all the same, because older
 * ones do not, because a person can then see it in the XML, and because
 * libvirt keeps it when the domain moves to another machine.
 */

#include "domain-writer-plan.h"

#include "version.h"

#define FEATURE_SMM "requires-smm"
#define HAS_STATELESS SEAL_VERSION(8, 6, 0)
#define MAX_QUEUES_ENCRYPTED 4
#define MAX_QUEUES 8

gboolean
seal_domain_writer_plan_encrypted(const SealPlan *plan)
{
    return plan->technology != SEAL_TECHNOLOGY_NONE;
}

gboolean
seal_domain_writer_plan_lets_libvirt_choose(const SealPlan *plan)
{
    return g_strcmp0(plan->settings->firmware, "efi") == 0;
}

gboolean
seal_domain_writer_plan_private_memory(const SealPlan *plan)
{
    return seal_technology_get_info(plan->technology)->private_memory;
}

gboolean
seal_domain_writer_plan_has_nvram(const SealPlan *plan)
{
    const SealSettings *settings = plan->settings;
    gboolean measured = settings->dh_cert && !settings->nvram_template &&
                        plan->stack->libvirt_version >= HAS_STATELESS;

    return plan->firmware->mapping == SEAL_FIRMWARE_SPLIT && !measured;
}

guint
seal_domain_writer_plan_queues(const SealPlan *plan, const SealNetwork *network)
{
    guint most = seal_domain_writer_plan_encrypted(plan) ? MAX_QUEUES_ENCRYPTED : MAX_QUEUES;

    if (network->model != SEAL_NIC_VIRTIO || network->type == SEAL_NETWORK_USER)
        return 1;
    if (network->queues)
        return network->queues;
    return MIN(plan->settings->vcpus, most);
}

gboolean
seal_domain_writer_plan_needs_smm(const SealPlan *plan)
{
    return plan->firmware && plan->firmware->features &&
           g_strv_contains((const char *const *)plan->firmware->features, FEATURE_SMM);
}

gboolean
seal_domain_writer_plan_locks_memory(const SealPlan *plan)
{
    gboolean pins = seal_technology_get_info(plan->technology)->pins_memory;

    switch (plan->settings->memory_backing) {
    case SEAL_MEMORY_BACKING_LOCKED:
        return TRUE;
    case SEAL_MEMORY_BACKING_AUTO:
    case SEAL_MEMORY_BACKING_HUGEPAGES:
        return pins;
    case SEAL_MEMORY_BACKING_NONE:
    case SEAL_MEMORY_BACKING_HARD_LIMIT:
        return FALSE;
    }
    return pins;
}

SealVideo
seal_domain_writer_plan_video(const SealPlan *plan)
{
    const SealSettings *settings = plan->settings;

    if (settings->video == SEAL_VIDEO_SERIAL)
        return SEAL_VIDEO_NONE;
    if (settings->video != SEAL_VIDEO_AUTO)
        return settings->video;
    if (settings->display == SEAL_DISPLAY_NONE)
        return SEAL_VIDEO_NONE;
    if (seal_domain_writer_plan_encrypted(plan) && !seal_settings_is_q35(settings))
        return SEAL_VIDEO_STD;
    return SEAL_VIDEO_VIRTIO;
}

const char *
seal_domain_writer_plan_virtio_model(const SealPlan *plan, const char *usual)
{
    if (seal_domain_writer_plan_encrypted(plan) && !seal_settings_is_q35(plan->settings))
        return "virtio-non-transitional";
    return usual;
}

xmlNode *
seal_domain_writer_plan_set_iommu(const SealPlan *plan, xmlNode *driver)
{
    if (seal_domain_writer_plan_encrypted(plan))
        seal_xml_set(driver, "iommu", "on", NULL);
    return driver;
}
