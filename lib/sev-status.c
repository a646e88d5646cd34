/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The two tables. QEMU knows the firmware's codes up to 24 only and calls the
 * rest "unknown error", so these go as far as the kernel's header does.
 */

#include "sev-status.h"

#include <errno.h>

static const SealSevStatus firmware_codes[] = {
    {-1, "NO_FW_CALL", "the kernel did not call the firmware at all"},
    {0, "SUCCESS",
     "the firmware gave no reason, although the kernel reports an input/output error"},
    {1, "INVALID_PLATFORM_STATE",
     "the secure processor is not in the state that this command needs"},
    {2, "INVALID_GUEST_STATE", "the guest is not in the state that this command needs"},
    {3, "INVALID_CONFIG", "the platform's configuration is not valid"},
    {4, "INVALID_LEN", "a buffer has the wrong length"},
    {5, "ALREADY_OWNED", "the platform already has an owner"},
    {6, "INVALID_CERTIFICATE", "a certificate is not valid"},
    {7, "POLICY_FAILURE",
     "the guest's policy does not allow this, or the firmware is older than the policy demands"},
    {8, "INACTIVE", "the guest is not active"},
    {9, "INVALID_ADDRESS", "an address is not valid or not aligned"},
    {10, "BAD_SIGNATURE", "a signature does not fit"},
    {11, "BAD_MEASUREMENT", "a measurement or message authentication code does not fit"},
    {12, "ASID_OWNED", "the key slot (ASID) already belongs to a guest"},
    {13, "INVALID_ASID", "the key slot (ASID) is out of range for this kind of guest"},
    {14, "WBINVD_REQUIRED", "the processor caches have to be flushed first"},
    {15, "DFFLUSH_REQUIRED", "key slots (ASIDs) that were given back have to be flushed first"},
    {16, "INVALID_GUEST", "the guest handle is not known"},
    {17, "INVALID_COMMAND", "the firmware does not know the command"},
    {18, "ACTIVE", "the guest is already active"},
    {19, "HWERROR_PLATFORM", "a hardware error, after which the platform is still safe to use"},
    {20, "HWERROR_UNSAFE", "a hardware error, after which the platform is not safe to use"},
    {21, "UNSUPPORTED", "the firmware does not support the feature"},
    {22, "INVALID_PARAM", "a parameter is not valid"},
    {23, "RESOURCE_LIMIT", "the firmware is out of a resource, such as guest contexts"},
    {24, "SECURE_DATA_INVALID", "the firmware's stored data failed its integrity check"},
    {25, "INVALID_PAGE_SIZE", "a page has the wrong size in the reverse map table"},
    {26, "INVALID_PAGE_STATE", "a page is in the wrong state in the reverse map table"},
    {27, "INVALID_MDATA_ENTRY", "an entry of paging metadata is not valid"},
    {28, "INVALID_PAGE_OWNER", "a page belongs to another guest"},
    {29, "AEAD_OFLOW", "a sequence number of the message encryption would overflow"},
    {31, "EXIT_RING_BUFFER", "the firmware left its ring buffer mode"},
    {32, "RMP_INIT_REQUIRED", "the reverse map table has not been initialised"},
    {33, "BAD_SVN", "a security version number is lower than the one committed"},
    {34, "BAD_VERSION", "a firmware version is lower than the one committed"},
    {35, "SHUTDOWN_REQUIRED", "the firmware has to be shut down first"},
    {36, "UPDATE_FAILED", "the firmware update failed"},
    {37, "RESTORE_REQUIRED", "the earlier firmware has to be restored"},
    {38, "RMP_INITIALIZATION_FAILED", "the reverse map table could not be initialised"},
    {39, "INVALID_KEY", "a key is not valid"},
};

static const SealSevStatus errnos[] = {
    {EIO, "EIO", "the firmware refused, and its status code says why"},
    {EAGAIN, "EAGAIN", "not now, and it may work when tried again"},
    {ENOMEM, "ENOMEM", "not enough memory, or more locked memory than the process may have"},
    {EFAULT, "EFAULT", "an address of QEMU's memory could not be read or written"},
    {EBUSY, "EBUSY", "no key slot (ASID) is free, or the secure processor does not answer"},
    {ENODEV, "ENODEV", "there is no secure processor, or its driver is not loaded"},
    {EINVAL, "EINVAL",
     "a parameter or the policy is not valid, or the steps came in a wrong order"},
    {ENOTTY, "ENOTTY", "KVM has this kind of encryption switched off"},
    {ENOSPC, "ENOSPC", "no key is free"},
    {EOPNOTSUPP, "EOPNOTSUPP", "the kernel or firmware does not support this"},
    {ETIMEDOUT, "ETIMEDOUT", "the secure processor did not answer in time"},
};

const SealSevStatus *
seal_sev_status_list(SealSevReplyKind kind, gsize *ret_n)
{
    if (kind == SEAL_SEV_REPLY_FIRMWARE) {
        *ret_n = G_N_ELEMENTS(firmware_codes);
        return firmware_codes;
    }
    if (kind == SEAL_SEV_REPLY_KERNEL) {
        *ret_n = G_N_ELEMENTS(errnos);
        return errnos;
    }
    *ret_n = 0;
    return NULL;
}

const SealSevStatus *
seal_sev_status_find(SealSevReplyKind kind, gint64 number)
{
    gsize n = 0;
    const SealSevStatus *rows = seal_sev_status_list(kind, &n);

    for (gsize i = 0; i < n; i++) {
        if (rows[i].number == number)
            return &rows[i];
    }
    return NULL;
}
