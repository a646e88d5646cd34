/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Only launch failures are looked up: of the others libvirt's own words are
 * clear enough, and a dictionary of launches could only mislead there.
 */

#include "launch-failure.h"

#include "diagnosis.h"
#include "error.h"

/* More of a QEMU's last words than this is never needed to tell what went wrong. */
#define MAX_REMEMBERED (16 * 1024)

static void
remember(Vm *vm, const char *words)
{
    gsize length = strlen(words);

    g_free(vm->last_failure);
    vm->last_failure = g_strdup(length > MAX_REMEMBERED ? words + length - MAX_REMEMBERED : words);
}

GError *
launch_failure_explain(Vm *vm, SealTechnology technology, const GError *error)
{
    g_autoptr(GPtrArray) diagnoses = NULL;
    g_autofree char *message = NULL;

    if (!g_error_matches(error, SEAL_ERROR, SEAL_ERROR_LAUNCH_FAILED))
        return g_error_copy(error);
    if (vm)
        remember(vm, error->message);
    diagnoses = seal_diagnosis_explain(error->message, technology);
    message = seal_diagnosis_message(diagnoses, error->message);
    return g_error_new_literal(SEAL_ERROR, SEAL_ERROR_LAUNCH_FAILED, message);
}

GPtrArray *
launch_failure_diagnose(const Vm *vm)
{
    if (!vm->last_failure)
        return g_ptr_array_new();
    return seal_diagnosis_explain(vm->last_failure, vm->technology);
}
