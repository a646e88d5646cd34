/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Constructors and destructors of the plain values that travel between core
 * and libvirt's workers. They are shared by the real backend and by the
 * scripted one of the tests, which is why they know nothing of libvirt.
 */

#include "backend.h"

#include <string.h>

#include "error.h"

VirtRequest *
backend_request_new(VirtOp op, const char *uuid)
{
    VirtRequest *request = g_new0(VirtRequest, 1);

    request->op = op;
    request->uuid = g_strdup(uuid);
    return request;
}

void
backend_request_free(VirtRequest *request)
{
    if (!request)
        return;
    if (request->xml)
        explicit_bzero(request->xml, strlen(request->xml));
    g_free(request->xml);
    g_free(request->machine);
    g_free(request->uuid);
    g_strfreev(request->networks);
    g_free(request->bridge);
    g_strfreev(request->files);
    backend_volume_free(request->volume);
    g_clear_pointer(&request->secret_header, g_bytes_unref);
    g_clear_pointer(&request->secret, g_bytes_unref);
    g_free(request);
}

VirtVolume *
backend_volume_new(const char *pool, const char *name, const char *format, guint64 size)
{
    VirtVolume *volume = g_new0(VirtVolume, 1);

    volume->pool = g_strdup(pool);
    volume->name = g_strdup(name);
    volume->format = format;
    volume->size = size;
    return volume;
}

void
backend_volume_free(VirtVolume *volume)
{
    if (!volume)
        return;
    g_free(volume->pool);
    g_free(volume->name);
    g_free(volume);
}

typedef struct {
    gsize length;
    guint8 bytes[];
} Secret;

static void
free_secret(gpointer data)
{
    Secret *secret = data;

    explicit_bzero(secret->bytes, secret->length);
    g_free(secret);
}

GBytes *
backend_secret_new(gconstpointer data, gsize length)
{
    Secret *secret = g_malloc(sizeof *secret + length);

    secret->length = length;
    memcpy(secret->bytes, data, length);
    return g_bytes_new_with_free_func(secret->bytes, length, free_secret, secret);
}

VirtReply *
backend_reply_new(void)
{
    VirtReply *reply = g_new0(VirtReply, 1);

    reply->domains = g_ptr_array_new_with_free_func((GDestroyNotify)backend_domain_free);
    return reply;
}

void
backend_reply_free(VirtReply *reply)
{
    if (!reply)
        return;
    g_clear_pointer(&reply->domains, g_ptr_array_unref);
    backend_probe_free(reply->probe);
    g_free(reply->xml);
    g_clear_pointer(&reply->values, g_variant_unref);
    g_free(reply);
}

gboolean
backend_is_unanswered(const GError *error)
{
    return g_error_matches(error, SEAL_ERROR, SEAL_ERROR_TIMEOUT) ||
           g_error_matches(error, SEAL_ERROR, SEAL_ERROR_BACKEND_UNAVAILABLE);
}

void
backend_domain_free(VirtDomain *domain)
{
    if (!domain)
        return;
    seal_domain_free(domain->domain);
    g_free(domain);
}

void
backend_probe_free(VirtProbe *probe)
{
    if (!probe)
        return;
    g_free(probe->domcaps_xml);
    g_free(probe->domcaps_error);
    g_free(probe);
}
