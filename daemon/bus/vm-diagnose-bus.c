/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A VM speaks of its last failed start. The words are libvirt's and may name
 * files of the host, so this is not open to everybody as other reads are.
 */

#include "vm-diagnose-bus.h"

#include "diagnosis.h"
#include "launch-failure.h"
#include "options.h"

static GVariant *
make_rows(const Vm *vm)
{
    g_autoptr(GPtrArray) diagnoses = launch_failure_diagnose(vm);
    GVariantBuilder builder;

    g_variant_builder_init(&builder, G_VARIANT_TYPE("a(sssss)"));
    for (guint i = 0; i < diagnoses->len; i++) {
        const SealDiagnosis *diagnosis = g_ptr_array_index(diagnoses, i);

        g_variant_builder_add(&builder, "(sssss)", diagnosis->id, diagnosis->cause,
                              diagnosis->remedy, diagnosis->evidence, diagnosis->confidence);
    }
    return g_variant_builder_end(&builder);
}

void
vm_diagnose_bus_diagnose(Call *call)
{
    g_autoptr(GVariant) options = g_variant_get_child_value(call->arguments, 0);
    const OptionRow rows[] = {{NULL}};
    g_autoptr(GError) error = NULL;
    const Vm *vm = NULL;

    if (options_read(options, rows, &error))
        vm = call_find_vm(call, &error);
    if (vm)
        call_reply(call, g_variant_new("(@a(sssss))", make_rows(vm)));
    else
        call_fail(call, error);
}
