/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The guard's table: an operation, the technologies that cannot do it, the
 * QEMU that first can (0: none yet), why, and the way around. The first row
 * that fits an operation and a technology answers.
 */

#include "operation-guard.h"

#include "error.h"
#include "text.h"
#include "version.h"

#define BIT(technology) (1u << SEAL_TECHNOLOGY_##technology)
#define PINNED (BIT(SEV) | BIT(SEV_ES))
#define PRIVATE (BIT(SEV_SNP) | BIT(TDX))
#define SEALED_REGISTERS (BIT(SEV_ES) | PRIVATE)
#define ALL (PINNED | PRIVATE)

static const SealOperationInfo operations[] = {
    {"migrate", "move the running VM to another host"},
    {"save", "save the running VM to a file"},
    {"managed-save", "save the running VM for its next start, as libvirt-guests does at shutdown"},
    {"snapshot-memory", "snapshot the running VM with its memory"},
    {"snapshot-disk", "snapshot the disks only"},
    {"dump-memory", "dump the guest's memory for debugging"},
    {"reboot", "reboot the guest without starting it anew"},
    {"hotplug-memory", "add memory to the running VM"},
    {"hotplug-vcpu", "add virtual processors to the running VM"},
    {"hotplug-device", "add a disk or network interface to the running VM"},
    {"hostdev", "pass a device of the host through to the guest"},
    {"balloon", "take memory back from the running guest"},
    {"virtiofs", "share a directory of the host by virtiofs"},
};

typedef struct {
    const char *operation;
    guint technologies;
    guint64 fixed_in; /* QEMU that first can, 0 for none */
    const char *why;
    const char *instead;
} GuardRow;

#define NO_STATE "its memory and registers cannot leave the host in a usable form: QEMU blocks it"

static const GuardRow guard_rows[] = {
    {"migrate", ALL, 0, NO_STATE, "shut it down and start it on the other host"},
    {"save", ALL, 0, NO_STATE, "shut it down instead"},
    {"managed-save", ALL, 0, NO_STATE,
     "set ON_SHUTDOWN=shutdown for libvirt-guests, or the VM is lost when the host goes down"},
    {"snapshot-memory", ALL, 0, NO_STATE, "snapshot the disks only (snapshot-disk)"},
    {"dump-memory", ALL, 0, "the dump would hold ciphertext only",
     "take the dump inside the guest (kdump)"},
    /* QEMU 11.0 can launch a running guest anew, but libvirt resets it when it is off already. */
    {"reboot", SEALED_REGISTERS, 0,
     "the encrypted registers cannot be reset from outside, a reboot ends the VM",
     "shut it down and start it again, or reboot it from inside: with QEMU 11.0 or newer, or with "
     "Restart set to guest-reboot"},
    {"hotplug-memory", ALL, 0, "memory is encrypted and measured before the guest starts",
     "change the memory while it is off"},
    {"hotplug-vcpu", SEALED_REGISTERS, 0,
     "the state of every virtual processor is encrypted and measured before the guest starts",
     "change the number while it is off"},
    {"hostdev", PRIVATE, SEAL_VERSION(9, 2, 0),
     "QEMU cannot map private memory for the device (\"Cannot set discarding of RAM broken\")",
     "use virtio devices"},
    {"balloon", PINNED, 0, "its memory is pinned, so nothing would come back",
     "give it less memory while it is off"},
    {"balloon", PRIVATE, 0, "its private memory does not come back to the host",
     "give it less memory while it is off"},
    {"virtiofs", ALL, 0, "the host's daemon cannot read the guest's encrypted memory",
     "use a network file system, or a disk"},
};

const SealOperationInfo *
seal_operation_guard_list(gsize *ret_n)
{
    *ret_n = G_N_ELEMENTS(operations);
    return operations;
}

static gboolean
is_known(const char *operation)
{
    for (gsize i = 0; i < G_N_ELEMENTS(operations); i++)
        if (g_str_equal(operations[i].name, operation))
            return TRUE;
    return FALSE;
}

static gboolean
refuse_unknown(const char *operation, GError **error)
{
    g_autofree char *shown = seal_text_show(operation);
    g_autoptr(GString) known = g_string_new(NULL);

    for (gsize i = 0; i < G_N_ELEMENTS(operations); i++)
        g_string_append_printf(known, "%s%s", known->len ? ", " : "", operations[i].name);
    g_set_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT,
                "operation \"%s\" is unknown; use one of %s", shown, known->str);
    return FALSE;
}

static char *
explain(const GuardRow *row, SealTechnology technology, guint64 qemu_version)
{
    const char *label = seal_technology_get_info(technology)->label;
    g_autofree char *fixed = seal_version_format(row->fixed_in);
    g_autofree char *here = seal_version_format(qemu_version);

    if (row->fixed_in)
        return g_strdup_printf("%s guest on QEMU %s: %s; %s, or upgrade to QEMU %s", label, here,
                               row->why, row->instead, fixed);
    return g_strdup_printf("%s guest: %s; %s", label, row->why, row->instead);
}

gboolean
seal_operation_guard_check(const char *operation,
                           SealTechnology technology,
                           guint64 qemu_version,
                           char **ret_reason,
                           GError **error)
{
    if (!is_known(operation))
        return refuse_unknown(operation, error);
    *ret_reason = NULL;
    for (gsize i = 0; i < G_N_ELEMENTS(guard_rows); i++) {
        const GuardRow *row = &guard_rows[i];

        if (!g_str_equal(row->operation, operation) || technology >= SEAL_TECHNOLOGY_INVALID ||
            !(row->technologies & (1u << technology)))
            continue;
        if (row->fixed_in == 0 || qemu_version < row->fixed_in)
            *ret_reason = explain(row, technology, qemu_version);
        break;
    }
    return TRUE;
}
