/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Tables of libvirt's states and reasons. The words are libvirt's own (those
 * that "virsh domstate --reason" prints, with dashes), so that an operator
 * who knows virsh need not learn new ones.
 */

#include "virt-state.h"

#include <libvirt/libvirt.h>

typedef struct {
    VirtState state;
    const char *const *reasons;
    gsize n_reasons;
} StateRow;

static const char *const running_reasons[] = {
    [VIR_DOMAIN_RUNNING_UNKNOWN] = "unknown",
    [VIR_DOMAIN_RUNNING_BOOTED] = "booted",
    [VIR_DOMAIN_RUNNING_MIGRATED] = "migrated",
    [VIR_DOMAIN_RUNNING_RESTORED] = "restored",
    [VIR_DOMAIN_RUNNING_FROM_SNAPSHOT] = "from-snapshot",
    [VIR_DOMAIN_RUNNING_UNPAUSED] = "unpaused",
    [VIR_DOMAIN_RUNNING_MIGRATION_CANCELED] = "migration-canceled",
    [VIR_DOMAIN_RUNNING_SAVE_CANCELED] = "save-canceled",
    [VIR_DOMAIN_RUNNING_WAKEUP] = "wakeup",
    [VIR_DOMAIN_RUNNING_CRASHED] = "crashed",
};

static const char *const paused_reasons[] = {
    [VIR_DOMAIN_PAUSED_UNKNOWN] = "unknown",
    [VIR_DOMAIN_PAUSED_USER] = "user",
    [VIR_DOMAIN_PAUSED_MIGRATION] = "migration",
    [VIR_DOMAIN_PAUSED_SAVE] = "save",
    [VIR_DOMAIN_PAUSED_DUMP] = "dump",
    [VIR_DOMAIN_PAUSED_IOERROR] = "io-error",
    [VIR_DOMAIN_PAUSED_WATCHDOG] = "watchdog",
    [VIR_DOMAIN_PAUSED_FROM_SNAPSHOT] = "from-snapshot",
    [VIR_DOMAIN_PAUSED_SHUTTING_DOWN] = "shutting-down",
    [VIR_DOMAIN_PAUSED_SNAPSHOT] = "snapshot",
    [VIR_DOMAIN_PAUSED_CRASHED] = "crashed",
    [VIR_DOMAIN_PAUSED_STARTING_UP] = "starting-up",
};

static const char *const shutdown_reasons[] = {
    [VIR_DOMAIN_SHUTDOWN_UNKNOWN] = "unknown",
    [VIR_DOMAIN_SHUTDOWN_USER] = "user",
};

static const char *const shutoff_reasons[] = {
    [VIR_DOMAIN_SHUTOFF_UNKNOWN] = "unknown",
    [VIR_DOMAIN_SHUTOFF_SHUTDOWN] = "shutdown",
    [VIR_DOMAIN_SHUTOFF_DESTROYED] = "destroyed",
    [VIR_DOMAIN_SHUTOFF_CRASHED] = "crashed",
    [VIR_DOMAIN_SHUTOFF_MIGRATED] = "migrated",
    [VIR_DOMAIN_SHUTOFF_SAVED] = "saved",
    [VIR_DOMAIN_SHUTOFF_FAILED] = "failed",
    [VIR_DOMAIN_SHUTOFF_FROM_SNAPSHOT] = "from-snapshot",
    [VIR_DOMAIN_SHUTOFF_DAEMON] = "daemon",
};

static const char *const crashed_reasons[] = {
    [VIR_DOMAIN_CRASHED_UNKNOWN] = "unknown",
    [VIR_DOMAIN_CRASHED_PANICKED] = "panicked",
};

static const StateRow state_rows[] = {
    [VIR_DOMAIN_NOSTATE] = {VIRT_STATE_SHUTOFF, NULL, 0},
    [VIR_DOMAIN_RUNNING] = {VIRT_STATE_RUNNING, running_reasons, G_N_ELEMENTS(running_reasons)},
    [VIR_DOMAIN_BLOCKED] = {VIRT_STATE_RUNNING, NULL, 0},
    [VIR_DOMAIN_PAUSED] = {VIRT_STATE_PAUSED, paused_reasons, G_N_ELEMENTS(paused_reasons)},
    [VIR_DOMAIN_SHUTDOWN] = {VIRT_STATE_STOPPING, shutdown_reasons, G_N_ELEMENTS(shutdown_reasons)},
    [VIR_DOMAIN_SHUTOFF] = {VIRT_STATE_SHUTOFF, shutoff_reasons, G_N_ELEMENTS(shutoff_reasons)},
    [VIR_DOMAIN_CRASHED] = {VIRT_STATE_CRASHED, crashed_reasons, G_N_ELEMENTS(crashed_reasons)},
    [VIR_DOMAIN_PMSUSPENDED] = {VIRT_STATE_PAUSED, NULL, 0},
};

VirtState
virt_state_from_libvirt(int state)
{
    if (state < 0 || (gsize)state >= G_N_ELEMENTS(state_rows))
        return VIRT_STATE_SHUTOFF;
    return state_rows[state].state;
}

const char *
virt_state_reason(int state, int reason)
{
    const StateRow *row;

    if (state < 0 || (gsize)state >= G_N_ELEMENTS(state_rows))
        return "unknown";
    row = &state_rows[state];
    if (reason < 0 || (gsize)reason >= row->n_reasons)
        return "unknown";
    return row->reasons[reason];
}
