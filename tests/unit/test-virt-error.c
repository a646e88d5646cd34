/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libvirt's errors become ours: set one as libvirt would, take it, look at
 * code and message. The texts are those of libvirt itself.
 */

#include "virt-error.h"

#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>
#include <string.h>

static const struct {
    int domain;
    int code;
    const char *message;
    int ours;
} rows[] = {
    {VIR_FROM_QEMU, VIR_ERR_NO_DOMAIN, "Domain not found", SEAL_ERROR_NOT_FOUND},
    {VIR_FROM_NETWORK, VIR_ERR_NO_NETWORK, "Network not found", SEAL_ERROR_NOT_FOUND},
    {VIR_FROM_STORAGE, VIR_ERR_NO_STORAGE_POOL, "no pool", SEAL_ERROR_NOT_FOUND},
    {VIR_FROM_STORAGE, VIR_ERR_NO_STORAGE_VOL, "no volume", SEAL_ERROR_NOT_FOUND},
    {VIR_FROM_QEMU, VIR_ERR_DOM_EXIST, "exists", SEAL_ERROR_EXISTS},
    {VIR_FROM_DOMAIN, VIR_ERR_OPERATION_FAILED,
     "operation failed: domain 'a' already exists with uuid 5", SEAL_ERROR_EXISTS},
    {VIR_FROM_DOMAIN, VIR_ERR_OPERATION_FAILED,
     "operation failed: domain 'a' is already defined with uuid 5", SEAL_ERROR_EXISTS},
    {VIR_FROM_DOMAIN, VIR_ERR_OPERATION_FAILED, "operation failed: other", SEAL_ERROR_BACKEND},
    {VIR_FROM_QEMU, VIR_ERR_OPERATION_INVALID, "domain is not running", SEAL_ERROR_INVALID_STATE},
    {VIR_FROM_QEMU, VIR_ERR_OPERATION_TIMEOUT, "lock", SEAL_ERROR_TIMEOUT},
    {VIR_FROM_QEMU, VIR_ERR_CONFIG_UNSUPPORTED, "unsupported", SEAL_ERROR_NOT_SUPPORTED},
    {VIR_FROM_QEMU, VIR_ERR_NO_SUPPORT, "no support", SEAL_ERROR_NOT_SUPPORTED},
    {VIR_FROM_NONE, VIR_ERR_NO_CONNECT, "no connection", SEAL_ERROR_BACKEND_UNAVAILABLE},
    {VIR_FROM_RPC, VIR_ERR_SYSTEM_ERROR, "Failed to connect socket: No such file or directory",
     SEAL_ERROR_BACKEND_UNAVAILABLE},
    {VIR_FROM_REMOTE, VIR_ERR_RPC, "broken pipe", SEAL_ERROR_BACKEND_UNAVAILABLE},
    {VIR_FROM_REMOTE, VIR_ERR_INTERNAL_ERROR, "internal error: client socket is closed",
     SEAL_ERROR_BACKEND_UNAVAILABLE},
    {VIR_FROM_QEMU, VIR_ERR_INTERNAL_ERROR, "internal error: process exited while connecting",
     SEAL_ERROR_BACKEND},
    {VIR_FROM_QEMU, VIR_ERR_OPERATION_FAILED,
     "operation failed: Unable to find 'efi' firmware that is compatible with the current "
     "configuration",
     SEAL_ERROR_FIRMWARE_NOT_FOUND},
};

/* Where libvirt's own words would leave a reader alone. */
static const struct {
    int code;
    const char *message;
    int ours;
    const char *cure;
} cures[] = {
    {VIR_ERR_CONFIG_UNSUPPORTED, "unsupported configuration: TPM version '2.0' is not supported",
     SEAL_ERROR_NOT_SUPPORTED, "; libvirt found no emulator for a TPM; install swtpm and "},
    {VIR_ERR_OPERATION_UNSUPPORTED, "Unable to find 'swtpm_setup' binary in $PATH",
     SEAL_ERROR_NOT_SUPPORTED, "install swtpm and swtpm-tools, or leave tpm out"},
    {VIR_ERR_OPERATION_FAILED, "Unable to find any firmware to satisfy 'efi'",
     SEAL_ERROR_FIRMWARE_NOT_FOUND, "; leave firmware out"},
    {VIR_ERR_CONFIG_UNSUPPORTED,
     "unsupported configuration: vhost-net was requested for an interface, but is unavailable",
     SEAL_ERROR_NOT_SUPPORTED, "; load the kernel module vhost_net"},
    {VIR_ERR_SYSTEM_ERROR, "cannot open directory '/dev/dri': No such file or directory",
     SEAL_ERROR_NOT_SUPPORTED, "; the host has no graphics device to draw with; give video=virtio"},
    {VIR_ERR_CONFIG_UNSUPPORTED, "unsupported configuration: NUMA node 5 is unavailable",
     SEAL_ERROR_NOT_SUPPORTED, "; lscpu shows the NUMA nodes"},
    {VIR_ERR_INTERNAL_ERROR, "internal error: No DRM render nodes available",
     SEAL_ERROR_NOT_SUPPORTED, "give video=virtio"},
};

/* libvirt offers no way to set an error, but what it noted last may be rewritten. */
static void
set_last_error(int domain, int code, const char *message)
{
    virErrorPtr last;

    g_assert_cmpint(virDomainFree(NULL), ==, -1);
    last = virGetLastError();
    last->domain = domain;
    last->code = code;
    g_free(last->message);
    last->message = g_strdup(message);
}

