/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * Reading /proc/cpuinfo, whose keys differ from architecture to architecture.
 * Only the first processor's block counts: memory encryption is a matter of
 * the whole machine, never of single processors.
 */

#include "facts.h"

/* A longer one is refused; 1024 processors make about 2 MiB. */
#define SEAL_CPUINFO_MAX (4 * 1024 * 1024)

/**
 * seal_cpuinfo_parse - fill the processor's half of the facts
 * @text: (nullable): content of /proc/cpuinfo; NULL leaves all of it unknown
 * @facts: cpu_vendor, cpu_model_name, cpu_family, cpu_model, cpu_stepping, cpu_flags and
 *   cpu_bugs are replaced; what is absent or no number stays unknown
 */
void seal_cpuinfo_parse(const char *text, SealFacts *facts);
