/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One question a network, one after the other: few VMs have more than one
 * interface, and fewer leave the MTU to the bridge. What the bridge has now is
 * written into the XML, as libvirt has no word for "whatever it has then".
 */

#include "create-mtu.h"

#define MTU_OF_THE_BRIDGE 1

typedef struct {
    Core *core;
    SealSettings *settings;
    CreateMtuDone done;
    gpointer data;
} Question;

static SealNetwork *
find_next(const SealSettings *settings)
{
    for (guint i = 0; i < settings->networks->len; i++) {
        SealNetwork *network = g_ptr_array_index(settings->networks, i);

        if (network->mtu == MTU_OF_THE_BRIDGE)
            return network;
    }
    return NULL;
}

static void
finish(Question *question, const GError *error)
{
    question->done(error, question->data);
    g_free(question);
}

static void
ask(Question *question, VirtDone answered)
{
    const SealNetwork *network = find_next(question->settings);
    VirtBackend *virt = question->core->virt;
    VirtRequest *request = backend_request_new(VIRT_OP_BRIDGE_MTU, NULL);

    if (network->type == SEAL_NETWORK_BRIDGE)
        request->bridge = g_strdup(network->source);
    else
        request->networks = g_strdupv((char *[]){network->source, NULL});
    virt->class->submit(virt, request, answered, question);
}

static void
on_answer(VirtReply *reply, const GError *error, gpointer data)
{
    Question *question = data;

    if (error) {
        finish(question, error);
        return;
    }
    find_next(question->settings)->mtu = reply->mtu;
    if (find_next(question->settings))
        ask(question, on_answer);
    else
        finish(question, NULL);
}

gboolean
create_mtu_ask(Core *core, SealSettings *settings, CreateMtuDone done, gpointer data)
{
    Question *question;

    if (!find_next(settings))
        return FALSE;
    question = g_new0(Question, 1);
    *question = (Question){core, settings, done, data};
    ask(question, on_answer);
    return TRUE;
}
