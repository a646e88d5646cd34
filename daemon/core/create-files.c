/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A file that the daemon may not see is no error: QEMU runs as another user.
 * For disks libvirt is asked, see create-define.h; the others speak at the
 * start. One that hangs is an error, whichever it is: libvirt and QEMU would
 * hang at it too, and hold the VM while they do.
 */

#include "create-files.h"

#include "error.h"

static void
add(CreateFiles *files, char *path)
{
    if (path)
        g_ptr_array_add(files->paths, path);
}

void
create_files_init(CreateFiles *files, const SealSettings *settings)
{
    files->paths = g_ptr_array_new();
    files->unseen = g_ptr_array_new();
    for (guint i = 0; i < settings->disks->len; i++) {
        const SealDisk *disk = g_ptr_array_index(settings->disks, i);

        add(files, disk->path);
    }
    files->n_disks = files->paths->len;
    add(files, settings->kernel);
    add(files, settings->initrd);
    add(files, settings->nvram_template);
    g_ptr_array_add(files->paths, NULL);
}

void
create_files_clear(CreateFiles *files)
{
    g_clear_pointer(&files->paths, g_ptr_array_unref);
    g_clear_pointer(&files->unseen, g_ptr_array_unref);
}

static gboolean
check_file(CreateFiles *files, guint i, HostFileState state, GError **error)
{
    char *path = g_ptr_array_index(files->paths, i);

    switch (state) {
    case HOST_FILE_PRESENT:
        return TRUE;
    case HOST_FILE_UNKNOWN:
        if (i < files->n_disks)
            g_ptr_array_add(files->unseen, path);
        return TRUE;
    case HOST_FILE_ABSENT:
        g_set_error(error, SEAL_ERROR, SEAL_ERROR_NOT_FOUND,
                    "file %s does not exist; create it (qemu-img create) or correct the path",
                    path);
        return FALSE;
    case HOST_FILE_DIRECTORY:
    case HOST_FILE_OTHER:
        g_set_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT,
                    "%s is %s, neither a regular file nor a block device; name the image itself",
                    path, state == HOST_FILE_DIRECTORY ? "a directory" : "a special file");
        return FALSE;
    }
    return FALSE;
}

gboolean
create_files_check(CreateFiles *files, const HostInspection *inspection, GError **error)
{
    if (inspection->error) {
        g_propagate_error(error, g_error_copy(inspection->error));
        return FALSE;
    }
    for (guint i = 0; i < inspection->n_states; i++)
        if (!check_file(files, i, inspection->states[i], error))
            return FALSE;
    return TRUE;
}
