/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The door for foreign XML: what must not come in, with the reason in the
 * message; walking; and that whatever text is built in comes out again, and
 * only as text.
 */

#include "xml.h"

#include "error.h"
#include "test-data.h"

#define MAX_LENGTH 4096

static xmlDoc *
parse(const char *text)
{
    g_autoptr(GError) error = NULL;
    xmlDoc *doc = seal_xml_parse(text, strlen(text), MAX_LENGTH, "domain", &error);

    g_assert_no_error(error);
    return doc;
}

static void
test_refusals(void)
{
    static const char *const rows[][2] = {
        {"", "is empty"},
        {"   ", "not well formed"},
        {"<domain>", "not well formed: line 1"},
        {"<domain>\n<a></b></domain>", "line 2"},
        {"<domain/><domain/>", "not well formed"},
        {"<network/>", "another root"},
        {"<x:domain xmlns:x='urn:x'/>", "another root"},
        {"<domain xmlns='urn:x'/>", "another root"},
        {"<!DOCTYPE domain><domain/>", "has a DTD"},
        {"<!DOCTYPE domain SYSTEM 'file:///etc/passwd'><domain/>", "has a DTD"},
        {"<!DOCTYPE domain [<!ENTITY a 'b'>]><domain>&a;</domain>", "has a DTD"},
        {"<!DOCTYPE domain [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><domain>&a;</domain>",
         "has a DTD"},
        {"<!DOCTYPE domain [<!ENTITY % p SYSTEM 'http://example.org/x'> %p;]><domain/>",
         "has a DTD"},
        {"<domain>&undeclared;</domain>", "not well formed"},
        {"<domain a='1' a='2'/>", "not well formed"},
        {"<domain>\xff\xfe</domain>", "not valid UTF-8"},
        {"<domain>\x01</domain>", "not well formed"},
        {"<domain a='<'/>", "not well formed"},
        {"not xml", "not well formed"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        GError *error = NULL;
        xmlDoc *doc = seal_xml_parse(rows[i][0], strlen(rows[i][0]), MAX_LENGTH, "domain", &error);

        g_assert_null(doc);
        test_data_assert_refused(error, SEAL_ERROR_INVALID_ARGUMENT, rows[i][1]);
    }
}

/* Would be gigabytes, were one entity ever expanded. */
static void
test_billion_laughs(void)
{
    g_autoptr(GString) bomb = g_string_new("<!DOCTYPE domain [<!ENTITY l0 'lol'>");
    GError *error = NULL;
    gint64 start = g_get_monotonic_time();

    for (guint i = 1; i < 12; i++)
        g_string_append_printf(bomb, "<!ENTITY l%u '&l%u;&l%u;&l%u;&l%u;&l%u;&l%u;&l%u;&l%u;'>", i,
                               i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1);
    g_string_append(bomb, "]><domain a='&l11;'>&l11;</domain>");
    g_assert_null(seal_xml_parse(bomb->str, bomb->len, MAX_LENGTH, "domain", &error));
    test_data_assert_refused(error, SEAL_ERROR_INVALID_ARGUMENT, "has a DTD");
    g_assert_cmpint(g_get_monotonic_time() - start, <, G_USEC_PER_SEC);
}

static void
test_limits(void)
{
    g_autofree char *filler = g_strnfill(MAX_LENGTH, ' ');
    g_autofree char *large = g_strconcat("<domain>", filler, "</domain>", NULL);
    static const char nul[] = "<domain>a\0b</domain>";
    GError *error = NULL;

    g_assert_null(seal_xml_parse(large, strlen(large), MAX_LENGTH, "domain", &error));
    test_data_assert_refused(error, SEAL_ERROR_INVALID_ARGUMENT, "more than the 4096");
    error = NULL;
    g_assert_null(seal_xml_parse(nul, sizeof nul - 1, MAX_LENGTH, "domain", &error));
    test_data_assert_refused(error, SEAL_ERROR_INVALID_ARGUMENT, "NUL");
    error = NULL;
    g_assert_null(seal_xml_parse(NULL, 0, MAX_LENGTH, "domain", &error));
    test_data_assert_refused(error, SEAL_ERROR_INVALID_ARGUMENT, "is empty");
}

static void
test_too_deep(void)
{
    g_autoptr(GString) text = g_string_new("<domain>");
    GError *error = NULL;

    for (guint i = 0; i < 20000; i++)
        g_string_append(text, "<a>");
    g_assert_null(seal_xml_parse(text->str, text->len, SEAL_XML_MAX_DOMAIN, "domain", &error));
    test_data_assert_refused(error, SEAL_ERROR_INVALID_ARGUMENT, "not well formed");
}

/* The buffer is bytes with a length, and need not end in NUL. */
static void
test_length_counts(void)
{
    static const char text[] = "<domain/>garbage";
    g_autoptr(GError) error = NULL;
    g_autoptr(xmlDoc) doc = seal_xml_parse(text, 9, MAX_LENGTH, "domain", &error);

    g_assert_no_error(error);
    g_assert_nonnull(doc);
}

static void
test_walk(void)
{
    g_autoptr(xmlDoc) doc = parse("<domain id='3' x:id='4' xmlns:x='urn:x'>\n"
                                  "<x:name>foreign</x:name><!-- c --><name>web</name>\n"
                                  "<name>second</name><devices><disk/><emulator>/q</emulator>"
                                  "<disk a=''/></devices><empty/></domain>");
    xmlNode *root = seal_xml_root(doc);
    xmlNode *name = seal_xml_child(root, "name");
    xmlNode *disk = seal_xml_path(root, "devices/disk");

    g_assert_cmpstr(seal_xml_attribute(root, "id"), ==, "3");
    g_assert_null(seal_xml_attribute(root, "i"));
    g_assert_null(seal_xml_attribute(NULL, "id"));
    g_assert_cmpstr(seal_xml_text(name), ==, "web");
    g_assert_cmpstr(seal_xml_text(seal_xml_next(name)), ==, "second");
    g_assert_null(seal_xml_next(seal_xml_next(name)));
    g_assert_cmpstr(seal_xml_text(seal_xml_path(root, "devices/emulator")), ==, "/q");
    g_assert_null(seal_xml_attribute(disk, "a"));
    g_assert_cmpstr(seal_xml_attribute(seal_xml_next(disk), "a"), ==, "");
    g_assert_null(seal_xml_path(root, "devices/none/deeper"));
    g_assert_null(seal_xml_path(NULL, "a"));
    g_assert_null(seal_xml_child(NULL, "a"));
    g_assert_null(seal_xml_child(root, "nam"));
    g_assert_null(seal_xml_text(seal_xml_child(root, "empty")));
    g_assert_null(seal_xml_text(NULL));
    g_assert_cmpstr((const char *)seal_xml_first_element(root)->name, ==, "name");
    g_assert_null(seal_xml_first_element(NULL));
}

/* Whatever stands between them, the text of an element is one. */
static void
test_text_in_pieces(void)
{
    static const char *const rows[][2] = {
        {"a&amp;b", "a&b"},         {"&#x41;&#66;", "AB"}, {"a<!-- c -->b", "ab"},
        {"<![CDATA[<x>]]>", "<x>"}, {"a<?pi x?>b", "ab"},  {"a<![CDATA[&]]>b", "a&b"},
        {"\n<b/>", NULL},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text = g_strconcat("<domain>", rows[i][0], "</domain>", NULL);
        g_autoptr(xmlDoc) doc = parse(text);

        g_assert_cmpstr(seal_xml_text(seal_xml_root(doc)), ==, rows[i][1]);
    }
}

/* The part left out is still checked; one of that name deeper or foreign stays. */
static void
test_skip(void)
{
    static const char text[] = "<domain>\n  <name>a</name>\n  <devices x='1'>text<disk><devices/>"
                               "</disk><x:y xmlns:x='urn:x'/></devices>\n  <os><devices>kept"
                               "</devices></os>tail<devices/><z:devices xmlns:z='urn:z'/></domain>";
    static const char *const broken[] = {"<domain><devices><a></b></devices></domain>",
                                         "<domain><devices>&x;</devices></domain>",
                                         "<domain><devices></domain>"};
    g_autoptr(GError) error = NULL;
    g_autoptr(xmlDoc) doc =
        seal_xml_parse_without(text, strlen(text), MAX_LENGTH, "domain", "devices", &error);
    g_autofree char *printed = NULL;

    g_assert_no_error(error);
    printed = seal_xml_print(doc);
    g_assert_cmpstr(printed, ==,
                    "<domain><name>a</name><os><devices>kept</devices></os>tail"
                    "<z:devices xmlns:z=\"urn:z\"/></domain>\n");
    for (gsize i = 0; i < G_N_ELEMENTS(broken); i++) {
        GError *refusal = NULL;

        g_assert_null(seal_xml_parse_without(broken[i], strlen(broken[i]), MAX_LENGTH, "domain",
                                             "devices", &refusal));
        test_data_assert_refused(refusal, SEAL_ERROR_INVALID_ARGUMENT, "not well formed");
    }
}

static xmlDoc *
new_doc(void)
{
    xmlDoc *doc = xmlNewDoc((const xmlChar *)"1.0");

    xmlDocSetRootElement(doc, xmlNewNode(NULL, (const xmlChar *)"domain"));
    return doc;
}

static void
test_build_and_print(void)
{
    g_autoptr(xmlDoc) doc = new_doc();
    xmlNode *root = seal_xml_root(doc);
    xmlNode *disk = seal_xml_add(root, "disk", NULL);
    g_autofree char *text = NULL;

    seal_xml_set(disk, "type", "file", "snapshot", NULL, "device", "disk", NULL);
    seal_xml_set_uint(seal_xml_add(disk, "boot", NULL), "order", 1);
    seal_xml_add_uint(root, "memory", G_MAXUINT64);
    seal_xml_add(root, "name", "Größe");
    text = seal_xml_print(doc);
    g_assert_cmpstr(text, ==,
                    "<domain>\n"
                    "  <disk type=\"file\" device=\"disk\">\n"
                    "    <boot order=\"1\"/>\n"
                    "  </disk>\n"
                    "  <memory>18446744073709551615</memory>\n"
                    "  <name>Größe</name>\n"
                    "</domain>\n");
}

/* No text can break out of its place. */
static void
test_escaping(void)
{
    static const char *const texts[] = {
        "<x/>",       "a&b",   "&amp;",       "\"'",       "]]>",   "</name><disk/>",
        "' onload='", "<!-- ", "line\nbreak", "tab\there", "&#65;", "\xf0\x9f\x94\x92",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(xmlDoc) built = new_doc();
        g_autoptr(xmlDoc) doc = NULL;
        g_autofree char *printed = NULL;
        xmlNode *name;

        seal_xml_set(seal_xml_add(seal_xml_root(built), "name", texts[i]), "a", texts[i], NULL);
        printed = seal_xml_print(built);
        doc = parse(printed);
        name = seal_xml_child(seal_xml_root(doc), "name");
        g_assert_cmpstr(seal_xml_text(name), ==, texts[i]);
        g_assert_cmpstr(seal_xml_attribute(name, "a"), ==, texts[i]);
        g_assert_null(seal_xml_first_element(name));
        g_assert_null(seal_xml_next(name));
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/xml/refusals", test_refusals);
    g_test_add_func("/xml/billion-laughs", test_billion_laughs);
    g_test_add_func("/xml/limits", test_limits);
    g_test_add_func("/xml/too-deep", test_too_deep);
    g_test_add_func("/xml/length-counts", test_length_counts);
    g_test_add_func("/xml/walk", test_walk);
    g_test_add_func("/xml/text-in-pieces", test_text_in_pieces);
    g_test_add_func("/xml/skip", test_skip);
    g_test_add_func("/xml/build-and-print", test_build_and_print);
    g_test_add_func("/xml/escaping", test_escaping);
    return g_test_run();
}
