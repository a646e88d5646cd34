/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Checks first, libvirt after. QEMU would take a secret for a firmware without
 * a secret area and write it to guest address 0 without an error, so the image
 * is read before every injection, afresh: it is the file that QEMU loaded.
 */

#include "attest.h"

#include "error.h"

/* AMD 55766, LAUNCH_SECRET: header of 52 bytes, payload a multiple of 16, KVM takes 16 KiB. */
#define HEADER_LENGTH 52
#define SECRET_ALIGNMENT 16
#define SECRET_MAX 16384

typedef struct {
    Core *core;
    char *uuid;
    GBytes *header;
    GBytes *secret;
    AttestDone done;
    gpointer data;
} Attest;

static Attest *
attest_new(Core *core, const char *uuid, AttestDone done, gpointer data)
{
    Attest *attest = g_new0(Attest, 1);

    attest->core = core;
    attest->uuid = g_strdup(uuid);
    attest->done = done;
    attest->data = data;
    return attest;
}

static void
finish(Attest *attest, GVariant *values, const GError *error)
{
    attest->done(values, error, attest->data);
    g_free(attest->uuid);
    g_clear_pointer(&attest->header, g_bytes_unref);
    g_clear_pointer(&attest->secret, g_bytes_unref);
    g_free(attest);
}

static void
submit(Attest *attest, VirtRequest *request, VirtDone done)
{
    attest->core->virt->class->submit(attest->core->virt, request, done, attest);
}

static Vm *
find_vm(Attest *attest, GError **error)
{
    Vm *vm = registry_find(attest->core->registry, attest->uuid);

    if (!vm)
        g_set_error_literal(error, SEAL_ERROR, SEAL_ERROR_NOT_FOUND,
                            "the VM is gone; somebody deleted it meanwhile");
    return vm;
}

static void
on_values(VirtReply *reply, const GError *error, gpointer data)
{
    finish(data, reply ? reply->values : NULL, error);
}

void
attest_get_certificates(Core *core, AttestDone done, gpointer data)
{
    submit(attest_new(core, NULL, done, data), backend_request_new(VIRT_OP_CERTIFICATES, NULL),
           on_values);
}

static GVariant *
add_host_knowledge(GVariant *values, const Vm *vm, const char *source)
{
    g_auto(GVariantDict) dict = G_VARIANT_DICT_INIT(values);

    g_variant_dict_insert(&dict, "source", "s", source);
    g_variant_dict_insert(&dict, "firmware", "s", vm->firmware);
    if (!g_variant_dict_contains(&dict, "policy"))
        g_variant_dict_insert(&dict, "policy", "t", vm->policy);
    return g_variant_ref_sink(g_variant_dict_end(&dict));
}

static void
on_measurement(VirtReply *reply, const GError *error, gpointer data)
{
    Attest *attest = data;
    g_autoptr(GError) gone = NULL;
    g_autoptr(GVariant) values = NULL;
    const Vm *vm;

    if (error) {
        finish(attest, NULL, error);
        return;
    }
    vm = find_vm(attest, &gone);
    if (vm)
        values = add_host_knowledge(reply->values, vm, "host");
    finish(attest, values, gone);
}

static gboolean
check_encrypted(const Vm *vm, GError **error)
{
    if (vm->technology != SEAL_TECHNOLOGY_NONE && vm->technology < SEAL_TECHNOLOGY_S390_PV)
        return TRUE;
    g_set_error(error, SEAL_ERROR, SEAL_ERROR_NOT_SUPPORTED,
                "VM %s has no launch measurement: its technology is %s", vm->name,
                seal_technology_get_info(vm->technology)->label);
    return FALSE;
}

static gboolean
check_active(const Vm *vm, GError **error)
{
    if (vm_is_active(vm) && vm->virt_state != VIRT_STATE_SHUTOFF)
        return TRUE;
    g_set_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_STATE,
                "VM %s is %s; start it with the option paused first", vm->name,
                vm_state_to_string(vm->state));
    return FALSE;
}

