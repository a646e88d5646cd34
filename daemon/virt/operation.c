/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The operation table, and those operations that act on a domain's run. Each
 * looks its domain up by UUID afresh, acts, and gives back how the domain
 * stands afterwards, so that the registry is right before the caller gets its
 * answer, whatever order libvirt's events come in.
 */

#include "operation.h"

#include <libvirt/virterror.h>
#include <stdlib.h>
#include <string.h>

#include "attestation.h"
#include "bridge.h"
#include "definition.h"
#include "launch-mark.h"
#include "probe.h"
#include "snapshot.h"
#include "virt-error.h"
#include "volume.h"

/* Deadlines in milliseconds. Keepalive ends calls to a dead libvirtd long before these. */
#define DEADLINE_READ 10000
#define DEADLINE_ACT 30000
#define DEADLINE_START 120000
#define DEADLINE_LIST 60000
/* All memory of an SEV guest is pinned before it runs, and huge pages are cleared for any guest. */
#define DEADLINE_START_PER_GIB 1000
/* More GiB than any host has; keeps the sum within its type. */
#define MAX_GIB (1024 * 1024)

static virDomainPtr
find_domain(virConnectPtr connection, const VirtRequest *request, GError **error)
{
    virDomainPtr domain = virDomainLookupByUUIDString(connection, request->uuid);

    if (!domain)
        virt_error_take(error, SEAL_ERROR_BACKEND, "finding the domain");
    return domain;
}

/* How the domain stands now; a transient one may be gone, which is no failure. */
static gboolean
answer_with_snapshot(virDomainPtr domain, VirtReply *reply, GError **error)
{
    g_autoptr(GError) reason = NULL;
    VirtDomain *snapshot = snapshot_domain(domain, &reason);

    if (snapshot) {
        launch_mark_settle(domain, snapshot);
        g_ptr_array_add(reply->domains, snapshot);
        return TRUE;
    }
    if (g_error_matches(reason, SEAL_ERROR, SEAL_ERROR_NOT_FOUND))
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&reason));
    return FALSE;
}

/* Resumed or defined anew while nobody looked. */
static void
settle_listed(virConnectPtr connection, VirtDomain *snapshot)
{
    g_auto(virDomainPtr) domain = NULL;

    if (!launch_mark_is_stale(snapshot))
        return;
    domain = virDomainLookupByUUIDString(connection, snapshot->domain->uuid);
    if (domain)
        launch_mark_settle(domain, snapshot);
    virResetLastError();
}

static gboolean
run_list(virConnectPtr connection,
         G_GNUC_UNUSED const VirtRequest *request,
         VirtReply *reply,
         GError **error)
{
    if (!snapshot_all(connection, reply->domains, error))
        return FALSE;
    for (guint i = 0; i < reply->domains->len; i++)
        settle_listed(connection, g_ptr_array_index(reply->domains, i));
    return TRUE;
}

static gboolean
run_snapshot(virConnectPtr connection, const VirtRequest *request, VirtReply *reply, GError **error)
{
    g_autoptr(GError) reason = NULL;
    g_auto(virDomainPtr) domain = find_domain(connection, request, &reason);

    if (domain)
        return answer_with_snapshot(domain, reply, error);
    if (g_error_matches(reason, SEAL_ERROR, SEAL_ERROR_NOT_FOUND))
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&reason));
    return FALSE;
}

static gboolean
run_start(virConnectPtr connection, const VirtRequest *request, VirtReply *reply, GError **error)
{
    g_auto(virDomainPtr) domain = find_domain(connection, request, error);
    unsigned int flags = request->paused ? VIR_DOMAIN_START_PAUSED : 0;

    if (!domain)
        return FALSE;
    if (virDomainCreateWithFlags(domain, flags) < 0) {
        virt_error_take(error, SEAL_ERROR_LAUNCH_FAILED, "starting the domain");
        return FALSE;
    }
    if (!answer_with_snapshot(domain, reply, error))
        return FALSE;
    if (request->paused && reply->domains->len > 0)
        launch_mark_set(domain, g_ptr_array_index(reply->domains, 0));
    return TRUE;
}

