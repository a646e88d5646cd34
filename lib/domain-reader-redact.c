/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Taking secrets out of a domain's XML before anybody sees it. libvirt leaves
 * graphics passwords out unless asked for secure XML, but prints the launch
 * session, which wraps the guest owner's keys, to every reader. It walks the
 * tree without recursion, so that depth is no question of stack.
 */

#include "domain.h"

#include <string.h>

#include "xml.h"

/* Elements that go with all they hold: parent, name. */
static const char *const secret_elements[][2] = {
    {"launchSecurity", "session"},
    {"source", "cookies"},
};

/* Attributes that go from any element. */
static const char *const secret_attributes[] = {"passwd"};

static gboolean
is_secret(const xmlNode *node)
{
    for (gsize i = 0; i < G_N_ELEMENTS(secret_elements); i++) {
        if (node->parent->name &&
            strcmp((const char *)node->parent->name, secret_elements[i][0]) == 0 &&
            strcmp((const char *)node->name, secret_elements[i][1]) == 0)
            return TRUE;
    }
    return FALSE;
}

/* The element after @node in document order, without going into it when @skip. */
static xmlNode *
next_element(xmlNode *node, const xmlNode *root, gboolean skip)
{
    xmlNode *next = skip ? NULL : xmlFirstElementChild(node);

    while (!next && node && node != root) {
        next = xmlNextElementSibling(node);
        node = node->parent;
    }
    return next;
}

static void
remove_attributes(xmlNode *node)
{
    for (gsize i = 0; i < G_N_ELEMENTS(secret_attributes); i++)
        xmlUnsetProp(node, (const xmlChar *)secret_attributes[i]);
}

char *
seal_domain_reader_redact(const char *xml, GError **error)
{
    gsize length = xml ? strnlen(xml, SEAL_XML_MAX_DOMAIN + 1) : 0;
    g_autoptr(xmlDoc) doc = seal_xml_parse(xml, length, SEAL_XML_MAX_DOMAIN, "domain", error);
    xmlNode *root;
    xmlNode *node;

    if (!doc)
        return NULL;
    root = seal_xml_root(doc);
    node = root;
    while (node) {
        gboolean secret = node != root && is_secret(node);
        xmlNode *next = next_element(node, root, secret);

        if (secret) {
            xmlUnlinkNode(node);
            xmlFreeNode(node);
        } else {
            remove_attributes(node);
        }
        node = next;
    }
    return seal_xml_print(doc);
}
