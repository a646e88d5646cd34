/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The settings as a value: giving them back, what they mean for policy and
 * machine, and the lists of keys. Reading them is in settings-parse.c, the
 * keys are in settings-table.c, the rules between them in settings-rules.c.
 */

#include "settings-table.h"

#include "error.h"
#include "policy.h"

#include <string.h>

/* What the guest owner sent must not be left in freed memory. */
static void
wipe_and_free(char *text)
{
    if (text)
        explicit_bzero(text, strlen(text));
    g_free(text);
}

void
seal_settings_free_disk(gpointer disk)
{
    SealDisk *d = disk;

    if (!d)
        return;
    g_free(d->path);
    g_free(d->pool);
    g_free(d->volume);
    g_free(d);
}

void
seal_settings_free_network(gpointer network)
{
    SealNetwork *n = network;

    if (!n)
        return;
    g_free(n->source);
    g_free(n->mac);
    g_free(n);
}

void
seal_settings_free(SealSettings *settings)
{
    if (!settings)
        return;
    g_free(settings->name);
    g_free(settings->machine);
    g_free(settings->firmware);
    g_free(settings->nvram_template);
    g_clear_pointer(&settings->disks, g_ptr_array_unref);
    g_clear_pointer(&settings->networks, g_ptr_array_unref);
    g_strfreev(settings->policy_flags);
    g_free(settings->kernel);
    g_free(settings->initrd);
    g_free(settings->cmdline);
    wipe_and_free(settings->dh_cert);
    wipe_and_free(settings->session);
    g_free(settings->id_block);
    g_free(settings->id_auth);
    g_free(settings->host_data);
    g_free(settings->guest_visible_workarounds);
    g_free(settings->mr_config_id);
    g_free(settings->mr_owner);
    g_free(settings->mr_owner_config);
    g_free(settings->quote_generation_socket);
    g_free(settings->numa_nodes);
    g_free(settings->cpu_pinning);
    g_free(settings);
}

static SealSettingInfo *
list_rows(const SealSettingsTable *table, gsize *ret_n)
{
    SealSettingInfo *infos = g_new0(SealSettingInfo, table->n_rows);

    for (gsize i = 0; i < table->n_rows; i++) {
        infos[i].key = table->rows[i].key;
        infos[i].signature = seal_settings_table_signature(table->rows[i].kind);
        infos[i].summary = table->rows[i].summary;
        infos[i].secret = table->rows[i].secret;
    }
    *ret_n = table->n_rows;
    return infos;
}

SealSettingInfo *
seal_settings_list(gsize *ret_n)
{
    return list_rows(seal_settings_table_top(), ret_n);
}

SealSettingInfo *
seal_settings_list_disk(gsize *ret_n)
{
    return list_rows(seal_settings_table_disk(), ret_n);
}

SealSettingInfo *
seal_settings_list_network(gsize *ret_n)
{
    return list_rows(seal_settings_table_network(), ret_n);
}

gboolean
seal_settings_is_q35(const SealSettings *settings)
{
    return strstr(settings->machine, "q35") != NULL;
}

static gboolean
refuse_policy(GError **error, const char *problem)
{
    g_set_error_literal(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT, problem);
    return FALSE;
}

gboolean
seal_settings_resolve_policy(const SealSettings *settings,
                             SealTechnology technology,
                             guint64 *ret_policy,
                             GError **error)
{
    const SealTechnologyInfo *info = seal_technology_get_info(technology);
    const char *const *flags = (const char *const *)settings->policy_flags;
    gboolean given = settings->has_policy || flags;

    if (given && info->policy_bits == 0)
        return refuse_policy(error,
                             "a policy was given, but the technology is none, which has no policy; "
                             "leave policy and policy-flags out or name a technology");
    if (settings->has_policy && settings->technology == SEAL_TECHNOLOGY_AUTO)
        return refuse_policy(error,
                             "policy is a number, but its bits mean different things for each "
                             "technology and technology is auto; name the technology or use "
                             "policy-flags");
    if (flags)
        return seal_policy_encode(technology, flags, ret_policy, error);
    if (settings->has_policy && !seal_policy_validate(technology, settings->policy, error))
        return FALSE;
    *ret_policy = settings->has_policy ? settings->policy : info->default_policy;
    return TRUE;
}
