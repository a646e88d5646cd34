/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Notes are written to a temporary name and renamed, so that a note is whole
 * or not there. They guard against the daemon's death, not against a power
 * cut, so nothing is flushed to the disk.
 */

#include "host-journal.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "error.h"
#include "host-file.h"

#define SUFFIX ".pending"
#define MAX_NOTE (64 * 1024)
#define MAX_NOTES 1024

static char *
path_of(const char *directory, const char *name)
{
    g_autofree char *file = g_strconcat(name, SUFFIX, NULL);

    return g_build_filename(directory, file, NULL);
}

gboolean
host_journal_note(const char *directory, const char *name, const char *text, GError **error)
{
    g_autofree char *path = path_of(directory, name);
    g_autoptr(GError) reason = NULL;

    if (g_file_set_contents_full(path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, &reason))
        return TRUE;
    g_set_error(error, SEAL_ERROR, SEAL_ERROR_BACKEND,
                "the note %s cannot be written (%s), and nothing is begun without it; make room "
                "there, or mend its owner and mode",
                path, reason->message);
    return FALSE;
}

gboolean
host_journal_forget(const char *directory, const char *name, GError **error)
{
    g_autofree char *path = path_of(directory, name);

    if (unlink(path) == 0 || errno == ENOENT)
        return TRUE;
    g_set_error(error, SEAL_ERROR, SEAL_ERROR_BACKEND,
                "the note %s cannot be removed (%s), and the next daemon takes away what it names; "
                "mend the owner and mode of that directory, or its file system",
                path, g_strerror(errno));
    return FALSE;
}

GHashTable *
host_journal_recall(const char *directory)
{
    GHashTable *notes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_autoptr(GDir) dir = g_dir_open(directory, 0, NULL);
    const char *file;

    while (dir && (file = g_dir_read_name(dir)) && g_hash_table_size(notes) < MAX_NOTES) {
        char *text;

        if (!g_str_has_suffix(file, SUFFIX))
            continue;
        text = host_file_read(directory, file, MAX_NOTE, NULL);
        if (text)
            g_hash_table_replace(notes, g_strndup(file, strlen(file) - strlen(SUFFIX)), text);
    }
    return notes;
}
