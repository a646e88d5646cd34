/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Golden XML: each directory of tests/data/golden holds a VM's settings, the
 * stack they meet, and the XML that must come out, byte for byte, as it was
 * reviewed by hand. What the installed schema knows is held against it as well.
 * With GOLDEN_WRITE=1 in the environment the XML is written instead of compared,
 * to be reviewed before it is committed.
 */

#include "test-data.h"
#include "test-schema.h"

#include "domain-writer.h"
#include "domain.h"
#include "version.h"

#include <string.h>

#define GOLDEN "golden"
#define STACK "stack"
#define FIRMWARE "firmware"
#define LEAST_CASES 25

/**
 * Case - one directory, read
 * @needs: (nullable): a word that a schema must have in it to judge this case
 */
typedef struct {
    char *directory;
    char *needs;
    SealSettings *settings;
    SealFirmware *firmware;
    char *uuid;
    SealStack stack;
    SealPlan plan;
} Case;

static void
case_free(Case *c)
{
    g_free(c->directory);
    g_free(c->needs);
    seal_settings_free(c->settings);
    seal_firmware_free(c->firmware);
    g_free(c->uuid);
    g_free(c);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Case, case_free)

static char *
read_text(const Case *c, const char *name)
{
    g_autofree char *path = g_build_filename(c->directory, name, NULL);

    return test_data_read(path, NULL);
}

static guint64
read_version(GKeyFile *file, const char *key)
{
    g_autofree char *text = g_key_file_get_string(file, STACK, key, NULL);

    return seal_version_parse(text);
}

static SealFirmware *
read_firmware(GKeyFile *file)
{
    g_autofree char *image = g_key_file_get_string(file, FIRMWARE, "image", NULL);
    g_autofree char *template = g_key_file_get_string(file, FIRMWARE, "template", NULL);
    g_autofree char *format = g_key_file_get_string(file, FIRMWARE, "format", NULL);
    g_auto(GStrv) features = g_key_file_get_string_list(file, FIRMWARE, "features", NULL, NULL);
    const SealOvmf ovmf = {
        .is_firmware = TRUE, .has_hashes_area = TRUE, .hashes_base = 0x810c00, .hashes_size = 1024};
    SealFirmware *firmware;

    if (!image)
        return NULL;
    firmware = seal_firmware_new_for_path(image, template, &ovmf,
                                          g_key_file_get_boolean(file, FIRMWARE, "rom", NULL));
    if (features) {
        g_strfreev(firmware->features);
        firmware->features = g_steal_pointer(&features);
    }
    if (format) {
        g_free(firmware->format);
        g_free(firmware->nvram_format);
        firmware->format = g_strdup(format);
        firmware->nvram_format = g_strdup(format);
    }
    return firmware;
}

static void
read_stack(Case *c)
{
    g_autoptr(GKeyFile) file = g_key_file_new();
    g_autofree char *path = g_build_filename(SEAL_TEST_DATA, c->directory, "stack.ini", NULL);
    g_autofree char *technology = NULL;
    g_autoptr(GError) error = NULL;

    g_key_file_load_from_file(file, path, G_KEY_FILE_NONE, &error);
    g_assert_no_error(error);
    technology = g_key_file_get_string(file, STACK, "technology", &error);
    g_assert_no_error(error);
    c->plan.technology = seal_technology_from_string(technology);
    c->needs = g_key_file_get_string(file, STACK, "needs", NULL);
    c->uuid = g_key_file_get_string(file, STACK, "uuid", NULL);
    c->firmware = read_firmware(file);
    c->stack.libvirt_version = read_version(file, "libvirt");
    c->stack.qemu_version = read_version(file, "qemu");
    c->stack.kernel_version = read_version(file, "kernel");
    c->stack.arch = "x86_64";
    c->stack.emulator = "/usr/bin/qemu-system-x86_64";
    c->stack.cbitpos = 51;
    c->stack.reduced_phys_bits = 1;
}

static Case *
case_new(const char *name)
{
    Case *c = g_new0(Case, 1);
    g_autofree char *text = NULL;
    g_autoptr(GVariant) dict = NULL;
    g_autoptr(GError) error = NULL;

    c->directory = g_build_filename(GOLDEN, name, NULL);
    read_stack(c);
    text = read_text(c, "settings.gvariant");
    dict = g_variant_parse(G_VARIANT_TYPE_VARDICT, text, NULL, NULL, &error);
    g_assert_no_error(error);
    c->settings = seal_settings_parse(name, dict, &error);
    g_assert_no_error(error);
    c->plan.settings = c->settings;
    c->plan.firmware = c->firmware;
    c->plan.stack = &c->stack;
    c->plan.uuid = c->uuid;
    seal_settings_resolve_policy(c->settings, c->plan.technology, &c->plan.policy, &error);
    g_assert_no_error(error);
    return c;
}

static void
compare(const Case *c, const char *xml)
{
    g_autofree char *expected = NULL;
    g_autofree char *path = g_build_filename(SEAL_TEST_DATA, c->directory, "expected.xml", NULL);

    if (g_getenv("GOLDEN_WRITE")) {
        g_assert_true(g_file_set_contents(path, xml, -1, NULL));
        return;
    }
    expected = read_text(c, "expected.xml");
    if (!g_str_equal(xml, expected))
        g_error("%s is not what is written now:\n%s", path, xml);
}

static void
check_reads_back(const Case *c, const char *xml)
{
    g_autoptr(SealDomain) domain = NULL;
    g_autoptr(GError) error = NULL;

    if (!c->uuid)
        return;
    domain = seal_domain_reader_parse(xml, SEAL_DOMAIN_SUMMARY, &error);
    g_assert_no_error(error);
    g_assert_cmpint(domain->technology, ==, c->plan.technology);
    g_assert_cmphex(domain->policy, ==, c->plan.policy);
}

typedef struct {
    const char *name;
    const TestSchema *schema;
} Input;

static void
test_case(gconstpointer data)
{
    const Input *input = data;
    g_autoptr(Case) c = case_new(input->name);
    g_autoptr(GError) error = NULL;
    g_autofree char *xml = NULL;

    seal_domain_writer_check(&c->plan, &error);
    g_assert_no_error(error);
    xml = seal_domain_writer_write(&c->plan);
    compare(c, xml);
    check_reads_back(c, xml);
    if (input->schema && test_schema_knows(input->schema, c->plan.technology, c->needs))
        g_assert_true(test_schema_accepts(input->schema, xml));
    else
        g_test_message("%s: not held against the schema, which does not know it", input->name);
}

static GPtrArray *
list_cases(void)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GDir) dir = g_dir_open(SEAL_TEST_DATA "/" GOLDEN, 0, NULL);
    const char *name;

    g_assert_nonnull(dir);
    while ((name = g_dir_read_name(dir)))
        g_ptr_array_add(names, g_strdup(name));
    return names;
}

/* A case that got lost would not fail by itself. */
static void
test_enough(gconstpointer names)
{
    g_assert_cmpuint(((const GPtrArray *)names)->len, >=, LEAST_CASES);
}

int
main(int argc, char **argv)
{
    g_autoptr(GPtrArray) names = list_cases();
    g_autoptr(TestSchema) schema = test_schema_new();
    g_autofree Input *inputs = g_new0(Input, names->len);

    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/golden/enough", names, test_enough);
    for (guint i = 0; i < names->len; i++) {
        const char *name = g_ptr_array_index(names, i);
        g_autofree char *path = g_strconcat("/golden/", name, NULL);

        inputs[i] = (Input){name, schema};
        g_test_add_data_func(path, &inputs[i], test_case);
    }
    return g_test_run();
}
