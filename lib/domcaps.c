/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reading libvirt's domain capabilities. An element that is absent means a
 * libvirt too old to tell, which is not the same as "no": each field keeps
 * that difference. Only numbers are judged here; what the words mean together
 * is decided in seal_domcaps_supports().
 */

#include "domcaps.h"

#include <string.h>

#include "error.h"
#include "text.h"
#include "xml.h"

static SealTristate
read_supported(xmlNode *node)
{
    const char *supported = seal_xml_attribute(node, "supported");

    if (!supported)
        return SEAL_TRISTATE_UNKNOWN;
    return strcmp(supported, "yes") == 0 ? SEAL_TRISTATE_YES : SEAL_TRISTATE_NO;
}

static gboolean
read_uint(const char *text, const char *what, guint *ret_value, GError **error)
{
    g_autofree char *stripped = g_strstrip(g_strdup(text ? text : ""));
    guint64 value;

    if (!g_ascii_string_to_unsigned(stripped, 10, 0, G_MAXUINT, &value, NULL)) {
        g_autofree char *shown = seal_text_show(text);

        g_set_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT,
                    "domain capabilities: <%s> is \"%s\", which is no number; ask libvirt again, "
                    "and restart it if the answer stays",
                    what, shown);
        return FALSE;
    }
    *ret_value = (guint)value;
    return TRUE;
}

/* A child element that may be absent; FALSE only when it is there and no number. */
static gboolean
read_uint_child(
    xmlNode *node, const char *name, gboolean *ret_present, guint *ret_value, GError **error)
{
    xmlNode *child = seal_xml_child(node, name);

    if (!child)
        return TRUE;
    if (!read_uint(seal_xml_text(child), name, ret_value, error))
        return FALSE;
    if (ret_present)
        *ret_present = TRUE;
    return TRUE;
}

static xmlNode *
find_enum(xmlNode *node, const char *name)
{
    for (xmlNode *child = seal_xml_child(node, "enum"); child; child = seal_xml_next(child)) {
        if (g_strcmp0(seal_xml_attribute(child, "name"), name) == 0)
            return child;
    }
    return NULL;
}

/* The <value> children; NULL when @node is, so that "not told" differs from "none". */
static GStrv
read_values(xmlNode *node)
{
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();

    if (!node)
        return NULL;
    for (xmlNode *value = seal_xml_child(node, "value"); value; value = seal_xml_next(value)) {
        if (seal_xml_text(value))
            g_strv_builder_add(builder, seal_xml_text(value));
    }
    return g_strv_builder_end(builder);
}

static gboolean
enum_has(xmlNode *node, const char *name, const char *value)
{
    g_auto(GStrv) values = read_values(find_enum(node, name));

    return values && g_strv_contains((const char *const *)values, value);
}

static void
read_os(SealDomcaps *domcaps, xmlNode *os)
{
    xmlNode *loader = seal_xml_child(os, "loader");

    domcaps->efi = enum_has(os, "firmware", "efi");
    domcaps->loader_rom = enum_has(loader, "type", "rom");
    domcaps->loader_pflash = enum_has(loader, "type", "pflash");
    domcaps->loaders = read_values(loader);
    if (!domcaps->loaders)
        domcaps->loaders = g_new0(char *, 1);
}

static void
read_devices(SealDomcaps *domcaps, xmlNode *devices)
{
    xmlNode *disk = seal_xml_child(devices, "disk");
    xmlNode *video = seal_xml_child(devices, "video");
    xmlNode *graphics = seal_xml_child(devices, "graphics");
    xmlNode *rng = seal_xml_child(devices, "rng");

    domcaps->disk_buses = read_values(find_enum(disk, "bus"));
    domcaps->video_models = read_values(find_enum(video, "modelType"));
    domcaps->graphics_types = read_values(find_enum(graphics, "type"));
    domcaps->rng_models = read_values(find_enum(rng, "model"));
}

static gboolean
read_sev(SealDomcaps *domcaps, xmlNode *sev, GError **error)
{
    gboolean *limits = &domcaps->has_guest_limits;
    xmlNode *id = seal_xml_child(sev, "cpu0Id");

    domcaps->sev = read_supported(sev);
    if (seal_xml_text(id))
        domcaps->cpu0_id = g_strdup(seal_xml_text(id));
    return read_uint_child(sev, "cbitpos", NULL, &domcaps->cbitpos, error) &&
           read_uint_child(sev, "reducedPhysBits", NULL, &domcaps->reduced_phys_bits, error) &&
           read_uint_child(sev, "maxGuests", limits, &domcaps->max_sev_guests, error) &&
           read_uint_child(sev, "maxESGuests", limits, &domcaps->max_sev_es_guests, error);
}

static void
read_launch_security(SealDomcaps *domcaps, xmlNode *launch_security)
{
    g_auto(GStrv) types = read_values(find_enum(launch_security, "sectype"));

    domcaps->has_launch_security = launch_security != NULL;
    for (gsize i = 0; types && types[i]; i++) {
        SealTechnology technology = seal_technology_from_launch_security(types[i], 0);

        if (technology != SEAL_TECHNOLOGY_INVALID)
            domcaps->sectypes |= 1u << technology;
    }
}

