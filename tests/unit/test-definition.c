/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Which volumes go with a domain: those that are its own. Tried on libvirt's
 * test driver, which keeps volumes in memory only and knows no NVRAM.
 */

#include <libvirt/virterror.h>
#include <string.h>

#include "error.h"
#include "operation.h"

#define POOL "default-pool"
#define DOMAIN                                                                                     \
    "<domain type='test'><name>%s</name><memory>65536</memory><os><type>hvm</type></os>"           \
    "<devices>%s</devices></domain>"
#define DISK(name, dev, attributes, children)                                                      \
    "<disk type='volume'" attributes "><source pool='" POOL "' volume='" name                      \
    "'/><target dev='" dev "' bus='scsi'/>" children "</disk>"

#define NVRAM_FLAGS (VIR_DOMAIN_UNDEFINE_NVRAM | VIR_DOMAIN_UNDEFINE_KEEP_NVRAM)

static unsigned int last_flags;
static gboolean has_nvram; /* the file of variables is there */

/* As QEMU's driver does; libvirt's test driver refuses the flags for NVRAM. */
int
virDomainUndefineFlags(virDomainPtr domain, unsigned int flags)
{
    last_flags = flags;
    if (has_nvram && !(flags & NVRAM_FLAGS))
        return -1;
    return virDomainUndefine(domain);
}

static void
ignore(void *data, virErrorPtr error)
{
}

static virConnectPtr
open_driver(void)
{
    static const char *const names[] = {"own.raw", "more.raw", "medium.raw", "base.raw"};
    virConnectPtr connection = virConnectOpen("test:///default");
    virStoragePoolPtr pool = virStoragePoolLookupByName(connection, POOL);

    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *xml = g_strdup_printf(
            "<volume><name>%s</name><capacity>1048576</capacity></volume>", names[i]);

        virStorageVolFree(virStorageVolCreateXML(pool, xml, 0));
    }
    virStoragePoolFree(pool);
    return connection;
}

static gboolean
has_volume(virConnectPtr connection, const char *name)
{
    virStoragePoolPtr pool = virStoragePoolLookupByName(connection, POOL);
    virStorageVolPtr volume = virStorageVolLookupByName(pool, name);
    gboolean has = volume != NULL;

    if (volume)
        virStorageVolFree(volume);
    virStoragePoolFree(pool);
    return has;
}

static virDomainPtr
define(virConnectPtr connection, const char *name, const char *disks)
{
    g_autofree char *xml = g_strdup_printf(DOMAIN, name, disks);
    virDomainPtr domain = virDomainDefineXML(connection, xml);

    g_assert_nonnull(domain);
    return domain;
}

static void
undefine(virConnectPtr connection, virDomainPtr domain, int code)
{
    char uuid[VIR_UUID_STRING_BUFLEN];
    g_autoptr(VirtRequest) request = NULL;
    g_autoptr(VirtReply) reply = backend_reply_new();
    g_autoptr(GError) error = NULL;

    virDomainGetUUIDString(domain, uuid);
    request = backend_request_new(VIRT_OP_UNDEFINE, uuid);
    request->volumes = TRUE;
    operation_get(VIRT_OP_UNDEFINE)->run(connection, request, reply, &error);
    if (code < 0)
        g_assert_no_error(error);
    else
        g_assert_error(error, SEAL_ERROR, code);
}

/* An installation medium in the pool is everybody's, and so is what is only read. */
static void
test_own_volumes_go(void)
{
    virConnectPtr connection = open_driver();
    virDomainPtr domain =
        define(connection, "a",
               DISK("own.raw", "sda", "", "") DISK("more.raw", "sdb", " device='disk'", "")
                   DISK("medium.raw", "sdc", " device='cdrom'", "")
                       DISK("base.raw", "sdd", "", "<readonly/>"));

    undefine(connection, domain, -1);
    g_assert_false(has_volume(connection, "own.raw"));
    g_assert_false(has_volume(connection, "more.raw"));
    g_assert_true(has_volume(connection, "medium.raw"));
    g_assert_true(has_volume(connection, "base.raw"));
    virDomainFree(domain);
    virConnectClose(connection);
}

/* A medium may lie anywhere: it is not deleted, so it need not be a volume. */
static void
test_medium_of_no_pool(void)
{
    virConnectPtr connection = open_driver();
    virDomainPtr domain =
        define(connection, "a",
               DISK("own.raw", "sda", "",
                    "") "<disk type='file' device='cdrom'><source file='/images/a.iso'/>"
                        "<target dev='sdb' bus='scsi'/></disk>");

    undefine(connection, domain, -1);
    g_assert_false(has_volume(connection, "own.raw"));
    virDomainFree(domain);
    virConnectClose(connection);
}

