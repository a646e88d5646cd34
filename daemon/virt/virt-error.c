/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The table from libvirt's error codes to ours. A code that says nothing by
 * itself (VIR_ERR_OPERATION_FAILED, VIR_ERR_INTERNAL_ERROR) may be told apart
 * by a fragment of its text, since libvirt has used those texts unchanged
 * since the versions named in the rows.
 */

#include "virt-error.h"

#include <libvirt/virterror.h>
#include <string.h>

typedef struct {
    int domain;           /* VIR_FROM_..., -1 for any */
    int code;             /* VIR_ERR_..., -1 for any */
    const char *fragment; /* NULL for any */
    SealError ours;
    const char *cure; /* NULL when libvirt's text says enough */
} ErrorRow;

#define CURE_SWTPM                                                                                 \
    "libvirt found no emulator for a TPM; install swtpm and swtpm-tools, or leave tpm out"
#define CURE_EFI "leave firmware out to have one chosen here, or give firmware=PATH"
#define CURE_VHOST "load the kernel module vhost_net, or leave queues out"
#define CURE_GL "the host has no graphics device to draw with; give video=virtio"

#define CURE_NUMA "lscpu shows the NUMA nodes that this host has; name one of those"

/* The first row that fits wins. */
static const ErrorRow error_rows[] = {
    {-1, VIR_ERR_NO_DOMAIN, NULL, SEAL_ERROR_NOT_FOUND},
    /* QEMU target/i386/sev.c, sev_inject_launch_secret, since 6.0 */
    {-1, -1, "SEV: Not in correct state. (LSECRET)", SEAL_ERROR_INVALID_STATE},
    {-1, VIR_ERR_NO_NETWORK, NULL, SEAL_ERROR_NOT_FOUND},
    {-1, VIR_ERR_NO_STORAGE_POOL, NULL, SEAL_ERROR_NOT_FOUND},
    {-1, VIR_ERR_NO_STORAGE_VOL, NULL, SEAL_ERROR_NOT_FOUND},
    {-1, VIR_ERR_DOM_EXIST, NULL, SEAL_ERROR_EXISTS},
    /* virDomainObjListAddLocked, since 0.9 */
    {-1, VIR_ERR_OPERATION_FAILED, "already exists with uuid", SEAL_ERROR_EXISTS},
    {-1, VIR_ERR_OPERATION_FAILED, "is already defined with uuid", SEAL_ERROR_EXISTS},
    /* qemuValidateDomainDeviceDefTPM without swtpm, since 8.0; virTPMEmulatorInit */
    {-1, -1, "TPM version '2.0' is not supported", SEAL_ERROR_NOT_SUPPORTED, CURE_SWTPM},
    {-1, -1, "Unable to find 'swtpm", SEAL_ERROR_NOT_SUPPORTED, CURE_SWTPM},
    /* qemuFirmwareFillDomain, since 5.2 */
    {-1, -1, "Unable to find any firmware to satisfy 'efi'", SEAL_ERROR_FIRMWARE_NOT_FOUND,
     CURE_EFI},
    {-1, -1, "Unable to find 'efi' firmware", SEAL_ERROR_FIRMWARE_NOT_FOUND, CURE_EFI},
    /* qemuInterfaceOpenVhostNet */
    {-1, -1, "vhost-net was requested for an interface", SEAL_ERROR_NOT_SUPPORTED, CURE_VHOST},
    /* virHostGetDRMRenderNode, for video=virtio-gl */
    {-1, -1, "cannot open directory '/dev/dri'", SEAL_ERROR_NOT_SUPPORTED, CURE_GL},
    {-1, -1, "No DRM render nodes available", SEAL_ERROR_NOT_SUPPORTED, CURE_GL},
    /* virNumaNodesetIsAvailable */
    {-1, VIR_ERR_CONFIG_UNSUPPORTED, "NUMA node ", SEAL_ERROR_NOT_SUPPORTED, CURE_NUMA},
    {-1, VIR_ERR_OPERATION_INVALID, NULL, SEAL_ERROR_INVALID_STATE},
    {-1, VIR_ERR_OPERATION_TIMEOUT, NULL, SEAL_ERROR_TIMEOUT},
    {-1, VIR_ERR_CONFIG_UNSUPPORTED, NULL, SEAL_ERROR_NOT_SUPPORTED},
    {-1, VIR_ERR_NO_SUPPORT, NULL, SEAL_ERROR_NOT_SUPPORTED},
    {-1, VIR_ERR_OPERATION_UNSUPPORTED, NULL, SEAL_ERROR_NOT_SUPPORTED},
    {-1, VIR_ERR_NO_CONNECT, NULL, SEAL_ERROR_BACKEND_UNAVAILABLE},
    {-1, VIR_ERR_INVALID_CONN, NULL, SEAL_ERROR_BACKEND_UNAVAILABLE},
    {-1, VIR_ERR_AUTH_FAILED, NULL, SEAL_ERROR_BACKEND_UNAVAILABLE},
    {-1, VIR_ERR_AUTH_CANCELLED, NULL, SEAL_ERROR_BACKEND_UNAVAILABLE},
    {-1, VIR_ERR_AUTH_UNAVAILABLE, NULL, SEAL_ERROR_BACKEND_UNAVAILABLE},
    {VIR_FROM_RPC, -1, NULL, SEAL_ERROR_BACKEND_UNAVAILABLE},
    {-1, VIR_ERR_RPC, NULL, SEAL_ERROR_BACKEND_UNAVAILABLE},
    {-1, VIR_ERR_INTERNAL_ERROR, "client socket is closed", SEAL_ERROR_BACKEND_UNAVAILABLE},
    {-1, VIR_ERR_INTERNAL_ERROR, "keepalive timeout", SEAL_ERROR_BACKEND_UNAVAILABLE},
};

