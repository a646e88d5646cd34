/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * Who refused, when a step of an SEV launch fails. QEMU prints two numbers,
 * the kernel's answer and the one of the secure processor's firmware, and only
 * one of them counts; which one is a rule that the text beside them hides.
 */

#include <glib.h>

/**
 * SealSevReplyKind - who refused
 *
 * @SEAL_SEV_REPLY_NONE: the line has no such numbers
 * @SEAL_SEV_REPLY_KERNEL: the kernel, with an errno; firmware was not decisive
 * @SEAL_SEV_REPLY_FIRMWARE: the firmware, with a status code
 * @SEAL_SEV_REPLY_UNSAID: the kernel, but QEMU did not print its errno
 */
typedef enum {
    SEAL_SEV_REPLY_NONE,
    SEAL_SEV_REPLY_KERNEL,
    SEAL_SEV_REPLY_FIRMWARE,
    SEAL_SEV_REPLY_UNSAID,
} SealSevReplyKind;

/**
 * SealSevReply - what one line says
 *
 * @kind: who refused; @number: a positive errno for KERNEL, the status code for
 * FIRMWARE (-1: the firmware was not called), else 0
 * @logged_by_kernel: the line is the kernel's own, not QEMU's
 */
typedef struct {
    SealSevReplyKind kind;
    gint64 number;
    gboolean logged_by_kernel;
} SealSevReply;

/**
 * seal_sev_reply_read - find and judge the two numbers of a line
 * @line: any bytes, need not end with NUL
 * @length: how many
 *
 * Known are QEMU's "ret=R fw_error=F", "ret=R fw_error='F: ..." and "ret=R fw_err=F", and the
 * kernel's "failed to INIT error 0xF, rc R", "INIT failed 0xF" and "failed rc R, error 0xF".
 * Rules: R is -errno, and F counts only when R is -5 (EIO). QEMU prints 1 for LAUNCH_START
 * and -1 for platform commands whatever happened; then a positive F counts, and without one
 * the errno is unknown (QEMU target/i386/sev.c; Linux drivers/crypto/ccp/sev-dev.c).
 *
 * Returns: the reply; of kind NONE when the line has no such numbers. No errors.
 */
SealSevReply seal_sev_reply_read(const char *line, gsize length);
