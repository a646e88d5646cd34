/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * Reading the host half of SealFacts from a tree: procfs, sysfs and firmware.
 * Blocks; runs in a thread of host.c, and directly in tests and in offline
 * checks of a captured tree.
 */

#include "facts.h"

/**
 * host_facts_read - read what the host tells
 * @root: directory that stands for "/"
 * Returns: (transfer full): facts whose libvirt half is unset; whatever could
 * not be read stays unknown.
 */
SealFacts *host_facts_read(const char *root);

/**
 * host_facts_read_parameters - only the kernel module parameters
 * @root: directory that stands for "/"
 * @facts: parameters are noted there
 */
void host_facts_read_parameters(const char *root, SealFacts *facts);
