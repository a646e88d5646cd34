/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Both ends are anonymous: who a caller is comes from the authority in these
 * tests, never from the socket, as in the daemon itself.
 */

#include "socket-pair.h"

#include <glib.h>
#include <sys/socket.h>

static sd_bus *
open_end(int fd, gboolean server)
{
    sd_id128_t id = SD_ID128_MAKE(a1, 11, 22, 33, 44, 55, 66, 77, 88, 99, aa, bb, cc, dd, ee, 01);
    sd_bus *bus = NULL;

    g_assert_cmpint(sd_bus_new(&bus), >=, 0);
    g_assert_cmpint(sd_bus_set_fd(bus, fd, fd), >=, 0);
    if (server)
        g_assert_cmpint(sd_bus_set_server(bus, 1, id), >=, 0);
    g_assert_cmpint(sd_bus_set_anonymous(bus, 1), >=, 0);
    g_assert_cmpint(sd_bus_start(bus), >=, 0);
    return bus;
}

void
socket_pair_open(sd_bus **ret_server, sd_bus **ret_client)
{
    int ends[2];

    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), ==, 0);
    *ret_server = open_end(ends[0], TRUE);
    *ret_client = open_end(ends[1], FALSE);
}
