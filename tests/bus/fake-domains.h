/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * The domains of the scripted libvirt: a table that obeys the operations of
 * backend.h the way libvirt does, without any libvirt. Tests change it behind
 * the daemon's back as virsh would.
 */

#include "backend.h"

/**
 * FakeDomain - one domain
 * @shuts_down: its guest obeys a request to shut down
 * @run: counts its starts
 */
typedef struct {
    char *uuid;
    char *name;
    SealTechnology technology;
    guint64 policy;
    guint64 memory;
    guint vcpus;
    gboolean attestable;
    gboolean persistent;
    gboolean autostart;
    gboolean restart_guest_reboot;
    gboolean shuts_down;
    gboolean launch_waits;
    guint run;
    VirtState state;
    const char *reason;
} FakeDomain;

typedef struct FakeDomains FakeDomains;

/**
 * fake_domains_new - no domains
 * Returns: (transfer full)
 */
FakeDomains *fake_domains_new(void);

/**
 * fake_domains_free - give them back
 * @domains: (transfer full)
 */
void fake_domains_free(FakeDomains *domains);

/**
 * fake_domains_add - a further domain: shut off, persistent, 1 GiB, two vCPUs
 * @domains: the table
 * @name: its name; its UUID is made from a counter
 * @technology: its technology, with that technology's default policy
 * Returns: (transfer none): change its members as you like.
 */
FakeDomain *fake_domains_add(FakeDomains *domains, const char *name, SealTechnology technology);

/**
 * fake_domains_find - by name or UUID
 * @domains: the table
 * @id: name or UUID
 * Returns: (transfer none) (nullable)
 */
FakeDomain *fake_domains_find(FakeDomains *domains, const char *id);

/**
 * fake_domains_remove - undefine one elsewhere
 * @domains: the table
 * @id: name or UUID
 */
void fake_domains_remove(FakeDomains *domains, const char *id);

/**
 * fake_domains_count - how many there are
 * @domains: the table
 * Returns: the number.
 */
guint fake_domains_count(FakeDomains *domains);

/**
 * fake_domains_snapshot - what libvirt would show of one now
 * @domain: which
 * @stamp: when, in microseconds
 * Returns: (transfer full)
 */
VirtDomain *fake_domains_snapshot(const FakeDomain *domain, gint64 stamp);

/**
 * fake_domains_run - do what a request says
 * @domains: the table
 * @request: any operation but PROBE
 * @stamp: of the snapshots in the reply
 * Returns: (transfer full): or NULL with SEAL_ERROR_NOT_FOUND, EXISTS or INVALID_STATE.
 */
VirtReply *
fake_domains_run(FakeDomains *domains, const VirtRequest *request, gint64 stamp, GError **error);
