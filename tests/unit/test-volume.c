/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A volume is deleted on the word of a note, which may be old: in the
 * meantime somebody may have made another of that name. Tried on libvirt's
 * own test driver, which keeps volumes in memory only.
 */

#include <dlfcn.h>
#include <libvirt/virterror.h>

#include "error.h"
#include "operation.h"

#define POOL "default-pool"
#define USER                                                                                       \
    "<domain type='test'><name>user</name><memory>65536</memory><os><type>hvm</type></os>"         \
    "<devices><disk type='%s'><source %s/><target dev='vda'/></disk></devices></domain>"

static gboolean unreadable;
static guint refusals; /* how often still libvirt will not look into the pool */
static int refusal;    /* why */
static gboolean refused;

/* libvirt's own, but for a moment in which it tells of no domain. */
char *
virDomainGetXMLDesc(virDomainPtr domain, unsigned int flags)
{
    static char *(*real)(virDomainPtr, unsigned int);

    if (unreadable)
        return g_strdup("<domain");
    if (!real)
        *(void **)&real = dlsym(RTLD_NEXT, "virDomainGetXMLDesc");
    return real(domain, flags);
}

/* The test driver never refuses to look into a pool. */
int
virStoragePoolRefresh(virStoragePoolPtr pool, unsigned int flags)
{
    static int (*real)(virStoragePoolPtr, unsigned int);

    if (!real)
        *(void **)&real = dlsym(RTLD_NEXT, "virStoragePoolRefresh");
    refused = refusals > 0;
    if (!refused)
        return real(pool, flags);
    refusals--;
    return -1;
}

int
virGetLastErrorCode(void)
{
    static int (*real)(void);

    if (!real)
        *(void **)&real = dlsym(RTLD_NEXT, "virGetLastErrorCode");
    return refused ? refusal : real();
}

static void
ignore(void *data, virErrorPtr error)
{
}

static void
act(virConnectPtr connection, VirtOp op, int code)
{
    g_autoptr(VirtRequest) request = backend_request_new(op, NULL);
    g_autoptr(VirtReply) reply = backend_reply_new();
    g_autoptr(GError) error = NULL;

    request->volume = backend_volume_new(POOL, "made.raw", "raw", 1 << 20);
    operation_get(op)->run(connection, request, reply, &error);
    if (code < 0)
        g_assert_no_error(error);
    else
        g_assert_error(error, SEAL_ERROR, code);
}

static char *
path_of_volume(virConnectPtr connection)
{
    virStoragePoolPtr pool = virStoragePoolLookupByName(connection, POOL);
    virStorageVolPtr volume = virStorageVolLookupByName(pool, "made.raw");
    char *path = virStorageVolGetPath(volume);

    virStorageVolFree(volume);
    virStoragePoolFree(pool);
    return path;
}

static void
test_in_use(gconstpointer data)
{
    const char *type = data;
    virConnectPtr connection = virConnectOpen("test:///default");
    g_autofree char *path = NULL;
    g_autofree char *source = NULL;
    g_autofree char *xml = NULL;
    virDomainPtr user;

    act(connection, VIRT_OP_VOLUME_CREATE, -1);
    path = path_of_volume(connection);
    source = g_str_equal(type, "file") ? g_strdup_printf("file='%s'", path)
                                       : g_strdup("pool='" POOL "' volume='made.raw'");
    xml = g_strdup_printf(USER, type, source);
    user = virDomainDefineXML(connection, xml);
    g_assert_nonnull(user);
    act(connection, VIRT_OP_VOLUME_DELETE, -1);
    act(connection, VIRT_OP_VOLUME_ABSENT, SEAL_ERROR_EXISTS);
    g_assert_cmpint(virDomainUndefine(user), ==, 0);
    act(connection, VIRT_OP_VOLUME_DELETE, -1);
    act(connection, VIRT_OP_VOLUME_ABSENT, -1);
    virDomainFree(user);
    virConnectClose(connection);
}

/* Who cannot be read may use it. */
static void
test_unknown_use(void)
{
    virConnectPtr connection = virConnectOpen("test:///default");

    act(connection, VIRT_OP_VOLUME_CREATE, -1);
    unreadable = TRUE;
    act(connection, VIRT_OP_VOLUME_DELETE, SEAL_ERROR_BACKEND);
    unreadable = FALSE;
    act(connection, VIRT_OP_VOLUME_ABSENT, SEAL_ERROR_EXISTS);
    act(connection, VIRT_OP_VOLUME_DELETE, -1);
    act(connection, VIRT_OP_VOLUME_ABSENT, -1);
    virConnectClose(connection);
}

/* While a volume is being made, the pool is not looked into; that is waited for, and nothing else.
 */
static void
test_busy_pool(void)
{
    virConnectPtr connection = virConnectOpen("test:///default");

    refusal = VIR_ERR_INTERNAL_ERROR;
    refusals = 3;
    act(connection, VIRT_OP_VOLUME_ABSENT, -1);
    g_assert_cmpuint(refusals, ==, 0);
    refusal = VIR_ERR_OPERATION_DENIED;
    refusals = 3;
    act(connection, VIRT_OP_VOLUME_ABSENT, SEAL_ERROR_BACKEND);
    g_assert_cmpuint(refusals, ==, 2);
    refusals = 0;
    refused = FALSE;
    virConnectClose(connection);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    virSetErrorFunc(NULL, ignore);
    g_test_add_data_func("/volume/in-use-by-name", "volume", test_in_use);
    g_test_add_data_func("/volume/in-use-by-path", "file", test_in_use);
    g_test_add_func("/volume/unknown-use", test_unknown_use);
    g_test_add_func("/volume/busy-pool", test_busy_pool);
    return g_test_run();
}
