/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The mark of a guest that waits for its owner belongs to one run. Tried on
 * libvirt's own test driver, whose one domain runs and keeps metadata of the
 * run and of the definition apart.
 */

#include <libvirt/virterror.h>

#include "error.h"
#include "operation.h"

typedef struct {
    virConnectPtr connection;
    virDomainPtr domain;
    char uuid[VIR_UUID_STRING_BUFLEN];
} Setup;

static void
ignore(void *data, virErrorPtr error)
{
}

static void
set_up(Setup *setup, gconstpointer data)
{
    setup->connection = virConnectOpen("test:///default");
    g_assert_nonnull(setup->connection);
    setup->domain = virDomainLookupByName(setup->connection, "test");
    g_assert_cmpint(virDomainGetUUIDString(setup->domain, setup->uuid), ==, 0);
}

static void
tear_down(Setup *setup, gconstpointer data)
{
    virDomainFree(setup->domain);
    virConnectClose(setup->connection);
}

static void
mark(Setup *setup, unsigned int where)
{
    g_assert_cmpint(virDomainSetMetadata(setup->domain, VIR_DOMAIN_METADATA_ELEMENT,
                                         "<launch waits='yes'/>", SEAL_DOMAIN_LAUNCH_PREFIX,
                                         SEAL_DOMAIN_LAUNCH_URI, where),
                    ==, 0);
}

static gboolean
has_mark(Setup *setup, unsigned int where)
{
    char *element = virDomainGetMetadata(setup->domain, VIR_DOMAIN_METADATA_ELEMENT,
                                         SEAL_DOMAIN_LAUNCH_URI, where);
    gboolean has = element != NULL;

    g_free(element);
    return has;
}

/* What the answer says of the mark. */
static gboolean
is_waiting(Setup *setup, VirtOp op, VirtState state)
{
    g_autoptr(VirtRequest) request =
        backend_request_new(op, op == VIRT_OP_LIST ? NULL : setup->uuid);
    g_autoptr(VirtReply) reply = backend_reply_new();
    GError *error = NULL;
    const VirtDomain *seen;

    operation_get(op)->run(setup->connection, request, reply, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(reply->domains->len, ==, 1);
    seen = g_ptr_array_index(reply->domains, 0);
    g_assert_cmpint(seen->state, ==, state);
    return seen->domain->launch_waits;
}

static void
test_of_a_run(Setup *setup, gconstpointer data)
{
    g_assert_cmpint(virDomainSuspend(setup->domain), ==, 0);
    mark(setup, VIR_DOMAIN_AFFECT_LIVE);
    g_assert_true(is_waiting(setup, VIRT_OP_LIST, VIRT_STATE_PAUSED));
    g_assert_true(is_waiting(setup, VIRT_OP_SNAPSHOT, VIRT_STATE_PAUSED));
    g_assert_false(is_waiting(setup, VIRT_OP_RESUME, VIRT_STATE_RUNNING));
    g_assert_false(has_mark(setup, VIR_DOMAIN_AFFECT_LIVE));
}

/* Somebody defined what a waiting guest's XML showed: no later run may be taken for waiting. */
static void
test_of_a_definition(Setup *setup, gconstpointer data)
{
    const VirtOp op = (VirtOp)GPOINTER_TO_INT(data);

    mark(setup, VIR_DOMAIN_AFFECT_CONFIG);
    g_assert_cmpint(virDomainDestroy(setup->domain), ==, 0);
    g_assert_true(has_mark(setup, VIR_DOMAIN_AFFECT_CONFIG));
    g_assert_false(is_waiting(setup, op, VIRT_STATE_SHUTOFF));
    g_assert_false(has_mark(setup, VIR_DOMAIN_AFFECT_CONFIG));
    g_assert_cmpint(virDomainCreate(setup->domain), ==, 0);
    g_assert_cmpint(virDomainSuspend(setup->domain), ==, 0);
    g_assert_false(is_waiting(setup, op, VIRT_STATE_PAUSED));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    virSetErrorFunc(NULL, ignore);
    g_test_add("/launch-mark/of-a-run", Setup, NULL, set_up, test_of_a_run, tear_down);
    g_test_add("/launch-mark/of-a-definition-listed", Setup, GINT_TO_POINTER(VIRT_OP_LIST), set_up,
               test_of_a_definition, tear_down);
    g_test_add("/launch-mark/of-a-definition", Setup, GINT_TO_POINTER(VIRT_OP_SNAPSHOT), set_up,
               test_of_a_definition, tear_down);
    return g_test_run();
}
