/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * The only door through which foreign XML comes in, and small helpers to walk
 * and to build libxml2 trees. Parsing is NONET, without entities, without any
 * DTD and with a size cap checked before libxml2 sees a byte (libvirt
 * CVE-2014-0179 and CVE-2025-12748 are the reason).
 */

#include <glib.h>
#include <libxml/tree.h>

/* Caps in bytes: a domain as libvirt dumps it, and domcapabilities with all CPU models. */
#define SEAL_XML_MAX_DOMAIN (256 * 1024)
#define SEAL_XML_MAX_DOMCAPS (1024 * 1024)

G_DEFINE_AUTOPTR_CLEANUP_FUNC(xmlDoc, xmlFreeDoc)

/**
 * seal_xml_parse - parse foreign XML under the rules above
 * @text: bytes; need not be NUL-terminated
 * @length: in bytes
 * @max_length: refuse anything longer
 * @root_name: the element that the document must have as its root
 * Returns: (transfer full): the document, or NULL with
 * SEAL_ERROR_INVALID_ARGUMENT: too large, empty, a NUL byte, a DTD, not well
 * formed (with libxml2's line and reason) or another root.
 */
xmlDoc *seal_xml_parse(
    const char *text, gsize length, gsize max_length, const char *root_name, GError **error);

/**
 * seal_xml_parse_without - the same without a part that is not wanted
 * @text: bytes; need not be NUL-terminated
 * @length: in bytes
 * @max_length: refuse anything longer
 * @root_name: the element that the document must have as its root
 * @skip: (nullable): children of the root with this name are checked but not
 *   kept; leaving out <devices> halves the time to read a domain
 * Returns: (transfer full): as seal_xml_parse(), with its errors.
 */
xmlDoc *seal_xml_parse_without(const char *text,
                               gsize length,
                               gsize max_length,
                               const char *root_name,
                               const char *skip,
                               GError **error);

/**
 * seal_xml_root - the root element
 * @doc: from seal_xml_parse()
 * Returns: (transfer none): never NULL.
 */
xmlNode *seal_xml_root(xmlDoc *doc);

/**
 * seal_xml_child - first child element of a name, in no namespace
 * @node: (nullable): parent
 * @name: local name
 * Returns: (transfer none) (nullable): NULL when there is none or @node is NULL.
 */
xmlNode *seal_xml_child(xmlNode *node, const char *name);

/**
 * seal_xml_next - next sibling element of the same name
 * @node: an element
 * Returns: (transfer none) (nullable): NULL after the last.
 */
xmlNode *seal_xml_next(xmlNode *node);

/**
 * seal_xml_first_element - first child element of any name
 * @node: (nullable): parent
 * Returns: (transfer none) (nullable): NULL when there is none.
 */
xmlNode *seal_xml_first_element(xmlNode *node);

/**
 * seal_xml_attribute - an attribute's value without copying
 * @node: (nullable): element
 * @name: attribute name, no namespace
 * Returns: (transfer none) (nullable): valid as long as the document; NULL when absent.
 */
const char *seal_xml_attribute(xmlNode *node, const char *name);

/**
 * seal_xml_text - the text directly inside an element without copying
 * @node: (nullable): element
 * Returns: (transfer none) (nullable): NULL when empty or absent. Surrounding
 * white space is not removed.
 */
const char *seal_xml_text(xmlNode *node);

/**
 * seal_xml_path - follow a path of child names
 * @node: (nullable): where to begin
 * @path: child names separated by "/", for example "devices/emulator"
 * Returns: (transfer none) (nullable): the first match of each step, or NULL.
 */
xmlNode *seal_xml_path(xmlNode *node, const char *path);

/**
 * seal_xml_add - append a child element when building
 * @parent: element
 * @name: element name
 * @text: (nullable): its text, escaped as needed
 * Returns: (transfer none): the new element.
 */
xmlNode *seal_xml_add(xmlNode *parent, const char *name, const char *text);

/**
 * seal_xml_add_uint - append a child element that holds a decimal number
 * @parent: element
 * @name: element name
 * @value: the number
 * Returns: (transfer none): the new element.
 */
xmlNode *seal_xml_add_uint(xmlNode *parent, const char *name, guint64 value);

/**
 * seal_xml_set - set attributes when building
 * @node: element
 * @...: pairs of name and value; a pair whose value is NULL is left out; ends with a NULL name
 * Returns: (transfer none): @node, for chaining.
 */
xmlNode *seal_xml_set(xmlNode *node, ...) G_GNUC_NULL_TERMINATED;

/**
 * seal_xml_set_uint - set one attribute to a decimal number
 * @node: element
 * @name: attribute name
 * @value: the number
 * Returns: (transfer none): @node.
 */
xmlNode *seal_xml_set_uint(xmlNode *node, const char *name, guint64 value);

/**
 * seal_xml_print - write a tree as text, indented by two, without XML declaration
 * @doc: the document
 * Returns: (transfer full): UTF-8 text ending in a newline.
 */
char *seal_xml_print(xmlDoc *doc);
