/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Listings of libvirt's test driver, with one of its calls taken over: what
 * virDomainGetXMLDesc() says when a domain is odd, and when libvirt is gone.
 */

#include "snapshot.h"

#include <libvirt/virterror.h>
#include <string.h>

#include "error.h"

#define N_DOMAINS 12

/* Of the calls to come this many answer, and later ones fail so. */
static int answers;
static int failure_domain;
static int failure_code;

static gboolean gone;
static _Thread_local virError scripted;

/* These four in place of libvirt's. */
int
virConnectIsAlive(G_GNUC_UNUSED virConnectPtr connection)
{
    return gone ? 0 : 1;
}

virErrorPtr
virGetLastError(void)
{
    return scripted.code ? &scripted : NULL;
}

void
virResetLastError(void)
{
    scripted.code = 0;
}

char *
virDomainGetXMLDesc(virDomainPtr domain, G_GNUC_UNUSED unsigned int flags)
{
    char uuid[VIR_UUID_STRING_BUFLEN];
    g_autofree char *xml = NULL;

    if (g_atomic_int_add(&answers, -1) <= 0) {
        scripted = (virError){.code = failure_code, .domain = failure_domain};
        scripted.message = (char *)"scripted";
        return NULL;
    }
    virDomainGetUUIDString(domain, uuid);
    xml = g_strdup_printf("<domain type='test'><name>%s</name><uuid>%s</uuid>"
                          "<memory>1024</memory><os><type>hvm</type></os></domain>",
                          virDomainGetName(domain), uuid);
    return g_steal_pointer(&xml);
}

static virConnectPtr
open_driver(void)
{
    virConnectPtr connection = virConnectOpen("test:///default");

    g_assert_nonnull(connection);
    for (guint i = 1; i < N_DOMAINS; i++) {
        g_autofree char *xml =
            g_strdup_printf("<domain type='test'><name>d%u</name><memory>1024</memory>"
                            "<os><type>hvm</type></os></domain>",
                            i);

        virDomainFree(virDomainDefineXML(connection, xml));
    }
    return connection;
}

static void
check_listing(int n, int domain, int code, int expected, guint listed)
{
    virConnectPtr connection = open_driver();
    g_autoptr(GPtrArray) domains =
        g_ptr_array_new_with_free_func((GDestroyNotify)backend_domain_free);
    g_autoptr(GError) error = NULL;

    g_atomic_int_set(&answers, n);
    failure_domain = domain;
    failure_code = code;
    if (snapshot_all(connection, domains, &error)) {
        g_assert_cmpint(expected, ==, -1);
        g_assert_cmpuint(domains->len, ==, listed);
    } else {
        g_assert_error(error, SEAL_ERROR, expected);
    }
    virConnectClose(connection);
}

static void
test_all(void)
{
    check_listing(N_DOMAINS, 0, 0, -1, N_DOMAINS);
}

static void
test_one_is_odd(void)
{
    check_listing(N_DOMAINS - 1, VIR_FROM_QEMU, VIR_ERR_INTERNAL_ERROR, -1, N_DOMAINS - 1);
    check_listing(N_DOMAINS - 1, VIR_FROM_QEMU, VIR_ERR_NO_DOMAIN, -1, N_DOMAINS - 1);
    check_listing(N_DOMAINS - 1, VIR_FROM_RPC, VIR_ERR_RPC, -1, N_DOMAINS - 1);
}

/* Who is missing in a listing counts as gone, so half a listing is none. */
static void
test_libvirt_goes(void)
{
    gone = TRUE;
    check_listing(0, VIR_FROM_RPC, VIR_ERR_INTERNAL_ERROR, SEAL_ERROR_BACKEND_UNAVAILABLE, 0);
    check_listing(5, VIR_FROM_RPC, VIR_ERR_SYSTEM_ERROR, SEAL_ERROR_BACKEND_UNAVAILABLE, 0);
    check_listing(N_DOMAINS - 1, VIR_FROM_RPC, VIR_ERR_SYSTEM_ERROR, SEAL_ERROR_BACKEND_UNAVAILABLE,
                  0);
}

static void
ignore_libvirt_error(void *data, virErrorPtr error)
{
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    virSetErrorFunc(NULL, ignore_libvirt_error);
    g_test_add_func("/snapshot/all", test_all);
    g_test_add_func("/snapshot/one-is-odd", test_one_is_odd);
    g_test_add_func("/snapshot/libvirt-goes", test_libvirt_goes);
    return g_test_run();
}