static gboolean
read_root(SealDomcaps *domcaps, xmlNode *root, GError **error)
{
    xmlNode *features = seal_xml_child(root, "features");
    const char *max_vcpus = seal_xml_attribute(seal_xml_child(root, "vcpu"), "max");

    domcaps->emulator = g_strdup(seal_xml_text(seal_xml_child(root, "path")));
    domcaps->domain_type = g_strdup(seal_xml_text(seal_xml_child(root, "domain")));
    domcaps->machine = g_strdup(seal_xml_text(seal_xml_child(root, "machine")));
    domcaps->arch = g_strdup(seal_xml_text(seal_xml_child(root, "arch")));
    if (max_vcpus && !read_uint(max_vcpus, "vcpu max", &domcaps->max_vcpus, error))
        return FALSE;
    read_os(domcaps, seal_xml_child(root, "os"));
    read_devices(domcaps, seal_xml_child(root, "devices"));
    domcaps->tdx = read_supported(seal_xml_child(features, "tdx"));
    domcaps->s390_pv = read_supported(seal_xml_child(features, "s390-pv"));
    read_launch_security(domcaps, seal_xml_child(features, "launchSecurity"));
    return read_sev(domcaps, seal_xml_child(features, "sev"), error);
}

SealDomcaps *
seal_domcaps_parse(const char *xml, GError **error)
{
    g_autoptr(SealDomcaps) domcaps = NULL;
    g_autoptr(xmlDoc) doc = seal_xml_parse(xml, xml ? strnlen(xml, SEAL_XML_MAX_DOMCAPS + 1) : 0,
                                           SEAL_XML_MAX_DOMCAPS, "domainCapabilities", error);

    if (!doc)
        return NULL;
    domcaps = g_new0(SealDomcaps, 1);
    if (!read_root(domcaps, seal_xml_root(doc), error))
        return NULL;
    return g_steal_pointer(&domcaps);
}

void
seal_domcaps_free(SealDomcaps *domcaps)
{
    if (!domcaps)
        return;
    g_free(domcaps->emulator);
    g_free(domcaps->domain_type);
    g_free(domcaps->machine);
    g_free(domcaps->arch);
    g_free(domcaps->cpu0_id);
    g_strfreev(domcaps->loaders);
    g_strfreev(domcaps->disk_buses);
    g_strfreev(domcaps->video_models);
    g_strfreev(domcaps->graphics_types);
    g_strfreev(domcaps->rng_models);
    g_free(domcaps);
}

static gboolean
lists(const SealDomcaps *domcaps, SealTechnology technology)
{
    return (domcaps->sectypes & 1u << technology) != 0;
}

/* libvirt 10.5 and later list SEV in the enum too; either saying no is a no. */
static gboolean
offers_sev(const SealDomcaps *domcaps)
{
    return domcaps->sev == SEAL_TRISTATE_YES &&
           (!domcaps->has_launch_security || lists(domcaps, SEAL_TECHNOLOGY_SEV));
}

static SealTristate
offers_sev_es(const SealDomcaps *domcaps)
{
    if (!offers_sev(domcaps))
        return SEAL_TRISTATE_NO;
    if (!domcaps->has_guest_limits)
        return SEAL_TRISTATE_UNKNOWN;
    return domcaps->max_sev_es_guests > 0 ? SEAL_TRISTATE_YES : SEAL_TRISTATE_NO;
}

SealTristate
seal_domcaps_supports(const SealDomcaps *domcaps, SealTechnology technology)
{
    gboolean yes = FALSE;

    switch (technology) {
    case SEAL_TECHNOLOGY_NONE:
        yes = TRUE;
        break;
    case SEAL_TECHNOLOGY_SEV:
        yes = offers_sev(domcaps);
        break;
    case SEAL_TECHNOLOGY_SEV_ES:
        return offers_sev_es(domcaps);
    case SEAL_TECHNOLOGY_SEV_SNP:
        yes = lists(domcaps, technology);
        break;
    case SEAL_TECHNOLOGY_TDX:
        yes = lists(domcaps, technology) && domcaps->tdx != SEAL_TRISTATE_NO;
        break;
    case SEAL_TECHNOLOGY_S390_PV:
        yes = domcaps->s390_pv == SEAL_TRISTATE_YES || lists(domcaps, technology);
        break;
    case SEAL_TECHNOLOGY_AUTO:
    case SEAL_TECHNOLOGY_INVALID:
        break;
    }
    return yes ? SEAL_TRISTATE_YES : SEAL_TRISTATE_NO;
}

gboolean
seal_domcaps_pool_total(const SealDomcaps *domcaps, SealPool pool, guint *ret_total)
{
    if (!domcaps->has_guest_limits || (pool != SEAL_POOL_SEV && pool != SEAL_POOL_SEV_ES))
        return FALSE;
    *ret_total = pool == SEAL_POOL_SEV ? domcaps->max_sev_guests : domcaps->max_sev_es_guests;
    return TRUE;
}
