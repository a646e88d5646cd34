/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libvirt's three launch security calls (virNodeGetSEVInfo,
 * virDomainGetLaunchSecurityInfo, virDomainSetLaunchSecurityState) turned into
 * bytes. libvirt speaks base64; the bus carries bytes. Whatever held a secret
 * is wiped before it is freed.
 */

#include "attestation.h"

#include <libvirt/virterror.h>
#include <string.h>

#include "snapshot.h"
#include "virt-error.h"

typedef struct {
    virTypedParameterPtr params;
    int n;
} Params;

typedef struct {
    const char *param; /* libvirt's name */
    const char *key;   /* the contract's */
    char type;         /* 's': base64 to ay, 'u': y, 'p': u to t */
} ValueRow;

static const ValueRow certificate_rows[] = {
    {VIR_NODE_SEV_PDH, "pdh", 's'},
    {VIR_NODE_SEV_CERT_CHAIN, "cert-chain", 's'},
    {VIR_NODE_SEV_CPU0_ID, "cpu0-id", 's'},
};

static const ValueRow measurement_rows[] = {
    {VIR_DOMAIN_LAUNCH_SECURITY_SEV_MEASUREMENT, "measurement", 's'},
    {VIR_DOMAIN_LAUNCH_SECURITY_SEV_API_MAJOR, "api-major", 'u'},
    {VIR_DOMAIN_LAUNCH_SECURITY_SEV_API_MINOR, "api-minor", 'u'},
    {VIR_DOMAIN_LAUNCH_SECURITY_SEV_BUILD_ID, "build-id", 'u'},
    {VIR_DOMAIN_LAUNCH_SECURITY_SEV_POLICY, "policy", 'p'},
};

static GVariant *
read_bytes(const Params *params, const char *name)
{
    const char *text = NULL;
    g_autofree guint8 *bytes = NULL;
    gsize length = 0;

    if (virTypedParamsGetString(params->params, params->n, name, &text) != 1 || !text)
        return NULL;
    bytes = g_base64_decode(text, &length);
    return g_variant_new_fixed_array(G_VARIANT_TYPE_BYTE, bytes, length, 1);
}

static GVariant *
read_value(const Params *params, const ValueRow *row)
{
    unsigned int number = 0;

    if (row->type == 's')
        return read_bytes(params, row->param);
    if (virTypedParamsGetUInt(params->params, params->n, row->param, &number) != 1)
        return NULL;
    return row->type == 'u' ? g_variant_new_byte((guint8)number) : g_variant_new_uint64(number);
}

static GVariant *
read_values(const Params *params, const ValueRow *rows, gsize n_rows)
{
    GVariantBuilder builder;

    g_variant_builder_init(&builder, G_VARIANT_TYPE_VARDICT);
    for (gsize i = 0; i < n_rows; i++) {
        GVariant *value = read_value(params, &rows[i]);

        if (value)
            g_variant_builder_add(&builder, "{sv}", rows[i].key, value);
    }
    return g_variant_ref_sink(g_variant_builder_end(&builder));
}

gboolean
attestation_certificates(virConnectPtr connection,
                         G_GNUC_UNUSED const VirtRequest *request,
                         VirtReply *reply,
                         GError **error)
{
    Params params = {0};

    if (virNodeGetSEVInfo(connection, &params.params, &params.n, 0) < 0) {
        virt_error_take(error, SEAL_ERROR_BACKEND, "asking for the certificates of the host");
        return FALSE;
    }
    reply->values = read_values(&params, certificate_rows, G_N_ELEMENTS(certificate_rows));
    virTypedParamsFree(params.params, params.n);
    return TRUE;
}

gboolean
attestation_measurement(virConnectPtr connection,
                        const VirtRequest *request,
                        VirtReply *reply,
                        GError **error)
{
    g_auto(virDomainPtr) domain = virDomainLookupByUUIDString(connection, request->uuid);
    Params params = {0};

    if (!domain) {
        virt_error_take(error, SEAL_ERROR_BACKEND, "finding the domain");
        return FALSE;
    }
    if (virDomainGetLaunchSecurityInfo(domain, &params.params, &params.n, 0) < 0) {
        virt_error_take(error, SEAL_ERROR_ATTESTATION_FAILED, "asking for the measurement");
        return FALSE;
    }
    reply->values = read_values(&params, measurement_rows, G_N_ELEMENTS(measurement_rows));
    virTypedParamsFree(params.params, params.n);
    return TRUE;
}

static char *
encode(GBytes *bytes)
{
    gsize length = 0;
    const guint8 *data = g_bytes_get_data(bytes, &length);

    return g_base64_encode(data, length);
}

static void
wipe(char *text)
{
    explicit_bzero(text, strlen(text));
    g_free(text);
}

static int
set_secret(virDomainPtr domain, const char *header, const char *secret)
{
    virTypedParameter params[2] = {{.type = VIR_TYPED_PARAM_STRING},
                                   {.type = VIR_TYPED_PARAM_STRING}};

    g_strlcpy(params[0].field, VIR_DOMAIN_LAUNCH_SECURITY_SEV_SECRET_HEADER,
              sizeof params[0].field);
    g_strlcpy(params[1].field, VIR_DOMAIN_LAUNCH_SECURITY_SEV_SECRET, sizeof params[1].field);
    params[0].value.s = (char *)header;
    params[1].value.s = (char *)secret;
    return virDomainSetLaunchSecurityState(domain, params, G_N_ELEMENTS(params), 0);
}

gboolean
attestation_inject(virConnectPtr connection,
                   const VirtRequest *request,
                   G_GNUC_UNUSED VirtReply *reply,
                   GError **error)
{
    g_auto(virDomainPtr) domain = virDomainLookupByUUIDString(connection, request->uuid);
    char *header, *secret;
    int r;

    if (!domain) {
        virt_error_take(error, SEAL_ERROR_BACKEND, "finding the domain");
        return FALSE;
    }
    header = encode(request->secret_header);
    secret = encode(request->secret);
    r = set_secret(domain, header, secret);
    if (r < 0)
        virt_error_take(error, SEAL_ERROR_ATTESTATION_FAILED, "injecting the secret");
    wipe(header);
    wipe(secret);
    return r >= 0;
}
