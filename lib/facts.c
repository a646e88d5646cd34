/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The facts about one host as a value. Nothing is computed here; a fact that
 * nobody read stays unknown, so that a check can tell "no" from "not known".
 */

#include "facts.h"

static void
free_parameter(gpointer data)
{
    SealFactsParameter *parameter = data;

    g_free(parameter->module);
    g_free(parameter->name);
    g_free(parameter->value);
    g_free(parameter);
}

SealFacts *
seal_facts_new(void)
{
    SealFacts *facts = g_new0(SealFacts, 1);

    facts->parameters = g_ptr_array_new_with_free_func(free_parameter);
    facts->firmwares = g_ptr_array_new_with_free_func((GDestroyNotify)seal_firmware_free);
    facts->firmware_files = g_ptr_array_new_with_free_func(seal_firmware_file_free);
    facts->firmware_errors = g_new0(char *, 1);
    return facts;
}

static void
free_files(SealFacts *facts)
{
    for (gsize i = 0; i < G_N_ELEMENTS(facts->files); i++) {
        g_free(facts->files[i].path);
        g_free(facts->files[i].text);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(facts->psp); i++)
        g_free(facts->psp[i]);
    seal_device_node_clear(&facts->sev_node);
}

void
seal_facts_free(SealFacts *facts)
{
    if (!facts)
        return;
    g_free(facts->cpu_vendor);
    g_free(facts->cpu_model_name);
    g_strfreev(facts->cpu_flags);
    g_strfreev(facts->cpu_bugs);
    free_files(facts);
    g_free(facts->boot_id);
    g_free(facts->kernel_release);
    g_clear_pointer(&facts->parameters, g_ptr_array_unref);
    g_clear_pointer(&facts->firmwares, g_ptr_array_unref);
    g_clear_pointer(&facts->firmware_files, g_ptr_array_unref);
    g_strfreev(facts->firmware_errors);
    g_free(facts->slots_source);
    g_free(facts->backend_uri);
    seal_domcaps_free(facts->domcaps);
    g_free(facts->domcaps_error);
    g_free(facts);
}

gboolean
seal_facts_has_cpu_flag(const SealFacts *facts, const char *flag)
{
    return facts->cpu_flags && g_strv_contains((const char *const *)facts->cpu_flags, flag);
}

const char *
seal_facts_get_own_encryption(const SealFacts *facts)
{
    if ((facts->devices & SEAL_FACTS_DEVICE_TDX_GUEST) ||
        seal_facts_has_cpu_flag(facts, "tdx_guest"))
        return "a TDX guest";
    if (facts->devices & SEAL_FACTS_DEVICE_SEV_GUEST)
        return "a SEV-SNP guest";
    /* With KVM, nested guests may have the flag from a hypervisor that passes it on. */
    if (seal_facts_has_cpu_flag(facts, "hypervisor") && seal_facts_has_cpu_flag(facts, "sev") &&
        !facts->kvm_device)
        return "a SEV guest";
    return NULL;
}

static SealFactsParameter *
find_parameter(const SealFacts *facts, const char *module, const char *name)
{
    for (guint i = 0; i < facts->parameters->len; i++) {
        SealFactsParameter *parameter = g_ptr_array_index(facts->parameters, i);

        if (g_str_equal(parameter->module, module) && g_str_equal(parameter->name, name))
            return parameter;
    }
    return NULL;
}

void
seal_facts_add_parameter(SealFacts *facts, const char *module, const char *name, const char *value)
{
    SealFactsParameter *parameter = find_parameter(facts, module, name);

    if (!parameter) {
        parameter = g_new0(SealFactsParameter, 1);
        parameter->module = g_strdup(module);
        parameter->name = g_strdup(name);
        g_ptr_array_add(facts->parameters, parameter);
    }
    g_free(parameter->value);
    parameter->value = g_strdup(value);
}

const char *
seal_facts_get_parameter(const SealFacts *facts, const char *module, const char *name)
{
    const SealFactsParameter *parameter = find_parameter(facts, module, name);

    return parameter ? parameter->value : NULL;
}

gboolean
seal_facts_parameter_is_on(const SealFacts *facts, const char *module, const char *name)
{
    const char *value = seal_facts_get_parameter(facts, module, name);

    return value && g_strv_contains((const char *const[]){"Y", "y", "1", NULL}, value);
}

void
seal_facts_set_file(SealFacts *facts,
                    SealFactsText text,
                    SealFactsTextState state,
                    const char *path,
                    const char *content)
{
    SealFactsFile *file = &facts->files[text];

    g_free(file->path);
    g_free(file->text);
    file->state = state;
    file->path = g_strdup(path);
    file->text =
        state == SEAL_FACTS_TEXT_PRESENT ? g_utf8_make_valid(content ? content : "", -1) : NULL;
}

const char *
seal_facts_get_text(const SealFacts *facts, SealFactsText text)
{
    const SealFactsFile *file = &facts->files[text];

    return file->state == SEAL_FACTS_TEXT_PRESENT ? file->text : NULL;
}

void
seal_facts_take_libvirt(SealFacts *facts,
                        const char *uri,
                        guint64 libvirt_version,
                        guint64 qemu_version,
                        const char *domcaps_xml,
                        const char *why_not)
{
    g_autoptr(GError) error = NULL;

    facts->backend_connected = TRUE;
    g_free(facts->backend_uri);
    facts->backend_uri = g_strdup(uri);
    facts->libvirt_version = libvirt_version;
    facts->qemu_version = qemu_version;
    g_clear_pointer(&facts->domcaps, seal_domcaps_free);
    if (domcaps_xml)
        facts->domcaps = seal_domcaps_parse(domcaps_xml, &error);
    g_free(facts->domcaps_error);
    facts->domcaps_error = g_strdup(error ? error->message : why_not);
}

gboolean
seal_facts_get_slots(const SealFacts *facts, SealPool pool, guint *ret_total, guint *ret_used)
{
    guint total = 0;

    if (facts->slots_total.known[pool])
        total = facts->slots_total.count[pool];
    else if (!facts->domcaps || !seal_domcaps_pool_total(facts->domcaps, pool, &total))
        return FALSE;
    *ret_total = total;
    *ret_used = facts->has_running ? facts->running[pool] : facts->slots_used.count[pool];
    return TRUE;
}
