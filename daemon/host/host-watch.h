/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * Noticing that the host changed. sysfs, procfs and the cgroup tree send no
 * word when a module is loaded again or a key slot is taken, so what matters
 * is read every few seconds and compared as one short text.
 */

#include "facts.h"

/**
 * host_watch_stamps - times and sizes of what is not read at every look
 * @root: directory that stands for "/"
 * Take them before reading facts, for host_watch_fingerprint().
 * Returns: (transfer full): times of firmware, devices, QEMU and libvirt's configuration, and the
 * limits on all guests.
 */
char *host_watch_stamps(const char *root);

/**
 * host_watch_fingerprint - what facts were read from
 * @stamps: taken before reading them
 * @facts: their module parameters and the kernel's ledger of key slots
 * Returns: (transfer full): what host_watch_look() gives as long as nothing changed.
 */
char *host_watch_fingerprint(const char *stamps, const SealFacts *facts);

/**
 * host_watch_look - the fingerprint of the host as it is now
 * @root: directory that stands for "/"
 * Reads some dozen small files and blocks as long as that takes.
 * Returns: (transfer full)
 */
char *host_watch_look(const char *root);
