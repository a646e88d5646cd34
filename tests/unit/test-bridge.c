/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The MTU of bridges, asked of libvirt's own test driver: it has one
 * interface, eth1 with 1492 bytes, which stands for a bridge here, and takes
 * networks of every kind.
 */

#include <libvirt/virterror.h>

#include "error.h"
#include "operation.h"

#define NETWORK "<network><name>n</name>"
#define ADDRESS "<ip address='10.7.0.1' netmask='255.255.255.0'/>"
#define FORWARD(mode) NETWORK "<forward mode='" mode "'/>"

static void
ignore(void *data, virErrorPtr error)
{
}

typedef struct {
    const char *xml; /* of the network "n", NULL to ask about the bridge */
    const char *bridge;
    int code;
    guint mtu;
} Row;

static const Row rows[] = {
    {NULL, "eth1", -1, 1492},
    {NULL, "br7", SEAL_ERROR_NOT_FOUND, 0},
    {FORWARD("bridge") "<bridge name='eth1'/></network>", NULL, -1, 1492},
    {FORWARD("bridge") "<bridge name='br7'/></network>", NULL, SEAL_ERROR_NOT_FOUND, 0},
    {FORWARD("nat") "<bridge name='virbr7'/><mtu size='1'/>" ADDRESS "</network>", NULL, -1, 0},
    {FORWARD("nat") "<bridge name='virbr7'/><mtu size='9000'/>" ADDRESS "</network>", NULL, -1,
     9000},
    /* libvirt makes these, and told of nothing they have what guests have anyway. */
    {NETWORK "<bridge name='virbr7'/></network>", NULL, -1, 0},
    {FORWARD("open") "<bridge name='virbr7'/>" ADDRESS "</network>", NULL, -1, 0},
    {NETWORK "<forward mode='bridge'><interface dev='eth1'/></forward></network>", NULL,
     SEAL_ERROR_INVALID_ARGUMENT, 0},
};

static void
check(virConnectPtr connection, const Row *row)
{
    g_autoptr(VirtRequest) request = backend_request_new(VIRT_OP_BRIDGE_MTU, NULL);
    g_autoptr(VirtReply) reply = backend_reply_new();
    g_autoptr(GError) error = NULL;
    const char *const names[] = {"n", NULL};

    request->bridge = g_strdup(row->bridge);
    request->networks = g_strdupv((char **)names);
    operation_get(request->op)->run(connection, request, reply, &error);
    if (row->code < 0)
        g_assert_no_error(error);
    else
        g_assert_error(error, SEAL_ERROR, row->code);
    g_assert_cmpuint(reply->mtu, ==, row->mtu);
    /* Nothing is left for the next one in this thread. */
    g_assert_null(virGetLastError());
}

static void
test_rows(void)
{
    virConnectPtr connection = virConnectOpen("test:///default");

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        virNetworkPtr network = rows[i].xml ? virNetworkDefineXML(connection, rows[i].xml) : NULL;

        g_assert_true(!rows[i].xml || network);
        check(connection, &rows[i]);
        if (network) {
            g_assert_cmpint(virNetworkUndefine(network), ==, 0);
            virNetworkFree(network);
        }
    }
    check(connection, &(Row){.code = SEAL_ERROR_NOT_FOUND});
    virConnectClose(connection);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    virSetErrorFunc(NULL, ignore);
    g_test_add_func("/bridge/mtu", test_rows);
    return g_test_run();
}
