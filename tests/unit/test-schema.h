/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * libvirt's own schema of domains, as installed. Parsing it takes a tenth of a
 * second, so it is kept for all the documents of a test program.
 * SEAL_TEST_SCHEMAS names another directory, with the schemas of another libvirt.
 */

#include "technology.h"

#include <libxml/parser.h>
#include <libxml/relaxng.h>
#include <string.h>

#define TEST_SCHEMA_DIR "/usr/share/libvirt/schemas"

/**
 * TestSchema - the schema, and the text of its main part, to ask for words in it
 */
typedef struct {
    xmlRelaxNG *schema;
    xmlRelaxNGValidCtxt *context;
    char *text;
} TestSchema;

static inline void
test_schema_free(TestSchema *schema)
{
    xmlRelaxNGFreeValidCtxt(schema->context);
    xmlRelaxNGFree(schema->schema);
    g_free(schema->text);
    g_free(schema);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TestSchema, test_schema_free)

/**
 * test_schema_new - read the installed schema
 * Returns: (transfer full) (nullable): NULL when there is none (package libvirt-daemon or
 * libvirt-common on Debian).
 */
static inline TestSchema *
test_schema_new(void)
{
    const char *dir =
        g_getenv("SEAL_TEST_SCHEMAS") ? g_getenv("SEAL_TEST_SCHEMAS") : TEST_SCHEMA_DIR;
    g_autofree char *path = g_build_filename(dir, "domain.rng", NULL);
    g_autofree char *common = g_build_filename(dir, "domaincommon.rng", NULL);
    g_autofree char *text = NULL;
    xmlRelaxNGParserCtxt *parser;
    TestSchema *schema;

    if (!g_file_get_contents(common, &text, NULL, NULL))
        return NULL;
    schema = g_new0(TestSchema, 1);
    schema->text = g_steal_pointer(&text);
    parser = xmlRelaxNGNewParserCtxt(path);
    schema->schema = xmlRelaxNGParse(parser);
    xmlRelaxNGFreeParserCtxt(parser);
    g_assert_nonnull(schema->schema);
    schema->context = xmlRelaxNGNewValidCtxt(schema->schema);
    return schema;
}

/**
 * test_schema_knows - whether this schema can judge a domain
 * @schema: the schema
 * @technology: of the domain
 * @word: (nullable): what else must be in the schema's text
 * Returns: FALSE when the schema is older than the technology or the word.
 */
static inline gboolean
test_schema_knows(const TestSchema *schema, SealTechnology technology, const char *word)
{
    const char *type = seal_technology_get_info(technology)->xml_type;
    g_autofree char *value = g_strdup_printf("<value>%s</value>", type ? type : "");

    return (!type || strstr(schema->text, value)) && (!word || strstr(schema->text, word));
}

/**
 * test_schema_accepts - whether a document is valid
 * @schema: the schema
 * @xml: the document
 * Returns: FALSE when it is not; libxml2 has said why on standard error.
 */
static inline gboolean
test_schema_accepts(const TestSchema *schema, const char *xml)
{
    xmlDoc *doc = xmlReadMemory(xml, (int)strlen(xml), NULL, NULL, XML_PARSE_NONET);
    gboolean valid;

    g_assert_nonnull(doc);
    valid = xmlRelaxNGValidateDoc(schema->context, doc) == 0;
    xmlFreeDoc(doc);
    return valid;
}