/* Of a guest that is to start: what it needs of others and does not get is its launch's failure. */
static const ErrorRow launch_rows[] = {
    {VIR_FROM_NETWORK, -1, NULL, SEAL_ERROR_LAUNCH_FAILED},
    {VIR_FROM_STORAGE, -1, NULL, SEAL_ERROR_LAUNCH_FAILED},
    /* virDomainDiskTranslateSourcePool */
    {-1, VIR_ERR_CONFIG_UNSUPPORTED, "storage pool '", SEAL_ERROR_LAUNCH_FAILED},
};

static gboolean
row_fits(const ErrorRow *row, const virError *last)
{
    return (row->domain == -1 || row->domain == last->domain) &&
           (row->code == -1 || row->code == last->code) &&
           (!row->fragment || (last->message && strstr(last->message, row->fragment)));
}

static const ErrorRow *
find_row(const ErrorRow *rows, gsize n, const virError *last)
{
    for (gsize i = 0; i < n; i++) {
        if (row_fits(&rows[i], last))
            return &rows[i];
    }
    return NULL;
}

static const ErrorRow *
judge(const virError *last, SealError fallback)
{
    const ErrorRow *row = NULL;

    if (fallback == SEAL_ERROR_LAUNCH_FAILED)
        row = find_row(launch_rows, G_N_ELEMENTS(launch_rows), last);
    return row ? row : find_row(error_rows, G_N_ELEMENTS(error_rows), last);
}

void
virt_error_take(GError **error, SealError fallback, const char *doing)
{
    const virError *last = virGetLastError();
    const ErrorRow *row = last ? judge(last, fallback) : NULL;
    const char *cure = row ? row->cure : NULL;

    if (!last) {
        g_set_error(error, SEAL_ERROR, fallback, "%s failed; libvirt did not say why", doing);
        return;
    }
    g_set_error(error, SEAL_ERROR, row ? row->ours : fallback, "%s failed: %s%s%s", doing,
                last->message ? last->message : "libvirt did not say why", cure ? "; " : "",
                cure ? cure : "");
    virResetLastError();
}