static void
ignore(void *data, virErrorPtr error)
{
}

static void
test_codes(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;

        set_last_error(rows[i].domain, rows[i].code, rows[i].message);
        virt_error_take(&error, SEAL_ERROR_BACKEND, "doing it");
        g_assert_error(error, SEAL_ERROR, rows[i].ours);
        g_assert_nonnull(strstr(error->message, rows[i].message));
        g_assert_true(g_str_has_prefix(error->message, "doing it failed: "));
        g_assert_null(virGetLastError());
    }
}

static void
test_cures(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(cures); i++) {
        g_autoptr(GError) error = NULL;

        set_last_error(VIR_FROM_QEMU, cures[i].code, cures[i].message);
        virt_error_take(&error, SEAL_ERROR_BACKEND, "defining the domain");
        g_assert_error(error, SEAL_ERROR, cures[i].ours);
        g_assert_nonnull(strstr(error->message, cures[i].message));
        g_assert_nonnull(strstr(error->message, cures[i].cure));
    }
}

static void
test_fallback(void)
{
    g_autoptr(GError) error = NULL;

    set_last_error(VIR_FROM_QEMU, VIR_ERR_INTERNAL_ERROR, "qemu unexpectedly closed the monitor");
    virt_error_take(&error, SEAL_ERROR_LAUNCH_FAILED, "starting the domain");
    g_assert_error(error, SEAL_ERROR, SEAL_ERROR_LAUNCH_FAILED);
}

/* The same words of the same code are no failed launch where nothing was to be launched. */
static const struct {
    int domain;
    int code;
    const char *message;
    SealError launching;
    SealError otherwise;
} launches[] = {
    {VIR_FROM_NETWORK, VIR_ERR_OPERATION_INVALID,
     "Requested operation is not valid: network 'default' is not active", SEAL_ERROR_LAUNCH_FAILED,
     SEAL_ERROR_INVALID_STATE},
    {VIR_FROM_NETWORK, VIR_ERR_NO_NETWORK, "Network not found: no network with matching name 'lan'",
     SEAL_ERROR_LAUNCH_FAILED, SEAL_ERROR_NOT_FOUND},
    {VIR_FROM_STORAGE, VIR_ERR_NO_STORAGE_POOL,
     "Storage pool not found: no storage pool with matching name 'a'", SEAL_ERROR_LAUNCH_FAILED,
     SEAL_ERROR_NOT_FOUND},
    {VIR_FROM_CONF, VIR_ERR_CONFIG_UNSUPPORTED,
     "storage pool 'a' containing volume 'b' is not active", SEAL_ERROR_LAUNCH_FAILED,
     SEAL_ERROR_NOT_SUPPORTED},
    {VIR_FROM_QEMU, VIR_ERR_OPERATION_INVALID,
     "Requested operation is not valid: domain is already running", SEAL_ERROR_INVALID_STATE,
     SEAL_ERROR_INVALID_STATE},
    {VIR_FROM_QEMU, VIR_ERR_NO_DOMAIN, "Domain not found", SEAL_ERROR_NOT_FOUND,
     SEAL_ERROR_NOT_FOUND},
};

static void
test_launches(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(launches); i++) {
        g_autoptr(GError) launching = NULL;
        g_autoptr(GError) otherwise = NULL;

        set_last_error(launches[i].domain, launches[i].code, launches[i].message);
        virt_error_take(&launching, SEAL_ERROR_LAUNCH_FAILED, "starting the domain");
        g_assert_error(launching, SEAL_ERROR, (int)launches[i].launching);
        set_last_error(launches[i].domain, launches[i].code, launches[i].message);
        virt_error_take(&otherwise, SEAL_ERROR_BACKEND, "doing it");
        g_assert_error(otherwise, SEAL_ERROR, (int)launches[i].otherwise);
    }
}

static void
test_nothing_noted(void)
{
    g_autoptr(GError) error = NULL;

    virResetLastError();
    virt_error_take(&error, SEAL_ERROR_BACKEND, "doing it");
    g_assert_error(error, SEAL_ERROR, SEAL_ERROR_BACKEND);
    g_assert_cmpstr(error->message, ==, "doing it failed; libvirt did not say why");
}

static void
test_without_message(void)
{
    g_autoptr(GError) error = NULL;

    set_last_error(VIR_FROM_QEMU, VIR_ERR_INTERNAL_ERROR, NULL);
    virt_error_take(&error, SEAL_ERROR_BACKEND, "doing it");
    g_assert_error(error, SEAL_ERROR, SEAL_ERROR_BACKEND);
    virt_error_take(NULL, SEAL_ERROR_BACKEND, "doing it");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    virSetErrorFunc(NULL, ignore);
    g_assert_cmpint(virInitialize(), ==, 0);
    g_test_add_func("/virt-error/codes", test_codes);
    g_test_add_func("/virt-error/cures", test_cures);
    g_test_add_func("/virt-error/fallback", test_fallback);
    g_test_add_func("/virt-error/launches", test_launches);
    g_test_add_func("/virt-error/nothing-noted", test_nothing_noted);
    g_test_add_func("/virt-error/without-message", test_without_message);
    return g_test_run();
}
