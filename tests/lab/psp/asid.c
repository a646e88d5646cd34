/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * ASIDs as byte-range locks (see asid.h): byte N of the lock file is ASID N.
 *
 * They are open-file-description locks, not the classic kind, because QEMU forks and closes files
 * freely: these vanish only with the last copy of the descriptor that is kept open on purpose.
 */

#include "asid.h"

#include <fcntl.h>
#include <unistd.h>

static int held = -1;

static int
open_account(void)
{
    return open(ASID_FILE, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
}

AsidPool
asid_pool(const Config *config, bool encrypted_state)
{
    uint32_t min = (uint32_t)config_get(config, "min-sev-asid", 1);
    uint32_t max = (uint32_t)config_get(config, "max-asid", 0);
    if (min == 0)
        min = 1;
    return encrypted_state ? (AsidPool){1, min - 1} : (AsidPool){min, max};
}

AsidPool
asid_keys(const Config *config)
{
    return (AsidPool){1, (uint32_t)config_get(config, "tdx-keys", 0)};
}

void
asid_release(void)
{
    if (held >= 0)
        close(held);
    held = -1;
}

uint32_t
asid_take(AsidPool pool)
{
    int fd = open_account();
    if (fd < 0)
        return 0;
    for (uint32_t asid = pool.first; asid <= pool.last; asid++) {
        struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = asid, .l_len = 1};
        /* The descriptor stays open on purpose: it is the guest's hold on the ASID. */
        if (fcntl(fd, F_OFD_SETLK, &lock) == 0) {
            asid_release();
            held = fd;
            return asid;
        }
    }
    close(fd);
    return 0;
}

uint32_t
asid_count(AsidPool pool)
{
    uint32_t used = 0;
    int fd = open_account();
    if (fd < 0)
        return 0;
    for (uint32_t asid = pool.first; asid <= pool.last; asid++) {
        struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = asid, .l_len = 1};
        if (fcntl(fd, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK)
            used++;
    }
    close(fd);
    return used;
}
