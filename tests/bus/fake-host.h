/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * The scripted host: facts of a chosen machine, files that are there or not,
 * and answers that can be held back. Everything happens on the main loop.
 */

#include "host.h"

typedef struct FakeHost FakeHost;

/**
 * fake_host_new - an EPYC of the third generation on which every file exists
 * Returns: (transfer full): give it to core_new() as fake_host_backend().
 */
FakeHost *fake_host_new(void);

/**
 * fake_host_backend - the table that core sees
 * @fake: the fake
 * Returns: (transfer none): freed by core
 */
HostBackend *fake_host_backend(FakeHost *fake);

/**
 * fake_host_set_facts - another machine from the next probe on
 * @fake: the fake
 * @make: makes its facts, whose libvirt half is dropped
 */
void fake_host_set_facts(FakeHost *fake, SealFacts *(*make)(void));

/**
 * fake_host_set_file - what stands at a path
 * @fake: the fake
 * @path: absolute
 * @state: instead of PRESENT
 */
void fake_host_set_file(FakeHost *fake, const char *path, HostFileState state);

/**
 * fake_host_set_image - what the next inspected firmware image says
 * @fake: the fake
 * @has_image: it can be read
 * @image: its content
 */
void fake_host_set_image(FakeHost *fake, gboolean has_image, SealOvmf image);

/**
 * fake_host_hang - from now on every look at files is answered with SEAL_ERROR_TIMEOUT
 * @fake: the fake
 */
void fake_host_hang(FakeHost *fake);

/**
 * fake_host_take_notes - be a host with a place for notes from now on
 * @fake: the fake
 * @full: no further note can be written or removed
 * Returns: (transfer none) (element-type utf8 utf8): the notes.
 */
GHashTable *fake_host_take_notes(FakeHost *fake, gboolean full);

/**
 * fake_host_count_slots - what the kernel counts from now on; questions that are out keep what
 *   they have read
 * @fake: the fake
 * @pool: which
 * @total, @used: guests
 */
void fake_host_count_slots(FakeHost *fake, SealPool pool, guint total, guint used);

/**
 * fake_host_read_again - let every question that is out read the kernel's count only now
 * @fake: the fake
 */
void fake_host_read_again(FakeHost *fake);

/**
 * fake_host_look - what the real one does every few seconds: compare the kernel's count with that
 *   in the facts given last
 * @fake: the fake, already watched
 * Returns: whether it differed, which core has been told then.
 */
gboolean fake_host_look(FakeHost *fake);

/**
 * fake_host_hold - keep answers back until released
 * @fake: the fake
 * @hold: FALSE lets later ones through
 */
void fake_host_hold(FakeHost *fake, gboolean hold);

/**
 * fake_host_held - how many answers are held
 * @fake: the fake
 * Returns: the number.
 */
guint fake_host_held(FakeHost *fake);

/**
 * fake_host_release - give every held answer
 * @fake: the fake
 */
void fake_host_release(FakeHost *fake);

/**
 * fake_host_count - how often facts were read
 * @fake: the fake
 * Returns: the number.
 */
guint fake_host_count(FakeHost *fake);

/**
 * fake_host_count_inspections - how often files were looked at
 * @fake: the fake
 * Returns: the number.
 */
guint fake_host_count_inspections(FakeHost *fake);
