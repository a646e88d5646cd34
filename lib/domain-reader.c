/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reading a domain's XML. It is read as libvirt reads it (policies are hex
 * with or without 0x, sizes have units and default to KiB), because the number
 * shown must be the one that the guest was launched with. What is absent is
 * left at its default; only what is there and makes no sense is an error, for
 * a domain that cannot be read disappears from every list.
 */

#include "domain.h"

#include <errno.h>
#include <string.h>

#include "domain-devices.h"
#include "error.h"
#include "text.h"
#include "xml.h"

/* libvirt prints this many KiB, the largest it can store, for "no limit". */
#define UNLIMITED_KIB G_GUINT64_CONSTANT(9007199254740991)

static const char size_letters[] = "kmgtpe";

static gboolean
refuse(const char *what, const char *value, const char *cure, GError **error)
{
    g_autofree char *shown = seal_text_show(value);

    g_set_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT, "domain XML: %s is \"%s\"; %s",
                what, shown, cure);
    return FALSE;
}

static gboolean
parse_uint(const char *text, guint base, guint64 *ret_value)
{
    char *end = NULL;
    guint64 value;

    while (text && g_ascii_isspace(*text))
        text++;
    if (base == 16 && text && text[0] == '0' && (text[1] == 'x' || text[1] == 'X'))
        text += 2;
    /* g_ascii_strtoull() takes signs and a second 0x. */
    if (!text || !g_ascii_isxdigit(*text) || (text[0] == '0' && (text[1] == 'x' || text[1] == 'X')))
        return FALSE;
    errno = 0;
    value = g_ascii_strtoull(text, &end, base);
    if (errno != 0 || end == text)
        return FALSE;
    while (g_ascii_isspace(*end))
        end++;
    if (*end != '\0')
        return FALSE;
    *ret_value = value;
    return TRUE;
}

/* Bytes in a unit as libvirt knows them (virScaleInteger), 0 for an unknown one. */
static guint64
unit_scale(const char *unit)
{
    static const char *const bytes[] = {"b", "byte", "bytes", NULL};
    const char *letter;
    guint64 base;
    guint64 scale = 1;

    for (gsize i = 0; bytes[i]; i++) {
        if (g_ascii_strcasecmp(unit, bytes[i]) == 0)
            return 1;
    }
    letter = *unit ? strchr(size_letters, g_ascii_tolower(*unit)) : NULL;
    if (!letter)
        return 0;
    if (unit[1] == '\0' || g_ascii_strcasecmp(unit + 1, "iB") == 0)
        base = 1024;
    else if (g_ascii_strcasecmp(unit + 1, "B") == 0)
        base = 1000;
    else
        return 0;
    for (const char *p = size_letters; p <= letter; p++)
        scale *= base;
    return scale;
}

/* A size in bytes from an element that may be absent. */
static gboolean
read_size(xmlNode *node, const char *what, guint64 *ret_bytes, GError **error)
{
    const char *unit = seal_xml_attribute(node, "unit");
    guint64 scale = unit_scale(unit ? unit : "KiB");
    guint64 value;

    if (!node)
        return TRUE;
    if (scale == 0)
        return refuse(what, unit, "the unit must be one of libvirt's, for example KiB", error);
    if (!parse_uint(seal_xml_text(node), 10, &value))
        return refuse(what, seal_xml_text(node), "it must be a whole number", error);
    if (value > G_MAXUINT64 / scale)
        return refuse(what, seal_xml_text(node), "in bytes it must fit 64 bits", error);
    *ret_bytes = value * scale;
    return TRUE;
}

static gboolean
read_identity(SealDomain *domain, xmlNode *root, GError **error)
{
    const char *name = seal_xml_text(seal_xml_child(root, "name"));
    const char *uuid = seal_xml_text(seal_xml_child(root, "uuid"));

    if (!name)
        return refuse("<name>", "", "every domain has one", error);
    if (!uuid || !g_uuid_string_is_valid(uuid))
        return refuse("<uuid>", uuid, "write it with dashes, as libvirt does", error);
    domain->name = g_strdup(name);
    domain->uuid = g_ascii_strdown(uuid, -1);
    return TRUE;
}

static gboolean
read_vcpus(SealDomain *domain, xmlNode *root, GError **error)
{
    xmlNode *node = seal_xml_child(root, "vcpu");
    guint64 value = 1; /* libvirt's default */

    if (node && (!parse_uint(seal_xml_text(node), 10, &value) || value > G_MAXUINT))
        return refuse("<vcpu>", seal_xml_text(node), "it must be a whole number", error);
    domain->vcpus = (guint)value;
    return TRUE;
}

static gboolean
read_memory(SealDomain *domain, xmlNode *root, GError **error)
{
    guint64 limit = 0;

    if (!read_size(seal_xml_child(root, "memory"), "<memory>", &domain->memory, error) ||
        !read_size(seal_xml_path(root, "memtune/hard_limit"), "<hard_limit>", &limit, error))
        return FALSE;
    domain->hard_limit = limit / 1024 >= UNLIMITED_KIB ? 0 : limit;
    domain->locked = seal_xml_path(root, "memoryBacking/locked") != NULL;
    return TRUE;
}

