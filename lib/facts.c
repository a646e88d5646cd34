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
    facts->firmware_errors = g_new0(char *, 1);
    return facts;
}

void
seal_facts_free(SealFacts *facts)
{
    if (!facts)
        return;
    g_free(facts->cpu_vendor);
    g_free(facts->cpu_model_name);
    g_strfreev(facts->cpu_flags);
    g_free(facts->kernel_release);
    g_clear_pointer(&facts->parameters, g_ptr_array_unref);
    g_clear_pointer(&facts->firmwares, g_ptr_array_unref);
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
