/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Parsing of foreign XML. A DTD is refused at its first token, before an
 * entity in it could be declared: the parser is stopped from the SAX callback
 * instead of looking at the finished document, when an expansion bomb would
 * have gone off already. Comments and processing instructions are dropped and
 * CDATA becomes text, so that the text of an element is always one node.
 */

#include "xml.h"

#include <libxml/SAX2.h>
#include <libxml/parser.h>
#include <libxml/xmlerror.h>
#include <libxml/xmlsave.h>
#include <stdarg.h>
#include <string.h>

#include "error.h"
#include "text.h"

/*
 * Never NOENT, DTDLOAD, DTDATTR, XINCLUDE (they read what the document names)
 * and never HUGE (it lifts libxml2's own limits on depth and text).
 */
#define PARSE_OPTIONS                                                                              \
    (XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NOCDATA |               \
     XML_PARSE_NOBLANKS | XML_PARSE_COMPACT)

G_STATIC_ASSERT((PARSE_OPTIONS & (XML_PARSE_NOENT | XML_PARSE_DTDLOAD | XML_PARSE_DTDATTR |
                                  XML_PARSE_XINCLUDE | XML_PARSE_HUGE)) == 0);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(xmlParserCtxt, xmlFreeParserCtxt)

/**
 * Door - what the SAX callbacks keep between them, in the context's _private
 * @skip: (nullable): name of the root's children that are checked but not kept
 * @depth: of elements open now; @skipping: elements open inside a skipped one
 * @dtd: one was seen
 */
typedef struct {
    const char *skip;
    guint depth;
    guint skipping;
    gboolean dtd;
} Door;

static Door *
get_door(void *user_data)
{
    return ((xmlParserCtxt *)user_data)->_private;
}

static void
on_dtd(void *user_data, const xmlChar *name, const xmlChar *external_id, const xmlChar *system_id)
{
    get_door(user_data)->dtd = TRUE;
    xmlStopParser(user_data);
}

static void
on_start(void *user_data,
         const xmlChar *name,
         const xmlChar *prefix,
         const xmlChar *uri,
         int n_namespaces,
         const xmlChar **namespaces,
         int n_attributes,
         int n_defaulted,
         const xmlChar **attributes)
{
    Door *door = get_door(user_data);

    door->depth++;
    if (door->skipping > 0 ||
        (door->depth == 2 && !uri && strcmp((const char *)name, door->skip) == 0))
        door->skipping++;
    else
        xmlSAX2StartElementNs(user_data, name, prefix, uri, n_namespaces, namespaces, n_attributes,
                              n_defaulted, attributes);
}

static void
on_end(void *user_data, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
    Door *door = get_door(user_data);

    door->depth--;
    if (door->skipping > 0)
        door->skipping--;
    else
        xmlSAX2EndElementNs(user_data, name, prefix, uri);
}

static void
on_characters(void *user_data, const xmlChar *text, int length)
{
    if (get_door(user_data)->skipping == 0)
        xmlSAX2Characters(user_data, text, length);
}

static void
refuse(GError **error, const char *root_name, const char *why)
{
    g_set_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT,
                "the <%s> XML %s; give it as libvirt prints it", root_name, why);
}

/* Eight bytes at a time: checking UTF-8 byte by byte took a tenth of reading a domain. */
static gboolean
is_ascii(const char *text, gsize length)
{
    gsize i = 0;

    for (; i + sizeof(guint64) <= length; i += sizeof(guint64)) {
        guint64 chunk;

        memcpy(&chunk, text + i, sizeof chunk);
        if (chunk & G_GUINT64_CONSTANT(0x8080808080808080))
            return FALSE;
    }
    for (; i < length; i++) {
        if (text[i] & 0x80)
            return FALSE;
    }
    return TRUE;
}

/* NULL when the bytes may be shown to libxml2, else what is wrong with them. */
static char *
find_fault(const char *text, gsize length, gsize max_length)
{
    if (!text || length == 0)
        return g_strdup("is empty");
    if (length > max_length || length > G_MAXINT)
        return g_strdup_printf("has %" G_GSIZE_FORMAT " bytes, more than the %" G_GSIZE_FORMAT
                               " that are read",
                               length, max_length);
    if (memchr(text, '\0', length))
        return g_strdup("holds a NUL byte");
    /* libxml2 would guess at encodings; libvirt writes nothing but UTF-8. */
    if (!is_ascii(text, length) && !g_utf8_validate(text, (gssize)length, NULL))
        return g_strdup("is not valid UTF-8");
    return NULL;
}

/* libxml2's reasons end in a newline, may quote the document and are not always there. */
static char *
describe_malformed(xmlParserCtxt *context)
{
    const xmlError *cause = xmlCtxtGetLastError(context);
    g_autofree char *message =
        g_strdup(cause && cause->message ? cause->message : "unknown reason");
    g_autofree char *shown = seal_text_show(g_strchomp(message));

    return g_strdup_printf("is not well formed: line %d: %s", cause ? cause->line : 0, shown);
}

static xmlParserCtxt *
new_context(Door *door)
{
    xmlParserCtxt *context = xmlNewParserCtxt();

    context->_private = door;
    context->sax->internalSubset = on_dtd;
    context->sax->externalSubset = on_dtd;
    context->sax->comment = NULL;
    context->sax->processingInstruction = NULL;
    if (door->skip) {
        context->sax->startElementNs = on_start;
        context->sax->endElementNs = on_end;
        context->sax->characters = on_characters;
    }
    return context;
}

