/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Bounded file access. Files are opened without blocking and looked at by
 * descriptor, so that what was checked is what is read. sysfs and procfs
 * report sizes that mean nothing, hence the read loop with a cap instead of
 * trusting st_size.
 */

#include "host-file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int
open_regular(const char *root, const char *path, struct stat *ret_stat)
{
    g_autofree char *full = g_build_filename(root, path, NULL);
    int fd = open(full, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

    if (fd < 0)
        return -1;
    if (fstat(fd, ret_stat) < 0 || !S_ISREG(ret_stat->st_mode)) {
        close(fd);
        return -1;
    }
    return fd;
}

static gboolean
read_up_to(int fd, GByteArray *buffer, gsize max_length)
{
    guint8 block[4096];

    for (;;) {
        gssize n = TEMP_FAILURE_RETRY(read(fd, block, sizeof block));

        if (n <= 0)
            return n == 0;
        if (buffer->len + (gsize)n > max_length)
            return FALSE;
        g_byte_array_append(buffer, block, (guint)n);
    }
}

char *
host_file_read(const char *root, const char *path, gsize max_length, gsize *ret_length)
{
    g_autoptr(GByteArray) buffer = g_byte_array_new();
    struct stat st;
    gboolean complete;
    int fd = open_regular(root, path, &st);

    if (fd < 0)
        return NULL;
    complete = read_up_to(fd, buffer, max_length);
    close(fd);
    if (!complete)
        return NULL;
    if (ret_length)
        *ret_length = buffer->len;
    g_byte_array_append(buffer, (const guint8 *)"", 1);
    return (char *)g_byte_array_free(g_steal_pointer(&buffer), FALSE);
}

char *
host_file_read_line(const char *root, const char *path)
{
    char *text = host_file_read(root, path, 4096, NULL);

    if (!text)
        return NULL;
    text[strcspn(text, "\n")] = '\0';
    return g_strstrip(text);
}

GBytes *
host_file_read_tail(const char *root, const char *path, gsize length)
{
    g_autofree guint8 *buffer = NULL;
    struct stat st;
    gsize wanted;
    gssize n;
    int fd = open_regular(root, path, &st);

    if (fd < 0)
        return NULL;
    wanted = MIN((gsize)st.st_size, length);
    buffer = g_malloc0(wanted + 1);
    n = TEMP_FAILURE_RETRY(pread(fd, buffer, wanted, st.st_size - (off_t)wanted));
    close(fd);
    if (n < 0 || (gsize)n != wanted)
        return NULL;
    return g_bytes_new_take(g_steal_pointer(&buffer), wanted);
}

gboolean
host_file_exists(const char *root, const char *path)
{
    g_autofree char *full = g_build_filename(root, path, NULL);

    return g_file_test(full, G_FILE_TEST_EXISTS);
}

/* Places that PrivateTmp, ProtectHome and PrivateDevices show to us alone. */
static gboolean
is_sandboxed(const char *path)
{
    static const char *const private_places[] = {"/tmp/",  "/var/tmp/",  "/home/",
                                                 "/root/", "/run/user/", "/dev/"};

    for (gsize i = 0; i < G_N_ELEMENTS(private_places); i++)
        if (g_str_has_prefix(path, private_places[i]))
            return TRUE;
    return FALSE;
}

HostFileState
host_file_state(const char *root, const char *path)
{
    g_autofree char *full = g_build_filename(root, path, NULL);
    struct stat st;

    if (stat(full, &st) == 0) {
        if (S_ISREG(st.st_mode) || S_ISBLK(st.st_mode))
            return HOST_FILE_PRESENT;
        return S_ISDIR(st.st_mode) ? HOST_FILE_DIRECTORY : HOST_FILE_OTHER;
    }
    if ((errno == ENOENT || errno == ENOTDIR) && !is_sandboxed(path))
        return HOST_FILE_ABSENT;
    return HOST_FILE_UNKNOWN;
}
