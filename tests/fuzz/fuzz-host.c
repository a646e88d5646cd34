/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Whole host trees: the bytes are taken apart into files (which of the known
 * ones, how long, what is in it), written below a directory and read as a host.
 * Links, directories and FIFOs can take a file's place. Nothing may crash or
 * wait, and every text that comes out must be fit for the bus.
 */

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "checks.h"
#include "fuzz.h"
#include "host-facts.h"

static const char *const paths[] = {
    "proc/cpuinfo",
    "proc/cmdline",
    "proc/meminfo",
    "proc/sys/kernel/osrelease",
    "proc/self/limits",
    "sys/module/kvm_amd/parameters/sev",
    "sys/module/kvm_amd/parameters/sev_snp",
    "sys/class/misc/sev",
    "sys/class/misc/kvm",
    "sys/fs/cgroup/misc.capacity",
    "sys/fs/cgroup/misc.current",
    "sys/fs/cgroup/machine.slice/misc.current",
    "sys/fs/cgroup/machine.slice/misc.max",
    "sys/fs/cgroup/machine.slice/memory.max",
    "sys/kernel/iommu_groups/0/type",
    "sys/class/iommu/ivhd0",
    "sys/bus/pci/drivers/ccp/0000:01:00.1/tee_version",
    "sys/power/disk",
    "etc/libvirt/qemu.conf",
    "etc/default/libvirt-guests",
    "etc/passwd",
    "dev/sev",
    "dev/cpu/0/cpuid",
    "var/log/dmesg",
    "usr/share/qemu/firmware/a.json",
    "etc/qemu/firmware/a.json",
    "usr/share/OVMF/OVMF_CODE_4M.fd",
    "usr/share/OVMF/OVMF_VARS_4M.fd",
};

/* What takes the place: mostly files, for the rest is soon explored. */
enum { LINK = 250, FIFO = 252, DIRECTORY = 254 };

static void
put(const char *full, guint kind, const guint8 *data, gsize size)
{
    g_autofree char *dir = g_path_get_dirname(full);
    g_autofree char *target = g_strndup((const char *)data, MIN(size, (gsize)100));

    /* What stands in the way may be one of the odd things already. */
    if (g_mkdir_with_parents(dir, 0700) < 0)
        return;
    if (kind >= DIRECTORY)
        (void)!mkdir(full, 0700);
    else if (kind >= FIFO)
        (void)!mkfifo(full, 0600);
    else if (kind >= LINK && *target)
        (void)!symlink(target, full);
    else if (!g_file_test(full, G_FILE_TEST_EXISTS | G_FILE_TEST_IS_SYMLINK))
        g_file_set_contents(full, (const char *)data, (gssize)size, NULL);
}

/* Records of: path, kind, length (two bytes, little endian), content. */
static void
build_tree(const char *root, const uint8_t *data, size_t size)
{
    while (size >= 4) {
        gsize length = MIN((gsize)data[2] + ((gsize)data[3] << 8), size - 4);
        g_autofree char *full = g_build_filename(root, paths[data[0] % G_N_ELEMENTS(paths)], NULL);

        put(full, data[1], data + 4, length);
        data += 4 + length;
        size -= 4 + length;
    }
}

static void
remove_tree(const char *path)
{
    g_autoptr(GDir) dir = NULL;
    const char *name;

    if (g_unlink(path) == 0)
        return;
    dir = g_dir_open(path, 0, NULL);
    while (dir && (name = g_dir_read_name(dir))) {
        g_autofree char *child = g_build_filename(path, name, NULL);

        remove_tree(child);
    }
    g_rmdir(path);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *root = g_dir_make_tmp("sealvirt-fuzz-XXXXXX", NULL);
    g_autoptr(SealFacts) facts = NULL;
    g_autoptr(GPtrArray) results = NULL;

    if (!root)
        return 0;
    build_tree(root, data, size);
    facts = host_facts_read(root);
    facts->offline = TRUE;
    results = seal_checks_evaluate(facts, SEAL_TECHNOLOGY_AUTO);
    for (guint i = 0; i < results->len; i++) {
        const SealCheckResult *result = g_ptr_array_index(results, i);

        g_assert_true(g_utf8_validate(result->value, -1, NULL));
        g_assert_true(g_utf8_validate(result->remedy, -1, NULL));
    }
    remove_tree(root);
    return 0;
}
