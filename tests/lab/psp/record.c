/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Appends "key value" lines to the record of this process (see record.h).
 *
 * Every line is one short write to a file opened for appending, as for the journal, so that a
 * reader never meets half a line.
 */

#include "record.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#define MAX_BYTES 64
#define PATH_SIZE 64

static const char *
own_path(char path[PATH_SIZE])
{
    snprintf(path, PATH_SIZE, "%s/%d", RECORD_DIR, (int)getpid());
    return path;
}

void
record_clear(void)
{
    char path[PATH_SIZE];
    unlink(own_path(path));
}

static void
append(const char *line, size_t length)
{
    char path[PATH_SIZE];
    int fd = open(own_path(path), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
    if (fd < 0)
        return;
    if (write(fd, line, length) != (ssize_t)length)
        errno = 0;
    close(fd);
}

void
record_bytes(const char *key, const uint8_t *bytes, size_t size)
{
    char line[256];
    int length = snprintf(line, sizeof(line), "%s ", key);
    for (size_t i = 0; i < size && i < MAX_BYTES; i++)
        length += snprintf(line + length, sizeof(line) - (size_t)length, "%02x", bytes[i]);
    line[length++] = '\n';
    append(line, (size_t)length);
}

void
record_number(const char *key, uint64_t value)
{
    char line[128];
    int length = snprintf(line, sizeof(line), "%s %#" PRIx64 "\n", key, value);
    append(line, (size_t)length);
}