static gboolean
has_root(xmlDoc *doc, const char *root_name)
{
    xmlNode *root = xmlDocGetRootElement(doc);

    return root && !root->ns && strcmp((const char *)root->name, root_name) == 0;
}

xmlDoc *
seal_xml_parse_without(const char *text,
                       gsize length,
                       gsize max_length,
                       const char *root_name,
                       const char *skip,
                       GError **error)
{
    Door door = {.skip = skip};
    g_autoptr(xmlParserCtxt) context = NULL;
    g_autoptr(xmlDoc) doc = NULL;
    g_autofree char *fault = find_fault(text, length, max_length);

    if (!fault) {
        context = new_context(&door);
        doc = xmlCtxtReadMemory(context, text, (int)length, NULL, "UTF-8", PARSE_OPTIONS);
        if (door.dtd || (doc && (doc->intSubset || doc->extSubset)))
            fault = g_strdup("has a DTD, which is never read");
        else if (!doc || !context->wellFormed)
            fault = describe_malformed(context);
        else if (!has_root(doc, root_name))
            fault = g_strdup("has another root element");
    }
    if (fault) {
        refuse(error, root_name, fault);
        return NULL;
    }
    return g_steal_pointer(&doc);
}

xmlDoc *
seal_xml_parse(
    const char *text, gsize length, gsize max_length, const char *root_name, GError **error)
{
    return seal_xml_parse_without(text, length, max_length, root_name, NULL, error);
}

xmlNode *
seal_xml_root(xmlDoc *doc)
{
    return xmlDocGetRootElement(doc);
}

static gboolean
is_named(const xmlNode *node, const char *name, gsize length)
{
    const char *own = (const char *)node->name;

    return node->type == XML_ELEMENT_NODE && !node->ns && strncmp(own, name, length) == 0 &&
           own[length] == '\0';
}

static xmlNode *
find_child(xmlNode *node, const char *name, gsize length)
{
    for (xmlNode *child = node ? node->children : NULL; child; child = child->next) {
        if (is_named(child, name, length))
            return child;
    }
    return NULL;
}

xmlNode *
seal_xml_child(xmlNode *node, const char *name)
{
    return find_child(node, name, strlen(name));
}

xmlNode *
seal_xml_next(xmlNode *node)
{
    const char *name = (const char *)node->name;
    gsize length = strlen(name);

    for (xmlNode *next = node->next; next; next = next->next) {
        if (is_named(next, name, length))
            return next;
    }
    return NULL;
}

xmlNode *
seal_xml_first_element(xmlNode *node)
{
    return node ? xmlFirstElementChild(node) : NULL;
}

const char *
seal_xml_attribute(xmlNode *node, const char *name)
{
    for (xmlAttr *attr = node ? node->properties : NULL; attr; attr = attr->next) {
        if (attr->ns || strcmp((const char *)attr->name, name) != 0)
            continue;
        return attr->children ? (const char *)attr->children->content : "";
    }
    return NULL;
}

const char *
seal_xml_text(xmlNode *node)
{
    for (xmlNode *child = node ? node->children : NULL; child; child = child->next) {
        if (child->type == XML_TEXT_NODE)
            return (const char *)child->content;
    }
    return NULL;
}

xmlNode *
seal_xml_path(xmlNode *node, const char *path)
{
    while (node && *path) {
        gsize length = strcspn(path, "/");

        node = find_child(node, path, length);
        path += length + (path[length] == '/');
    }
    return node;
}

xmlNode *
seal_xml_add(xmlNode *parent, const char *name, const char *text)
{
    /* Not xmlNewChild(), which takes its text for markup. */
    return xmlNewTextChild(parent, NULL, (const xmlChar *)name, (const xmlChar *)text);
}

xmlNode *
seal_xml_add_uint(xmlNode *parent, const char *name, guint64 value)
{
    char text[24];

    g_snprintf(text, sizeof text, "%" G_GUINT64_FORMAT, value);
    return seal_xml_add(parent, name, text);
}

xmlNode *
seal_xml_set(xmlNode *node, ...)
{
    const char *name;
    va_list ap;

    va_start(ap, node);
    while ((name = va_arg(ap, const char *))) {
        const char *value = va_arg(ap, const char *);

        if (value)
            xmlSetProp(node, (const xmlChar *)name, (const xmlChar *)value);
    }
    va_end(ap);
    return node;
}

xmlNode *
seal_xml_set_uint(xmlNode *node, const char *name, guint64 value)
{
    char text[24];

    g_snprintf(text, sizeof text, "%" G_GUINT64_FORMAT, value);
    return seal_xml_set(node, name, text, NULL);
}

char *
seal_xml_print(xmlDoc *doc)
{
    xmlBuffer *buffer = xmlBufferCreate();
    xmlSaveCtxt *save = xmlSaveToBuffer(buffer, "UTF-8", XML_SAVE_FORMAT | XML_SAVE_NO_DECL);
    char *text;

    xmlSaveDoc(save, doc);
    xmlSaveClose(save);
    text = g_strdup((const char *)xmlBufferContent(buffer));
    xmlBufferFree(buffer);
    return text;
}