static gboolean
read_launch_security(SealDomain *domain, xmlNode *node, GError **error)
{
    const char *type = seal_xml_attribute(node, "type");
    const char *hashes = seal_xml_attribute(node, "kernelHashes");
    xmlNode *policy = seal_xml_child(node, "policy");

    if (policy) {
        if (!parse_uint(seal_xml_text(policy), 16, &domain->policy))
            return refuse("<policy>", seal_xml_text(policy),
                          "it must be a hexadecimal number of at most 64 bits", error);
        domain->has_policy = TRUE;
    }
    /* An element without a type is of none that we know, but it is not absent either. */
    domain->technology =
        seal_technology_from_launch_security(node && !type ? "" : type, domain->policy);
    domain->kernel_hashes = g_strcmp0(hashes, "yes") == 0;
    if (seal_technology_get_info(domain->technology)->measured_start)
        domain->attestable = seal_xml_text(seal_xml_child(node, "dhCert")) &&
                             seal_xml_text(seal_xml_child(node, "session"));
    else
        domain->attestable = domain->technology == SEAL_TECHNOLOGY_SEV_SNP ||
                             domain->technology == SEAL_TECHNOLOGY_TDX;
    return TRUE;
}

/*
 * libvirt makes an NVRAM file for pflash that is mapped read-only, unless told
 * that the image is stateless; an image it chooses itself is such a one too,
 * but for the technologies that have to map firmware as ROM.
 */
static gboolean
gets_nvram(const SealDomain *domain, xmlNode *loader, gboolean chosen_by_libvirt)
{
    gboolean pflash = g_strcmp0(seal_xml_attribute(loader, "type"), "pflash") == 0 &&
                      g_strcmp0(seal_xml_attribute(loader, "readonly"), "yes") == 0;

    if (g_strcmp0(seal_xml_attribute(loader, "stateless"), "yes") == 0)
        return FALSE;
    if (chosen_by_libvirt && !seal_xml_text(loader))
        return !seal_technology_get_info(domain->technology)->private_memory;
    return pflash;
}

static void
read_os(SealDomain *domain, xmlNode *os)
{
    xmlNode *type = seal_xml_child(os, "type");
    xmlNode *loader = seal_xml_child(os, "loader");
    const char *machine = seal_xml_attribute(type, "machine");
    const char *arch = seal_xml_attribute(type, "arch");
    const char *path = seal_xml_text(loader);
    gboolean efi = g_strcmp0(seal_xml_attribute(os, "firmware"), "efi") == 0;

    domain->machine = g_strdup(machine ? machine : "");
    domain->arch = g_strdup(arch ? arch : "");
    domain->firmware = g_strdup(path ? path : efi ? "efi" : "");
    domain->has_nvram = seal_xml_child(os, "nvram") != NULL || gets_nvram(domain, loader, efi);
}

/* One of our own elements in it: of this namespace and name; NULL when there is none. */
static xmlNode *
find_own(xmlNode *metadata, const char *uri, const char *name)
{
    for (xmlNode *node = seal_xml_first_element(metadata); node; node = xmlNextElementSibling(node))
        if (node->ns && g_strcmp0((const char *)node->ns->href, uri) == 0 &&
            strcmp((const char *)node->name, name) == 0)
            return node;
    return NULL;
}

static void
read_metadata(SealDomain *domain, xmlNode *metadata)
{
    xmlNode *vm = find_own(metadata, SEAL_DOMAIN_METADATA_URI, "vm");
    xmlNode *launch = find_own(metadata, SEAL_DOMAIN_LAUNCH_URI, "launch");

    domain->restart_guest_reboot =
        vm && g_strcmp0(seal_xml_attribute(vm, "restart"), "guest-reboot") == 0;
    domain->launch_waits = launch && g_strcmp0(seal_xml_attribute(launch, "waits"), "yes") == 0;
}

SealDomain *
seal_domain_reader_parse(const char *xml, SealDomainParts parts, GError **error)
{
    gsize length = xml ? strnlen(xml, SEAL_XML_MAX_DOMAIN + 1) : 0;
    const char *skip = parts == SEAL_DOMAIN_DEVICES ? NULL : "devices";
    g_autoptr(xmlDoc) doc =
        seal_xml_parse_without(xml, length, SEAL_XML_MAX_DOMAIN, "domain", skip, error);
    g_autoptr(SealDomain) domain = NULL;
    xmlNode *root;

    if (!doc)
        return NULL;
    domain = g_new0(SealDomain, 1);
    root = seal_xml_root(doc);
    if (!read_identity(domain, root, error) || !read_memory(domain, root, error) ||
        !read_vcpus(domain, root, error) ||
        !read_launch_security(domain, seal_xml_child(root, "launchSecurity"), error))
        return NULL;
    read_os(domain, seal_xml_child(root, "os"));
    read_metadata(domain, seal_xml_child(root, "metadata"));
    if (parts == SEAL_DOMAIN_DEVICES)
        domain->devices = seal_domain_devices_read(seal_xml_child(root, "devices"));
    return g_steal_pointer(&domain);
}
