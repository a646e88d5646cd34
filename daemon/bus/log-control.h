/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * org.freedesktop.LogControl1 (org.freedesktop.LogControl1(5) of systemd), so
 * that "systemctl service-log-level sealvirtd debug" works.
 */

#include "call.h"

/** log_control_vtable - the vtable; userdata is the Service */
extern const sd_bus_vtable log_control_vtable[];

/**
 * log_control_set_level - a write to LogLevel
 * @call: (transfer full): the call
 */
void log_control_set_level(Call *call);

/**
 * log_control_set_target - a write to LogTarget
 * @call: (transfer full): the call
 */
void log_control_set_target(Call *call);
