/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * What follows from a plan, inside lib/ only: the questions that several parts
 * of the XML writer ask, answered in one place, so that two elements of one
 * domain cannot disagree.
 */

#include "domain-writer.h"
#include "xml.h"

/**
 * seal_domain_writer_plan_encrypted - whether the guest's memory is encrypted
 * @plan: the plan
 * Returns: FALSE for technology none.
 */
gboolean seal_domain_writer_plan_encrypted(const SealPlan *plan);

/**
 * seal_domain_writer_plan_lets_libvirt_choose - whether settings.firmware is "efi"
 * @plan: the plan
 * Returns: TRUE when libvirt picks the firmware image.
 */
gboolean seal_domain_writer_plan_lets_libvirt_choose(const SealPlan *plan);

/**
 * seal_domain_writer_plan_private_memory - whether the guest's memory is not the host's to map
 * @plan: the plan
 * Returns: TRUE for SEV-SNP and TDX. Their firmware must be mapped as ROM: private memory cannot be
 * read-only memory slots, which flash would be (linux virt/kvm/kvm_main.c, KVM_MEM_GUEST_MEMFD).
 */
gboolean seal_domain_writer_plan_private_memory(const SealPlan *plan);

/**
 * seal_domain_writer_plan_has_nvram - whether the guest gets a store for firmware variables
 * @plan: the plan; its firmware chosen
 * Returns: TRUE for split firmware, unless the guest owner gave a dh-cert: variables are not
 * measured, so the code is used without them where libvirt can (8.6 and later). A template
 * that was asked for is used in any case.
 */
gboolean seal_domain_writer_plan_has_nvram(const SealPlan *plan);

/**
 * seal_domain_writer_plan_queues - pairs of queues of a network interface
 * @plan: the plan
 * @network: one of its networks
 * Returns: what was asked for, else one a vCPU, at most 4 for an encrypted guest and 8 for
 * another; always 1 where there cannot be more (user networking, models other than virtio).
 * Few, because every queue of an encrypted guest holds its buffers in the bounce buffer
 * (swiotlb) that Linux reserves at boot, and a full one stops all I/O.
 */
guint seal_domain_writer_plan_queues(const SealPlan *plan, const SealNetwork *network);

/**
 * seal_domain_writer_plan_needs_smm - whether the firmware runs in system management mode
 * @plan: the plan
 * Returns: TRUE when the chosen image's descriptor says requires-smm.
 */
gboolean seal_domain_writer_plan_needs_smm(const SealPlan *plan);

/**
 * seal_domain_writer_plan_locks_memory - whether <locked/> is written
 * @plan: the plan
 * Returns: TRUE when asked for, and by default where KVM pins guest memory.
 */
gboolean seal_domain_writer_plan_locks_memory(const SealPlan *plan);

/**
 * seal_domain_writer_plan_video - which video device is written
 * @plan: the plan
 * Returns: never SEAL_VIDEO_AUTO or SEAL_VIDEO_SERIAL. Without a display none; with one virtio, but
 * std on an encrypted pc machine, where virtio video has no non-transitional model.
 */
SealVideo seal_domain_writer_plan_video(const SealPlan *plan);

/**
 * seal_domain_writer_plan_virtio_model - the model of a virtio device
 * @plan: the plan
 * @usual: its name on PCI Express and in unencrypted guests, for example "virtio-scsi"; NULL
 *   where none is written then
 * Returns: (transfer none) (nullable): @usual, or "virtio-non-transitional" for an encrypted
 * guest on a pc machine: plain PCI makes devices transitional, and those cannot do without
 * direct access to guest memory (QEMU hw/virtio/virtio-pci.c).
 */
const char *seal_domain_writer_plan_virtio_model(const SealPlan *plan, const char *usual);

/**
 * seal_domain_writer_plan_set_iommu - make a virtio device ask before it touches memory
 * @plan: the plan
 * @driver: its <driver> element
 * Returns: (transfer none): @driver, with iommu='on' when the guest is encrypted.
 */
xmlNode *seal_domain_writer_plan_set_iommu(const SealPlan *plan, xmlNode *driver);
