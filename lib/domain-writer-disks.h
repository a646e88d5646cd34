/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * Disks and the controllers they hang on, inside lib/ only. They belong
 * together: the address of a disk decides how many controllers there must be.
 */

#include "domain-writer.h"
#include "xml.h"

/**
 * seal_domain_writer_disks_write - append each <disk>
 * @devices: the <devices> element
 * @plan: the plan
 */
void seal_domain_writer_disks_write(xmlNode *devices, const SealPlan *plan);

/**
 * seal_domain_writer_disks_write_controllers - append the controllers that the disks need
 * @devices: the <devices> element
 * @plan: the plan
 */
void seal_domain_writer_disks_write_controllers(xmlNode *devices, const SealPlan *plan);
