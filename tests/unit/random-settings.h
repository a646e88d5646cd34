/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * Random VMs for tests: settings that must be accepted, with the technology and
 * the stack they are for, and the same settings with one fault put in. What is
 * legal is written down here a second time, apart from the rules under test.
 */

#include "test-plan.h"

/**
 * RandomVm - settings and what they meet
 * @dict: a{sv}
 * @technology: resolved, and what "technology" in @dict says when it says any
 * @libvirt, @qemu: packed versions that can do it
 * @template: as in test_plan_new()
 * @efi: libvirt chooses the firmware
 */
typedef struct {
    GVariant *dict;
    SealTechnology technology;
    guint64 libvirt;
    guint64 qemu;
    const char *template;
    gboolean efi;
} RandomVm;

/**
 * random_settings_new - a VM that must be accepted
 * @rand: where chance comes from
 * Returns: (transfer full): random_settings_free() it.
 */
RandomVm *random_settings_new(GRand *rand);

/**
 * random_settings_free - give it back
 * @vm: (nullable) (transfer full)
 */
void random_settings_free(RandomVm *vm);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(RandomVm, random_settings_free)

/**
 * random_settings_spoil - put one fault into the settings
 * @vm: a VM as random_settings_new() made it; its dict is replaced
 * @rand: where chance comes from
 * Returns: (transfer none): a word that the error must have in it, mostly the setting's name.
 */
const char *random_settings_spoil(RandomVm *vm, GRand *rand);