static int
reboot_by_default(virDomainPtr domain)
{
    return virDomainReboot(domain, VIR_DOMAIN_REBOOT_DEFAULT);
}

/* A domain that went off while libvirt was at it (a new libvirtd that loses it, a guest that ends)
 * is off as well, though libvirt then says that it was not running. */
static int
make_inactive(virDomainPtr domain)
{
    if (virDomainDestroy(domain) == 0)
        return 0;
    if (virGetLastErrorCode() != VIR_ERR_OPERATION_INVALID)
        return -1;
    /* Asking for the state forgets the error, so one that is on after all is told again. */
    return virDomainIsActive(domain) == 0 ? 0 : virDomainDestroy(domain);
}

static gboolean
act(virConnectPtr connection,
    const VirtRequest *request,
    VirtReply *reply,
    int (*call)(virDomainPtr),
    const char *doing,
    GError **error)
{
    g_auto(virDomainPtr) domain = find_domain(connection, request, error);

    if (!domain)
        return FALSE;
    if (call(domain) < 0) {
        virt_error_take(error, SEAL_ERROR_BACKEND, doing);
        return FALSE;
    }
    return answer_with_snapshot(domain, reply, error);
}

static gboolean
run_resume(virConnectPtr connection, const VirtRequest *request, VirtReply *reply, GError **error)
{
    return act(connection, request, reply, virDomainResume, "resuming the domain", error);
}

static gboolean
run_suspend(virConnectPtr connection, const VirtRequest *request, VirtReply *reply, GError **error)
{
    return act(connection, request, reply, virDomainSuspend, "pausing the domain", error);
}

static gboolean
run_shutdown(virConnectPtr connection, const VirtRequest *request, VirtReply *reply, GError **error)
{
    g_auto(virDomainPtr) domain = find_domain(connection, request, error);

    if (!domain)
        return FALSE;
    if (request->run && snapshot_run(domain) != request->run) {
        g_set_error_literal(error, SEAL_ERROR, SEAL_ERROR_INVALID_STATE,
                            "the run that was to be shut down is over; ask again for this one");
        return FALSE;
    }
    if (virDomainShutdown(domain) < 0) {
        virt_error_take(error, SEAL_ERROR_BACKEND, "asking the guest to shut down");
        return FALSE;
    }
    return answer_with_snapshot(domain, reply, error);
}

static gboolean
run_reboot(virConnectPtr connection, const VirtRequest *request, VirtReply *reply, GError **error)
{
    return act(connection, request, reply, reboot_by_default, "asking the guest to reboot", error);
}

static gboolean
run_destroy(virConnectPtr connection, const VirtRequest *request, VirtReply *reply, GError **error)
{
    return act(connection, request, reply, make_inactive, "powering the domain off", error);
}

static gboolean
run_get_xml(virConnectPtr connection, const VirtRequest *request, VirtReply *reply, GError **error)
{
    g_auto(virDomainPtr) domain = find_domain(connection, request, error);
    char *xml;

    if (!domain)
        return FALSE;
    xml = virDomainGetXMLDesc(domain, 0);
    if (!xml) {
        virt_error_take(error, SEAL_ERROR_BACKEND, "reading the domain's XML");
        return FALSE;
    }
    reply->xml = seal_domain_reader_redact(xml, error);
    explicit_bzero(xml, strlen(xml));
    free(xml);
    return reply->xml != NULL;
}

static gboolean
run_set_autostart(virConnectPtr connection,
                  const VirtRequest *request,
                  VirtReply *reply,
                  GError **error)
{
    g_auto(virDomainPtr) domain = find_domain(connection, request, error);

    if (!domain)
        return FALSE;
    if (virDomainSetAutostart(domain, request->autostart) < 0) {
        virt_error_take(error, SEAL_ERROR_BACKEND, "changing autostart");
        return FALSE;
    }
    return answer_with_snapshot(domain, reply, error);
}

