/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * Which settings belong to which technologies, inside lib/ only. It is asked
 * when the technology is known, which for "auto" is after the settings were
 * read.
 */

#include "domain-writer.h"

/**
 * seal_domain_writer_fit_check - whether the technology has a use for every setting given
 * @plan: the plan
 * Returns: FALSE with SEAL_ERROR_INVALID_ARGUMENT that names the setting, the technology and
 * those that would do. A setting is never left out in silence.
 */
gboolean seal_domain_writer_fit_check(const SealPlan *plan, GError **error);
