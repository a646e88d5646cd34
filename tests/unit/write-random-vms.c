/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Leaves the XML of random VMs for a libvirt to define: those that this libvirt
 * and this QEMU can have, as lib writes them for these two. VMs whose firmware
 * libvirt chooses are left out, for which of them it finds depends on the host.
 */

#include "random-xml.h"

#include "error.h"
#include "version.h"

#include <stdio.h>

#define DEFAULT_SEED 20261121u

/* FALSE when this stack is too old for the VM. */
static gboolean
write_one(const char *directory, guint i, RandomVm *vm)
{
    g_autofree char *name = g_strdup_printf("random-%u", i);
    g_autofree char *file = g_strdup_printf("%s/%s.xml", directory, name);
    g_autoptr(GError) error = NULL;
    guint64 policy = 0;
    g_autofree char *xml = random_xml_write(vm, name, NULL, &policy, &error);

    if (g_error_matches(error, SEAL_ERROR, SEAL_ERROR_NOT_SUPPORTED))
        return FALSE;
    if (!xml || !g_file_set_contents(file, xml, -1, &error))
        g_error("VM %u: %s", i, error->message);
    return TRUE;
}

/* Of these technologies, and unencrypted ones. */
static gboolean
is_asked_for(const RandomVm *vm, char **technologies)
{
    return vm->technology == SEAL_TECHNOLOGY_NONE ||
           g_strv_contains((const char *const *)technologies,
                           seal_technology_to_string(vm->technology));
}

int
main(int argc, char **argv)
{
    guint64 libvirt = argc > 4 ? seal_version_parse(argv[3]) : 0;
    guint64 qemu = argc > 4 ? seal_version_parse(argv[4]) : 0;
    guint64 wanted = argc > 4 ? g_ascii_strtoull(argv[2], NULL, 10) : 0;
    guint left = 0;

    if (!libvirt || !qemu || !wanted) {
        fprintf(stderr,
                "usage: write-random-vms DIRECTORY HOW-MANY LIBVIRT QEMU [TECHNOLOGY]...\n");
        return 2;
    }
    for (guint i = 0; left < wanted; i++) {
        const guint32 seeds[] = {DEFAULT_SEED, i};
        g_autoptr(GRand) rand = g_rand_new_with_seed_array(seeds, G_N_ELEMENTS(seeds));
        g_autoptr(RandomVm) vm = random_settings_new(rand);

        vm->libvirt = libvirt;
        vm->qemu = qemu;
        left += !vm->efi && is_asked_for(vm, argv + 5) && write_one(argv[1], i, vm);
    }
    return 0;
}
