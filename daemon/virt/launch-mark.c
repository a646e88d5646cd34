/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * An element of its own, apart from the one with settings, since it belongs to
 * the run and not to the definition. Whoever resumes the guest, the next look
 * at it takes the mark away; a guest that somebody resumes and pauses again
 * while the daemon is not there keeps it, and QEMU refuses its owner's secret.
 * Who defines what "virsh dumpxml" tells of a waiting guest brings the mark
 * into the definition, where it would count for every later run.
 */

#include "launch-mark.h"

#include <libvirt/virterror.h>

static gboolean
write_mark(virDomainPtr domain, const char *element, unsigned int where)
{
    if (virDomainSetMetadata(domain, VIR_DOMAIN_METADATA_ELEMENT, element,
                             SEAL_DOMAIN_LAUNCH_PREFIX, SEAL_DOMAIN_LAUNCH_URI, where) == 0)
        return TRUE;
    virResetLastError();
    return FALSE;
}

void
launch_mark_set(virDomainPtr domain, VirtDomain *snapshot)
{
    SealDomain *seen = snapshot->domain;

    if (snapshot->state == VIRT_STATE_PAUSED && seen->attestable &&
        seal_technology_get_info(seen->technology)->measured_start)
        seen->launch_waits = write_mark(domain, "<launch waits='yes'/>", VIR_DOMAIN_AFFECT_LIVE);
}

gboolean
launch_mark_is_stale(const VirtDomain *snapshot)
{
    return snapshot->domain->launch_waits &&
           (snapshot->state == VIRT_STATE_RUNNING || snapshot->state == VIRT_STATE_SHUTOFF);
}

void
launch_mark_settle(virDomainPtr domain, VirtDomain *snapshot)
{
    SealDomain *seen = snapshot->domain;

    if (!launch_mark_is_stale(snapshot))
        return;
    if (snapshot->state == VIRT_STATE_RUNNING) {
        seen->launch_waits = !write_mark(domain, NULL, VIR_DOMAIN_AFFECT_LIVE);
        return;
    }
    write_mark(domain, NULL, VIR_DOMAIN_AFFECT_CONFIG);
    seen->launch_waits = FALSE;
}
