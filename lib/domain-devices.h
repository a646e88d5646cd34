/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * The devices of a domain, as domain-reader.c reads them: which are virtio,
 * and so have a driver element with an iommu attribute, is a table that
 * follows libvirt's RNG schema (virtioOptions in domaincommon.rng).
 */

#include "domain.h"
#include "xml.h"

/**
 * seal_domain_devices_read - all devices, in the order of the XML
 * @devices: (nullable): the <devices> element
 * Returns: (transfer full) (element-type SealDevice): without <emulator>, which is no device.
 */
GPtrArray *seal_domain_devices_read(xmlNode *devices);
