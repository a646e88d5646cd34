/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reading `ret=R fw_error=F`: which number counts, and what it means. The
 * lines are those of QEMU and the kernel, with the traps that they set.
 */

#include "sev-status.h"

#include <errno.h>
#include <string.h>

#define NONE SEAL_SEV_REPLY_NONE
#define KERNEL SEAL_SEV_REPLY_KERNEL
#define FIRMWARE SEAL_SEV_REPLY_FIRMWARE
#define UNSAID SEAL_SEV_REPLY_UNSAID

static const struct {
    const char *line;
    SealSevReplyKind kind;
    gint64 number;
} replies[] = {
    {"sev_kvm_init: failed to initialize ret=-16 fw_error=0 ''", KERNEL, EBUSY},
    /* F is left over from an earlier command when R is not -5. */
    {"sev_kvm_init: failed to initialize ret=-22 fw_error=7 'Policy is not allowed'", KERNEL,
     EINVAL},
    {"sev_kvm_init: failed to initialize ret=-25 fw_error=-1 ''", KERNEL, ENOTTY},
    {"sev_kvm_init: failed to initialize ret=-5 fw_error=20 'Hardware unsafe'", FIRMWARE, 20},
    {"failed to initialize ret=-5 fw_error=-1 ''", FIRMWARE, -1},
    {"failed to initialize ret=-5 fw_error=0 ''", FIRMWARE, 0},
    /* LAUNCH_START prints its starting value, 1, instead of the errno. */
    {"sev_launch_start: LAUNCH_START ret=1 fw_error=7 'Policy is not allowed'", FIRMWARE, 7},
    {"sev_launch_start: LAUNCH_START ret=1 fw_error=0 ''", UNSAID, 0},
    {"sev_launch_start: LAUNCH_START ret=1 fw_error=-1 ''", UNSAID, 0},
    /* LAUNCH_MEASURE prints the text of errno 5 instead of that of status 2. */
    {"LAUNCH_MEASURE ret=-5 fw_error=2 'Platform is already owned'", FIRMWARE, 2},
    /* Plain ioctls fail with -1. */
    {"failed to get platform status ret=-1 fw_error='19: Hardware error'", FIRMWARE, 19},
    {"failed to get platform status ret=-1 fw_error='0: '", UNSAID, 0},
    {"SEV: Failed to get ID ret=-1 fw_err=4 (Buffer too small)", FIRMWARE, 4},
    {"SEV: failed to inject secret ret=-5 fw_error=11 'Bad measurement'", FIRMWARE, 11},
    /* The kernel's own lines. */
    {"ccp 0000:45:00.1: SEV: failed to INIT error 0x3, rc -5", FIRMWARE, 3},
    {"ccp 0000:45:00.1: SEV: failed to INIT error 0x8003", FIRMWARE, 0x8003},
    {"ccp 0000:45:00.1: SEV: failed to INIT error 0x0, rc -110", KERNEL, ETIMEDOUT},
    {"ccp 0000:45:00.1: SEV: INIT failed 0xe", FIRMWARE, 14},
    {"ccp 0000:45:00.1: SEV-SNP: SNP_INIT_EX failed rc -5, error 0x13", FIRMWARE, 19},
    {"ccp 0000:45:00.1: SEV-SNP: failed to INIT rc -16, error 0x0", KERNEL, EBUSY},
    {"ccp 0000:45:00.1: SEV-SNP: failed to INIT rc -5, error 0xffffffff", FIRMWARE, -1},
    /* Not such lines. */
    {"", NONE, 0},
    {"KVM: entry failed, hardware error 0x80000021", NONE, 0},
    {"ret=-5", NONE, 0},
    {"fw_error=7", NONE, 0},
    {"ret= fw_error=7", NONE, 0},
    {"ret=-5 fw_error=", NONE, 0},
    {"ret=-5 fw_error=x", NONE, 0},
    {"fw_error=7 ret=-5", NONE, 0},
    {"ret=-5 and a long way to go before there comes fw_error=7", NONE, 0},
    {"SEV: failed to INIT error 0xg", NONE, 0},
};

static void
test_replies(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(replies); i++) {
        SealSevReply reply = seal_sev_reply_read(replies[i].line, strlen(replies[i].line));

        if (reply.kind != replies[i].kind || reply.number != replies[i].number)
            g_error("%s: kind %d number %" G_GINT64_FORMAT, replies[i].line, reply.kind,
                    reply.number);
    }
}

/* A reader must not look behind the end: the number is cut there. */
static void
test_bounds(void)
{
    static const char line[] = "ret=-5 fw_error=20";
    SealSevReply reply = seal_sev_reply_read(line, sizeof line - 2);

    g_assert_cmpint(reply.kind, ==, FIRMWARE);
    g_assert_cmpint(reply.number, ==, 2);
    reply = seal_sev_reply_read(line, 0);
    g_assert_cmpint(reply.kind, ==, NONE);
}

static void
test_who_logged(void)
{
    static const char kernel[] = "SEV: failed to INIT error 0x3, rc -5";
    static const char qemu[] = "ret=-5 fw_error=3";

    g_assert_true(seal_sev_reply_read(kernel, strlen(kernel)).logged_by_kernel);
    g_assert_false(seal_sev_reply_read(qemu, strlen(qemu)).logged_by_kernel);
}

static void
test_names(void)
{
    g_assert_cmpstr(seal_sev_status_find(FIRMWARE, 7)->name, ==, "POLICY_FAILURE");
    g_assert_cmpstr(seal_sev_status_find(FIRMWARE, 24)->name, ==, "SECURE_DATA_INVALID");
    g_assert_cmpstr(seal_sev_status_find(FIRMWARE, 39)->name, ==, "INVALID_KEY");
    g_assert_cmpstr(seal_sev_status_find(FIRMWARE, -1)->name, ==, "NO_FW_CALL");
    g_assert_cmpstr(seal_sev_status_find(KERNEL, EBUSY)->name, ==, "EBUSY");
    g_assert_null(seal_sev_status_find(FIRMWARE, 30));
    g_assert_null(seal_sev_status_find(FIRMWARE, 40));
    g_assert_null(seal_sev_status_find(KERNEL, 0));
    g_assert_null(seal_sev_status_find(UNSAID, 7));
    g_assert_null(seal_sev_status_find(NONE, 0));
}

static void
test_list(void)
{
    gsize n = 0;
    const SealSevStatus *rows = seal_sev_status_list(FIRMWARE, &n);

    g_assert_cmpuint(n, ==, 40);
    for (gsize i = 0; i < n; i++) {
        g_assert_true(i == 0 || rows[i].number > rows[i - 1].number);
        g_assert_false(g_str_has_suffix(rows[i].meaning, "."));
    }
    g_assert_nonnull(seal_sev_status_list(KERNEL, &n));
    g_assert_cmpuint(n, ==, 11);
    g_assert_null(seal_sev_status_list(NONE, &n));
    g_assert_cmpuint(n, ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sev-status/replies", test_replies);
    g_test_add_func("/sev-status/bounds", test_bounds);
    g_test_add_func("/sev-status/who-logged", test_who_logged);
    g_test_add_func("/sev-status/names", test_names);
    g_test_add_func("/sev-status/list", test_list);
    return g_test_run();
}
