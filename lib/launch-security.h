/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * The <launchSecurity> element, inside lib/ only: one writer for each
 * technology that Sealvirt can create. It is apart from the rest of the domain
 * because it is the only part that grows with every new technology.
 */

#include "domain-writer.h"
#include "xml.h"

/**
 * seal_launch_security_write - append <launchSecurity> to a domain
 * @domain: the <domain> element
 * @plan: the plan; for technology none nothing is written
 */
void seal_launch_security_write(xmlNode *domain, const SealPlan *plan);
