/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What daemon/core does for a create, without host and libvirt: the image is
 * made up, and can do all that a setting may ask of it.
 */

#include "random-xml.h"

#include "domain-writer.h"

char *
random_xml_write(
    const RandomVm *vm, const char *name, const char *uuid, guint64 *ret_policy, GError **error)
{
    g_autoptr(SealSettings) settings = seal_settings_parse(name, vm->dict, error);
    const SealOvmf image = {
        .is_firmware = TRUE, .has_hashes_area = TRUE, .hashes_base = 4096, .hashes_size = 1024};
    gboolean rom = g_strcmp0(vm->template, "rom") == 0;
    g_autoptr(SealFirmware) firmware =
        seal_firmware_new_for_path("/fw/CODE.fd", rom ? NULL : vm->template, &image, rom);
    const SealStack stack = {.libvirt_version = vm->libvirt,
                             .qemu_version = vm->qemu,
                             .arch = "x86_64",
                             .emulator = "/usr/bin/qemu-system-x86_64"};
    SealPlan plan = {.settings = settings,
                     .technology = vm->technology,
                     .firmware = vm->efi ? NULL : firmware,
                     .stack = &stack,
                     .uuid = uuid};
    g_auto(GStrv) warnings = NULL;

    if (!settings || !seal_settings_resolve_policy(settings, vm->technology, &plan.policy, error) ||
        !seal_domain_writer_check(&plan, error))
        return NULL;
    warnings = seal_domain_writer_warnings(&plan);
    *ret_policy = plan.policy;
    return seal_domain_writer_write(&plan);
}
