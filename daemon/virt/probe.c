/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The one call that may be slow here is domcapabilities: the first after a
 * libvirtd start makes libvirt probe QEMU. It is asked for x86_64, KVM and
 * q35, the only frame in which encrypted guests run.
 */

#include "probe.h"

#include <libvirt/virterror.h>
#include <stdlib.h>

#include "virt-error.h"

gboolean
probe_run(virConnectPtr connection,
          G_GNUC_UNUSED const VirtRequest *request,
          VirtReply *reply,
          GError **error)
{
    g_autoptr(VirtProbe) probe = g_new0(VirtProbe, 1);
    g_autoptr(GError) reason = NULL;
    unsigned long version = 0;
    char *xml;

    if (virConnectGetLibVersion(connection, &version) < 0) {
        virt_error_take(error, SEAL_ERROR_BACKEND, "asking libvirt for its version");
        return FALSE;
    }
    probe->libvirt_version = version;
    version = 0;
    if (virConnectGetVersion(connection, &version) < 0)
        virResetLastError();
    probe->qemu_version = version;
    xml = virConnectGetDomainCapabilities(connection, NULL, "x86_64", "q35", "kvm", 0);
    if (xml) {
        probe->domcaps_xml = g_strdup(xml);
        free(xml);
    } else {
        virt_error_take(&reason, SEAL_ERROR_BACKEND, "asking libvirt for domcapabilities");
        probe->domcaps_error = g_strdup(reason->message);
    }
    reply->probe = g_steal_pointer(&probe);
    return TRUE;
}