static gboolean
run_set_restart(virConnectPtr connection,
                const VirtRequest *request,
                VirtReply *reply,
                GError **error)
{
    g_auto(virDomainPtr) domain = find_domain(connection, request, error);
    const char *element = request->restart_guest_reboot ? "<vm restart='guest-reboot'/>" : NULL;
    unsigned int flags = VIR_DOMAIN_AFFECT_CONFIG;

    if (!domain)
        return FALSE;
    if (virDomainIsActive(domain) == 1)
        flags |= VIR_DOMAIN_AFFECT_LIVE;
    if (virDomainSetMetadata(domain, VIR_DOMAIN_METADATA_ELEMENT, element,
                             SEAL_DOMAIN_METADATA_PREFIX, SEAL_DOMAIN_METADATA_URI, flags) < 0) {
        virt_error_take(error, SEAL_ERROR_BACKEND, "changing the restart setting");
        return FALSE;
    }
    return answer_with_snapshot(domain, reply, error);
}

static const OperationRow operation_rows[] = {
    [VIRT_OP_PROBE] = {probe_run, DEADLINE_LIST, "asking libvirt what it can do"},
    [VIRT_OP_LIST] = {run_list, DEADLINE_LIST, "listing the domains"},
    [VIRT_OP_SNAPSHOT] = {run_snapshot, DEADLINE_READ, "reading the domain"},
    [VIRT_OP_DEFINE] = {definition_define, DEADLINE_ACT, "defining the domain"},
    [VIRT_OP_START] = {run_start, DEADLINE_START, "starting the domain", DEADLINE_START_PER_GIB},
    [VIRT_OP_RESUME] = {run_resume, DEADLINE_ACT, "resuming the domain"},
    [VIRT_OP_SUSPEND] = {run_suspend, DEADLINE_ACT, "pausing the domain"},
    [VIRT_OP_SHUTDOWN] = {run_shutdown, DEADLINE_ACT, "asking the guest to shut down"},
    [VIRT_OP_REBOOT] = {run_reboot, DEADLINE_ACT, "asking the guest to reboot"},
    [VIRT_OP_DESTROY] = {run_destroy, DEADLINE_ACT, "powering the domain off"},
    [VIRT_OP_UNDEFINE] = {definition_undefine, DEADLINE_ACT, "undefining the domain"},
    [VIRT_OP_GET_XML] = {run_get_xml, DEADLINE_READ, "reading the domain's XML"},
    [VIRT_OP_SET_AUTOSTART] = {run_set_autostart, DEADLINE_READ, "changing autostart"},
    [VIRT_OP_SET_RESTART] = {run_set_restart, DEADLINE_READ, "changing the restart setting"},
    [VIRT_OP_CERTIFICATES] = {attestation_certificates, DEADLINE_READ,
                              "asking for the certificates of the host"},
    [VIRT_OP_MEASUREMENT] = {attestation_measurement, DEADLINE_READ, "asking for the measurement"},
    [VIRT_OP_VOLUME_ABSENT] = {volume_check_absent, DEADLINE_ACT, "looking for the volume"},
    [VIRT_OP_VOLUME_CREATE] = {volume_create, DEADLINE_START, "creating the volume"},
    [VIRT_OP_VOLUME_DELETE] = {volume_delete, DEADLINE_ACT, "deleting the volume"},
    [VIRT_OP_BRIDGE_MTU] = {bridge_read_mtu, DEADLINE_READ, "asking for the MTU of a bridge"},
    [VIRT_OP_INJECT] = {attestation_inject, DEADLINE_ACT, "injecting the secret"},
};

const OperationRow *
operation_get(VirtOp op)
{
    g_return_val_if_fail((gsize)op < G_N_ELEMENTS(operation_rows), NULL);
    return &operation_rows[op];
}

guint
operation_get_deadline(const VirtRequest *request)
{
    const OperationRow *row = operation_get(request->op);
    const guint gib = (guint)MIN(request->memory >> 30, MAX_GIB);

    return request->patient ? 0 : row->deadline + gib * row->deadline_per_gib;
}
