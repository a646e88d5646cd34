/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Bounded file access. Files are opened without blocking and looked at by
 * descriptor, so that what was checked is what is read. sysfs and procfs
 * report sizes that mean nothing, hence the read loop with a cap instead of
 * trusting st_size. In a captured tree links are followed as if its root were
 * "/", or they would lead out of it to this machine's own files.
 */

#include "host-file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static int
open_in_tree(const char *root, const char *path, int flags)
{
    struct open_how how = {
        .flags = (guint64)flags,
        .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
    };
    int tree = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
    int fd, problem;

    if (tree < 0)
        return -1;
    fd = (int)syscall(SYS_openat2, tree, path, &how, sizeof how);
    problem = errno;
    close(tree);
    errno = problem;
    return fd;
}

int
host_file_open(const char *root, const char *path, int flags)
{
    g_autofree char *full = NULL;
    int fd;

    flags |= O_CLOEXEC;
    /* openat2 refuses flags that mean nothing with O_PATH. */
    if (!(flags & O_PATH))
        flags |= O_NONBLOCK | O_NOCTTY;
    if (!g_str_equal(root, "/")) {
        fd = open_in_tree(root, path, flags);
        if (fd >= 0 || errno != ENOSYS)
            return fd;
    }
    /* This machine itself, or a kernel before 5.6. */
    full = g_build_filename(root, path, NULL);
    return open(full, flags);
}

static int
open_regular(const char *root, const char *path, struct stat *ret_stat)
{
    int fd = host_file_open(root, path, O_RDONLY);

    if (fd < 0)
        return -1;
    if (fstat(fd, ret_stat) < 0 || !S_ISREG(ret_stat->st_mode)) {
        close(fd);
        errno = EINVAL;
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

SealFactsTextState
host_file_read_state(
    const char *root, const char *path, gsize max_length, char **ret_text, gsize *ret_length)
{
    g_autoptr(GByteArray) buffer = NULL;
    struct stat st;
    gboolean complete;
    int fd = open_regular(root, path, &st);

    if (fd < 0)
        return errno == ENOENT || errno == ENOTDIR ? SEAL_FACTS_TEXT_ABSENT
                                                   : SEAL_FACTS_TEXT_UNREADABLE;
    buffer = g_byte_array_new();
    complete = read_up_to(fd, buffer, max_length);
    close(fd);
    if (!complete)
        return SEAL_FACTS_TEXT_UNREADABLE;
    if (ret_length)
        *ret_length = buffer->len;
    g_byte_array_append(buffer, (const guint8 *)"", 1);
    *ret_text = (char *)g_byte_array_free(g_steal_pointer(&buffer), FALSE);
    return SEAL_FACTS_TEXT_PRESENT;
}

char *
host_file_read(const char *root, const char *path, gsize max_length, gsize *ret_length)
{
    char *text = NULL;

    host_file_read_state(root, path, max_length, &text, ret_length);
    return text;
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

static int
compare_names(gconstpointer a, gconstpointer b)
{
    return g_strcmp0(*(const char *const *)a, *(const char *const *)b);
}

GStrv
host_file_list(const char *root, const char *path, guint max)
{
    int fd = host_file_open(root, path, O_RDONLY | O_DIRECTORY);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    g_autoptr(GPtrArray) names = NULL;
    struct dirent *entry;

    if (!dir) {
        if (fd >= 0)
            close(fd);
        return NULL;
    }
    names = g_ptr_array_new();
    while (names->len < max && (entry = readdir(dir)))
        if (entry->d_name[0] != '.')
            g_ptr_array_add(names, g_strdup(entry->d_name));
    closedir(dir);
    g_ptr_array_sort(names, compare_names);
    g_ptr_array_add(names, NULL);
    return (GStrv)g_ptr_array_steal(names, NULL);
}

gboolean
host_file_exists(const char *root, const char *path)
{
    int fd = host_file_open(root, path, O_PATH | O_NOFOLLOW);

    if (fd < 0)
        return FALSE;
    close(fd);
    return TRUE;
}

gboolean
host_file_stat(const char *root, const char *path, struct stat *ret_stat)
{
    int fd = host_file_open(root, path, O_PATH);
    gboolean known;

    if (fd < 0)
        return FALSE;
    known = fstat(fd, ret_stat) == 0;
    close(fd);
    return known;
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
    struct stat st;

    if (host_file_stat(root, path, &st)) {
        if (S_ISREG(st.st_mode) || S_ISBLK(st.st_mode))
            return HOST_FILE_PRESENT;
        return S_ISDIR(st.st_mode) ? HOST_FILE_DIRECTORY : HOST_FILE_OTHER;
    }
    if ((errno == ENOENT || errno == ENOTDIR) && !is_sandboxed(path))
        return HOST_FILE_ABSENT;
    return HOST_FILE_UNKNOWN;
}
