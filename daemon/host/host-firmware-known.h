/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * Firmware without descriptors: where distributions put their images. Only
 * looked at on a host that has no descriptor at all, for a descriptor is the
 * distribution's own word on how an image is meant to be used.
 */

#include "facts.h"

/**
 * host_firmware_known_read - add the well-known images that are there
 * @root: directory that stands for "/"
 * @facts: firmwares is added to; each image says itself what it can do
 */
void host_firmware_known_read(const char *root, SealFacts *facts);
