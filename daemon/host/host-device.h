/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * What sysfs and /dev tell of the secure processor, the IOMMU and the
 * processor's own leaf on encryption. Nothing here opens /dev/sev.
 */

#include "facts.h"

/**
 * host_device_read - fill the devices' half of the facts
 * @root: directory that stands for "/"
 * @facts: kvm_device, sev_device, devices, sev_node, psp, iommu and cpuid are replaced
 */
void host_device_read(const char *root, SealFacts *facts);
