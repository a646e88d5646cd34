/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * The <devices> element of a domain, inside lib/ only. One writer a kind of
 * device, in one table, in the order in which libvirt prints them.
 */

#include "domain-writer.h"
#include "xml.h"

/**
 * seal_domain_writer_devices_write - append <devices> to a domain
 * @domain: the <domain> element
 * @plan: the plan
 */
void seal_domain_writer_devices_write(xmlNode *domain, const SealPlan *plan);
