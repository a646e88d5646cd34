/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Defining is one request to libvirt. Whatever can be told beforehand goes
 * with it (the networks that must be there, the machine type as libvirt will
 * store it), so that the backend need not read the domain back.
 */

#include "create-define.h"

static GStrv
libvirt_networks(const SealSettings *settings)
{
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();

    for (guint i = 0; i < settings->networks->len; i++) {
        const SealNetwork *network = g_ptr_array_index(settings->networks, i);

        if (network->type == SEAL_NETWORK_NETWORK)
            g_strv_builder_add(builder, network->source);
    }
    return g_strv_builder_end(builder);
}

/*
 * How libvirt calls the machine type, when it told so and there is nothing else that it fills in
 * (it also chooses the firmware for "efi"). NULL: not known.
 */
static char *
known_machine(Core *core, const SealSettings *settings)
{
    const SealDomcaps *domcaps = host_state_get_facts(core->host_state)->domcaps;

    if (!domcaps || g_strcmp0(settings->firmware, "efi") == 0 ||
        !g_str_equal(settings->machine, "q35"))
        return NULL;
    return g_strdup(domcaps->machine);
}

VirtRequest *
create_define_request(Core *core, const SealSettings *settings, char *xml, GPtrArray *unseen)
{
    VirtRequest *request = backend_request_new(VIRT_OP_DEFINE, NULL);

    request->xml = xml;
    request->machine = known_machine(core, settings);
    request->networks = libvirt_networks(settings);
    request->autostart = settings->autostart;
    g_ptr_array_add(unseen, NULL);
    request->files = g_strdupv((char **)unseen->pdata);
    return request;
}
