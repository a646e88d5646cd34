/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Faults on demand and the journal of the simulated processor (see inject.h).
 *
 * The journal is one short write to a file opened for appending, so that many QEMU processes can
 * share it without a lock; a lab without the file simply has no journal.
 */

#include "inject.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define JOURNAL CONFIG_RUNTIME_DIR "/log/psp.log"

static void
journal(const char *name, int result)
{
    int fd = open(JOURNAL, O_WRONLY | O_APPEND | O_CLOEXEC);
    if (fd < 0)
        return;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    char line[128];
    int length = snprintf(line, sizeof(line), "%lld.%03ld pid %d simulated %s: %s %d\n",
                          (long long)now.tv_sec, now.tv_nsec / 1000000, (int)getpid(), name,
                          result < 0 ? "errno" : "status", result < 0 ? -result : result);
    if (write(fd, line, (size_t)length) != length)
        errno = 0;
    close(fd);
}

static void
delay(long milliseconds)
{
    if (milliseconds <= 0)
        return;
    struct timespec left = {milliseconds / 1000, milliseconds % 1000 * 1000000};
    while (nanosleep(&left, &left) != 0 && errno == EINTR)
        continue;
}

int
inject_fault(const Config *config, const char *name)
{
    delay(config_get_suffixed(config, name, "-delay-ms", 0));
    long number = config_get_suffixed(config, name, "-errno", 0);
    if (number != 0)
        return -(int)number;
    return (int)config_get(config, name, 0);
}

int
inject_answer(const char *name, int result, uint32_t *ret_error)
{
    journal(name, result);
    if (ret_error != NULL)
        *ret_error = result > 0 ? (uint32_t)result : 0;
    if (result == 0)
        return 0;
    errno = result > 0 ? EIO : -result;
    return -1;
}
