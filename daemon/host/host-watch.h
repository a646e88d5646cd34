/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * Noticing that the host changed. sysfs, procfs and the cgroup tree send no
 * word when a module is loaded again or a key slot is taken, so what matters
 * is read every few seconds and compared as one short text.
 */

#include <glib.h>

/**
 * host_watch_fingerprint - what would make a new probe worth its while
 * @root: directory that stands for "/"
 * Reads a dozen small files: module parameters, devices, the kernel's ledger of key
 * slots, and the times of firmware descriptors, QEMU and libvirt's configuration.
 * Returns: (transfer full): equal as long as none of them changed.
 */
char *host_watch_fingerprint(const char *root);