static void
test_disk_of_two(void)
{
    virConnectPtr connection = open_driver();
    virDomainPtr one =
        define(connection, "one", DISK("more.raw", "sda", "", "") DISK("own.raw", "sdb", "", ""));
    virDomainPtr two = define(connection, "two", DISK("own.raw", "sda", "", ""));
    virDomainPtr found;

    undefine(connection, one, SEAL_ERROR_INVALID_ARGUMENT);
    found = virDomainLookupByName(connection, "one");
    g_assert_nonnull(found);
    virDomainFree(found);
    g_assert_true(has_volume(connection, "own.raw"));
    g_assert_true(has_volume(connection, "more.raw"));
    g_assert_cmpint(virDomainUndefine(two), ==, 0);
    undefine(connection, one, -1);
    g_assert_false(has_volume(connection, "own.raw"));
    virDomainFree(one);
    virDomainFree(two);
    virConnectClose(connection);
}

/* A define that is taken back made no file of variables; one that is there was kept by somebody. */
static void
test_define_taken_back(void)
{
    virConnectPtr connection = open_driver();
    g_autoptr(VirtRequest) request = backend_request_new(VIRT_OP_DEFINE, NULL);
    g_autoptr(VirtReply) reply = backend_reply_new();
    g_autoptr(GError) error = NULL;
    const char *const files[] = {"/images/none.raw", NULL};

    request->xml = g_strdup("<domain type='test'><name>a</name>"
                            "<uuid>00000000-0000-4000-8000-000000000001</uuid>"
                            "<memory>65536</memory><os><type>hvm</type></os><devices>"
                            "<disk type='file'><source file='/images/a.raw'/>"
                            "<target dev='sda' bus='scsi'/></disk></devices></domain>");
    request->files = g_strdupv((char **)files);
    last_flags = 0;
    g_assert_false(operation_get(VIRT_OP_DEFINE)->run(connection, request, reply, &error));
    g_assert_error(error, SEAL_ERROR, SEAL_ERROR_NOT_FOUND);
    g_assert_null(virDomainLookupByName(connection, "a"));
    g_assert_cmpuint(last_flags & VIR_DOMAIN_UNDEFINE_KEEP_NVRAM, !=, 0);
    g_assert_cmpuint(last_flags & VIR_DOMAIN_UNDEFINE_NVRAM, ==, 0);
    virConnectClose(connection);
}

static void
define_by_request(virConnectPtr connection, const char *os, gboolean ask, gboolean makes)
{
    static const char uuid[] = "11111111-2222-3333-4444-555555555555";
    g_autoptr(VirtRequest) request = backend_request_new(VIRT_OP_DEFINE, NULL);
    g_autoptr(VirtReply) reply = backend_reply_new();
    g_autoptr(GError) error = NULL;
    virDomainPtr domain;

    request->xml = g_strdup_printf("<domain type='test'><name>a</name><uuid>%s</uuid>"
                                   "<memory>65536</memory><os><type>hvm</type>%s</os></domain>",
                                   uuid, os);
    request->ask_nvram = ask;
    operation_get(VIRT_OP_DEFINE)->run(connection, request, reply, &error);
    g_assert_no_error(error);
    g_assert_true(reply->makes_nvram == makes);
    g_assert_cmpuint(reply->domains->len, ==, 1);
    domain = virDomainLookupByUUIDString(connection, uuid);
    g_assert_nonnull(domain);
    g_assert_cmpint(virDomainUndefine(domain), ==, 0);
    virDomainFree(domain);
}

/* Whoever asks finds the domain defined, whether the file is there or not. */
static void
test_nvram_of_an_earlier_one(void)
{
    static const char os[] = "<loader readonly='yes' type='pflash'>/c</loader><nvram>/v</nvram>";
    virConnectPtr connection = open_driver();

    has_nvram = FALSE;
    define_by_request(connection, os, TRUE, TRUE);
    define_by_request(connection, os, FALSE, FALSE);
    define_by_request(connection, "", TRUE, FALSE);
    has_nvram = TRUE;
    define_by_request(connection, os, TRUE, FALSE);
    define_by_request(connection, "", TRUE, FALSE);
    has_nvram = FALSE;
    virConnectClose(connection);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    virSetErrorFunc(NULL, ignore);
    g_test_add_func("/definition/own-volumes-go", test_own_volumes_go);
    g_test_add_func("/definition/medium-of-no-pool", test_medium_of_no_pool);
    g_test_add_func("/definition/disk-of-two", test_disk_of_two);
    g_test_add_func("/definition/define-taken-back", test_define_taken_back);
    g_test_add_func("/definition/nvram-of-an-earlier-one", test_nvram_of_an_earlier_one);
    return g_test_run();
}
