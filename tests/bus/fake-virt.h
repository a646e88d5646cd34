/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * The scripted libvirt: a VirtBackend over fake-domains.h. It counts what it
 * is asked, fails when told to, keeps answers back until released in any
 * order, and sends events on demand. Everything happens on the main loop.
 */

#include "error.h"
#include "fake-domains.h"

typedef struct FakeVirt FakeVirt;

/**
 * fake_virt_new - not connected; core takes it over
 * Returns: (transfer full): give it to core_new() as fake_virt_backend().
 */
FakeVirt *fake_virt_new(void);

/**
 * fake_virt_backend - the table that core sees
 * @fake: the fake
 * Returns: (transfer none): freed by core
 */
VirtBackend *fake_virt_backend(FakeVirt *fake);

/**
 * fake_virt_domains - what is defined
 * @fake: the fake
 * Returns: (transfer none): change it as virsh would; no event is sent for that.
 */
FakeDomains *fake_virt_domains(FakeVirt *fake);

/**
 * fake_virt_connect - come or go
 * @fake: the fake, already started by core
 * @connection: new state; requests fail with BACKEND_UNAVAILABLE unless CONNECTED
 */
void fake_virt_connect(FakeVirt *fake, VirtConnection connection);

/**
 * fake_virt_set_pools - what the next probe tells of key slots
 * @fake: the fake
 * @sev, @sev_es: slots of each pool
 */
void fake_virt_set_pools(FakeVirt *fake, guint sev, guint sev_es);

/**
 * fake_virt_set_qemu - what the next probe tells of QEMU
 * @fake: the fake
 * @version: packed
 */
void fake_virt_set_qemu(FakeVirt *fake, guint64 version);

/**
 * fake_virt_set_mtu - what every bridge has
 * @fake: the fake
 * @mtu: bytes
 */
void fake_virt_set_mtu(FakeVirt *fake, guint mtu);

/**
 * fake_virt_keep_nvram - of every domain an earlier one left its firmware variables
 * @fake: the fake
 */
void fake_virt_keep_nvram(FakeVirt *fake);

/**
 * fake_virt_fail - let requests fail without doing anything
 * @fake: the fake
 * @op: which
 * @code: of the error
 * @times: how many of them from now on; 0 ends it
 */
void fake_virt_fail(FakeVirt *fake, VirtOp op, SealError code, guint times);

/**
 * fake_virt_lose - do what requests ask for and answer them with BACKEND_UNAVAILABLE
 * @fake: the fake
 * @op: which
 * @times: how many of them from now on
 */
void fake_virt_lose(FakeVirt *fake, VirtOp op, guint times);

/**
 * fake_virt_hold - keep answers back: the work is done, but nobody hears of it
 * @fake: the fake
 * @op: which
 * @hold: FALSE lets later ones through; those already held stay until released
 */
void fake_virt_hold(FakeVirt *fake, VirtOp op, gboolean hold);

/**
 * fake_virt_held - how many answers of an operation are held
 * @fake: the fake
 * @op: which
 * Returns: the number.
 */
guint fake_virt_held(FakeVirt *fake, VirtOp op);

/**
 * fake_virt_release - give one held answer, at once
 * @fake: the fake
 * @op: which
 * @index: 0 for the oldest of them
 */
void fake_virt_release(FakeVirt *fake, VirtOp op, guint index);

/**
 * fake_virt_count - how often an operation was asked for
 * @fake: the fake
 * @op: which
 * Returns: the number.
 */
guint fake_virt_count(FakeVirt *fake, VirtOp op);

/**
 * fake_virt_count_acts - how often anything but PROBE, LIST and SNAPSHOT was asked for
 * @fake: the fake
 * Returns: the number.
 */
guint fake_virt_count_acts(FakeVirt *fake);

/**
 * fake_virt_last - the latest request of an operation
 * @fake: the fake
 * @op: which
 * Returns: (transfer none) (nullable)
 */
const VirtRequest *fake_virt_last(FakeVirt *fake, VirtOp op);

/**
 * fake_virt_emit - the event that something about a domain changed
 * @fake: the fake
 * @uuid: which
 */
void fake_virt_emit(FakeVirt *fake, const char *uuid);

/**
 * fake_virt_emit_reboot - the event that a guest's reboot became a shutdown
 * @fake: the fake
 * @uuid: which
 */
void fake_virt_emit_reboot(FakeVirt *fake, const char *uuid);