void
attest_get_measurement(Core *core, const char *uuid, AttestDone done, gpointer data)
{
    Attest *attest = attest_new(core, uuid, done, data);
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) values = NULL;
    const Vm *vm = find_vm(attest, &error);

    if (!vm || !check_encrypted(vm, &error) || !check_active(vm, &error)) {
        finish(attest, NULL, error);
    } else if (!seal_technology_get_info(vm->technology)->measured_start) {
        values = add_host_knowledge(NULL, vm, "guest");
        finish(attest, values, NULL);
    } else {
        submit(attest, backend_request_new(VIRT_OP_MEASUREMENT, uuid), on_measurement);
    }
}

static gboolean
check_packet(const Attest *attest, GError **error)
{
    gsize header = g_bytes_get_size(attest->header);
    gsize secret = g_bytes_get_size(attest->secret);

    if (header != HEADER_LENGTH) {
        g_set_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT,
                    "the secret's header has %zu bytes and must have %d; send the packet header as "
                    "the owner's tool made it, not its base64",
                    header, HEADER_LENGTH);
        return FALSE;
    }
    if (secret == 0 || secret > SECRET_MAX || secret % SECRET_ALIGNMENT != 0) {
        g_set_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT,
                    "the secret has %zu bytes and must have a multiple of %d up to %d; send the "
                    "encrypted packet as the owner's tool made it, not its base64",
                    secret, SECRET_ALIGNMENT, SECRET_MAX);
        return FALSE;
    }
    return TRUE;
}

static gboolean
check_injectable(const Vm *vm, GError **error)
{
    if (!seal_technology_get_info(vm->technology)->measured_start) {
        g_set_error(error, SEAL_ERROR, SEAL_ERROR_NOT_SUPPORTED,
                    "a secret can be injected into SEV and SEV-ES guests only, VM %s is %s; SNP "
                    "and TDX guests fetch theirs from inside after attestation",
                    vm->name, seal_technology_to_string(vm->technology));
        return FALSE;
    }
    if (vm->state == VM_STATE_AWAITING_ATTESTATION || vm->state == VM_STATE_PAUSED)
        return TRUE;
    g_set_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_STATE,
                "VM %s is %s; a secret goes in only between a paused start and the first resume",
                vm->name, vm_state_to_string(vm->state));
    return FALSE;
}

static gboolean
check_area(const Vm *vm, const HostInspection *inspection, gsize length, GError **error)
{
    const SealOvmf *image = &inspection->image;
    const char *why = NULL;

    if (inspection->error) {
        g_propagate_error(error, g_error_copy(inspection->error));
        return FALSE;
    }
    if (!inspection->has_image)
        why = "cannot be read, so it is not known whether it has a place for a secret";
    else if (!image->has_secret_area || image->secret_base == 0 || image->secret_size == 0)
        why = "declares no place for a secret, which would be written to address 0";
    else if (length > image->secret_size)
        why = "declares a place that is too small for this secret";
    if (!why)
        return TRUE;
    g_set_error(error, SEAL_ERROR, SEAL_ERROR_FIRMWARE_NOT_FOUND,
                "firmware %s of VM %s %s; use an AmdSev build of OVMF (OVMF.amdsev.fd)",
                vm->firmware, vm->name, why);
    return FALSE;
}

static void
on_inspected(const HostInspection *inspection, gpointer data)
{
    Attest *attest = data;
    g_autoptr(GError) error = NULL;
    const Vm *vm = find_vm(attest, &error);
    VirtRequest *request;

    /* The VM may have been resumed while the image was read. */
    if (!vm || !check_injectable(vm, &error) ||
        !check_area(vm, inspection, g_bytes_get_size(attest->secret), &error)) {
        finish(attest, NULL, error);
        return;
    }
    request = backend_request_new(VIRT_OP_INJECT, attest->uuid);
    request->secret_header = g_bytes_ref(attest->header);
    request->secret = g_bytes_ref(attest->secret);
    submit(attest, request, on_values);
}

void
attest_inject_secret(
    Core *core, const char *uuid, GBytes *header, GBytes *secret, AttestDone done, gpointer data)
{
    Attest *attest = attest_new(core, uuid, done, data);
    const char *const none[] = {NULL};
    g_autoptr(GError) error = NULL;
    const Vm *vm = find_vm(attest, &error);

    attest->header = header;
    attest->secret = secret;
    if (!vm || !check_packet(attest, &error) || !check_injectable(vm, &error)) {
        finish(attest, NULL, error);
        return;
    }
    core->host->class->inspect(core->host, none, vm->firmware, on_inspected, attest);
}
