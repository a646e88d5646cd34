/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * The real VirtBackend: one connection to libvirt, kept alive, re-opened when
 * lost, its events delivered on the main loop, its blocking calls in workers.
 */

#include "backend.h"

/**
 * virt_new - a backend that is not connected yet
 * @uri: libvirt URI, for example "qemu:///system"; copied
 * Registers libvirt's event loop on the default main context, so it must come
 * before any other libvirt call of the process.
 * Returns: (transfer full): call class->start() to connect, class->free() to end.
 */
VirtBackend *virt_new(const char *uri);
