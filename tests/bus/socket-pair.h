/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * Two ends of one sd-bus connection in one process, without a bus daemon:
 * what is sent into one comes out of the other as soon as both are driven.
 */

#include <systemd/sd-bus.h>

/**
 * socket_pair_open - connect two ends
 * @ret_server: (transfer full): the end that lets the other in
 * @ret_client: (transfer full): the other
 */
void socket_pair_open(sd_bus **ret_server, sd_bus **ret_client);
