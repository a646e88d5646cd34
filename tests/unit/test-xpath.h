/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * Questions by XPath of the XML that the writer gives, so that a test does not
 * mind where an element stands, and says what it found when the answer is wrong.
 */

#include "domain.h"
#include "error.h"
#include "xml.h"

#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>
#include <string.h>

/**
 * test_xpath_ask - evaluate an XPath over a domain
 * @xml: the domain's XML
 * @xpath: any expression; "seal" is the prefix of our metadata
 * Returns: (transfer full): the value as XPath's own string() gives it; "true" and "false" for
 * tests.
 */
static inline char *
test_xpath_ask(const char *xml, const char *xpath)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(xmlDoc) doc = seal_xml_parse(xml, strlen(xml), SEAL_XML_MAX_DOMAIN, "domain", &error);
    xmlXPathContext *context;
    xmlXPathObject *object;
    xmlChar *text;
    char *answer;

    g_assert_no_error(error);
    context = xmlXPathNewContext(doc);
    xmlXPathRegisterNs(context, (const xmlChar *)"seal", (const xmlChar *)SEAL_DOMAIN_METADATA_URI);
    object = xmlXPathEvalExpression((const xmlChar *)xpath, context);
    g_assert_nonnull(object);
    text = xmlXPathCastToString(object);
    answer = g_strdup((const char *)text);
    xmlFree(text);
    xmlXPathFreeObject(object);
    xmlXPathFreeContext(context);
    return answer;
}

/**
 * test_xpath_assert - end the test program unless an XPath has a value
 * @xml, @xpath: as in test_xpath_ask()
 * @expected: the value
 */
static inline void
test_xpath_assert(const char *xml, const char *xpath, const char *expected)
{
    g_autofree char *answer = test_xpath_ask(xml, xpath);

    if (!g_str_equal(answer, expected))
        g_error("%s is \"%s\", not \"%s\", in\n%s", xpath, answer, expected, xml);
}
